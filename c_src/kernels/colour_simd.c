#include "kernels/colour.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* Two factors as i16 in every lane of 32 bits. */
INLINE v128_t splat_pair(int32_t first, int32_t second) {
  return wasm_u32x4_splat(((uint32_t)first & 0xffff) | ((uint32_t)second << 16));
}

/* Four pixels as i16 pairs: channels 0 and 2 in one vector, 1 and 3 in the other; two dot products sum a pixel in its lane. */
INLINE v128_t even_channels(v128_t v, v128_t even_bytes) { return wasm_v128_and(v, even_bytes); }
INLINE v128_t odd_channels(v128_t v) { return wasm_u16x8_shr(v, 8); }

typedef struct gray_constants {
  v128_t even_bytes, even, odd, half;
} gray_constants;

INLINE v128_t gray_four(const uint8_t *src, gray_constants k) {
  v128_t v = wasm_v128_load(src);
  v128_t even = wasm_i32x4_dot_i16x8(even_channels(v, k.even_bytes), k.even), odd = wasm_i32x4_dot_i16x8(odd_channels(v), k.odd);
  return wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_add(even, odd), k.half), 15);
}

static void gray(uint8_t *dst, const uint8_t *src, size_t pixels, const int16_t weight[4]) {
  gray_constants k = {fl_simd_hoist(0x00ff00ff), splat_pair(weight[0], weight[2]), splat_pair(weight[1], weight[3]),
                      fl_simd_hoist(16384)};
  size_t i = 0;
  for (; i + 16 <= pixels; i += 16) {
    v128_t a = wasm_i16x8_narrow_i32x4(gray_four(src + 4 * i, k), gray_four(src + 4 * i + 16, k));
    v128_t b = wasm_i16x8_narrow_i32x4(gray_four(src + 4 * i + 32, k), gray_four(src + 4 * i + 48, k));
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(a, b));
  }
  fl_colour_reference.gray(dst + i, src + 4 * i, pixels - i, weight);
}

