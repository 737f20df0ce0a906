/* Colour kernels: the channels of a pixel together. Reference in colour.c, SIMD twin in colour_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_COLOUR_H
#define FL_KERNELS_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Channel o of the result is (Σ_c factor[o][c]·v_c + offset[o]) >> shift, clamped to u8.
 * Range: the sum fits i32 for every pixel; shift is 10, 12 or 14. Factors that fit i16 are the fast ones. */
typedef struct fl_colour_matrix {
  int32_t factor[4][4], offset[4];
  uint32_t shift;
} fl_colour_matrix;

typedef struct fl_colour_kernels {
  /* (Σ_c weight[c]·v_c + 2¹⁴) >> 15.
   * Shape: src of pixels × 4 bytes, dst of pixels bytes, not overlapping. Range: weights ≥ 0, their sum ≤ 2¹⁵. */
  void (*gray)(uint8_t *dst, const uint8_t *src, size_t pixels, const int16_t weight[4]);
  /* Shape: pixels × 4 bytes; dst may be src. */
  void (*matrix)(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *matrix);
} fl_colour_kernels;

extern const fl_colour_kernels fl_colour_reference, fl_colour_simd;
static inline const fl_colour_kernels *fl_kernels_colour(bool simd) { return simd ? &fl_colour_simd : &fl_colour_reference; }

#endif
