/* The pixel formats: one row each, made to grow. */
#ifndef FL_FRAME_FORMAT_H
#define FL_FRAME_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

typedef enum fl_format { FL_RGBA8, FL_BGRA8, FL_GRAY8, FL_I420, FL_NV12, FL_FORMATS } fl_format;

#define FL_PLANES_MAX 3

typedef struct fl_format_info {
  const char *name;
  uint8_t channels;                      /* colour channels of a packed pixel, or 3 for the YUV ones */
  uint8_t planes;
  uint8_t bytes_per_pixel[FL_PLANES_MAX]; /* bytes per sample position of each plane */
  uint8_t subsampled;                    /* 1: planes 1 and up hold (width+1)/2 × (height+1)/2 */
} fl_format_info;

/* format must be below FL_FORMATS. */
const fl_format_info *fl_frame_format(fl_format format);

/* A set of formats: FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_GRAY8). */
#define FL_FORMAT_BIT(format) (1u << (format))

#endif
