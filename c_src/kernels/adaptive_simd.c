#include "kernels/adaptive.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* With saturating bytes, src > mean − offset is either src ≥ mean − (offset − 1), where nothing is lost at 0, or
 * src > mean + (−offset), where nothing is lost at 255. */
INLINE size_t compare_by(uint8_t *dst, const uint8_t *src, const uint8_t *mean, size_t n, int32_t offset, uint8_t max,
                         const bool lowered) {
  v128_t shift = wasm_u8x16_splat((uint8_t)(lowered ? offset - 1 : -offset)), passed = wasm_u8x16_splat(max);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(src + i), limit = wasm_v128_load(mean + i);
    v128_t above = lowered ? wasm_u8x16_ge(v, wasm_u8x16_sub_sat(limit, shift)) : wasm_u8x16_gt(v, wasm_u8x16_add_sat(limit, shift));
    wasm_v128_store(dst + i, wasm_v128_and(above, passed));
  }
  return i;
}

static void compare(uint8_t *dst, const uint8_t *src, const uint8_t *mean, size_t n, int32_t offset, uint8_t max) {
  size_t done = offset > 0 ? compare_by(dst, src, mean, n, offset, max, true) : compare_by(dst, src, mean, n, offset, max, false);
  fl_adaptive_reference.compare(dst + done, src + done, mean + done, n - done, offset, max);
}

const fl_adaptive_kernels fl_adaptive_simd = {.compare = compare};
