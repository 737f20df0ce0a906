/* Magnitudes of the gradient of a gray image. Reference in gradient.c, SIMD twin in gradient_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_GRADIENT_H
#define FL_KERNELS_GRADIENT_H

#include "kernels/margin.h"

#include <stdbool.h>

/* gx and gy are two derivatives: −1 0 1 along, and across 1 2 1 for Sobel, 3 10 3 for Scharr, 1 1 1 for Prewitt. Results are
 * saturated to 255. l1: |gx| + |gy|; l2: √(gx² + gy²), rounded; never a tie, as that is the root of an integer.
 * Shape: n bytes from three rows that are valid one byte beyond both ends; dst is none of them. */
typedef struct fl_gradient_kernels {
  fl_margin_kernel sobel_l1, sobel_l2;
  fl_margin_kernel scharr_l1, scharr_l2;
  fl_margin_kernel prewitt_l1, prewitt_l2;
} fl_gradient_kernels;

extern const fl_gradient_kernels fl_gradient_reference, fl_gradient_simd;
static inline const fl_gradient_kernels *fl_kernels_gradient(bool simd) {
  return simd ? &fl_gradient_simd : &fl_gradient_reference;
}

#endif
