#include "kernels/key.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t splat_pair(int16_t first, int16_t second) {
  return wasm_u32x4_splat((uint16_t)first | (uint32_t)(uint16_t)second << 16);
}

/* One of the two chromas: factors of channels 0 and 2, of 1 and 3, and what is added. */
typedef struct chroma_factors {
  v128_t even, odd, center;
} chroma_factors;

INLINE chroma_factors spread(const int16_t factor[4], int32_t center) {
  return (chroma_factors){splat_pair(factor[0], factor[2]), splat_pair(factor[1], factor[3]), wasm_i32x4_splat(center)};
}

INLINE v128_t chroma(v128_t even, v128_t odd, chroma_factors f) {
  v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(even, f.even), wasm_i32x4_dot_i16x8(odd, f.odd));
  return wasm_f32x4_convert_i32x4(wasm_i32x4_sub(sum, f.center));
}

typedef struct constants {
  chroma_factors blue, red;
  v128_t slope, offset, one, magic, even_bytes;
} constants;

INLINE v128_t keyed_four(v128_t v, constants k) {
  v128_t even = wasm_v128_and(v, k.even_bytes), odd = wasm_u16x8_shr(v, 8);
  v128_t blue = chroma(even, odd, k.blue), red = chroma(even, odd, k.red);
  v128_t distance = wasm_f32x4_sqrt(wasm_f32x4_add(wasm_f32x4_mul(blue, blue), wasm_f32x4_mul(red, red)));
  v128_t kept = wasm_f32x4_add(wasm_f32x4_mul(distance, k.slope), k.offset);
  kept = wasm_f32x4_pmin(k.one, wasm_f32x4_pmax(wasm_f32x4_const_splat(0), kept));
  /* 2²³ + i has the integer i in its low bits: to a float and back without a conversion. */
  v128_t alpha = wasm_f32x4_sub(wasm_v128_or(wasm_u32x4_shr(v, 24), k.magic), k.magic);
  v128_t bits = wasm_i32x4_shl(wasm_f32x4_add(wasm_f32x4_mul(kept, alpha), k.magic), 24);
  return wasm_v128_or(bits, wasm_u32x4_shr(wasm_i32x4_shl(v, 8), 8));
}

static void apply(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_key *key) {
  constants k = {spread(key->blue, key->blue_center), spread(key->red, key->red_center), wasm_f32x4_splat(key->slope),
                 wasm_f32x4_splat(key->offset), fl_simd_hoist_float(1), fl_simd_hoist_float(8388608.0f), fl_simd_hoist(0x00ff00ff)};
  size_t i = 0;
  for (; i + 16 <= pixels * 4; i += 16) wasm_v128_store(dst + i, keyed_four(wasm_v128_load(src + i), k));
  fl_key_reference.apply(dst + i, src + i, pixels - i / 4, key);
}

const fl_key_kernels fl_key_simd = {.apply = apply};
