#include "frame/frame.h"

#include "base/assert.h"
#include "base/size.h"
#include "memory/allocator.h"

#include <string.h>

_Static_assert(sizeof(fl_pixels) <= FL_PIXELS_HEADER, "the pixels start on a cache line of their own");

static fl_status publish(fl_frame frame, fl_handle *out, fl_report *report) {
  fl_frame *kept = fl_memory_alloc(sizeof *kept, FL_MEMORY_TABLE);
  if (kept) {
    *kept = frame;
    *out = fl_memory_handle_create(kept);
    if (*out) return FL_OK;
    fl_memory_free(kept);
  }
  return fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "no room for another frame: dispose of frames that are no longer needed");
}

static fl_status no_memory(uint64_t bytes, uint32_t width, uint32_t height, fl_format format, fl_report *report) {
  fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "a frame of ");
  fl_frame_add_shape(&report->text, width, height, format);
  fl_text_add(&report->text, " needs ");
  fl_text_add_number(&report->text, (double)bytes);
  fl_text_add(&report->text, " bytes; the memory is full at its maximum: dispose of frames or create the engine with a larger memory.maximum");
  return FL_OUT_OF_MEMORY;
}

fl_status fl_frame_create(uint32_t width, uint32_t height, uint32_t format, bool zeroed, fl_handle *out, fl_report *report) {
  if (format >= FL_FORMATS) return fl_report_fail(report, FL_BAD_FORMAT, NULL, "there is no such pixel format");
  if (width < 1 || width > FL_DIMENSION_MAX) return fl_report_range(report, NULL, "width", 1, FL_DIMENSION_MAX, width);
  if (height < 1 || height > FL_DIMENSION_MAX) return fl_report_range(report, NULL, "height", 1, FL_DIMENSION_MAX, height);
  uint64_t bytes = fl_frame_image_bytes(width, height, (fl_format)format);
  fl_pixels *pixels = fl_memory_alloc(fl_add(bytes, FL_PIXELS_HEADER), FL_MEMORY_FRAME);
  if (!pixels) return no_memory(bytes, width, height, (fl_format)format, report);
  memset(pixels, 0, sizeof *pixels);
  pixels->bytes = bytes;
  fl_store(&pixels->references, 1);
  uint8_t *data = (uint8_t *)pixels + FL_PIXELS_HEADER;
  if (zeroed) memset(data, 0, bytes);
  fl_frame frame = {.image = fl_frame_image_over(data, width, height, (fl_format)format), .pixels = pixels};
  fl_status status = publish(frame, out, report);
  if (status != FL_OK) fl_memory_free(pixels);
  return status;
}

fl_status fl_frame_find_or_report(fl_handle handle, fl_frame **out, fl_report *report) {
  *out = fl_frame_find(handle);
  if (*out) return FL_OK;
  return fl_report_fail(report, FL_STALE_HANDLE, NULL, "the frame has been disposed of (its handle is stale)");
}

fl_status fl_frame_view(fl_handle parent, uint32_t x, uint32_t y, uint32_t width, uint32_t height, fl_handle *out, fl_report *report) {
  fl_frame *from;
  fl_status status = fl_frame_find_or_report(parent, &from, report);
  fl_frame frame = {.view = true};
  if (status == FL_OK) status = fl_frame_image_crop(&from->image, x, y, width, height, &frame.image, report);
  if (status != FL_OK) return status;
  frame.pixels = from->pixels, frame.x = from->x + x, frame.y = from->y + y;
  status = publish(frame, out, report);
  if (status == FL_OK) fl_frame_hold(frame.pixels);
  return status;
}

fl_frame *fl_frame_find(fl_handle handle) { return fl_memory_handle_find(handle); }

fl_status fl_frame_destroy(fl_handle handle) {
  fl_frame *frame = fl_memory_handle_destroy(handle);
  if (!frame) return FL_STALE_HANDLE;
  fl_frame_release(&frame->pixels);
  fl_memory_free(frame);
  return FL_OK;
}

void fl_frame_hold(fl_pixels *pixels) { fl_fetch_add(&pixels->references, 1); }

void fl_frame_release(fl_pixels **pixels) {
  fl_pixels *held = *pixels;
  *pixels = NULL;
  uint32_t before = fl_fetch_sub(&held->references, 1);
  fl_assert(before > 0);
  if (before == 1) fl_memory_free(held);
}

bool fl_frame_lease_read(fl_pixels *pixels) {
  for (;;) {
    uint32_t lease = fl_load(&pixels->lease);
    if (lease >= FL_LEASE_WRITER - 1) return false;
    if (fl_swap_if(&pixels->lease, lease, lease + 1)) return true;
  }
}

bool fl_frame_lease_write(fl_pixels *pixels) { return fl_swap_if(&pixels->lease, 0, FL_LEASE_WRITER); }

void fl_frame_return_read(fl_pixels *pixels) {
  uint32_t before = fl_fetch_sub(&pixels->lease, 1);
  fl_assert(before > 0 && before != FL_LEASE_WRITER);
  (void)before;
}

void fl_frame_return_write(fl_pixels *pixels) {
  uint32_t before = fl_exchange(&pixels->lease, 0);
  fl_assert(before == FL_LEASE_WRITER);
  (void)before;
}

fl_overlap fl_frame_overlap(const fl_frame *a, const fl_frame *b) {
  if (a->pixels != b->pixels || !a->pixels) return FL_APART;
  uint64_t a_right = (uint64_t)a->x + a->image.width, b_right = (uint64_t)b->x + b->image.width;
  uint64_t a_bottom = (uint64_t)a->y + a->image.height, b_bottom = (uint64_t)b->y + b->image.height;
  if (a->x >= b_right || b->x >= a_right || a->y >= b_bottom || b->y >= a_bottom) return FL_APART;
  bool same = a->x == b->x && a->y == b->y && a_right == b_right && a_bottom == b_bottom;
  return same ? FL_IDENTICAL : FL_OVERLAPPING;
}
