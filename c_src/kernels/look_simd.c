#include "kernels/look.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t alpha_mask(uint32_t channels) { return wasm_u32x4_splat(channels == 4 ? 0xff000000 : 0); }

INLINE v128_t keep_alpha(v128_t out, v128_t in, v128_t mask, uint32_t channels) {
  return channels == 4 ? wasm_v128_bitselect(in, out, mask) : out;
}

/* ---- vignette ---- */

typedef struct curve {
  v128_t down, three, two, one, all; /* three and two: times amount */
} curve;

INLINE curve curve_of(const fl_vignette *vignette) {
  float full = vignette->amount * FL_VIGNETTE_ONE;
  return (curve){
      .down = wasm_f32x4_splat(vignette->down),
      .three = wasm_f32x4_splat(3 * full),
      .two = wasm_f32x4_splat(2 * full),
      .one = fl_simd_hoist_float(1),
      .all = fl_simd_hoist_float(8388608.0f + FL_VIGNETTE_ONE),
  };
}

/* The gains of four pixels in the low 16 bits of i32, above them the rest of a float: adding 2²³ rounds as lrint does. */
INLINE v128_t gains_at(const float *across, const curve *by) {
  v128_t t = wasm_f32x4_add(wasm_v128_load(across), by->down);
  t = wasm_f32x4_pmin(by->one, wasm_f32x4_pmax(wasm_f32x4_const_splat(0), t));
  v128_t fall = wasm_f32x4_mul(wasm_f32x4_mul(t, t), wasm_f32x4_sub(by->three, wasm_f32x4_mul(by->two, t)));
  return wasm_f32x4_sub(by->all, fall);
}

/* Eight values, 7 bits below a level, by eight gains. */
INLINE v128_t brighten(v128_t values, v128_t gains) {
  v128_t fine = wasm_i16x8_q15mulr_sat(wasm_i16x8_shl(values, 7), gains);
  return wasm_i16x8_shr(wasm_i16x8_add(fine, wasm_i16x8_const_splat(32)), 6);
}

INLINE v128_t brighten_all(v128_t v, v128_t low_gains, v128_t high_gains) {
  return wasm_u8x16_narrow_i16x8(brighten(wasm_u16x8_extend_low_u8x16(v), low_gains),
                                 brighten(wasm_u16x8_extend_high_u8x16(v), high_gains));
}

static void vignette_gray(uint8_t *dst, const uint8_t *src, size_t n, const fl_vignette *vignette) {
  const curve by = curve_of(vignette);
  const float *across = vignette->across;
  v128_t low = fl_simd_hoist(0xffff);
  for (size_t i = 0; i < n; i += 16) {
    v128_t a = wasm_v128_and(gains_at(across + i, &by), low), b = wasm_v128_and(gains_at(across + i + 4, &by), low);
    v128_t c = wasm_v128_and(gains_at(across + i + 8, &by), low), d = wasm_v128_and(gains_at(across + i + 12, &by), low);
    wasm_v128_store(dst + i, brighten_all(wasm_v128_load(src + i), wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d)));
  }
}

static void vignette_color(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_vignette *vignette) {
  const curve by = curve_of(vignette);
  v128_t alpha = alpha_mask(4);
  for (size_t x = 0; x < pixels; x += 4) {
    v128_t gains = gains_at(vignette->across + x, &by), v = wasm_v128_load(src + 4 * x);
    v128_t low = wasm_i8x16_swizzle(gains, wasm_i8x16_make(0, 1, 0, 1, 0, 1, -1, -1, 4, 5, 4, 5, 4, 5, -1, -1));
    v128_t high = wasm_i8x16_swizzle(gains, wasm_i8x16_make(8, 9, 8, 9, 8, 9, -1, -1, 12, 13, 12, 13, 12, 13, -1, -1));
    wasm_v128_store(dst + 4 * x, wasm_v128_or(brighten_all(v, low, high), wasm_v128_and(v, alpha)));
  }
}

