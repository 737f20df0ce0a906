#include "kernels/compose.h"

#include "base/simd.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))
#define CHUNK 1024u /* bytes mixed at a time, into a buffer that stays in the first-level cache */

/* Eight values of 16 bits: v / 255, rounded half up. */
INLINE v128_t divide_by_255(v128_t v, v128_t half) {
  v = wasm_i16x8_add(v, half);
  return wasm_u16x8_shr(wasm_i16x8_add(v, wasm_u16x8_shr(v, 8)), 8);
}

/* Integers 0 ≤ i < 2²³ to floats and back, by way of 2²³ + i, whose low bits are i: the conversions proper cost more.
 * Back, f is rounded to nearest and the high bits are something else. */
INLINE v128_t floats(v128_t i, v128_t magic) { return wasm_f32x4_sub(wasm_v128_or(i, magic), magic); }
INLINE v128_t round_to_low_bits(v128_t f, v128_t magic) { return wasm_f32x4_add(f, magic); }

/* ---- B(backdrop, source): each channel alone, sixteen at a time ---- */

typedef struct mixing {
  v128_t half;           /* u16: 128 */
  v128_t zero, low_byte; /* low_byte: i32 */
  v128_t magic, one, factor, unit, two_units, small, quarter, sixteen, twelve, three; /* f32 */
} mixing;

INLINE v128_t product_of(v128_t backdrop, v128_t source, const int times, v128_t half) {
  v128_t low = wasm_i16x8_mul(wasm_u16x8_extend_low_u8x16(backdrop), wasm_u16x8_extend_low_u8x16(source));
  v128_t high = wasm_i16x8_mul(wasm_u16x8_extend_high_u8x16(backdrop), wasm_u16x8_extend_high_u8x16(source));
  if (times == 2) low = wasm_i16x8_add(low, low), high = wasm_i16x8_add(high, high);
  return wasm_u8x16_narrow_i16x8(divide_by_255(low, half), divide_by_255(high, half));
}

INLINE v128_t hard_light(v128_t backdrop, v128_t source, mixing k) {
  v128_t light = wasm_i8x16_lt(source, k.zero);
  return wasm_v128_xor(product_of(wasm_v128_xor(backdrop, light), wasm_v128_xor(source, light), 2, k.half), light);
}

INLINE v128_t exclusion(v128_t backdrop, v128_t source, mixing k) {
  v128_t light = wasm_i8x16_lt(backdrop, k.zero), dark = wasm_v128_xor(backdrop, light);
  v128_t low = wasm_u16x8_extend_low_u8x16(dark), s_low = wasm_u16x8_extend_low_u8x16(source);
  v128_t high = wasm_u16x8_extend_high_u8x16(dark), s_high = wasm_u16x8_extend_high_u8x16(source);
  v128_t p_low = wasm_i16x8_mul(wasm_i16x8_add(low, low), s_low), p_high = wasm_i16x8_mul(wasm_i16x8_add(high, high), s_high);
  low = wasm_i16x8_sub(wasm_i16x8_add(low, s_low), divide_by_255(p_low, k.half));
  high = wasm_i16x8_sub(wasm_i16x8_add(high, s_high), divide_by_255(p_high, k.half));
  return wasm_v128_xor(wasm_u8x16_narrow_i16x8(low, high), light);
}

INLINE v128_t dodge_four(v128_t backdrop, v128_t source, mixing k) {
  v128_t rest = wasm_f32x4_sub(k.factor, source);
  v128_t quotient = wasm_f32x4_div(wasm_f32x4_mul(backdrop, k.factor), wasm_f32x4_pmax(k.small, rest));
  return wasm_f32x4_pmin(k.factor, quotient);
}

