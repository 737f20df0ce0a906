/* The two steps between the levels of a Gaussian pyramid, with the weights 1 4 6 4 1. Down a column first, into samples of 16 bits that
 * lose nothing, then along the row. Reference in pyramid.c, SIMD twin in pyramid_simd.c; the twins are equal byte for byte.
 * Source: Burt & Adelson 1983; sizes and rounding as OpenCV's pyrDown and pyrUp. */
#ifndef FL_KERNELS_PYRAMID_H
#define FL_KERNELS_PYRAMID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_pyramid_kernels {
  /* 1 4 6 4 1 down five rows.
   * Shape: n samples each. Range: sums up to 4080. Errors: none. Owner: borrows all. */
  void (*shrink_down)(uint16_t *dst, const uint8_t *const rows[5], size_t n);
  /* The same along a row, at every second pixel, rounded half up: dst pixel x is around src pixel 2x.
   * Shape: n pixels of 1 or 4 channels; src valid from 2 pixels before the first to 2 beyond 2(n − 1). Range: src up to 4080. */
  void (*shrink_along)(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels);

  /* Between rows of the coarse image: 1 6 1 where a row lies (above is not NULL), 4 4 between `here` and `below`.
   * Shape: n samples each. Range: sums up to 2040. */
  void (*grow_down)(uint16_t *dst, const uint8_t *above, const uint8_t *here, const uint8_t *below, size_t n);
  /* The same along a row, rounded half up: src pixel x makes dst pixels 2x and 2x + 1.
   * Shape: 2n pixels of 1 or 4 channels; src valid one pixel beyond both ends. Range: src up to 2040. */
  void (*grow_along)(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels);
} fl_pyramid_kernels;

extern const fl_pyramid_kernels fl_pyramid_reference, fl_pyramid_simd;
static inline const fl_pyramid_kernels *fl_kernels_pyramid(bool simd) { return simd ? &fl_pyramid_simd : &fl_pyramid_reference; }

#endif
