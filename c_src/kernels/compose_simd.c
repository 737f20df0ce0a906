#include "kernels/compose.h"

#include "base/simd.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))

/* Of all the loops below; each uses what it needs. */
typedef struct constants {
  v128_t full, half;                    /* u16: 255, 128 */
  v128_t opacity, weight_half, opaque;  /* i32: opacity in 1/16384; half of 16384; the bits of alpha */
  v128_t low;                           /* i32: 0xffff */
  v128_t magic, opacity_float, inverse_255, weight_one, tiny; /* f32 */
} constants;

INLINE constants prepare(const fl_blend *blend) {
  return (constants){
      .full = fl_simd_hoist(0x00ff00ff),
      .half = fl_simd_hoist(0x00800080),
      .opacity = wasm_i32x4_splat((int32_t)lrintf(blend->opacity * 16384)),
      .weight_half = fl_simd_hoist(8192),
      .opaque = fl_simd_hoist(0xff000000),
      .low = fl_simd_hoist(0xffff),
      .magic = fl_simd_hoist_float(8388608.0f),
      .opacity_float = wasm_f32x4_splat(blend->opacity),
      .inverse_255 = fl_simd_hoist_float(1.0f / 255.0f),
      .weight_one = fl_simd_hoist_float(16384.0f),
      .tiny = fl_simd_hoist_float(1e-20f),
  };
}

/* Eight values of 16 bits: v / 255, rounded half up. */
INLINE v128_t divide_by_255(v128_t v, v128_t half) {
  v = wasm_i16x8_add(v, half);
  return wasm_u16x8_shr(wasm_i16x8_add(v, wasm_u16x8_shr(v, 8)), 8);
}

/* Eight channels of 16 bits. */
INLINE v128_t blended(const fl_blend_mode mode, v128_t backdrop, v128_t source, v128_t half) {
  if (mode == FL_BLEND_NORMAL) return source;
  v128_t product = divide_by_255(wasm_i16x8_mul(backdrop, source), half);
  if (mode == FL_BLEND_MULTIPLY) return product;
  return wasm_i16x8_sub(wasm_i16x8_add(backdrop, source), product);
}

INLINE v128_t over_opaque(const fl_blend_mode mode, v128_t backdrop, v128_t source, v128_t alpha, constants k) {
  v128_t rest = wasm_i16x8_sub(k.full, alpha), mixed = blended(mode, backdrop, source, k.half);
  return divide_by_255(wasm_i16x8_add(wasm_i16x8_mul(backdrop, rest), wasm_i16x8_mul(mixed, alpha)), k.half);
}

/* Four pixels over opaque ones. */
INLINE v128_t four_over_opaque(const fl_blend_mode mode, v128_t backdrop, v128_t source, constants k) {
  v128_t alpha = wasm_i32x4_dot_i16x8(wasm_u32x4_shr(source, 24), k.opacity);
  alpha = wasm_i32x4_shr(wasm_i32x4_add(alpha, k.weight_half), 14);
  alpha = wasm_v128_or(alpha, wasm_i32x4_shl(alpha, 16)); /* now shuffles of whole lanes will do: they are one instruction */
  v128_t alpha_low = wasm_i32x4_shuffle(alpha, alpha, 0, 0, 1, 1), alpha_high = wasm_i32x4_shuffle(alpha, alpha, 2, 2, 3, 3);
  v128_t low = over_opaque(mode, wasm_u16x8_extend_low_u8x16(backdrop), wasm_u16x8_extend_low_u8x16(source), alpha_low, k);
  v128_t high = over_opaque(mode, wasm_u16x8_extend_high_u8x16(backdrop), wasm_u16x8_extend_high_u8x16(source), alpha_high, k);
  return wasm_v128_or(wasm_u8x16_narrow_i16x8(low, high), k.opaque);
}

/* Integers 0 ≤ i < 2²³ to floats and back, by way of 2²³ + i, whose low bits are i: the conversions proper cost more.
 * Back, f is rounded to nearest and the high bits are something else. */
INLINE v128_t floats(v128_t i, v128_t magic) { return wasm_f32x4_sub(wasm_v128_or(i, magic), magic); }
INLINE v128_t round_to_low_bits(v128_t f, v128_t magic) { return wasm_f32x4_add(f, magic); }