INLINE v128_t soft_light_four(v128_t backdrop, v128_t source, mixing k) {
  v128_t b = wasm_f32x4_mul(backdrop, k.unit), twice = wasm_f32x4_sub(wasm_f32x4_mul(source, k.two_units), k.one);
  v128_t dark = wasm_f32x4_sub(backdrop, wasm_f32x4_mul(backdrop, b));
  v128_t steep = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_sub(wasm_f32x4_mul(b, k.sixteen), k.twelve), b), k.three);
  v128_t root = wasm_f32x4_sub(wasm_f32x4_sqrt(wasm_f32x4_mul(backdrop, k.factor)), backdrop);
  v128_t light = wasm_v128_bitselect(wasm_f32x4_mul(steep, backdrop), root, wasm_f32x4_le(b, k.quarter));
  light = wasm_v128_bitselect(dark, light, wasm_f32x4_le(twice, k.zero));
  return wasm_f32x4_add(backdrop, wasm_f32x4_mul(twice, light));
}

INLINE v128_t float_four(const fl_blend_mode mode, v128_t backdrop, v128_t source, mixing k) {
  v128_t b = floats(backdrop, k.magic), s = floats(source, k.magic);
  v128_t mixed = mode == FL_BLEND_SOFT_LIGHT ? soft_light_four(b, s, k) : dodge_four(b, s, k);
  return wasm_v128_and(round_to_low_bits(mixed, k.magic), k.low_byte);
}

INLINE v128_t float_eight(const fl_blend_mode mode, v128_t backdrop, v128_t source, mixing k) {
  return wasm_i16x8_narrow_i32x4(
      float_four(mode, wasm_u32x4_extend_low_u16x8(backdrop), wasm_u32x4_extend_low_u16x8(source), k),
      float_four(mode, wasm_u32x4_extend_high_u16x8(backdrop), wasm_u32x4_extend_high_u16x8(source), k));
}

INLINE v128_t float_sixteen(const fl_blend_mode mode, v128_t backdrop, v128_t source, mixing k) {
  return wasm_u8x16_narrow_i16x8(
      float_eight(mode, wasm_u16x8_extend_low_u8x16(backdrop), wasm_u16x8_extend_low_u8x16(source), k),
      float_eight(mode, wasm_u16x8_extend_high_u8x16(backdrop), wasm_u16x8_extend_high_u8x16(source), k));
}

INLINE v128_t mix_sixteen(const fl_blend_mode mode, v128_t b, v128_t s, mixing k) {
  switch (mode) {
    case FL_BLEND_MULTIPLY: return product_of(b, s, 1, k.half);
    case FL_BLEND_SCREEN: return wasm_v128_not(product_of(wasm_v128_not(b), wasm_v128_not(s), 1, k.half));
    case FL_BLEND_OVERLAY: return hard_light(s, b, k);
    case FL_BLEND_DARKEN: return wasm_u8x16_min(b, s);
    case FL_BLEND_LIGHTEN: return wasm_u8x16_max(b, s);
    case FL_BLEND_COLOR_DODGE: return float_sixteen(mode, b, s, k);
    case FL_BLEND_COLOR_BURN: return wasm_v128_not(float_sixteen(mode, wasm_v128_not(b), wasm_v128_not(s), k));
    case FL_BLEND_HARD_LIGHT: return hard_light(b, s, k);
    case FL_BLEND_SOFT_LIGHT: return float_sixteen(mode, b, s, k);
    case FL_BLEND_DIFFERENCE: return wasm_v128_or(wasm_u8x16_sub_sat(b, s), wasm_u8x16_sub_sat(s, b));
    default: return exclusion(b, s, k);
  }
}

/* Four pixels without their alphas: a quarter less to do. */
INLINE v128_t float_colours(const fl_blend_mode mode, v128_t b, v128_t s, mixing k) {
  if (mode == FL_BLEND_COLOR_BURN) b = wasm_v128_not(b), s = wasm_v128_not(s);
  v128_t first = float_four(mode, wasm_v128_and(b, k.low_byte), wasm_v128_and(s, k.low_byte), k);
  v128_t second = float_four(mode, wasm_v128_and(wasm_u32x4_shr(b, 8), k.low_byte), wasm_v128_and(wasm_u32x4_shr(s, 8), k.low_byte), k);
  v128_t third = float_four(mode, wasm_v128_and(wasm_u32x4_shr(b, 16), k.low_byte), wasm_v128_and(wasm_u32x4_shr(s, 16), k.low_byte), k);
  v128_t mixed = wasm_v128_or(wasm_v128_or(first, wasm_i32x4_shl(second, 8)), wasm_i32x4_shl(third, 16));
  return mode == FL_BLEND_COLOR_BURN ? wasm_v128_not(mixed) : mixed;
}

