#include "frame/image.h"

#include "base/assert.h"
#include "base/size.h"

static bool is_side(uint32_t side) { return side >= 1 && side <= FL_DIMENSION_MAX; }

/* The plane without its pixels: a subsampled one rounds its sides up, so that the last odd column has its chroma too. */
static fl_plane tight_plane(uint32_t width, uint32_t height, const fl_format_info *info, uint32_t plane) {
  uint32_t step = plane > 0 ? 1 + info->subsampled : 1;
  uint32_t columns = (width + step - 1) / step, rows = (height + step - 1) / step;
  return (fl_plane){.stride = columns * info->bytes_per_pixel[plane], .width = columns, .height = rows};
}

uint64_t fl_frame_image_bytes(uint32_t width, uint32_t height, fl_format format) {
  if (!is_side(width) || !is_side(height)) return FL_SIZE_INVALID;
  const fl_format_info *info = fl_frame_format(format);
  uint64_t bytes = 0;
  for (uint32_t p = 0; p < info->planes; p++) {
    fl_plane plane = tight_plane(width, height, info, p);
    bytes = fl_add(bytes, fl_mul(plane.stride, plane.height));
  }
  return bytes;
}

fl_image fl_frame_image_over(uint8_t *bytes, uint32_t width, uint32_t height, fl_format format) {
  fl_assert(is_side(width) && is_side(height));
  const fl_format_info *info = fl_frame_format(format);
  fl_image image = {.width = width, .height = height, .format = format};
  for (uint32_t p = 0; p < info->planes; p++) {
    image.plane[p] = tight_plane(width, height, info, p);
    image.plane[p].data = bytes;
    bytes += (size_t)image.plane[p].stride * image.plane[p].height;
  }
  return image;
}

static bool is_inside(uint32_t first, uint32_t length, uint32_t side) { return fl_fits(fl_add(first, length), side); }

/* «the rectangle at 4, 5 of 10 × 20 pixels leaves the image of 8 × 8». */
static fl_status report_outside(fl_report *report, const fl_image *parent, uint32_t x, uint32_t y, uint32_t width,
                                uint32_t height) {
  const uint32_t number[] = {x, y, width, height, parent->width, parent->height};
  static const char *const after[] = {", ", " of ", " × ", " pixels leaves the image of ", " × ", ""};
  fl_report_fail(report, FL_BAD_ARGUMENT, NULL, "the rectangle at ");
  for (int i = 0; i < 6; i++) {
    fl_text_add_number(&report->text, number[i]);
    fl_text_add(&report->text, after[i]);
  }
  return FL_BAD_ARGUMENT;
}

fl_status fl_frame_image_crop(const fl_image *parent, uint32_t x, uint32_t y, uint32_t width, uint32_t height, fl_image *out,
                              fl_report *report) {
  if (width == 0 || height == 0)
    return fl_report_fail(report, FL_BAD_ARGUMENT, NULL, "a rectangle must be at least one pixel wide and high");
  if (!is_inside(x, width, parent->width) || !is_inside(y, height, parent->height))
    return report_outside(report, parent, x, y, width, height);
  const fl_format_info *info = fl_frame_format(parent->format);
  if (info->subsampled && (x % 2 || y % 2))
    return fl_report_fail(report, FL_BAD_ARGUMENT, NULL,
                          "x and y must be even in a format with halved chroma, or a sample would be split");
  fl_image image = {.width = width, .height = height, .format = parent->format};
  for (uint32_t p = 0; p < info->planes; p++) {
    uint32_t step = p > 0 ? 1 + info->subsampled : 1;
    fl_plane plane = tight_plane(width, height, info, p);
    plane.stride = parent->plane[p].stride;
    plane.data = fl_frame_image_row(parent, p, y / step) + (size_t)(x / step) * info->bytes_per_pixel[p];
    image.plane[p] = plane;
  }
  *out = image;
  return FL_OK;
}

void fl_frame_add_shape(fl_text *text, uint32_t width, uint32_t height, fl_format format) {
  fl_text_add_number(text, width);
  fl_text_add(text, "×");
  fl_text_add_number(text, height);
  fl_text_add(text, " ");
  fl_text_add(text, fl_frame_format(format)->name);
}
