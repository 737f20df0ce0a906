/* Pixels from anywhere: where a stretch of an output row comes from, and what lies there. Reference in warp.c, SIMD twin in warp_simd.c;
 * the twins are equal byte for byte. What is rare or cheap (edges, folding) has no twin.
 *
 * Positions are fixed-point, in 1/1024 of a pixel, so that a stretch is the same wherever a tile begins, and pixel (x, y) is at
 * (1024·x, 1024·y). They are rounded: at the steepest edge that is a quarter of a level off the exact position. */
#ifndef FL_KERNELS_WARP_H
#define FL_KERNELS_WARP_H

#include "kernels/border.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_WARP_BITS 10
#define FL_WARP_ONE (1 << FL_WARP_BITS)
#define FL_WARP_STRETCH 64u /* pixels at once */
#define FL_WARP_REACH 1024  /* pixels that a line may lead away from its origin */
#define FL_WARP_FAR (1 << 20) /* pixels: positions beyond are taken for this far */

/* u pixels on it is at origin + ((x + u·dx), (y + u·dy)) / (1 + u·dw), in pixels. */
typedef struct fl_warp_line {
  int32_t origin_x, origin_y;
  float x, y, dx, dy, dw;
} fl_warp_line;

typedef struct fl_warp_source {
  const uint8_t *pixels;
  size_t stride;
  uint32_t width, height, channels; /* 1 or 4 */
} fl_warp_source;

typedef struct fl_warp_edge {
  fl_border border;
  const uint8_t *color; /* one pixel, for FL_BORDER_CONSTANT */
} fl_warp_edge;

typedef struct fl_warp_kernels {
  /* The positions of pixels first, first + 1 … of a line.
   * Shape: n ≤ FL_WARP_STRETCH; x and y have room for n rounded up to 4.
   * Range: origins within FL_WARP_FAR; 1 + u·dw > 0; nothing farther than FL_WARP_REACH from the origin. Errors: none. */
  void (*trace)(int32_t *x, int32_t *y, const fl_warp_line *line, uint32_t first, uint32_t n);
  /* The pixels at n ≤ FL_WARP_STRETCH positions, rounded half up.
   * Range: 0 ≤ x < 1024·(width − 1), y likewise, none more than 4·FL_WARP_REACH pixels from the first. Errors: none. Owner: borrows all. */
  void (*bilinear)(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n);
  void (*nearest)(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n);
} fl_warp_kernels;

extern const fl_warp_kernels fl_warp_reference, fl_warp_simd;
static inline const fl_warp_kernels *fl_kernels_warp(bool simd) { return simd ? &fl_warp_simd : &fl_warp_reference; }

/* Do bilinear() and nearest() take this position? */
static inline bool fl_warp_is_inside(const fl_warp_source *source, int32_t x, int32_t y) {
  return (uint32_t)(x >> FL_WARP_BITS) < source->width - 1 && (uint32_t)(y >> FL_WARP_BITS) < source->height - 1;
}

/* Any positions within FL_WARP_FAR, pixel by pixel, with what the edge says beyond the image. */
void fl_warp_beyond(uint8_t *dst, const fl_warp_source *source, const fl_warp_edge *edge, bool nearest, const int32_t *x, const int32_t *y,
                    uint32_t n);

/* Moves positions along one side, `size` pixels long, to where the same is seen within [0, 1024·(size − 1)); with FL_BORDER_WRAP
 * within [0, 1024·size), as the seam is nowhere else.
 * Range: size ≥ 2; not for FL_BORDER_CONSTANT; with bilinear sampling alone. */
void fl_warp_fold(int32_t *positions, uint32_t n, uint32_t size, fl_border border);

#endif