INLINE bool takes_floats(const fl_blend_mode mode) {
  return mode == FL_BLEND_COLOR_DODGE || mode == FL_BLEND_COLOR_BURN || mode == FL_BLEND_SOFT_LIGHT;
}

INLINE void mix_each(const fl_blend_mode mode, uint8_t *mixed, const uint8_t *backdrop, const uint8_t *source, size_t size, bool gray) {
  const mixing k = {
      .half = fl_simd_hoist(0x00800080), .zero = fl_simd_hoist(0), .low_byte = fl_simd_hoist(0xff),
      .magic = fl_simd_hoist_float(8388608.0f), .one = fl_simd_hoist_float(1), .factor = fl_simd_hoist_float(255),
      .unit = fl_simd_hoist_float(1.0f / 255.0f), .two_units = fl_simd_hoist_float(2.0f / 255.0f),
      .small = fl_simd_hoist_float(0.5f), .quarter = fl_simd_hoist_float(0.25f), .sixteen = fl_simd_hoist_float(16),
      .twelve = fl_simd_hoist_float(12), .three = fl_simd_hoist_float(3),
  };
  size_t i = 0;
  for (; takes_floats(mode) && !gray && i < size; i += 16)
    wasm_v128_store(mixed + i, float_colours(mode, wasm_v128_load(backdrop + i), wasm_v128_load(source + i), k));
  for (; i < size; i += 16)
    wasm_v128_store(mixed + i, mix_sixteen(mode, wasm_v128_load(backdrop + i), wasm_v128_load(source + i), k));
}

/* ---- the three channels together, four pixels at a time ---- */

typedef struct colours {
  v128_t c[3];
} colours;

INLINE colours load_colours(const uint8_t *src, v128_t low_byte, v128_t magic) {
  v128_t v = wasm_v128_load(src);
  return (colours){{floats(wasm_v128_and(v, low_byte), magic), floats(wasm_v128_and(wasm_u32x4_shr(v, 8), low_byte), magic),
                    floats(wasm_v128_and(wasm_u32x4_shr(v, 16), low_byte), magic)}};
}

INLINE v128_t lum(colours c, const v128_t weight[3]) {
  return wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_mul(weight[0], c.c[0]), wasm_f32x4_mul(weight[1], c.c[1])),
                        wasm_f32x4_mul(weight[2], c.c[2]));
}

INLINE v128_t lowest(colours c) { return wasm_f32x4_pmin(wasm_f32x4_pmin(c.c[0], c.c[1]), c.c[2]); }
INLINE v128_t highest(colours c) { return wasm_f32x4_pmax(wasm_f32x4_pmax(c.c[0], c.c[1]), c.c[2]); }
INLINE v128_t sat(colours c) { return wasm_f32x4_sub(highest(c), lowest(c)); }

INLINE colours set_sat(colours c, v128_t wanted, v128_t tiny) {
  v128_t low = lowest(c), scale = wasm_f32x4_div(wanted, wasm_f32x4_pmax(sat(c), tiny));
  for (int i = 0; i < 3; i++) c.c[i] = wasm_f32x4_mul(wasm_f32x4_sub(c.c[i], low), scale);
  return c;
}

INLINE colours set_lum(colours c, v128_t wanted, const v128_t weight[3], v128_t full, v128_t tiny) {
  v128_t step = wasm_f32x4_sub(wanted, lum(c, weight)), rest = wasm_f32x4_sub(full, wanted);
  for (int i = 0; i < 3; i++) c.c[i] = wasm_f32x4_add(c.c[i], step);
  v128_t below = wasm_f32x4_pmax(wasm_f32x4_pmax(wasm_f32x4_sub(wanted, lowest(c)), wanted), tiny);
  v128_t above = wasm_f32x4_pmax(wasm_f32x4_pmax(wasm_f32x4_sub(highest(c), wanted), rest), tiny);
  v128_t scale = wasm_f32x4_pmin(wasm_f32x4_div(wanted, below), wasm_f32x4_div(rest, above));
  for (int i = 0; i < 3; i++) c.c[i] = wasm_f32x4_add(wanted, wasm_f32x4_mul(wasm_f32x4_sub(c.c[i], wanted), scale));
  return c;
}

