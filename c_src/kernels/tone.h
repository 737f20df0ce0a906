/* Tone kernels: each byte by itself, one row in, one row out. Reference in tone.c, SIMD twin in tone_simd.c; equal byte for byte.
 * All take n bytes of pixels of four channels, or of one: then n may be odd and the four settings are the same. dst may be src. */
#ifndef FL_KERNELS_TONE_H
#define FL_KERNELS_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* v becomes (v·scale[c] + offset[c]) >> shift, clamped to u8; c is the byte's place modulo 4.
 * Range: |scale| < 2²³, |offset + v·scale| < 2³¹ for every v; shift is one of the two below. */
typedef struct fl_tone_line {
  int32_t scale[4], offset[4];
  uint32_t shift;
} fl_tone_line;
#define FL_TONE_SHIFT_FINE 20u   /* for |scale| ≤ 4 and |offset| < 1023 levels */
#define FL_TONE_SHIFT_COARSE 14u /* for |scale| ≤ 255 and |offset| ≤ 65535 levels */

/* v becomes v > value ? (v & above_keep) | above_set : (v & below_keep) | below_set, with byte c of the masks.
 * The keep masks are 0 or 255; keeping both sides leaves the channel alone. */
typedef struct fl_tone_step {
  uint8_t value;
  uint8_t above_keep[4], above_set[4], below_keep[4], below_set[4];
} fl_tone_step;

typedef struct fl_tone_kernels {
  /* 255 − v on every byte where mask is 0xff: mask is one pixel's four bytes as u32 (0x00ffffff keeps alpha). */
  void (*invert)(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask);
  void (*linear)(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line);
  void (*threshold)(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_step *step);
} fl_tone_kernels;

extern const fl_tone_kernels fl_tone_reference, fl_tone_simd;
static inline const fl_tone_kernels *fl_kernels_tone(bool simd) { return simd ? &fl_tone_simd : &fl_tone_reference; }

#endif
