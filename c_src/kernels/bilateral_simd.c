/* A pair of places goes through i32x4.dot_i16x8: their values interleaved, and their two weights. Weights are looked up one by one,
 * which is most of the work. */
#include "base/simd.h"
#include "kernels/bilateral.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t difference(v128_t a, v128_t b) { return wasm_i8x16_sub(wasm_u8x16_max(a, b), wasm_u8x16_min(a, b)); }

/* Adding 2^23 rounds to even and leaves the integer in the float's low bits. */
INLINE v128_t rounded(v128_t v) {
  return wasm_v128_and(wasm_f32x4_add(v, wasm_f32x4_const_splat(8388608.0f)), wasm_i32x4_const_splat(0xff));
}

/* Lanes 2i and 2i+1: the weights for the i-th of four 16-bit differences in `a` and in `b`. */
INLINE v128_t look_up16(const int16_t *weights, uint64_t a, uint64_t b) {
  v128_t w = wasm_i16x8_const_splat(0);
  w = wasm_v128_load16_lane(weights + (a & 0xffff), w, 0);
  w = wasm_v128_load16_lane(weights + (b & 0xffff), w, 1);
  w = wasm_v128_load16_lane(weights + (a >> 16 & 0xffff), w, 2);
  w = wasm_v128_load16_lane(weights + (b >> 16 & 0xffff), w, 3);
  w = wasm_v128_load16_lane(weights + (a >> 32 & 0xffff), w, 4);
  w = wasm_v128_load16_lane(weights + (b >> 32 & 0xffff), w, 5);
  w = wasm_v128_load16_lane(weights + (a >> 48), w, 6);
  return wasm_v128_load16_lane(weights + (b >> 48), w, 7);
}

/* The same for the lowest four of eight 8-bit differences. */
INLINE v128_t look_up8(const int16_t *weights, uint32_t a, uint32_t b) {
  v128_t w = wasm_i16x8_const_splat(0);
  w = wasm_v128_load16_lane(weights + (a & 0xff), w, 0);
  w = wasm_v128_load16_lane(weights + (b & 0xff), w, 1);
  w = wasm_v128_load16_lane(weights + (a >> 8 & 0xff), w, 2);
  w = wasm_v128_load16_lane(weights + (b >> 8 & 0xff), w, 3);
  w = wasm_v128_load16_lane(weights + (a >> 16 & 0xff), w, 4);
  w = wasm_v128_load16_lane(weights + (b >> 16 & 0xff), w, 5);
  w = wasm_v128_load16_lane(weights + (a >> 24), w, 6);
  return wasm_v128_load16_lane(weights + (b >> 24), w, 7);
}

#define INTERLEAVE_LOW(a, b) wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVE_HIGH(a, b) wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define EACH(v, lane) wasm_i32x4_shuffle(v, v, lane, lane, lane, lane)

/* ---- four channels, four pixels at once: a vector of sums for each pixel, of the weights in the place of alpha ---- */

INLINE void add_pixel(v128_t *sum, v128_t values, v128_t weights) {
  *sum = wasm_i32x4_add(*sum, wasm_i32x4_dot_i16x8(values, weights));
}

INLINE void add_pair(v128_t sum[4], v128_t middle, v128_t a, v128_t b, const int16_t *weights) {
  v128_t across = wasm_u16x8_extadd_pairwise_u8x16(difference(a, middle));
  v128_t back = wasm_u16x8_extadd_pairwise_u8x16(difference(b, middle));
  v128_t by = wasm_i16x8_narrow_i32x4(wasm_u32x4_extadd_pairwise_u16x8(across), wasm_u32x4_extadd_pairwise_u16x8(back));
  v128_t w = look_up16(weights, (uint64_t)wasm_i64x2_extract_lane(by, 0), (uint64_t)wasm_i64x2_extract_lane(by, 1));
  v128_t low = INTERLEAVE_LOW(a, b), high = INTERLEAVE_HIGH(a, b);
  add_pixel(&sum[0], wasm_u16x8_extend_low_u8x16(low), EACH(w, 0));
  add_pixel(&sum[1], wasm_u16x8_extend_high_u8x16(low), EACH(w, 1));
  add_pixel(&sum[2], wasm_u16x8_extend_low_u8x16(high), EACH(w, 2));
  add_pixel(&sum[3], wasm_u16x8_extend_high_u8x16(high), EACH(w, 3));
}

INLINE v128_t divide(v128_t sum) {
  v128_t value = wasm_f32x4_convert_i32x4(sum);
  return rounded(wasm_f32x4_mul(wasm_f32x4_div(value, EACH(value, 3)), wasm_f32x4_const_splat(255.0f)));
}