typedef struct weights {
  v128_t outer; /* i16 pairs: of the source, of the backdrop */
  v128_t both;  /* i16 pairs: of the blended colour, 0 */
  v128_t alpha; /* i32: the result's, in its place */
} weights;

INLINE weights weigh(const fl_blend_mode mode, v128_t backdrop, v128_t source, constants k) {
  v128_t source_alpha = wasm_f32x4_mul(floats(wasm_u32x4_shr(source, 24), k.magic), k.opacity_float);
  v128_t backdrop_alpha = floats(wasm_u32x4_shr(backdrop, 24), k.magic);
  v128_t both = wasm_f32x4_mul(wasm_f32x4_mul(source_alpha, backdrop_alpha), k.inverse_255);
  v128_t alone = wasm_f32x4_sub(source_alpha, both), alpha = wasm_f32x4_add(alone, backdrop_alpha);
  v128_t scale = wasm_f32x4_div(k.weight_one, wasm_f32x4_pmax(k.tiny, alpha));
  v128_t source_weight = wasm_v128_and(round_to_low_bits(wasm_f32x4_mul(alone, scale), k.magic), k.low);
  v128_t both_weight = wasm_v128_and(round_to_low_bits(wasm_f32x4_mul(both, scale), k.magic), k.low);
  v128_t backdrop_weight = round_to_low_bits(wasm_f32x4_mul(wasm_f32x4_sub(backdrop_alpha, both), scale), k.magic);
  if (mode == FL_BLEND_NORMAL) source_weight = wasm_i32x4_add(source_weight, both_weight);
  return (weights){wasm_v128_or(source_weight, wasm_i32x4_shl(backdrop_weight, 16)), both_weight,
                   wasm_i32x4_shl(round_to_low_bits(alpha, k.magic), 24)};
}

/* One pixel: pairs of source and backdrop, its blended colour as i32, its weights in every lane. */
INLINE v128_t weighted(const fl_blend_mode mode, v128_t pairs, v128_t mixed, v128_t outer, v128_t both, v128_t half) {
  v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(pairs, outer), half);
  if (mode != FL_BLEND_NORMAL) sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(mixed, both));
  return wasm_i32x4_shr(sum, 14);
}

#define SPLAT_LANE(v, lane) wasm_i32x4_shuffle(v, v, lane, lane, lane, lane)

/* Two pixels, channels of 16 bits, with the weights of lanes i and i+1. */
#define WEIGHTED_TWO(mode, b, s, m, w, i, half)                                                                            \
  wasm_i16x8_narrow_i32x4(                                                                                                 \
      weighted(mode, wasm_i16x8_shuffle(s, b, 0, 8, 1, 9, 2, 10, 3, 11), wasm_u32x4_extend_low_u16x8(m),                   \
               SPLAT_LANE((w).outer, i), SPLAT_LANE((w).both, i), half),                                                   \
      weighted(mode, wasm_i16x8_shuffle(s, b, 4, 12, 5, 13, 6, 14, 7, 15), wasm_u32x4_extend_high_u16x8(m),                \
               SPLAT_LANE((w).outer, (i) + 1), SPLAT_LANE((w).both, (i) + 1), half))

/* Four pixels over any. */
INLINE v128_t four_over_any(const fl_blend_mode mode, v128_t backdrop, v128_t source, constants k) {
  weights w = weigh(mode, backdrop, source, k);
  v128_t b0 = wasm_u16x8_extend_low_u8x16(backdrop), s0 = wasm_u16x8_extend_low_u8x16(source);
  v128_t b1 = wasm_u16x8_extend_high_u8x16(backdrop), s1 = wasm_u16x8_extend_high_u8x16(source);
  v128_t low = WEIGHTED_TWO(mode, b0, s0, blended(mode, b0, s0, k.half), w, 0, k.weight_half);
  v128_t high = WEIGHTED_TWO(mode, b1, s1, blended(mode, b1, s1, k.half), w, 2, k.weight_half);
  return wasm_v128_or(wasm_v128_andnot(wasm_u8x16_narrow_i16x8(low, high), k.opaque), w.alpha);
}

