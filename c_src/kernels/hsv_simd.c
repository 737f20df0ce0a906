#include "kernels/hsv.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* Sixteen pixels, a vector for each channel. */
typedef struct planes {
  v128_t a, b, c, alpha;
} planes;

/* The order of bytes that puts four values of each channel side by side, red first. */
INLINE v128_t grouping(uint32_t red) {
  return red == 0 ? wasm_i8x16_make(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
                  : wasm_i8x16_make(2, 6, 10, 14, 1, 5, 9, 13, 0, 4, 8, 12, 3, 7, 11, 15);
}

INLINE planes load_planes(const uint8_t *src, v128_t group) {
  v128_t p = wasm_i8x16_swizzle(wasm_v128_load(src), group), q = wasm_i8x16_swizzle(wasm_v128_load(src + 16), group);
  v128_t r = wasm_i8x16_swizzle(wasm_v128_load(src + 32), group), s = wasm_i8x16_swizzle(wasm_v128_load(src + 48), group);
  v128_t pq_low = wasm_i32x4_shuffle(p, q, 0, 4, 1, 5), pq_high = wasm_i32x4_shuffle(p, q, 2, 6, 3, 7);
  v128_t rs_low = wasm_i32x4_shuffle(r, s, 0, 4, 1, 5), rs_high = wasm_i32x4_shuffle(r, s, 2, 6, 3, 7);
  return (planes){wasm_i64x2_shuffle(pq_low, rs_low, 0, 2), wasm_i64x2_shuffle(pq_low, rs_low, 1, 3),
                  wasm_i64x2_shuffle(pq_high, rs_high, 0, 2), wasm_i64x2_shuffle(pq_high, rs_high, 1, 3)};
}

/* The order of bytes that puts the first channel into byte `red`. */
INLINE v128_t ordering(uint32_t red) {
  return red == 0 ? wasm_i8x16_make(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
                  : wasm_i8x16_make(2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15);
}

INLINE v128_t interleave_low(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

INLINE v128_t interleave_high(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

#define INTERLEAVE_16_LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_16_HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

INLINE void store_planes(uint8_t *dst, planes p, v128_t order) {
  v128_t ab_low = interleave_low(p.a, p.b), ab_high = interleave_high(p.a, p.b);
  v128_t rest_low = interleave_low(p.c, p.alpha), rest_high = interleave_high(p.c, p.alpha);
  wasm_v128_store(dst, wasm_i8x16_swizzle(INTERLEAVE_16_LOW(ab_low, rest_low), order));
  wasm_v128_store(dst + 16, wasm_i8x16_swizzle(INTERLEAVE_16_HIGH(ab_low, rest_low), order));
  wasm_v128_store(dst + 32, wasm_i8x16_swizzle(INTERLEAVE_16_LOW(ab_high, rest_high), order));
  wasm_v128_store(dst + 48, wasm_i8x16_swizzle(INTERLEAVE_16_HIGH(ab_high, rest_high), order));
}

/* ---- RGB to HSV ---- */

typedef struct constants {
  v128_t thirty, full; /* each a little more (by 2⁻²⁰ of it), so that halves are rounded away from 0 and nothing else is:
                          other quotients are at least 1/510 away from a half */
  v128_t minus_one;
  v128_t magic, magic_bits; /* a float plus 1.5 · 2²³ has the rounded float in its low bits */
} constants;

/* Eight pixels in 16 bits. Range and value count negative here, and x − y as y − x: could LLVM tell that they are not, it would
 * take the unsigned conversion to float, of ten instructions instead of one. */
typedef struct eight_pixels {
  v128_t difference, range, value;
} eight_pixels;

/* Four of them: 30 · (x − y) / range and 255 · range / value. */
typedef struct quotients {
  v128_t steps, saturation;
} quotients;

INLINE v128_t round_to_integer(v128_t v, constants c) { return wasm_i32x4_sub(wasm_f32x4_add(v, c.magic), c.magic_bits); }

INLINE quotients divide(v128_t difference, v128_t range, v128_t value, constants c) {
  difference = wasm_f32x4_convert_i32x4(difference), range = wasm_f32x4_convert_i32x4(range);
  v128_t per_range = wasm_f32x4_div(c.thirty, wasm_f32x4_pmin(c.minus_one, range));
  v128_t per_value = wasm_f32x4_div(c.full, wasm_f32x4_convert_i32x4(value));
  return (quotients){round_to_integer(wasm_f32x4_mul(difference, per_range), c),
                     round_to_integer(wasm_f32x4_mul(range, per_value), c)};
}

INLINE quotients divide_eight(eight_pixels p, constants c) {
  quotients low = divide(wasm_i32x4_extend_low_i16x8(p.difference), wasm_i32x4_extend_low_i16x8(p.range),
                         wasm_i32x4_extend_low_i16x8(p.value), c);
  quotients high = divide(wasm_i32x4_extend_high_i16x8(p.difference), wasm_i32x4_extend_high_i16x8(p.range),
                          wasm_i32x4_extend_high_i16x8(p.value), c);
  return (quotients){wasm_i16x8_narrow_i32x4(low.steps, high.steps), wasm_i16x8_narrow_i32x4(low.saturation, high.saturation)};
}

/* x − y is green − blue where red is the largest, blue − red where green is, else red − green. */
INLINE quotients divide_sixteen(v128_t x, v128_t y, v128_t range, v128_t value, constants c) {
  v128_t zero = wasm_i8x16_const_splat(0);
  value = wasm_u8x16_max(value, wasm_i8x16_const_splat(1));
  quotients low = divide_eight((eight_pixels){wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(y), wasm_u16x8_extend_low_u8x16(x)),
                                              wasm_i16x8_sub(zero, wasm_u16x8_extend_low_u8x16(range)),
                                              wasm_i16x8_sub(zero, wasm_u16x8_extend_low_u8x16(value))}, c);
  quotients high = divide_eight((eight_pixels){wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(y), wasm_u16x8_extend_high_u8x16(x)),
                                               wasm_i16x8_sub(zero, wasm_u16x8_extend_high_u8x16(range)),
                                               wasm_i16x8_sub(zero, wasm_u16x8_extend_high_u8x16(value))}, c);
  return (quotients){wasm_i8x16_narrow_i16x8(low.steps, high.steps), wasm_u8x16_narrow_i16x8(low.saturation, high.saturation)};
}

INLINE planes hsv(planes p, constants c) {
  v128_t value = wasm_u8x16_max(wasm_u8x16_max(p.a, p.b), p.c);
  v128_t range = wasm_i8x16_sub(value, wasm_u8x16_min(wasm_u8x16_min(p.a, p.b), p.c));
  v128_t is_red = wasm_i8x16_eq(value, p.a), is_green = wasm_i8x16_eq(value, p.b);
  v128_t x = wasm_v128_bitselect(p.b, wasm_v128_bitselect(p.c, p.a, is_green), is_red);
  v128_t y = wasm_v128_bitselect(p.c, wasm_v128_bitselect(p.a, p.b, is_green), is_red);
  quotients q = divide_sixteen(x, y, range, value, c);
  v128_t from = wasm_i8x16_add(wasm_i8x16_const_splat(120), wasm_v128_and(is_green, wasm_i8x16_const_splat(-60)));
  v128_t below_0 = wasm_i8x16_lt(q.steps, wasm_i8x16_const_splat(0));
  from = wasm_v128_bitselect(wasm_v128_and(below_0, wasm_i8x16_const_splat((int8_t)180)), from, is_red);
  return (planes){wasm_i8x16_add(q.steps, from), q.saturation, value, p.alpha};
}

static void from_rgb(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red) {
  constants c = {fl_simd_hoist_float(30 * (1 + 0x1p-20f)), fl_simd_hoist_float(255 * (1 + 0x1p-20f)), fl_simd_hoist_float(-1),
                 fl_simd_hoist_float(12582912.0f), fl_simd_hoist(0x4b400000)};
  v128_t group = grouping(red), order = ordering(red);
  size_t i = 0;
  for (; i + 16 <= pixels; i += 16) store_planes(dst + 4 * i, hsv(load_planes(src + 4 * i, group), c), order);
  fl_hsv_reference.from_rgb(dst + 4 * i, src + 4 * i, pixels - i, red);
}

/* ---- HSV to RGB ---- */

INLINE v128_t distance(v128_t a, v128_t b) { return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a)); }

