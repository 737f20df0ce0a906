/* Kernels of derivatives of any order, as OpenCV's Sobel has them: binomial smoothing, differentiated. */
#ifndef FL_OPS_DERIVATIVES_H
#define FL_OPS_DERIVATIVES_H

#include <stdint.h>

#define FL_DERIVATIVES_SIZE_MAX 7u

/* size weights: (1 1) convolved with itself, `order` times with (−1 1) instead. Range: order < size ≤ FL_DERIVATIVES_SIZE_MAX. */
static inline void fl_derivatives_fill(double *weights, uint32_t size, uint32_t order) {
  weights[0] = 1;
  for (uint32_t n = 1; n < size; n++) {
    double sign = n <= order ? -1 : 1;
    weights[n] = weights[n - 1];
    for (uint32_t k = n - 1; k > 0; k--) weights[k] = weights[k - 1] + sign * weights[k];
    weights[0] *= sign;
  }
}

#endif
