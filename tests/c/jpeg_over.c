#define _GNU_SOURCE /* posix_memalign */
#include "jpeg_over.h"

#include <stdlib.h>

void *jpeg_block(uint64_t bytes) {
  void *block;
  if (posix_memalign(&block, 64, bytes)) abort();
  return block;
}

static void *filled(uint64_t bytes, uint8_t fill) { return memset(jpeg_block(bytes), fill, bytes); }

static uint8_t *copy_rows(const fl_image *image, uint64_t size) {
  uint8_t *pixels = malloc(size), *to = pixels;
  for (uint32_t p = 0; p < fl_frame_format(image->format)->planes; p++) {
    uint32_t row = image->plane[p].width * fl_bytes_per_pixel(image->format);
    for (uint32_t y = 0; y < image->plane[p].height; y++, to += row) memcpy(to, fl_frame_image_row(image, p, y), row);
  }
  return pixels;
}

uint8_t *jpeg_decode_over(const fl_jpeg_picture *picture, const uint8_t *bytes, uint32_t length, uint8_t fill, uint64_t *size) {
  static fl_report report;
  fl_shape shape = fl_jpeg_frame_shape(picture);
  uint8_t *frame = filled(fl_frame_image_bytes(shape.width, shape.height, shape.format), fill);
  uint8_t *scratch = filled(fl_jpeg_scratch_bytes(picture), fill);
  fl_image image = fl_frame_image_over(frame, shape.width, shape.height, shape.format);
  const char *why = fl_jpeg_decode(picture, bytes, length, scratch, &image);
  uint8_t *pixels = NULL;
  if (!why && fl_frame_image_crop(&image, 0, 0, picture->width, picture->height, &image, &report) == FL_OK)
    pixels = copy_rows(&image, *size = fl_frame_image_bytes(picture->width, picture->height, shape.format));
  free(frame), free(scratch);
  return pixels;
}
