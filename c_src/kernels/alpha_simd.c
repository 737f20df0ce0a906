#include "kernels/alpha.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* Opaque pixels stay as they are: copies those that the row begins with, all of them as a rule; how many bytes that were.
 * (A test in the loops below would cost them more than a third.) */
static size_t copy_opaque(uint8_t *dst, const uint8_t *src, size_t n) {
  v128_t alpha_bits = fl_simd_hoist(0xff000000);
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    v128_t v = wasm_v128_load(src + i), w = wasm_v128_load(src + i + 16);
    if (wasm_v128_any_true(wasm_v128_andnot(alpha_bits, wasm_v128_and(v, w)))) break;
    wasm_v128_store(dst + i, v), wasm_v128_store(dst + i + 16, w);
  }
  return i;
}

/* Indices for swizzles, made before the loop: `first` in every lane of 32 bits, and more in the later lanes. */
INLINE v128_t indices(uint32_t first, uint32_t second, uint32_t third, uint32_t fourth) {
  return wasm_i32x4_add(fl_simd_hoist(first), wasm_u32x4_make(0, second - first, third - first, fourth - first));
}

/* v · alpha / 255 of two pixels in 16 bits. */
INLINE v128_t times_alpha(v128_t v, v128_t alpha, v128_t half) {
  v = wasm_i16x8_add(wasm_i16x8_mul(v, alpha), half);
  return wasm_u16x8_shr(wasm_i16x8_add(v, wasm_u16x8_shr(v, 8)), 8);
}

typedef struct premultiply_constants {
  v128_t low_alpha, high_alpha, half, full;
} premultiply_constants;

/* Alpha itself is multiplied by 255. */
INLINE v128_t premultiply_four(v128_t v, premultiply_constants c) {
  v128_t low = wasm_v128_or(wasm_i8x16_swizzle(v, c.low_alpha), c.full), high = wasm_v128_or(wasm_i8x16_swizzle(v, c.high_alpha), c.full);
  low = times_alpha(wasm_u16x8_extend_low_u8x16(v), low, c.half), high = times_alpha(wasm_u16x8_extend_high_u8x16(v), high, c.half);
  return wasm_u8x16_narrow_i16x8(low, high);
}

static void premultiply(uint8_t *dst, const uint8_t *src, size_t pixels) {
  premultiply_constants c = {indices(0xff03ff03, 0xffffff03, 0xff07ff07, 0xffffff07),
                             indices(0xff0bff0b, 0xffffff0b, 0xff0fff0f, 0xffffff0f), fl_simd_hoist(0x00800080),
                             wasm_u32x4_make(0, 0x00ff0000, 0, 0x00ff0000)};
  size_t i = copy_opaque(dst, src, pixels * 4);
#pragma clang loop unroll_count(2)
  for (; i + 16 <= pixels * 4; i += 16) wasm_v128_store(dst + i, premultiply_four(wasm_v128_load(src + i), c));
  fl_alpha_reference.premultiply(dst + i, src + i, pixels - i / 4);
}

typedef struct unpremultiply_constants {
  v128_t full, one, magic, low_byte, alpha_bits, alpha, pixel[4];
} unpremultiply_constants;

/* One pixel's colour times its scale, as floats and 2²³ more, so that the rounded result is in the low bits. */
INLINE v128_t scaled(v128_t v, v128_t pixel, v128_t scale, unpremultiply_constants c) {
  v128_t product = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_i8x16_swizzle(v, pixel)), scale);
  return wasm_v128_and(wasm_f32x4_add(product, c.magic), c.low_byte);
}

#define SCALED(k) scaled(color, c.pixel[k], wasm_i32x4_shuffle(scale, scale, k, k, k, k), c)

/* 255 is a little more than 255 (by 2⁻²¹ of it), so that halves are rounded up and nothing else is: other quotients are at least
 * 1/510 away from a half. */
INLINE v128_t unpremultiply_four(v128_t v, unpremultiply_constants c) {
  v128_t color = wasm_u8x16_min(v, wasm_i8x16_swizzle(v, c.alpha));
  v128_t alpha = wasm_f32x4_sub(wasm_v128_or(wasm_u32x4_shr(v, 24), c.magic), c.magic);
  v128_t scale = wasm_f32x4_div(c.full, wasm_f32x4_pmax(c.one, alpha));
  v128_t low = wasm_i16x8_narrow_i32x4(SCALED(0), SCALED(1)), high = wasm_i16x8_narrow_i32x4(SCALED(2), SCALED(3));
  return wasm_v128_or(wasm_u8x16_narrow_i16x8(low, high), wasm_v128_and(v, c.alpha_bits));
}

INLINE v128_t color_of_pixel(uint32_t k) { return indices(0xffffff00 + 4 * k, 0xffffff01 + 4 * k, 0xffffff02 + 4 * k, 0xffffffff); }

static void unpremultiply(uint8_t *dst, const uint8_t *src, size_t pixels) {
  unpremultiply_constants c = {
      fl_simd_hoist_float(255.0f * (1 + 0x1p-21f)), fl_simd_hoist_float(1), fl_simd_hoist_float(8388608.0f), fl_simd_hoist(0xff),
      fl_simd_hoist(0xff000000), indices(0x03030303, 0x07070707, 0x0b0b0b0b, 0x0f0f0f0f),
      {color_of_pixel(0), color_of_pixel(1), color_of_pixel(2), color_of_pixel(3)}};
  size_t i = copy_opaque(dst, src, pixels * 4);
  for (; i + 16 <= pixels * 4; i += 16) wasm_v128_store(dst + i, unpremultiply_four(wasm_v128_load(src + i), c));
  fl_alpha_reference.unpremultiply(dst + i, src + i, pixels - i / 4);
}

const fl_alpha_kernels fl_alpha_simd = {.premultiply = premultiply, .unpremultiply = unpremultiply};
