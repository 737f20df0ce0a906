/* A filter of few taps anywhere around a pixel, in fixed point. Reference in taps.c, SIMD twin in taps_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_TAPS_H
#define FL_KERNELS_TAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_TAPS_BITS_MIN 14 /* any weight up to 1 fits */
#define FL_TAPS_BITS_MAX 22 /* 255 << 22 fits 31 bits */

/* Two taps: rows[row][column] with its weight, and another one. */
typedef struct fl_tap_pair {
  int32_t row[2], column[2];
  int16_t weight[2];
} fl_tap_pair;

typedef struct fl_taps {
  uint32_t count, bits; /* bits: the weights are ≥ 0 and sum to 1 << bits */
  fl_tap_pair pairs[];
} fl_taps;

typedef struct fl_taps_kernels {
  /* dst[i] = Σ weight · rows[row][i + column·channels], rounded half up.
   * Shape: n bytes; rows[0] is the pixel's own, the others valid as far as the taps reach. */
  void (*filter)(uint8_t *dst, const uint8_t *const *rows, size_t n, size_t channels, const fl_taps *taps);
} fl_taps_kernels;

extern const fl_taps_kernels fl_taps_reference, fl_taps_simd;
static inline const fl_taps_kernels *fl_kernels_taps(bool simd) { return simd ? &fl_taps_simd : &fl_taps_reference; }

#endif
