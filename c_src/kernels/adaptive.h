/* A threshold of each pixel's own. Reference in adaptive.c, SIMD twin in adaptive_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_ADAPTIVE_H
#define FL_KERNELS_ADAPTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_adaptive_kernels {
  /* dst = src > mean − offset ? max : 0.
   * Shape: n bytes each; dst may be src or mean. Range: −255 ≤ offset ≤ 255. Errors: none. Owner: borrows all three. */
  void (*compare)(uint8_t *dst, const uint8_t *src, const uint8_t *mean, size_t n, int32_t offset, uint8_t max);
} fl_adaptive_kernels;

extern const fl_adaptive_kernels fl_adaptive_reference, fl_adaptive_simd;
static inline const fl_adaptive_kernels *fl_kernels_adaptive(bool simd) {
  return simd ? &fl_adaptive_simd : &fl_adaptive_reference;
}

#endif
