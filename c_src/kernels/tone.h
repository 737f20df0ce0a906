/* Tone kernels: each byte by itself, one row in, one row out. Reference in tone.c, SIMD twin in tone_simd.c; equal byte for byte.
 * All take n bytes of pixels of four channels, or of one: then n may be odd and the four settings are the same. dst may be src. */
#ifndef FL_KERNELS_TONE_H
#define FL_KERNELS_TONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* v becomes (v·scale[c] + offset[c]) >> shift, clamped to u8; c is the byte's place modulo 4. shift is one of those below, and says
 * what the others may be; |scale| < 2²³ and |offset + v·scale| < 2³¹ for every v in any case. */
typedef struct fl_tone_line {
  int32_t scale[4], offset[4];
  uint32_t shift;
} fl_tone_line;
#define FL_TONE_SHIFT_NONE 0u    /* scale is 1 */
/* All in 16 bits: scale has 15 bits of fraction, high = (scale + 128) >> 8 and low = scale − 256·high, and v becomes
 * (v·high + (v·low >> 8) + offset) >> 7. |high| ≤ 254; |offset + 128·high| < 2¹⁵. */
#define FL_TONE_SHIFT_NARROW 7u
#define FL_TONE_SHIFT_FINE 20u   /* for |scale| ≤ 4 and |offset| < 1023 levels */
#define FL_TONE_SHIFT_COARSE 14u /* for |scale| ≤ 255 and |offset| ≤ 65535 levels */

/* The two parts of a scale: 256·high + low, low from −128 to 127. */
static inline int32_t fl_tone_high(int32_t scale) { return (scale + 128) >> 8; }
static inline int32_t fl_tone_low(int32_t scale) { return scale - 256 * fl_tone_high(scale); }

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
