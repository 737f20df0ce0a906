/* The Laplacian: how far a pixel is from its four neighbours. Reference in laplace.c, SIMD twin in laplace_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_LAPLACE_H
#define FL_KERNELS_LAPLACE_H

#include "kernels/margin.h"

#include <stdbool.h>

/* |the sum of the neighbours − 4·middle|, saturated to 255; of the four pixels at the corners, twice that. With four channels the
 * fourth stays.
 * Shape: n bytes (one channel) or pixels (four channels) from three rows that are valid one pixel beyond both ends; dst is none of them. */
typedef struct fl_laplace_kernels {
  fl_margin_kernel sides_of_one, sides_of_four;
  fl_margin_kernel corners_of_one, corners_of_four;
} fl_laplace_kernels;

extern const fl_laplace_kernels fl_laplace_reference, fl_laplace_simd;
static inline const fl_laplace_kernels *fl_kernels_laplace(bool simd) { return simd ? &fl_laplace_simd : &fl_laplace_reference; }

#endif
