/* Pixels somewhere in memory: a description without ownership. A rectangle of an image is an image. */
#ifndef FL_FRAME_IMAGE_H
#define FL_FRAME_IMAGE_H

#include "base/report.h"
#include "base/span.h"
#include "frame/format.h"

#include <stddef.h>

#define FL_DIMENSION_MAX 65535u /* the longest side of an image, in pixels */

typedef struct fl_plane {
  uint8_t *data;
  uint32_t stride; /* bytes from one row to the next */
  uint32_t width, height;
} fl_plane;

typedef struct fl_image {
  uint32_t width, height;
  fl_format format;
  fl_plane plane[FL_PLANES_MAX];
} fl_image;

/* Bytes of a tight image (stride = width × bytes per pixel, planes one after the other); FL_SIZE_INVALID on overflow.
 * Errors: 0 × n, n × 0 and sides above FL_DIMENSION_MAX give FL_SIZE_INVALID too. */
uint64_t fl_frame_image_bytes(uint32_t width, uint32_t height, fl_format format);

/* Lays a tight image over bytes of the size above. */
fl_image fl_frame_image_over(uint8_t *bytes, uint32_t width, uint32_t height, fl_format format);

/* The rectangle as an image of its own. Borrows the pixels. Errors: FL_BAD_ARGUMENT when it leaves the parent, is empty, or
 * splits a chroma sample (odd x or y in a subsampled format). */
fl_status fl_frame_image_crop(const fl_image *parent, uint32_t x, uint32_t y, uint32_t width, uint32_t height, fl_image *out,
                              fl_report *report);

/* «640×480 rgba8», for messages. */
void fl_frame_add_shape(fl_text *text, uint32_t width, uint32_t height, fl_format format);

static inline uint8_t *fl_frame_image_row(const fl_image *image, uint32_t plane, uint32_t y) {
  return image->plane[plane].data + (size_t)y * image->plane[plane].stride;
}

#endif
