/* Between straight and premultiplied alpha. Reference in alpha.c, SIMD twin in alpha_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_ALPHA_H
#define FL_KERNELS_ALPHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shape: pixels × 4 bytes, alpha last; dst may be src. Range: any. Errors: none. Owner: borrows both. */
typedef struct fl_alpha_kernels {
  /* v · alpha / 255, rounded; there are no halves. */
  void (*premultiply)(uint8_t *dst, const uint8_t *src, size_t pixels);
  /* v · 255 / alpha, rounded half up, at most 255; 0 where alpha is 0. */
  void (*unpremultiply)(uint8_t *dst, const uint8_t *src, size_t pixels);
} fl_alpha_kernels;

extern const fl_alpha_kernels fl_alpha_reference, fl_alpha_simd;
static inline const fl_alpha_kernels *fl_kernels_alpha(bool simd) { return simd ? &fl_alpha_simd : &fl_alpha_reference; }

#endif
