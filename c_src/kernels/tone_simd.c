#include "kernels/tone.h"

#include "base/simd.h"
#include "base/size.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t splat_pixel(const uint8_t bytes[4]) {
  uint32_t pixel;
  memcpy(&pixel, bytes, 4);
  return wasm_u32x4_splat(pixel);
}

static void invert(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask) {
  v128_t flip = wasm_u32x4_splat(mask);
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    v128_t a = wasm_v128_load(src + i), b = wasm_v128_load(src + i + 16);
    v128_t c = wasm_v128_load(src + i + 32), d = wasm_v128_load(src + i + 48);
    wasm_v128_store(dst + i, wasm_v128_xor(a, flip)), wasm_v128_store(dst + i + 16, wasm_v128_xor(b, flip));
    wasm_v128_store(dst + i + 32, wasm_v128_xor(c, flip)), wasm_v128_store(dst + i + 48, wasm_v128_xor(d, flip));
  }
  for (; i + 16 <= n; i += 16) wasm_v128_store(dst + i, wasm_v128_xor(wasm_v128_load(src + i), flip));
  fl_tone_reference.invert(dst + i, src + i, n - i, mask);
}

/* A product of a byte and 24 bits from one 16-bit dot product: with scale = 256·high + low,
 *   v·scale = 256·(v − 128)·high + v·low + 256·128·high,
 * where 256·(v − 128) and v both are i16, and the last term is constant. */
INLINE void linear_by(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line, const uint32_t shift) {
  v128_t scale = wasm_v128_load(line->scale), half = wasm_i32x4_const_splat(128);
  v128_t high = wasm_i32x4_shr(wasm_i32x4_add(scale, half), 8); /* as fl_tone_high() */
  v128_t low = wasm_i32x4_sub(scale, wasm_i32x4_shl(high, 8));
  v128_t factors = wasm_v128_or(wasm_v128_and(high, wasm_i32x4_const_splat(0xffff)), wasm_i32x4_shl(low, 16));
  v128_t offset = wasm_i32x4_add(wasm_v128_load(line->offset), wasm_i32x4_shl(high, 15));
  v128_t zero = wasm_i8x16_const_splat(0), middle = fl_simd_hoist(0x80808080);
  for (size_t i = 0; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(src + i), centred = wasm_v128_xor(v, middle);
    v128_t coarse_low = wasm_i8x16_shuffle(zero, centred, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t coarse_high = wasm_i8x16_shuffle(zero, centred, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t fine_low = wasm_u16x8_extend_low_u8x16(v), fine_high = wasm_u16x8_extend_high_u8x16(v);
    v128_t a = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(coarse_low, fine_low, 0, 8, 1, 9, 2, 10, 3, 11), factors);
    v128_t b = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(coarse_low, fine_low, 4, 12, 5, 13, 6, 14, 7, 15), factors);
    v128_t c = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(coarse_high, fine_high, 0, 8, 1, 9, 2, 10, 3, 11), factors);
    v128_t d = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(coarse_high, fine_high, 4, 12, 5, 13, 6, 14, 7, 15), factors);
    a = wasm_i32x4_shr(wasm_i32x4_add(a, offset), shift), b = wasm_i32x4_shr(wasm_i32x4_add(b, offset), shift);
    c = wasm_i32x4_shr(wasm_i32x4_add(c, offset), shift), d = wasm_i32x4_shr(wasm_i32x4_add(d, offset), shift);
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d)));
  }
  size_t done = n & ~(size_t)15;
  fl_tone_reference.linear(dst + done, src + done, n - done, line);
}

/* Two settings for each channel, in 16 bits. */
INLINE v128_t splat_setting(const int32_t setting[4]) {
  v128_t four = wasm_v128_load(setting);
  return wasm_i8x16_shuffle(four, four, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13);
}

typedef struct narrow_line {
  v128_t high, low, middle, offset;
} narrow_line;

/* v·high wraps round 16 bits; less 128·high it fits. What then saturates would be 0 or 255 anyway. */
INLINE v128_t narrow_eight(v128_t v, const narrow_line *line) {
  v128_t coarse = wasm_i16x8_sub(wasm_i16x8_mul(v, line->high), line->middle), fine = wasm_i16x8_shr(wasm_i16x8_mul(v, line->low), 8);
  return wasm_i16x8_shr(wasm_i16x8_add_sat(wasm_i16x8_add(coarse, fine), line->offset), FL_TONE_SHIFT_NARROW);
}