static void mix_colours(const fl_blend *blend, uint8_t *mixed, const uint8_t *backdrop, const uint8_t *source, size_t size) {
  const fl_blend_mode mode = blend->mode;
  const v128_t low_byte = fl_simd_hoist(0xff), magic = fl_simd_hoist_float(8388608.0f), full = fl_simd_hoist_float(255);
  const v128_t tiny = fl_simd_hoist_float(1e-20f);
  const v128_t weight[3] = {wasm_f32x4_splat(blend->blue_first ? 0.11f : 0.3f), wasm_f32x4_splat(0.59f),
                            wasm_f32x4_splat(blend->blue_first ? 0.3f : 0.11f)};
  for (size_t i = 0; i < size; i += 16) {
    colours b = load_colours(backdrop + i, low_byte, magic), s = load_colours(source + i, low_byte, magic);
    colours c = mode == FL_BLEND_HUE || mode == FL_BLEND_COLOR ? s : b;
    if (mode == FL_BLEND_HUE || mode == FL_BLEND_SATURATION) c = set_sat(c, sat(mode == FL_BLEND_HUE ? b : s), tiny);
    c = set_lum(c, lum(mode == FL_BLEND_LUMINOSITY ? s : b, weight), weight, full, tiny);
    for (int n = 0; n < 3; n++) c.c[n] = wasm_v128_and(round_to_low_bits(c.c[n], magic), low_byte);
    v128_t packed = wasm_v128_or(wasm_v128_or(c.c[0], wasm_i32x4_shl(c.c[1], 8)), wasm_i32x4_shl(c.c[2], 16));
    wasm_v128_store(mixed + i, packed);
  }
}

#define EACH(mode) \
  case mode: mix_each(mode, mixed, backdrop, source, size, gray); return;

/* size: a multiple of 16. Of alpha something comes out. */
static void mix(const fl_blend *blend, uint8_t *mixed, const uint8_t *backdrop, const uint8_t *source, size_t size, bool gray) {
  switch (blend->mode) {
    EACH(FL_BLEND_MULTIPLY) EACH(FL_BLEND_SCREEN) EACH(FL_BLEND_OVERLAY) EACH(FL_BLEND_DARKEN) EACH(FL_BLEND_LIGHTEN)
    EACH(FL_BLEND_COLOR_DODGE) EACH(FL_BLEND_COLOR_BURN) EACH(FL_BLEND_HARD_LIGHT) EACH(FL_BLEND_SOFT_LIGHT)
    EACH(FL_BLEND_DIFFERENCE) EACH(FL_BLEND_EXCLUSION)
    default: mix_colours(blend, mixed, backdrop, source, size);
  }
}

/* ---- composing ---- */

/* Three loops are made of what follows: source-over of the source as it is, of a mixed colour, and any operator. */
typedef enum way { OVER, OVER_MIXED, OPERATOR } way;

typedef struct constants {
  v128_t full, half;                   /* u16: 255, 128 */
  v128_t opacity, weight_half, opaque; /* i32: opacity in 1/16384; half of 16384; the bits of alpha */
  v128_t low;                          /* i32: 0xffff */
  v128_t rounding;                     /* i16: 1; with a weight of 8192 it rounds a sum in 1/16384 */
  v128_t magic, source_unit, unit, one, weight_one, tiny, full_float;   /* f32; units: opacity / 255, 1 / 255 */
  v128_t source, source_both, backdrop, backdrop_both;                  /* f32: an operator's shares */
} constants;

