#include "kernels/palette.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t splat_pair(int16_t first, int16_t second) {
  return wasm_u32x4_splat((uint16_t)first | (uint32_t)(uint16_t)second << 16);
}

typedef struct constants {
  v128_t even_bytes, even, odd, half, alpha_bits;
} constants;

INLINE v128_t luma_of_four(v128_t v, constants k) {
  v128_t even = wasm_i32x4_dot_i16x8(wasm_v128_and(v, k.even_bytes), k.even);
  v128_t odd = wasm_i32x4_dot_i16x8(wasm_u16x8_shr(v, 8), k.odd);
  return wasm_u32x4_shr(wasm_i32x4_add(wasm_i32x4_add(even, odd), k.half), 15);
}

INLINE v128_t look_up(v128_t luma, const uint8_t (*color)[4]) {
  v128_t v = wasm_v128_load32_zero(color[wasm_i32x4_extract_lane(luma, 0)]);
  v = wasm_v128_load32_lane(color[wasm_i32x4_extract_lane(luma, 1)], v, 1);
  v = wasm_v128_load32_lane(color[wasm_i32x4_extract_lane(luma, 2)], v, 2);
  return wasm_v128_load32_lane(color[wasm_i32x4_extract_lane(luma, 3)], v, 3);
}

static void map(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette) {
  const int16_t *weight = palette->weight;
  constants k = {fl_simd_hoist(0x00ff00ff), splat_pair(weight[0], weight[2]), splat_pair(weight[1], weight[3]),
                 fl_simd_hoist(16384), fl_simd_hoist(0xff000000)};
  size_t i = 0;
  for (; i + 32 <= pixels * 4; i += 32) {
    v128_t v = wasm_v128_load(src + i), w = wasm_v128_load(src + i + 16);
    v128_t first = look_up(luma_of_four(v, k), palette->color), second = look_up(luma_of_four(w, k), palette->color);
    wasm_v128_store(dst + i, wasm_v128_or(first, wasm_v128_and(v, k.alpha_bits)));
    wasm_v128_store(dst + i + 16, wasm_v128_or(second, wasm_v128_and(w, k.alpha_bits)));
  }
  fl_palette_reference.map(dst + i, src + i, pixels - i / 4, palette);
}

static void map_gray(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette) {
  size_t i = 0;
  for (; i + 4 <= pixels; i += 4) {
    v128_t v = wasm_v128_load32_zero(palette->color[src[i]]);
    v = wasm_v128_load32_lane(palette->color[src[i + 1]], v, 1);
    v = wasm_v128_load32_lane(palette->color[src[i + 2]], v, 2);
    wasm_v128_store(dst + 4 * i, wasm_v128_load32_lane(palette->color[src[i + 3]], v, 3));
  }
  fl_palette_reference.map_gray(dst + 4 * i, src + i, pixels - i, palette);
}

const fl_palette_kernels fl_palette_simd = {.map = map, .map_gray = map_gray};