INLINE void narrow_sixteen(uint8_t *dst, const uint8_t *src, const narrow_line *line) {
  v128_t low = wasm_u16x8_load8x8(src), high = wasm_u16x8_load8x8(src + 8);
  wasm_v128_store(dst, wasm_u8x16_narrow_i16x8(narrow_eight(low, line), narrow_eight(high, line)));
}

static void linear_narrow(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line) {
  int32_t high[4], low[4], middle[4], offset[4];
  for (int c = 0; c < 4; c++) {
    high[c] = fl_tone_high(line->scale[c]), low[c] = fl_tone_low(line->scale[c]);
    middle[c] = 128 * high[c], offset[c] = line->offset[c] + middle[c];
  }
  narrow_line narrow = {splat_setting(high), splat_setting(low), splat_setting(middle), splat_setting(offset)};
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    narrow_sixteen(dst + i, src + i, &narrow);
    narrow_sixteen(dst + i + 16, src + i + 16, &narrow);
  }
  for (; i + 16 <= n; i += 16) narrow_sixteen(dst + i, src + i, &narrow);
  fl_tone_reference.linear(dst + i, src + i, n - i, line);
}

static void add(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line) {
  uint8_t more[4], less[4];
  for (int c = 0; c < 4; c++) more[c] = fl_clamp_u8(line->offset[c]), less[c] = fl_clamp_u8(-line->offset[c]);
  v128_t up = splat_pixel(more), down = splat_pixel(less);
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    v128_t v[4];
    for (size_t k = 0; k < 4; k++) v[k] = wasm_u8x16_sub_sat(wasm_u8x16_add_sat(wasm_v128_load(src + i + 16 * k), up), down);
    for (size_t k = 0; k < 4; k++) wasm_v128_store(dst + i + 16 * k, v[k]);
  }
  for (; i + 16 <= n; i += 16) wasm_v128_store(dst + i, wasm_u8x16_sub_sat(wasm_u8x16_add_sat(wasm_v128_load(src + i), up), down));
  fl_tone_reference.linear(dst + i, src + i, n - i, line);
}

static void linear(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line) {
  switch (line->shift) {
    case FL_TONE_SHIFT_NONE: add(dst, src, n, line); break;
    case FL_TONE_SHIFT_NARROW: linear_narrow(dst, src, n, line); break;
    case FL_TONE_SHIFT_FINE: linear_by(dst, src, n, line, FL_TONE_SHIFT_FINE); break;
    default: linear_by(dst, src, n, line, FL_TONE_SHIFT_COARSE);
  }
}

/* Where both sides keep the same channels: alpha, or nothing. */
static size_t set_levels(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_step *step) {
  v128_t value = wasm_u8x16_splat(step->value), keep = splat_pixel(step->above_keep), above = splat_pixel(step->above_set);
  v128_t change = wasm_v128_xor(above, splat_pixel(step->below_set));
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    v128_t v[4];
    for (size_t k = 0; k < 4; k++) {
      v128_t x = wasm_v128_load(src + i + 16 * k);
      v[k] = wasm_v128_or(wasm_v128_and(x, keep), wasm_v128_xor(above, wasm_v128_and(change, wasm_u8x16_le(x, value))));
    }
    for (size_t k = 0; k < 4; k++) wasm_v128_store(dst + i + 16 * k, v[k]);
  }
  return i;
}

static void threshold(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_step *step) {
  v128_t value = wasm_u8x16_splat(step->value);
  v128_t above_keep = splat_pixel(step->above_keep), above_set = splat_pixel(step->above_set);
  v128_t below_keep = splat_pixel(step->below_keep), below_set = splat_pixel(step->below_set);
  size_t i = memcmp(step->above_keep, step->below_keep, 4) == 0 ? set_levels(dst, src, n, step) : 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(src + i);
    v128_t above = wasm_v128_or(wasm_v128_and(v, above_keep), above_set);
    v128_t below = wasm_v128_or(wasm_v128_and(v, below_keep), below_set);
    wasm_v128_store(dst + i, wasm_v128_bitselect(below, above, wasm_u8x16_le(v, value)));
  }
  fl_tone_reference.threshold(dst + i, src + i, n - i, step);
}

const fl_tone_kernels fl_tone_simd = {.invert = invert, .linear = linear, .threshold = threshold};