static void vignette(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_vignette *vignette) {
  size_t done = channels == 4 ? pixels & ~(size_t)3 : pixels & ~(size_t)15;
  if (channels == 4) vignette_color(dst, src, done, vignette);
  else vignette_gray(dst, src, done, vignette);
  fl_vignette rest = {vignette->across + done, vignette->down, vignette->amount};
  fl_look_reference.vignette(dst + done * channels, src + done * channels, pixels - done, channels, &rest);
}

/* ---- dither ---- */

typedef struct levels {
  v128_t steps, whole, fraction, half, one;
} levels;

/* 255·k/steps is k·(whole + fraction/256)/256, with 65536·255/steps rounded up, so that halves are not lost. */
INLINE levels levels_of(uint32_t steps) {
  uint32_t slope = (255 * 65536 + steps - 1) / steps;
  return (levels){
      .steps = wasm_u16x8_splat((uint16_t)steps),
      .whole = wasm_u16x8_splat((uint16_t)(slope >> 8)),
      .fraction = wasm_u16x8_splat((uint16_t)(slope & 255)),
      .half = fl_simd_hoist(128 * 0x10001),
      .one = fl_simd_hoist(0x10001),
  };
}

INLINE v128_t dither_eight(v128_t v, v128_t threshold, const levels *by) {
  v128_t sum = wasm_i16x8_add(wasm_i16x8_mul(v, by->steps), threshold);
  /* Divided by 255: right for all but 65535, which no sum is. */
  v128_t k = wasm_u16x8_shr(wasm_i16x8_add(wasm_i16x8_add(sum, by->one), wasm_u16x8_shr(sum, 8)), 8);
  v128_t out = wasm_i16x8_add(wasm_i16x8_mul(k, by->whole), wasm_u16x8_shr(wasm_i16x8_mul(k, by->fraction), 8));
  return wasm_u16x8_shr(wasm_i16x8_add(out, by->half), 8);
}

INLINE v128_t dither_sixteen(v128_t v, v128_t low, v128_t high, const levels *by) {
  return wasm_u8x16_narrow_i16x8(dither_eight(wasm_u16x8_extend_low_u8x16(v), low, by),
                                 dither_eight(wasm_u16x8_extend_high_u8x16(v), high, by));
}

/* Sixteen pixels, or eight: a whole number of turns of the thresholds. */
INLINE void dither_by(uint8_t *dst, const uint8_t *src, size_t n, const fl_dither *dither, const uint32_t channels) {
  const levels by = levels_of(dither->steps);
  uint8_t wide[32];
  for (uint32_t i = 0; i < 32; i++) wide[i] = dither->threshold[i / channels % FL_DITHER_SIDE];
  v128_t first = wasm_v128_load(wide), second = wasm_v128_load(wide + 16), alpha = alpha_mask(channels);
  v128_t t0 = wasm_u16x8_extend_low_u8x16(first), t1 = wasm_u16x8_extend_high_u8x16(first);
  v128_t t2 = wasm_u16x8_extend_low_u8x16(second), t3 = wasm_u16x8_extend_high_u8x16(second);
  for (size_t i = 0; i < n; i += 32) {
    v128_t a = wasm_v128_load(src + i), b = wasm_v128_load(src + i + 16);
    wasm_v128_store(dst + i, keep_alpha(dither_sixteen(a, t0, t1, &by), a, alpha, channels));
    wasm_v128_store(dst + i + 16, keep_alpha(dither_sixteen(b, t2, t3, &by), b, alpha, channels));
  }
}

static void dither(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_dither *dither) {
  size_t done = pixels * channels & ~(size_t)31;
  if (channels == 4) dither_by(dst, src, done, dither, 4);
  else dither_by(dst, src, done, dither, 1);
  fl_look_reference.dither(dst + done, src + done, pixels - done / channels, channels, dither);
}

const fl_look_kernels fl_look_simd = {.vignette = vignette, .dither = dither};
