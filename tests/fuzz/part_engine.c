#include "fuzz.h"

void fuzz_start_engine(void) {
  static bool started;
  if (started) return;
  started = true;
  fl_start(0);
  /* The handle table takes its memory with the first handle and keeps it. */
  if (fl_frame_new(1, 1, FL_GRAY8) != FL_OK) abort();
  fl_frame_drop((uint32_t)fl_mail()[0]);
}

uint64_t fuzz_live_bytes(void) {
  fl_stats();
  return (uint64_t)fl_mail()[0];
}

void fuzz_check_status(int32_t status, const char *call) {
  FUZZ_CHECK(status <= 0 && status >= FL_UNSUPPORTED, "%s gave %d", call, status);
  if (status == FL_OK) return;
  size_t length = strlen(fl_message());
  FUZZ_CHECK(length > 0 && length < FL_REPORT_CAPACITY, "%s gave %d without words", call, status);
  FUZZ_CHECK(fl_message_status() == status, "%s gave %d, its message is about %d: %s", call, status, fl_message_status(), fl_message());
}

/* ---- frames ---- */

static fl_frame *found(fl_handle handle) {
  fl_frame *frame = fl_frame_find(handle);
  FUZZ_CHECK(frame != NULL, "handle %x finds nothing", handle);
  return frame;
}

static uint8_t *block_of(const fuzz_frame *frame) { return found(frame->parent ? frame->parent : frame->handle)->image.plane[0].data; }

void fuzz_fill_frame(fuzz_frame *frame) {
  uint32_t state = frame->seed * 2654435761u + 1;
  for (uint64_t i = 0; i < frame->bytes; i++) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    switch (frame->style) {
      case 0: frame->kept[i] = (uint8_t)(state >> 11); break;             /* noise */
      case 1: frame->kept[i] = (state >> 11) % 3 ? 255 : 0; break;        /* extremes */
      case 2: frame->kept[i] = (uint8_t)(i / 4 + frame->seed); break;     /* a ramp */
      default: frame->kept[i] = (uint8_t)(frame->seed + (state >> 11) % 2); /* nearly one value */
    }
  }
  memcpy(block_of(frame), frame->kept, frame->bytes);
}

static uint32_t side(fuzz_bytes *bytes) {
  uint32_t choice = fuzz_u8(bytes);
  return 1 + (choice < 200 ? choice % 48 : fuzz_u8(bytes) % 200);
}

bool fuzz_make_frame(fuzz_bytes *bytes, fuzz_frame *out) {
  *out = (fuzz_frame){.shape = {side(bytes), side(bytes), FL_RGBA8}};
  static const fl_format formats[] = {FL_RGBA8, FL_RGBA8, FL_RGBA8, FL_GRAY8, FL_GRAY8, FL_BGRA8, FL_I420, FL_NV12};
  out->shape.format = formats[fuzz_below(bytes, FL_COUNT(formats))];
  out->seed = fuzz_u8(bytes), out->style = fuzz_below(bytes, 4);
  uint32_t margin = fuzz_one_in(bytes, 4) ? 2 * (1 + fuzz_below(bytes, 4)) : 0;
  uint32_t width = out->shape.width + 2 * margin, height = out->shape.height + 2 * margin;
  if (fl_frame_new(width, height, out->shape.format) != FL_OK) return false;
  out->handle = (fl_handle)fl_mail()[0];
  if (margin) {
    out->parent = out->handle;
    int32_t status = fl_frame_crop(out->parent, margin, margin, out->shape.width, out->shape.height);
    if (status != FL_OK) return fl_frame_drop(out->parent), false;
    out->handle = (fl_handle)fl_mail()[0];
  }
  out->bytes = fl_frame_image_bytes(width, height, out->shape.format);
  out->kept = malloc(out->bytes);
  fuzz_fill_frame(out);
  return true;
}

bool fuzz_frame_is_unchanged(const fuzz_frame *frame, fl_handle except) {
  uint8_t *now = block_of(frame);
  if (except) { /* its pixels are given back first: what differs then lies beside it */
    const fl_image *image = &found(except)->image;
    const fl_format_info *format = fl_frame_format(image->format);
    for (uint32_t p = 0; p < format->planes; p++)
      for (uint32_t y = 0; y < image->plane[p].height; y++) {
        uint8_t *row = fl_frame_image_row(image, p, y);
        memcpy(row, frame->kept + (row - now), (size_t)image->plane[p].width * format->bytes_per_pixel[p]);
      }
  }
  return memcmp(now, frame->kept, frame->bytes) == 0;
}

void fuzz_end_frame(fuzz_frame *frame) {
  fl_frame_drop(frame->handle);
  if (frame->parent) fl_frame_drop(frame->parent);
  free(frame->kept);
}

uint8_t *fuzz_copy_pixels(fl_handle handle, uint64_t *bytes, fl_shape *shape) {
  const fl_image *image = &found(handle)->image;
  *shape = (fl_shape){image->width, image->height, image->format};
  *bytes = fl_frame_image_bytes(image->width, image->height, image->format);
  const fl_format_info *format = fl_frame_format(image->format);
  uint8_t *copy = malloc(*bytes), *at = copy;
  for (uint32_t p = 0; p < format->planes; p++)
    for (uint32_t y = 0; y < image->plane[p].height; y++) {
      size_t row = (size_t)image->plane[p].width * format->bytes_per_pixel[p];
      memcpy(at, fl_frame_image_row(image, p, y), row);
      at += row;
    }
  return copy;
}

/* ---- runs ---- */

fuzz_result fuzz_run(const void *graph, uint64_t length, const uint32_t *handles, uint32_t count, const fuzz_way *way) {
  fuzz_result result = {.status = fl_job_open((uintptr_t)graph, (double)length, (uintptr_t)handles, count, way->output, way->flags,
                                              way->lanes, 1, way->tile_width, way->tile_height)};
  fuzz_check_status(result.status, "fl_job_open");
  if (result.status != FL_OK) return result;
  uintptr_t job = (uintptr_t)fl_mail()[0];
  fl_handle output = (fl_handle)fl_mail()[1];
  /* The estimate is one for SIMD kernels, and knows nothing of what narrow tiles compute twice. */
  double slower = way->flags & FL_JOB_SIMD ? 1 : 6;
  result.skipped = fl_mail()[4] * slower > FUZZ_COST_MAX || fl_mail()[3] > FUZZ_TILES_MAX;
  if (!result.skipped) {
    FUZZ_CHECK(fl_job_submit(job, 0) == FL_OK, "a table without jobs is full");
    if (way->cancel) fl_job_work(job, 1, 0), fl_job_cancel(job);
    FUZZ_CHECK(fl_job_work(job, 0, 0) == 1 && fl_job_settle(job) == 1, "a job worked on alone did not end");
    result.cancelled = fl_job_was_cancelled(job);
    fl_job_progress(job);
    FUZZ_CHECK(fl_mail()[0] == fl_mail()[1] && fl_mail()[2] == 0, "%g of %g tiles done", fl_mail()[0], fl_mail()[1]);
    if (!result.cancelled) result.pixels = fuzz_copy_pixels(output, &result.bytes, &result.shape);
  }
  if (!way->output) fl_frame_drop(output);
  fl_job_close(job);
  return result;
}
