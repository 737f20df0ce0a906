#include "base/simd.h"
#include "kernels/sharpen.h"

#define INLINE static inline __attribute__((always_inline))

/* Eight values: the difference and a 1 next to each other, times the amount and one half. */
INLINE v128_t sharpened(v128_t v, v128_t blurred, v128_t weights) {
  v128_t difference = wasm_i16x8_sub(v, blurred), one = wasm_i16x8_const_splat(1);
  v128_t low = wasm_i16x8_shuffle(difference, one, 0, 8, 1, 9, 2, 10, 3, 11);
  v128_t high = wasm_i16x8_shuffle(difference, one, 4, 12, 5, 13, 6, 14, 7, 15);
  low = wasm_i32x4_shr(wasm_i32x4_dot_i16x8(low, weights), 11);
  high = wasm_i32x4_shr(wasm_i32x4_dot_i16x8(high, weights), 11);
  return wasm_i16x8_add(v, wasm_i16x8_narrow_i32x4(low, high));
}
_Static_assert(FL_SHARPEN_ONE == 1 << 11, "sharpened() drops 11 bits");

static void combine(uint8_t *dst, const uint8_t *src, const uint8_t *blurred, size_t n, const fl_sharpen_strength *strength) {
  v128_t threshold = wasm_u8x16_splat(strength->threshold), keep_alpha = wasm_v128_not(wasm_u32x4_splat(strength->mask));
  v128_t weights = wasm_i32x4_splat(FL_SHARPEN_ONE / 2 * 65536 + strength->amount), zero = wasm_i8x16_const_splat(0);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(src + i), b = wasm_v128_load(blurred + i);
    v128_t size = wasm_v128_or(wasm_u8x16_sub_sat(v, b), wasm_u8x16_sub_sat(b, v));
    v128_t keep = wasm_v128_or(wasm_i8x16_eq(wasm_u8x16_sub_sat(size, threshold), zero), keep_alpha);
    v128_t low = sharpened(wasm_u16x8_extend_low_u8x16(v), wasm_u16x8_extend_low_u8x16(b), weights);
    v128_t high = sharpened(wasm_u16x8_extend_high_u8x16(v), wasm_u16x8_extend_high_u8x16(b), weights);
    wasm_v128_store(dst + i, wasm_v128_bitselect(v, wasm_u8x16_narrow_i16x8(low, high), keep));
  }
  fl_sharpen_reference.combine(dst + i, src + i, blurred + i, n - i, strength);
}

const fl_sharpen_kernels fl_sharpen_simd = {.combine = combine};
