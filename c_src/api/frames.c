#include "api/engine.h"
#include "api/framelane.h"
#include "frame/frame.h"

static int32_t mail_handle(fl_status status, fl_handle handle) {
  if (status == FL_OK) fl_api_mail()[0] = handle;
  return status;
}

FL_EXPORT(fl_frame_new) int32_t fl_frame_new(uint32_t width, uint32_t height, uint32_t format) {
  fl_handle handle = 0;
  fl_status status = fl_frame_create(width, height, format, true, &handle, fl_api_report());
  return mail_handle(status, handle);
}

/* A coordinate as it comes from JavaScript: a whole number that an image could have. */
static bool is_coordinate(double value) { return value >= 0 && value <= FL_DIMENSION_MAX && value == (uint32_t)value; }

FL_EXPORT(fl_frame_crop) int32_t fl_frame_crop(uint32_t handle, double x, double y, double width, double height) {
  const double values[] = {x, y, width, height};
  const char *const names[] = {"x", "y", "width", "height"};
  for (int i = 0; i < 4; i++)
    if (!is_coordinate(values[i])) return fl_report_range(fl_api_report(), "view", names[i], i < 2 ? 0 : 1, FL_DIMENSION_MAX, values[i]);
  fl_handle view = 0;
  fl_status status = fl_frame_view(handle, (uint32_t)x, (uint32_t)y, (uint32_t)width, (uint32_t)height, &view, fl_api_report());
  return mail_handle(status, view);
}

FL_EXPORT(fl_frame_drop) int32_t fl_frame_drop(uint32_t handle) {
  if (fl_frame_destroy(handle) == FL_OK) return FL_OK;
  return fl_report_fail(fl_api_report(), FL_STALE_HANDLE, NULL, "the frame has been disposed of (its handle is stale)");
}

FL_EXPORT(fl_frame_describe) int32_t fl_frame_describe(uint32_t handle) {
  fl_frame *frame;
  fl_status status = fl_frame_find_or_report(handle, &frame, fl_api_report());
  if (status != FL_OK) return status;
  const fl_format_info *format = fl_frame_format(frame->image.format);
  double *out = fl_api_mail();
  *out++ = frame->image.width, *out++ = frame->image.height, *out++ = frame->image.format, *out++ = frame->view, *out++ = format->planes;
  for (uint32_t p = 0; p < format->planes; p++) {
    const fl_plane *plane = &frame->image.plane[p];
    *out++ = (double)(uintptr_t)plane->data, *out++ = plane->stride, *out++ = plane->width, *out++ = plane->height;
  }
  return FL_OK;
}

FL_EXPORT(fl_frame_may_read) int32_t fl_frame_may_read(uint32_t handle) {
  fl_frame *frame;
  fl_status status = fl_frame_find_or_report(handle, &frame, fl_api_report());
  if (status != FL_OK) return status;
  if (!fl_frame_lease_read(frame->pixels)) return fl_report_fail(fl_api_report(), FL_BUSY, NULL, "a run in flight is writing this frame: await it first");
  fl_frame_return_read(frame->pixels);
  return FL_OK;
}
