/* Sharpening from an image and its blurred self. Reference in sharpen.c, SIMD twin in sharpen_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_SHARPEN_H
#define FL_KERNELS_SHARPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_SHARPEN_ONE 2048 /* amount 1; the largest amount, 10, fits an i16 */
#define FL_SHARPEN_AMOUNT_MAX 10

typedef struct fl_sharpen_strength {
  int16_t amount;    /* in 1/FL_SHARPEN_ONE, 0 to FL_SHARPEN_AMOUNT_MAX */
  uint8_t threshold; /* a difference up to here changes nothing */
  uint32_t mask;     /* the bytes of a pixel that are sharpened, as u32: 0x00ffffff keeps alpha, 0xffffffff for gray */
} fl_sharpen_strength;

typedef struct fl_sharpen_kernels {
  /* v + amount·(v − blurred) where |v − blurred| > threshold, rounded half up, saturated; else v.
   * Shape: n bytes, a multiple of 4 unless mask is all ones. dst may be src. */
  void (*combine)(uint8_t *dst, const uint8_t *src, const uint8_t *blurred, size_t n, const fl_sharpen_strength *strength);
} fl_sharpen_kernels;

extern const fl_sharpen_kernels fl_sharpen_reference, fl_sharpen_simd;
static inline const fl_sharpen_kernels *fl_kernels_sharpen(bool simd) { return simd ? &fl_sharpen_simd : &fl_sharpen_reference; }

#endif
