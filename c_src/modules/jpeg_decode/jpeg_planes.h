/* Decodes a picture that fl_jpeg_read_picture() has let through, straight into a frame. */
#ifndef FL_MODULES_JPEG_PLANES_H
#define FL_MODULES_JPEG_PLANES_H

#include "jpeg_picture.h"

/* The frame that the picture is decoded into. i420 and gray8: with the samples that fill up the last units; rgba8: the picture's own size. */
static inline fl_shape fl_jpeg_frame_shape(const fl_jpeg_picture *picture) {
  if (picture->format == FL_RGBA8) return (fl_shape){picture->width, picture->height, FL_RGBA8};
  return (fl_shape){picture->component[0].stride, picture->component[0].rows, picture->format};
}

/* Bytes that decoding needs besides: the decoder's tables; a progressive picture's coefficients; for rgba8 the planes and some rows of them. */
uint64_t fl_jpeg_scratch_bytes(const fl_jpeg_picture *picture);

/* Shape : frame as fl_jpeg_frame_shape(), tight, 16-byte aligned; scratch of so many bytes, 16-byte aligned, not zeroed.
 * Errors: why the picture cannot be decoded, one sentence, static; the frame then holds anything. NULL: it is decoded. Owner: borrows all. */
const char *fl_jpeg_decode(const fl_jpeg_picture *picture, const uint8_t *bytes, uint32_t length, void *scratch, const fl_image *frame);

#endif