/* Eight pixels as four channels of i16, clamped and stored. Interleaving is one instruction where a free shuffle is five. */
INLINE void store_channels(uint8_t *dst, v128_t r, v128_t g, v128_t b, v128_t a) {
  v128_t rb = wasm_u8x16_narrow_i16x8(r, b), ga = wasm_u8x16_narrow_i16x8(g, a);
  v128_t rg = wasm_i8x16_shuffle(rb, ga, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t ba = wasm_i8x16_shuffle(rb, ga, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  wasm_v128_store(dst, wasm_i16x8_shuffle(rg, ba, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(dst + 16, wasm_i16x8_shuffle(rg, ba, 4, 12, 5, 13, 6, 14, 7, 15));
}

typedef struct row_factors {
  v128_t even, odd, offset;
} row_factors;

INLINE row_factors splat_row(const fl_colour_matrix *m, uint32_t o) {
  const int32_t *f = m->factor[o];
  return (row_factors){splat_pair(f[0], f[2]), splat_pair(f[1], f[3]), wasm_i32x4_splat(m->offset[o])};
}

typedef struct eight_pixels {
  v128_t even[2], odd[2];
} eight_pixels;

INLINE v128_t channel_of_four(v128_t even, v128_t odd, row_factors row, uint32_t shift) {
  v128_t sum = wasm_i32x4_add(wasm_i32x4_dot_i16x8(even, row.even), wasm_i32x4_dot_i16x8(odd, row.odd));
  return wasm_i32x4_shr(wasm_i32x4_add(sum, row.offset), shift);
}

INLINE v128_t channel(const eight_pixels *p, row_factors row, uint32_t shift) {
  return wasm_i16x8_narrow_i32x4(channel_of_four(p->even[0], p->odd[0], row, shift),
                                 channel_of_four(p->even[1], p->odd[1], row, shift));
}

/* All factors fit i16. */
INLINE void matrix_narrow(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *m, const uint32_t shift,
                          const bool keeps_alpha) {
  row_factors r = splat_row(m, 0), g = splat_row(m, 1), b = splat_row(m, 2), a = splat_row(m, 3);
  v128_t even_bytes = fl_simd_hoist(0x00ff00ff);
  size_t i = 0;
  for (; i + 32 <= pixels * 4; i += 32) {
    v128_t v = wasm_v128_load(src + i), w = wasm_v128_load(src + i + 16);
    eight_pixels p = {{even_channels(v, even_bytes), even_channels(w, even_bytes)}, {odd_channels(v), odd_channels(w)}};
    v128_t alpha = keeps_alpha ? wasm_i16x8_narrow_i32x4(wasm_u32x4_shr(v, 24), wasm_u32x4_shr(w, 24)) : channel(&p, a, shift);
    store_channels(dst + i, channel(&p, r, shift), channel(&p, g, shift), channel(&p, b, shift), alpha);
  }
  fl_colour_reference.matrix(dst + i, src + i, pixels - i / 4, m);
}

INLINE v128_t wide_of_four(v128_t v, const int32_t *f, int32_t offset, uint32_t shift) {
  v128_t byte = wasm_i32x4_const_splat(0xff), sum = wasm_i32x4_splat(offset);
  sum = wasm_i32x4_add(sum, wasm_i32x4_mul(wasm_v128_and(v, byte), wasm_i32x4_splat(f[0])));
  sum = wasm_i32x4_add(sum, wasm_i32x4_mul(wasm_v128_and(wasm_u32x4_shr(v, 8), byte), wasm_i32x4_splat(f[1])));
  sum = wasm_i32x4_add(sum, wasm_i32x4_mul(wasm_v128_and(wasm_u32x4_shr(v, 16), byte), wasm_i32x4_splat(f[2])));
  sum = wasm_i32x4_add(sum, wasm_i32x4_mul(wasm_u32x4_shr(v, 24), wasm_i32x4_splat(f[3])));
  return wasm_i32x4_shr(sum, shift);
}

INLINE v128_t wide_channel(v128_t v, v128_t w, const fl_colour_matrix *m, uint32_t o) {
  return wasm_i16x8_narrow_i32x4(wide_of_four(v, m->factor[o], m->offset[o], m->shift),
                                 wide_of_four(w, m->factor[o], m->offset[o], m->shift));
}

static void matrix_wide(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *m) {
  size_t i = 0;
  for (; i + 32 <= pixels * 4; i += 32) {
    v128_t v = wasm_v128_load(src + i), w = wasm_v128_load(src + i + 16);
    store_channels(dst + i, wide_channel(v, w, m, 0), wide_channel(v, w, m, 1), wide_channel(v, w, m, 2), wide_channel(v, w, m, 3));
  }
  fl_colour_reference.matrix(dst + i, src + i, pixels - i / 4, m);
}

static bool is_narrow(const fl_colour_matrix *m) {
  for (uint32_t o = 0; o < 4; o++)
    for (uint32_t c = 0; c < 4; c++)
      if (m->factor[o][c] != (int16_t)m->factor[o][c]) return false;
  return true;
}

static bool keeps_alpha(const fl_colour_matrix *m) {
  const int32_t *f = m->factor[3];
  return f[0] == 0 && f[1] == 0 && f[2] == 0 && f[3] == 1 << m->shift && m->offset[3] >= 0 && m->offset[3] < 1 << m->shift;
}

/* The shift is a constant in each call: with a variable one every shift costs four instructions. */
INLINE void matrix_by_shift(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *m, const bool keeps_alpha) {
  if (m->shift == 14) matrix_narrow(dst, src, pixels, m, 14, keeps_alpha);
  else if (m->shift == 12) matrix_narrow(dst, src, pixels, m, 12, keeps_alpha);
  else matrix_narrow(dst, src, pixels, m, 10, keeps_alpha);
}

static void matrix(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *m) {
  if (!is_narrow(m)) matrix_wide(dst, src, pixels, m);
  else if (keeps_alpha(m)) matrix_by_shift(dst, src, pixels, m, true);
  else matrix_by_shift(dst, src, pixels, m, false);
}

const fl_colour_kernels fl_colour_simd = {.gray = gray, .matrix = matrix};