/* Pairs of value and chroma, sixteen of them. */
typedef struct pairs {
  v128_t at[4];
} pairs;

INLINE void make_pairs(v128_t *at, v128_t value, v128_t saturation) {
  v128_t product = wasm_i16x8_mul(value, saturation);
  v128_t chroma = wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_add(product, wasm_u16x8_shr(product, 8)), wasm_i16x8_const_splat(1)), 1);
  value = wasm_v128_or(wasm_i16x8_shl(value, 7), wasm_i16x8_const_splat(64));
  at[0] = INTERLEAVE_16_LOW(value, chroma), at[1] = INTERLEAVE_16_HIGH(value, chroma);
}

INLINE v128_t eight_of_channel(const v128_t *pair, v128_t gap) {
  v128_t weight = wasm_i16x8_mul(gap, wasm_i16x8_const_splat(-546)), one = wasm_i16x8_const_splat(16384);
  v128_t low = wasm_i32x4_dot_i16x8(pair[0], INTERLEAVE_16_LOW(one, weight));
  v128_t high = wasm_i32x4_dot_i16x8(pair[1], INTERLEAVE_16_HIGH(one, weight));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 21), wasm_i32x4_shr(high, 21));
}

INLINE v128_t channel(const pairs *p, v128_t gap) {
  gap = wasm_u8x16_min(gap, wasm_i8x16_const_splat(30));
  return wasm_u8x16_narrow_i16x8(eight_of_channel(p->at, wasm_u16x8_extend_low_u8x16(gap)),
                                 eight_of_channel(p->at + 2, wasm_u16x8_extend_high_u8x16(gap)));
}