INLINE v128_t color_four(const uint8_t *const *rows, ptrdiff_t i, const fl_bilateral_pair *pairs, const fl_bilateral_pair *end,
                         v128_t opaque) {
  v128_t kept = wasm_v128_load(rows[0] + i), middle = wasm_v128_or(kept, opaque), one = wasm_i32x4_const_splat(FL_BILATERAL_ONE);
  v128_t sum[4], zero = wasm_i32x4_const_splat(0), low = INTERLEAVE_LOW(middle, zero), high = INTERLEAVE_HIGH(middle, zero);
  sum[0] = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(low), one);
  sum[1] = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(low), one);
  sum[2] = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(high), one);
  sum[3] = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(high), one);
  for (; pairs < end; pairs++) {
    v128_t a = wasm_v128_or(wasm_v128_load(rows[pairs->row] + i + 4 * (ptrdiff_t)pairs->column), opaque);
    v128_t b = wasm_v128_or(wasm_v128_load(rows[-pairs->row] + i - 4 * (ptrdiff_t)pairs->column), opaque);
    add_pair(sum, middle, a, b, pairs->weights);
  }
  v128_t first = wasm_i16x8_narrow_i32x4(divide(sum[0]), divide(sum[1]));
  v128_t last = wasm_i16x8_narrow_i32x4(divide(sum[2]), divide(sum[3]));
  return wasm_v128_bitselect(kept, wasm_u8x16_narrow_i16x8(first, last), opaque);
}

static void color(uint8_t *dst, const uint8_t *const *rows, size_t n, const fl_bilateral_pair *pairs, uint32_t count) {
  v128_t opaque = fl_simd_hoist(0xff000000);
  if (n < 4) {
    fl_bilateral_reference.color(dst, rows, n, pairs, count);
    return;
  }
  for (size_t x = 0; x < n; x += 4) {
    if (x + 4 > n) x = n - 4;
    wasm_v128_store(dst + 4 * x, color_four(rows, 4 * (ptrdiff_t)x, pairs, pairs + count, opaque));
  }
}

/* ---- one channel, eight pixels at once ---- */

INLINE v128_t gray_eight(const uint8_t *const *rows, ptrdiff_t i, const fl_bilateral_pair *pairs, const fl_bilateral_pair *end) {
  v128_t middle = wasm_v128_load64_zero(rows[0] + i), ones = fl_simd_hoist(0x00010001);
  v128_t full = wasm_i32x4_const_splat(FL_BILATERAL_ONE);
  v128_t wide = wasm_u16x8_extend_low_u8x16(middle);
  v128_t low = wasm_i32x4_mul(wasm_u32x4_extend_low_u16x8(wide), full);
  v128_t high = wasm_i32x4_mul(wasm_u32x4_extend_high_u16x8(wide), full);
  v128_t weight_low = full, weight_high = full;
  for (; pairs < end; pairs++) {
    v128_t a = wasm_v128_load64_zero(rows[pairs->row] + i + pairs->column);
    v128_t b = wasm_v128_load64_zero(rows[-pairs->row] + i - pairs->column), both = INTERLEAVE_LOW(a, b);
    uint64_t by_a = (uint64_t)wasm_i64x2_extract_lane(difference(a, middle), 0);
    uint64_t by_b = (uint64_t)wasm_i64x2_extract_lane(difference(b, middle), 0);
    v128_t first = look_up8(pairs->weights, (uint32_t)by_a, (uint32_t)by_b);
    v128_t last = look_up8(pairs->weights, (uint32_t)(by_a >> 32), (uint32_t)(by_b >> 32));
    low = wasm_i32x4_add(low, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(both), first));
    high = wasm_i32x4_add(high, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(both), last));
    weight_low = wasm_i32x4_add(weight_low, wasm_i32x4_dot_i16x8(first, ones));
    weight_high = wasm_i32x4_add(weight_high, wasm_i32x4_dot_i16x8(last, ones));
  }
  low = rounded(wasm_f32x4_div(wasm_f32x4_convert_i32x4(low), wasm_f32x4_convert_i32x4(weight_low)));
  high = rounded(wasm_f32x4_div(wasm_f32x4_convert_i32x4(high), wasm_f32x4_convert_i32x4(weight_high)));
  v128_t words = wasm_i16x8_narrow_i32x4(low, high);
  return wasm_u8x16_narrow_i16x8(words, words);
}

static void gray(uint8_t *dst, const uint8_t *const *rows, size_t n, const fl_bilateral_pair *pairs, uint32_t count) {
  if (n < 8) {
    fl_bilateral_reference.gray(dst, rows, n, pairs, count);
    return;
  }
  for (size_t x = 0; x < n; x += 8) {
    if (x + 8 > n) x = n - 8;
    wasm_v128_store64_lane(dst + x, gray_eight(rows, (ptrdiff_t)x, pairs, pairs + count), 0);
  }
}

const fl_bilateral_kernels fl_bilateral_simd = {.gray = gray, .color = color};
