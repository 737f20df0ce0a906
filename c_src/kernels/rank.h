/* Medians of small windows. Reference in rank.c, SIMD twin in rank_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_RANK_H
#define FL_KERNELS_RANK_H

#include "kernels/margin.h"

#include <stdbool.h>

/* The middle of the nine bytes of a channel's 3×3 window.
 * Shape: n pixels from three rows that are valid one pixel beyond both ends; dst is none of them.
 * Source: sorted columns, Smith, Implementing median filters in XC4000E FPGAs, 1996. */
typedef struct fl_rank_kernels {
  fl_margin_kernel median3_one_channel, median3_four_channels;
} fl_rank_kernels;

extern const fl_rank_kernels fl_rank_reference, fl_rank_simd;
static inline const fl_rank_kernels *fl_kernels_rank(bool simd) { return simd ? &fl_rank_simd : &fl_rank_reference; }

#endif
