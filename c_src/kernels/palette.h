/* Colours looked up by luma. Reference in palette.c, SIMD twin in palette_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_PALETTE_H
#define FL_KERNELS_PALETTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_palette {
  uint8_t color[256][4];
  int16_t weight[4]; /* of the channels, in 1/2¹⁵, to make the luma; none negative, their sum at most 2¹⁵ */
} fl_palette;

typedef struct fl_palette_kernels {
  /* The colour of each pixel's luma; the pixel's own alpha is or-ed to it.
   * Shape: pixels × 4 bytes; dst may be src. Range: any. Errors: none. Owner: borrows all. */
  void (*map)(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette);
  /* The colour of each value.
   * Shape: dst of pixels × 4 bytes, src of pixels bytes, apart. Range: any. Errors: none. Owner: borrows all. */
  void (*map_gray)(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette);
} fl_palette_kernels;

extern const fl_palette_kernels fl_palette_reference, fl_palette_simd;
static inline const fl_palette_kernels *fl_kernels_palette(bool simd) { return simd ? &fl_palette_simd : &fl_palette_reference; }

#endif