INLINE constants prepare(const fl_blend *blend) {
  fl_blend_shares shares = fl_kernels_blend_shares(blend->mode);
  return (constants){
      .full = fl_simd_hoist(0x00ff00ff),
      .half = fl_simd_hoist(0x00800080),
      .opacity = wasm_i32x4_splat((int32_t)lrintf(blend->opacity * 16384)),
      .weight_half = fl_simd_hoist(8192),
      .opaque = fl_simd_hoist(0xff000000),
      .low = fl_simd_hoist(0xffff),
      .rounding = fl_simd_hoist(0x00010001),
      .magic = fl_simd_hoist_float(8388608.0f),
      .source_unit = wasm_f32x4_splat(blend->opacity * (1.0f / 255.0f)),
      .unit = fl_simd_hoist_float(1.0f / 255.0f),
      .one = fl_simd_hoist_float(1.0f),
      .weight_one = fl_simd_hoist_float(16384.0f),
      .tiny = fl_simd_hoist_float(1e-20f),
      .full_float = fl_simd_hoist_float(255.0f),
      .source = wasm_f32x4_splat(shares.source), .source_both = wasm_f32x4_splat(shares.source_both),
      .backdrop = wasm_f32x4_splat(shares.backdrop), .backdrop_both = wasm_f32x4_splat(shares.backdrop_both),
  };
}

INLINE v128_t over_opaque(v128_t backdrop, v128_t mixed, v128_t alpha, constants k) {
  v128_t rest = wasm_i16x8_sub(k.full, alpha);
  return divide_by_255(wasm_i16x8_add(wasm_i16x8_mul(backdrop, rest), wasm_i16x8_mul(mixed, alpha)), k.half);
}

/* Four pixels over opaque ones. */
INLINE v128_t four_over_opaque(v128_t backdrop, v128_t source, v128_t mixed, constants k) {
  v128_t alpha = wasm_i32x4_dot_i16x8(wasm_u32x4_shr(source, 24), k.opacity);
  alpha = wasm_i32x4_shr(wasm_i32x4_add(alpha, k.weight_half), 14);
  alpha = wasm_v128_or(alpha, wasm_i32x4_shl(alpha, 16)); /* now shuffles of whole lanes will do: they are one instruction */
  v128_t alpha_low = wasm_i32x4_shuffle(alpha, alpha, 0, 0, 1, 1), alpha_high = wasm_i32x4_shuffle(alpha, alpha, 2, 2, 3, 3);
  v128_t low = over_opaque(wasm_u16x8_extend_low_u8x16(backdrop), wasm_u16x8_extend_low_u8x16(mixed), alpha_low, k);
  v128_t high = over_opaque(wasm_u16x8_extend_high_u8x16(backdrop), wasm_u16x8_extend_high_u8x16(mixed), alpha_high, k);
  return wasm_v128_or(wasm_u8x16_narrow_i16x8(low, high), k.opaque);
}

typedef struct weights {
  v128_t outer; /* i16 pairs: of the source, of the backdrop */
  v128_t both;  /* i16 pairs: of the mixed colour, 8192 */
  v128_t alpha; /* i32: the result's, in its place */
} weights;

INLINE v128_t share(v128_t alpha, v128_t alone, v128_t both, v128_t of_both) {
  return wasm_f32x4_add(wasm_f32x4_mul(alone, alpha), wasm_f32x4_mul(of_both, both));
}

INLINE weights weigh(const way way, v128_t backdrop, v128_t source, constants k) {
  v128_t source_alpha = wasm_f32x4_mul(floats(wasm_u32x4_shr(source, 24), k.magic), k.source_unit);
  v128_t backdrop_alpha = wasm_f32x4_mul(floats(wasm_u32x4_shr(backdrop, 24), k.magic), k.unit);
  v128_t both = wasm_f32x4_mul(source_alpha, backdrop_alpha);
  v128_t of_source = way == OVER         ? source_alpha
                     : way == OVER_MIXED ? wasm_f32x4_sub(source_alpha, both)
                                         : share(source_alpha, k.source, both, k.source_both);
  v128_t of_backdrop = way == OPERATOR ? share(backdrop_alpha, k.backdrop, both, k.backdrop_both) : wasm_f32x4_sub(backdrop_alpha, both);
  v128_t alpha = wasm_f32x4_add(of_source, of_backdrop);
  if (way == OVER_MIXED) alpha = wasm_f32x4_add(alpha, both);
  alpha = wasm_f32x4_pmin(k.one, alpha);
  v128_t scale = wasm_f32x4_div(k.weight_one, wasm_f32x4_pmax(k.tiny, alpha));
  v128_t source_weight = wasm_v128_and(round_to_low_bits(wasm_f32x4_mul(of_source, scale), k.magic), k.low);
  v128_t backdrop_weight = round_to_low_bits(wasm_f32x4_mul(of_backdrop, scale), k.magic);
  weights w = {.outer = wasm_v128_or(source_weight, wasm_i32x4_shl(backdrop_weight, 16)),
               .alpha = wasm_i32x4_shl(round_to_low_bits(wasm_f32x4_mul(alpha, k.full_float), k.magic), 24)};
  if (way == OVER_MIXED) {
    v128_t both_weight = wasm_v128_and(round_to_low_bits(wasm_f32x4_mul(both, scale), k.magic), k.low);
    w.both = wasm_v128_or(both_weight, wasm_i32x4_shl(k.weight_half, 16));
  }
  return w;
}

