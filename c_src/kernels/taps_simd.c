/* A pair of taps goes through i32x4.dot_i16x8: their values interleaved, and their two weights. */
#include "base/simd.h"
#include "kernels/taps.h"

#define INLINE static inline __attribute__((always_inline))

INLINE void add(v128_t *sum, v128_t values, v128_t weights) { *sum = wasm_i32x4_add(*sum, wasm_i32x4_dot_i16x8(values, weights)); }

INLINE v128_t filter_sixteen(const uint8_t *const *rows, ptrdiff_t i, ptrdiff_t channels, const fl_taps *taps) {
  v128_t half = wasm_i32x4_splat(1 << (taps->bits - 1)), sum[4] = {half, half, half, half};
  for (const fl_tap_pair *pair = taps->pairs, *end = pair + taps->count; pair < end; pair++) {
    v128_t a = wasm_v128_load(rows[pair->row[0]] + i + pair->column[0] * channels);
    v128_t b = wasm_v128_load(rows[pair->row[1]] + i + pair->column[1] * channels);
    v128_t low = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    v128_t high = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    v128_t weights = wasm_v128_load32_splat(pair->weight);
    add(&sum[0], wasm_u16x8_extend_low_u8x16(low), weights);
    add(&sum[1], wasm_u16x8_extend_high_u8x16(low), weights);
    add(&sum[2], wasm_u16x8_extend_low_u8x16(high), weights);
    add(&sum[3], wasm_u16x8_extend_high_u8x16(high), weights);
  }
  for (int k = 0; k < 4; k++) sum[k] = wasm_i32x4_shr(sum[k], taps->bits);
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(sum[0], sum[1]), wasm_i16x8_narrow_i32x4(sum[2], sum[3]));
}

static void filter(uint8_t *dst, const uint8_t *const *rows, size_t n, size_t channels, const fl_taps *taps) {
  if (n < 16) {
    fl_taps_reference.filter(dst, rows, n, channels, taps);
    return;
  }
  for (size_t i = 0; i < n; i += 16) {
    if (i + 16 > n) i = n - 16;
    wasm_v128_store(dst + i, filter_sixteen(rows, (ptrdiff_t)i, (ptrdiff_t)channels, taps));
  }
}

const fl_taps_kernels fl_taps_simd = {.filter = filter};
