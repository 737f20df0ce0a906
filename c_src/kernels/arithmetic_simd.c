#include "kernels/arithmetic.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* Eight values of 16 bits: v / 255, rounded half up. */
INLINE v128_t divide_by_255(v128_t v, v128_t half) {
  v = wasm_i16x8_add(v, half);
  return wasm_u16x8_shr(wasm_i16x8_add(v, wasm_u16x8_shr(v, 8)), 8);
}

INLINE v128_t abs_diff(v128_t a, v128_t b) { return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a)); }

INLINE v128_t multiply(v128_t a, v128_t b, v128_t half) {
  v128_t low = wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b));
  v128_t high = wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b));
  return wasm_u8x16_narrow_i16x8(divide_by_255(low, half), divide_by_255(high, half));
}

/* Of the scale that makes it fast. */
INLINE v128_t apply_bytes(const fl_arithmetic_operator operator, v128_t a, v128_t b, v128_t half) {
  switch (operator) {
    case FL_ADD: return wasm_u8x16_add_sat(a, b);
    case FL_SUBTRACT: return wasm_u8x16_sub_sat(a, b);
    case FL_ABS_DIFF: return abs_diff(a, b);
    case FL_MIN: return wasm_u8x16_min(a, b);
    case FL_MAX: return wasm_u8x16_max(a, b);
    default: return multiply(a, b, half);
  }
}

/* A second operand that leaves the first as it is. */
INLINE v128_t neutral_where(const fl_arithmetic_operator operator, v128_t b, v128_t kept) {
  bool is_white = operator == FL_MIN || operator == FL_MULTIPLY;
  return is_white ? wasm_v128_or(b, kept) : wasm_v128_andnot(b, kept);
}

/* Of any scale: sixteen bits, signed except for a product. */
INLINE v128_t apply_words(const fl_arithmetic_operator operator, v128_t a, v128_t b) {
  switch (operator) {
    case FL_ADD: return wasm_i16x8_add(a, b);
    case FL_SUBTRACT: return wasm_i16x8_sub(a, b);
    case FL_MULTIPLY: return wasm_i16x8_mul(a, b);
    default: return a;
  }
}

typedef struct scaling {
  v128_t limit, least, times, factor, half; /* i16 */
} scaling;

INLINE v128_t scale_words(const fl_arithmetic_operator operator, const bool halves, v128_t v, scaling k) {
  if (halves) return wasm_i16x8_shr(wasm_i16x8_add(wasm_i16x8_q15mulr_sat(wasm_u16x8_shr(v, 1), k.factor), k.half), 6);
  v = operator == FL_MULTIPLY ? wasm_u16x8_min(v, k.limit) : wasm_i16x8_max(wasm_i16x8_min(v, k.limit), k.least);
  return wasm_i16x8_q15mulr_sat(wasm_i16x8_mul(v, k.times), k.factor);
}

INLINE v128_t apply_scaled(const fl_arithmetic_operator operator, const bool halves, v128_t a, v128_t b, scaling k) {
  if (operator == FL_ABS_DIFF) a = abs_diff(a, b);
  if (operator == FL_MIN) a = wasm_u8x16_min(a, b);
  if (operator == FL_MAX) a = wasm_u8x16_max(a, b);
  v128_t low = apply_words(operator, wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b));
  v128_t high = apply_words(operator, wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b));
  return wasm_u8x16_narrow_i16x8(scale_words(operator, halves, low, k), scale_words(operator, halves, high, k));
}

INLINE void combine_by(const fl_arithmetic_operator operator, uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n,
                       const fl_arithmetic *how) {
  const fl_arithmetic_factor by = fl_kernels_arithmetic_factor(how);
  const scaling k = {wasm_i16x8_splat(by.limit), wasm_i16x8_splat((int16_t)-by.limit), wasm_i16x8_splat(by.times),
                     wasm_i16x8_splat(by.factor), fl_simd_hoist(0x00200020)};
  const v128_t kept = fl_simd_hoist(how->keeps_alpha ? 0xff000000 : 0), half = fl_simd_hoist(0x00800080);
  bool is_unit = how->scale == fl_arithmetic_unit(operator);
  size_t i = 0, end = n / 16 * 16;
#pragma clang loop unroll_count(2)
  for (; is_unit && i < end; i += 16)
    wasm_v128_store(dst + i, apply_bytes(operator, wasm_v128_load(a + i), neutral_where(operator, wasm_v128_load(b + i), kept), half));
  for (; operator == FL_MULTIPLY && by.halves && i < end; i += 16) {
    v128_t v = wasm_v128_load(a + i), w = wasm_v128_load(b + i);
    wasm_v128_store(dst + i, wasm_v128_bitselect(v, apply_scaled(operator, true, v, w, k), kept));
  }
  for (; i < end; i += 16) {
    v128_t v = wasm_v128_load(a + i), w = wasm_v128_load(b + i);
    wasm_v128_store(dst + i, wasm_v128_bitselect(v, apply_scaled(operator, false, v, w, k), kept));
  }
  fl_arithmetic_reference.combine(dst + i, a + i, b + i, n - i, how);
}