#define SPLAT_LANE(v, lane) wasm_i32x4_shuffle(v, v, lane, lane, lane, lane)

/* One pixel: pairs of source and backdrop, of mixed colour and 1; its weights in every lane. */
INLINE v128_t weighted(const way way, v128_t pairs, v128_t mixed, v128_t outer, v128_t both, v128_t half) {
  v128_t sum = wasm_i32x4_dot_i16x8(pairs, outer);
  return wasm_i32x4_shr(wasm_i32x4_add(sum, way == OVER_MIXED ? wasm_i32x4_dot_i16x8(mixed, both) : half), 14);
}

/* Two pixels as pairs of bytes (source, backdrop) and channels of 16 bits, with the weights of lanes i and i + 1. */
#define WEIGHTED_TWO(way, pairs, mixed, w, i, k)                                                                                      \
  wasm_i16x8_narrow_i32x4(                                                                                                            \
      weighted(way, wasm_u16x8_extend_low_u8x16(pairs), wasm_i16x8_shuffle(mixed, (k).rounding, 0, 8, 1, 9, 2, 10, 3, 11),            \
               SPLAT_LANE((w).outer, i), SPLAT_LANE((w).both, i), (k).weight_half),                                                   \
      weighted(way, wasm_u16x8_extend_high_u8x16(pairs), wasm_i16x8_shuffle(mixed, (k).rounding, 4, 12, 5, 13, 6, 14, 7, 15),         \
               SPLAT_LANE((w).outer, (i) + 1), SPLAT_LANE((w).both, (i) + 1), (k).weight_half))

