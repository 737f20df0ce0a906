/* Looks that depend on where a pixel is. Reference in look.c, SIMD twin in look_simd.c; equal byte for byte.
 * All take rows of `pixels` pixels of 1 channel, or of 4, the last of which stays. dst may be src. */
#ifndef FL_KERNELS_LOOK_H
#define FL_KERNELS_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_VIGNETTE_ONE 16384 /* gain 1; the largest fits an i16 */
#define FL_VIGNETTE_AMOUNT_MIN (-0.9999f)

/* How far out a pixel lies is across[i] + down: up to 0 it is left alone, from 1 on it gets all. */
typedef struct fl_vignette {
  const float *across; /* one for each pixel */
  float down;
  float amount; /* FL_VIGNETTE_AMOUNT_MIN to 1: the gain from 1 on is 1 − amount */
} fl_vignette;

#define FL_DITHER_SIDE 8

typedef struct fl_dither {
  uint32_t steps;                     /* levels − 1: 1 to 255 */
  uint8_t threshold[FL_DITHER_SIDE];  /* of pixel i: threshold[i % FL_DITHER_SIDE], 0 to 254 */
} fl_dither;

typedef struct fl_look_kernels {
  /* v · (1 − amount · t²(3 − 2t)), where t is how far out, cut to 0 … 1. The gain is rounded to 1/FL_VIGNETTE_ONE, the product to
   * 1/64 of a level, that half up to a level. Owner: borrows all. */
  void (*vignette)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_vignette *vignette);
  /* 255·k / steps, rounded half up, where k = floor((v·steps + threshold) / 255). Owner: borrows all. */
  void (*dither)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_dither *dither);
} fl_look_kernels;

extern const fl_look_kernels fl_look_reference, fl_look_simd;
static inline const fl_look_kernels *fl_kernels_look(bool simd) { return simd ? &fl_look_simd : &fl_look_reference; }

#endif