static void combine(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, const fl_arithmetic *how) {
  switch (how->operator) {
    case FL_ADD: combine_by(FL_ADD, dst, a, b, n, how); return;
    case FL_SUBTRACT: combine_by(FL_SUBTRACT, dst, a, b, n, how); return;
    case FL_ABS_DIFF: combine_by(FL_ABS_DIFF, dst, a, b, n, how); return;
    case FL_MIN: combine_by(FL_MIN, dst, a, b, n, how); return;
    case FL_MAX: combine_by(FL_MAX, dst, a, b, n, how); return;
    case FL_MULTIPLY: combine_by(FL_MULTIPLY, dst, a, b, n, how); return;
  }
}

INLINE v128_t interleave_low(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

INLINE v128_t interleave_high(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/* Eight values from eight pairs of bytes. */
INLINE v128_t weigh_pairs(v128_t pairs, v128_t weights, v128_t half) {
  v128_t low = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(pairs), weights);
  v128_t high = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(pairs), weights);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), 14), wasm_i32x4_shr(wasm_i32x4_add(high, half), 14));
}

static void mix(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, int16_t weight) {
  v128_t weights = wasm_u32x4_splat((uint32_t)(16384 - weight) | (uint32_t)weight << 16), half = fl_simd_hoist(8192);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(a + i), w = wasm_v128_load(b + i);
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(weigh_pairs(interleave_low(v, w), weights, half),
                                                     weigh_pairs(interleave_high(v, w), weights, half)));
  }
  fl_arithmetic_reference.mix(dst + i, a + i, b + i, n - i, weight);
}

/* Four pixels; the mask in the low bytes of the lanes. Alphas of four pixels fit one vector of i32. */
INLINE v128_t mask_four(v128_t v, v128_t mask, v128_t half, v128_t opaque) {
  v128_t alpha = divide_by_255(wasm_i16x8_mul(wasm_u32x4_shr(v, 24), mask), half);
  return wasm_v128_bitselect(wasm_i32x4_shl(alpha, 24), v, opaque);
}

static void mask(uint8_t *dst, const uint8_t *src, const uint8_t *mask, size_t pixels) {
  v128_t half = fl_simd_hoist(0x00000080), opaque = fl_simd_hoist(0xff000000);
  size_t i = 0;
  for (; i + 8 <= pixels; i += 8) {
    v128_t m = wasm_u16x8_load8x8(mask + i);
    v128_t low = wasm_v128_load(src + i * 4), high = wasm_v128_load(src + i * 4 + 16);
    wasm_v128_store(dst + i * 4, mask_four(low, wasm_u32x4_extend_low_u16x8(m), half, opaque));
    wasm_v128_store(dst + i * 4 + 16, mask_four(high, wasm_u32x4_extend_high_u16x8(m), half, opaque));
  }
  fl_arithmetic_reference.mask(dst + i * 4, src + i * 4, mask + i, pixels - i);
}

static void mask_by_alpha(uint8_t *dst, const uint8_t *src, const uint8_t *other, size_t pixels) {
  v128_t half = fl_simd_hoist(0x00000080), opaque = fl_simd_hoist(0xff000000);
  size_t i = 0;
  for (; i + 4 <= pixels; i += 4) {
    v128_t mask = wasm_u32x4_shr(wasm_v128_load(other + i * 4), 24);
    wasm_v128_store(dst + i * 4, mask_four(wasm_v128_load(src + i * 4), mask, half, opaque));
  }
  fl_arithmetic_reference.mask_by_alpha(dst + i * 4, src + i * 4, other + i * 4, pixels - i);
}

const fl_arithmetic_kernels fl_arithmetic_simd = {.combine = combine, .mix = mix, .mask = mask, .mask_by_alpha = mask_by_alpha};
