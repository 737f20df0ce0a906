/* Alpha from the distance to a colour. Reference in key.c, SIMD twin in key_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_KEY_H
#define FL_KERNELS_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_KEY_SHIFT 15

/* Chroma is Σ factor[c]·v_c − center, in 1/2¹⁵ levels; alpha is multiplied by slope·|chroma| + offset, clamped to 0–1. */
typedef struct fl_key {
  int16_t blue[4], red[4]; /* factors of Cb and Cr, the last one 0 */
  int32_t blue_center, red_center;
  float slope, offset; /* slope of 1/2¹⁵ levels */
} fl_key;

typedef struct fl_key_kernels {
  /* Shape: pixels × 4 bytes, alpha last; dst may be src.
   * Range: sums below 2²⁴; slope and offset finite. Alpha is rounded to nearest, ties to even. Errors: none. Owner: borrows all.
   * Source: the ordinary chroma keyer, distance in the plane of Cb and Cr. */
  void (*apply)(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_key *key);
} fl_key_kernels;

extern const fl_key_kernels fl_key_reference, fl_key_simd;
static inline const fl_key_kernels *fl_kernels_key(bool simd) { return simd ? &fl_key_simd : &fl_key_reference; }

#endif
