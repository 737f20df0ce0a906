#include "base/simd.h"
#include "kernels/point.h"

static void invert(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask) {
  v128_t flip = wasm_u32x4_splat(mask);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) wasm_v128_store(dst + i, wasm_v128_xor(wasm_v128_load(src + i), flip));
  fl_point_reference.invert(dst + i, src + i, n - i, mask);
}

const fl_point_kernels fl_point_simd = {.invert = invert};