/* Four pixels over any. */
INLINE v128_t four_over_any(const way way, v128_t backdrop, v128_t source, v128_t mixed, constants k) {
  weights w = weigh(way, backdrop, source, k);
  v128_t pairs_low = wasm_i8x16_shuffle(source, backdrop, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t pairs_high = wasm_i8x16_shuffle(source, backdrop, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128_t low = WEIGHTED_TWO(way, pairs_low, wasm_u16x8_extend_low_u8x16(mixed), w, 0, k);
  v128_t high = WEIGHTED_TWO(way, pairs_high, wasm_u16x8_extend_high_u8x16(mixed), w, 2, k);
  return wasm_v128_or(wasm_v128_andnot(wasm_u8x16_narrow_i16x8(low, high), k.opaque), w.alpha);
}

/* Rows of whole vectors; mixed is source where nothing is mixed. */
typedef struct rows {
  uint8_t *dst;
  const uint8_t *backdrop, *source, *mixed;
} rows;

INLINE v128_t load_mixed(const way way, rows r, size_t i, v128_t source) {
  return way == OVER_MIXED ? wasm_v128_load(r.mixed + i) : source;
}

/* As far as the backdrop is opaque, and as far as it is not, four pixels at a time: the place where that ends. Loops of their own,
 * so that each has the registers to keep its constants. */
INLINE size_t opaque_run(const way way, rows r, size_t i, size_t end, constants k) {
  for (; i < end; i += 16) {
    v128_t b = wasm_v128_load(r.backdrop + i), s = wasm_v128_load(r.source + i);
    if (wasm_v128_any_true(wasm_v128_andnot(k.opaque, b))) break;
    wasm_v128_store(r.dst + i, four_over_opaque(b, s, load_mixed(way, r, i, s), k));
  }
  return i;
}

INLINE size_t other_run(const way way, rows r, size_t i, size_t end, constants k) {
  for (; i < end; i += 16) {
    v128_t b = wasm_v128_load(r.backdrop + i), s = wasm_v128_load(r.source + i), m = load_mixed(way, r, i, s);
    v128_t missing = wasm_v128_andnot(k.opaque, b);
    if (way != OPERATOR && !wasm_v128_any_true(missing)) break;
    v128_t out = four_over_any(way, b, s, m, k);
    if (way != OPERATOR && !wasm_i32x4_all_true(missing)) {
      v128_t is_opaque = wasm_i32x4_eq(missing, wasm_i32x4_const_splat(0));
      out = wasm_v128_bitselect(four_over_opaque(b, s, m, k), out, is_opaque);
    }
    wasm_v128_store(r.dst + i, out);
  }
  return i;
}

INLINE void compose_rows(const way way, rows r, size_t size, constants k) {
  for (size_t i = 0; i < size;) {
    if (way != OPERATOR) i = opaque_run(way, r, i, size, k);
    i = other_run(way, r, i, size, k);
  }
}

static void blend(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend) {
  constants k = prepare(blend);
  uint8_t mixed[CHUNK];
  size_t i = 0, end = pixels / 4 * 16;
  rows r = {dst, backdrop, source, source};
  if (blend->mode == FL_BLEND_NORMAL || blend->mode == FL_BLEND_SOURCE_OVER) compose_rows(OVER, r, end, k), i = end;
  else if (!fl_blend_mixes(blend->mode)) compose_rows(OPERATOR, r, end, k), i = end;
  while (i < end) {
    size_t size = end - i < CHUNK ? end - i : CHUNK;
    mix(blend, mixed, backdrop + i, source + i, size, false);
    compose_rows(OVER_MIXED, (rows){dst + i, backdrop + i, source + i, mixed}, size, k);
    i += size;
  }
  fl_compose_reference.blend(dst + i, backdrop + i, source + i, pixels % 4, blend);
}

/* ---- gray ---- */

static void weigh_gray(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t size, const fl_blend *blend) {
  fl_blend_gray_weights weights = fl_kernels_blend_gray_weights(blend);
  v128_t pair = wasm_u32x4_splat((uint32_t)weights.source | (uint32_t)weights.backdrop << 16), half = fl_simd_hoist(8192);
  for (size_t i = 0; i < size; i += 16) {
    v128_t b = wasm_v128_load(backdrop + i), s = wasm_v128_load(source + i);
    v128_t low = wasm_i8x16_shuffle(s, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t high = wasm_i8x16_shuffle(s, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t sums[4] = {wasm_u16x8_extend_low_u8x16(low), wasm_u16x8_extend_high_u8x16(low), wasm_u16x8_extend_low_u8x16(high),
                      wasm_u16x8_extend_high_u8x16(high)};
    for (int n = 0; n < 4; n++) sums[n] = wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(sums[n], pair), half), 14);
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(sums[0], sums[1]),
                                                     wasm_i16x8_narrow_i32x4(sums[2], sums[3])));
  }
}

static void blend_gray(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n, const fl_blend *blend) {
  uint8_t mixed[CHUNK];
  size_t i = 0, end = n / 16 * 16;
  bool mixes = fl_blend_mixes(blend->mode) && blend->mode < FL_BLEND_HUE;
  bool keeps = blend->mode >= FL_BLEND_HUE && blend->mode <= FL_BLEND_COLOR; /* gray has the brightness only */
  while (i < end) {
    size_t size = end - i < CHUNK ? end - i : CHUNK;
    if (mixes) mix(blend, mixed, backdrop + i, source + i, size, true);
    weigh_gray(dst + i, backdrop + i, mixes ? mixed : keeps ? backdrop + i : source + i, size, blend);
    i += size;
  }
  fl_compose_reference.blend_gray(dst + i, backdrop + i, source + i, n - i, blend);
}

const fl_compose_kernels fl_compose_simd = {.blend = blend, .blend_gray = blend_gray};
