/* Medians of small windows. Reference in rank.c, SIMD twin in rank_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_RANK_H
#define FL_KERNELS_RANK_H

#include "kernels/margin.h"

#include <stdbool.h>

/* Source: sorted columns, Smith, Implementing median filters in XC4000E FPGAs, 1996. */
typedef struct fl_rank_kernels {
  /* The middle of the nine bytes of a channel's 3×3 window.
   * Shape: n pixels from three rows that are valid one pixel beyond both ends; dst is none of them. */
  fl_margin_kernel median3_one_channel, median3_four_channels;
  /* The five bytes of each column in ascending order. Shape: n bytes of each row; dst are none of the rows. */
  void (*sort5)(uint8_t *const dst[5], const uint8_t *const rows[5], size_t n);
  /* The middle of the 25 bytes of a channel's 5×5 window, whose columns sort5 has sorted.
   * Shape: n bytes from sorted[0] … sorted[4], valid 2·step bytes beyond both ends; step is bytes per pixel, 1 or 4. */
  void (*middle25)(uint8_t *dst, const uint8_t *const sorted[5], size_t n, size_t step);
} fl_rank_kernels;

extern const fl_rank_kernels fl_rank_reference, fl_rank_simd;
static inline const fl_rank_kernels *fl_kernels_rank(bool simd) { return simd ? &fl_rank_simd : &fl_rank_reference; }

#endif