static void to_rgb(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red) {
  v128_t group = grouping(red), order = ordering(red), thirty = wasm_i8x16_const_splat(30), sixty = wasm_i8x16_const_splat(60);
  size_t i = 0;
  for (; i + 16 <= pixels; i += 16) {
    planes p = load_planes(src + 4 * i, group);
    pairs chroma;
    make_pairs(chroma.at, wasm_u16x8_extend_low_u8x16(p.c), wasm_u16x8_extend_low_u8x16(p.b));
    make_pairs(chroma.at + 2, wasm_u16x8_extend_high_u8x16(p.c), wasm_u16x8_extend_high_u8x16(p.b));
    v128_t hue = wasm_u8x16_min(p.a, wasm_i8x16_sub(p.a, wasm_i8x16_const_splat((int8_t)180))); /* below 180 the difference wraps */
    v128_t r = channel(&chroma, wasm_u8x16_sub_sat(sixty, distance(hue, wasm_i8x16_const_splat(90))));
    v128_t g = channel(&chroma, wasm_u8x16_sub_sat(distance(hue, sixty), thirty));
    v128_t b = channel(&chroma, wasm_u8x16_sub_sat(distance(hue, wasm_i8x16_const_splat(120)), thirty));
    store_planes(dst + 4 * i, (planes){r, g, b, p.alpha}, order);
  }
  fl_hsv_reference.to_rgb(dst + 4 * i, src + 4 * i, pixels - i, red);
}

const fl_hsv_kernels fl_hsv_simd = {.from_rgb = from_rgb, .to_rgb = to_rgb};