/* As far as the backdrop is opaque, and as far as it is not, four pixels at a time: the place where that ends. Loops of their own,
 * so that each has the registers to keep its constants. */
INLINE size_t blend_opaque_run(const fl_blend_mode mode, uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t i,
                               size_t end, constants k) {
  for (; i + 32 <= end; i += 32) {
    v128_t b = wasm_v128_load(backdrop + i), c = wasm_v128_load(backdrop + i + 16);
    if (wasm_v128_any_true(wasm_v128_andnot(k.opaque, wasm_v128_and(b, c)))) break;
    v128_t s = wasm_v128_load(source + i), t = wasm_v128_load(source + i + 16);
    wasm_v128_store(dst + i, four_over_opaque(mode, b, s, k));
    wasm_v128_store(dst + i + 16, four_over_opaque(mode, c, t, k));
  }
  for (; i < end; i += 16) {
    v128_t b = wasm_v128_load(backdrop + i), s = wasm_v128_load(source + i);
    if (wasm_v128_any_true(wasm_v128_andnot(k.opaque, b))) break;
    wasm_v128_store(dst + i, four_over_opaque(mode, b, s, k));
  }
  return i;
}

INLINE size_t blend_other_run(const fl_blend_mode mode, uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t i,
                              size_t end, constants k) {
  for (; i < end; i += 16) {
    v128_t b = wasm_v128_load(backdrop + i), s = wasm_v128_load(source + i), missing = wasm_v128_andnot(k.opaque, b);
    if (!wasm_v128_any_true(missing)) break;
    v128_t out = four_over_any(mode, b, s, k);
    if (!wasm_i32x4_all_true(missing)) {
      v128_t is_opaque = wasm_i32x4_eq(missing, wasm_i32x4_const_splat(0));
      out = wasm_v128_bitselect(four_over_opaque(mode, b, s, k), out, is_opaque);
    }
    wasm_v128_store(dst + i, out);
  }
  return i;
}

INLINE void blend_row(const fl_blend_mode mode, uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels,
                      const fl_blend *blend) {
  constants k = prepare(blend);
  size_t i = 0, end = pixels / 4 * 16;
  while (i < end) {
    i = blend_opaque_run(mode, dst, backdrop, source, i, end, k);
    i = blend_other_run(mode, dst, backdrop, source, i, end, k);
  }
  fl_compose_reference.blend(dst + i, backdrop + i, source + i, pixels % 4, blend);
}

INLINE void blend_gray_row(const fl_blend_mode mode, uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n,
                           const fl_blend *blend) {
  constants k = prepare(blend);
  v128_t alpha = wasm_i16x8_splat((int16_t)((255 * lrintf(blend->opacity * 16384) + 8192) >> 14));
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t b = wasm_v128_load(backdrop + i), s = wasm_v128_load(source + i);
    v128_t low = over_opaque(mode, wasm_u16x8_extend_low_u8x16(b), wasm_u16x8_extend_low_u8x16(s), alpha, k);
    v128_t high = over_opaque(mode, wasm_u16x8_extend_high_u8x16(b), wasm_u16x8_extend_high_u8x16(s), alpha, k);
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(low, high));
  }
  fl_compose_reference.blend_gray(dst + i, backdrop + i, source + i, n - i, blend);
}

/* One loop per mode, with the mode a constant in it. */
#define EACH_MODE(row)                                                                             \
  switch (blend->mode) {                                                                           \
    case FL_BLEND_MULTIPLY: row(FL_BLEND_MULTIPLY, dst, backdrop, source, count, blend); return;   \
    case FL_BLEND_SCREEN: row(FL_BLEND_SCREEN, dst, backdrop, source, count, blend); return;       \
    default: row(FL_BLEND_NORMAL, dst, backdrop, source, count, blend); return;                    \
  }

static void blend(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t count, const fl_blend *blend) {
  EACH_MODE(blend_row)
}

static void blend_gray(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t count, const fl_blend *blend) {
  EACH_MODE(blend_gray_row)
}

const fl_compose_kernels fl_compose_simd = {.blend = blend, .blend_gray = blend_gray};
