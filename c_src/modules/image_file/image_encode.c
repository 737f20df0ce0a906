#include "image_file.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBIW_MALLOC(bytes) fl_image_memory_take(bytes)
#define STBIW_REALLOC_SIZED(block, old_bytes, bytes) fl_image_memory_resize(block, old_bytes, bytes)
#define STBIW_REALLOC(block, bytes) NULL /* asked for by name only */
#define STBIW_FREE(block) fl_image_memory_give(block)
#define STBIW_ASSERT(condition) ((void)0)
#include <stb_image_write.h>

static void add(void *output, void *bytes, int count) { fl_image_output_add(output, bytes, (size_t)count); }

/* stb_image_write takes rows without gaps. */
static uint8_t *make_tight(const fl_image_pixels *image) {
  size_t row = (size_t)image->width * image->channels;
  uint8_t *tight = fl_image_memory_take(row * image->height);
  for (uint32_t y = 0; tight && y < image->height; y++) memcpy(tight + y * row, image->rows + (size_t)y * image->stride, row);
  return tight;
}

fl_status fl_image_encode_jpeg(const fl_image_pixels *image, uint32_t quality, fl_image_output *out, double *copied, fl_report *report) {
  bool is_tight = image->stride == image->width * image->channels || image->height == 1;
  *copied = 0;
  if ((double)image->width * image->height > FL_IMAGE_PIXELS_MAX)
    return fl_report_fail(report, FL_BAD_FORMAT, NULL, "more than 16383 × 16383 pixels cannot be written");
  uint8_t *tight = is_tight ? NULL : make_tight(image);
  if (!is_tight && !tight) return fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "there is no memory for a copy of the view's rows");
  if (tight) *copied = (double)image->width * image->channels * image->height;
  stbi_write_jpg_to_func(add, out, (int)image->width, (int)image->height, (int)image->channels, tight ? tight : image->rows, (int)quality);
  fl_image_memory_give(tight);
  return out->failed ? fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "there is no memory for the file") : FL_OK;
}
