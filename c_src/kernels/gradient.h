/* Magnitudes of the gradient of a gray image. Reference in gradient.c, SIMD twin in gradient_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_GRADIENT_H
#define FL_KERNELS_GRADIENT_H

#include "kernels/margin.h"

#include <stdbool.h>

/* gx and gy are the two Sobel derivatives (1 2 1 across, −1 0 1 along), of −1020 to 1020; results are saturated to 255.
 * Shape: n bytes from three rows that are valid one byte beyond both ends; dst is none of them. */
typedef struct fl_gradient_kernels {
  fl_margin_kernel sobel_l1; /* |gx| + |gy| */
  fl_margin_kernel sobel_l2; /* √(gx² + gy²), rounded; never a tie, as that is the root of an integer */
} fl_gradient_kernels;

extern const fl_gradient_kernels fl_gradient_reference, fl_gradient_simd;
static inline const fl_gradient_kernels *fl_kernels_gradient(bool simd) {
  return simd ? &fl_gradient_simd : &fl_gradient_reference;
}

#endif
