#include "kernels/clahe.h"

#include "base/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* ---- counting: no SIMD, but several tables, so that a run of equal values does not wait for its own last store ---- */

static void add_tables(uint32_t *counts, const uint32_t (*extra)[256], uint32_t tables) {
  for (uint32_t i = 0; i < 256; i += 4) {
    v128_t sum = wasm_v128_load(counts + i);
    for (uint32_t t = 0; t < tables; t++) sum = wasm_i32x4_add(sum, wasm_v128_load(extra[t] + i));
    wasm_v128_store(counts + i, sum);
  }
}

static void count_gray(const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t *counts) {
  uint32_t extra[3][256] = {{0}};
  for (uint32_t y = 0; y < rows; y++) {
    const uint8_t *row = first + y * stride;
    size_t x = 0;
    for (; x + 8 <= pixels; x += 8) {
      counts[row[x]]++, extra[0][row[x + 1]]++, extra[1][row[x + 2]]++, extra[2][row[x + 3]]++;
      counts[row[x + 4]]++, extra[0][row[x + 5]]++, extra[1][row[x + 6]]++, extra[2][row[x + 7]]++;
    }
    for (; x < pixels; x++) counts[row[x]]++;
  }
  add_tables(counts, (const uint32_t(*)[256])extra, 3);
}

static void count_colour(const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t (*counts)[256]) {
  uint32_t extra[3][256] = {{0}};
  for (uint32_t y = 0; y < rows; y++) {
    const uint8_t *row = first + y * stride;
    size_t x = 0;
    for (; x + 2 <= pixels; x += 2, row += 8) {
      counts[0][row[0]]++, counts[1][row[1]]++, counts[2][row[2]]++;
      extra[0][row[4]]++, extra[1][row[5]]++, extra[2][row[6]]++;
    }
    if (x < pixels) counts[0][row[0]]++, counts[1][row[1]]++, counts[2][row[2]]++;
  }
  for (uint32_t c = 0; c < 3; c++) add_tables(counts[c], (const uint32_t(*)[256])extra + c, 1);
}

static void count(const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t channels, uint32_t (*counts)[256]) {
  if (channels == 1) count_gray(first, stride, pixels, rows, counts[0]);
  else count_colour(first, stride, pixels, rows, counts);
}

/* ---- mixing ---- */

typedef struct weights {
  v128_t above, below, low_bytes, sign, rounding;
} weights;

INLINE weights weights_of(const fl_clahe_mix *mix) {
  return (weights){
      .above = wasm_u16x8_splat(mix->above),
      .below = wasm_u16x8_splat(mix->below),
      .low_bytes = fl_simd_hoist(0x00ff00ff),
      .sign = fl_simd_hoist(0x80008000),
      .rounding = fl_simd_hoist((32768u * FL_CLAHE_ACROSS) + (1u << (FL_CLAHE_BITS - 1))),
  };
}

/* Four quads, each with a pair of weights across. The sum of a column has 16 bits; for the signed product 32768 is taken from it,
 * and added again to the result. */
INLINE v128_t mix_four(v128_t quads, v128_t across, const weights *by) {
  v128_t above = wasm_i16x8_mul(wasm_v128_and(quads, by->low_bytes), by->above);
  v128_t below = wasm_i16x8_mul(wasm_u16x8_shr(quads, 8), by->below);
  v128_t sum = wasm_v128_xor(wasm_i16x8_add(above, below), by->sign);
  return wasm_u32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(sum, across), by->rounding), FL_CLAHE_BITS);
}

INLINE v128_t to_bytes(v128_t a, v128_t b, v128_t c, v128_t d) {
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d));
}

INLINE v128_t four_gray(const uint8_t *src, const fl_clahe_quad *quads, const fl_clahe_across *across, const weights *by) {
  v128_t four = wasm_v128_load32_zero(quads + src[0]);
  four = wasm_v128_load32_lane(quads + src[1], four, 1);
  four = wasm_v128_load32_lane(quads + src[2], four, 2);
  four = wasm_v128_load32_lane(quads + src[3], four, 3);
  return mix_four(four, wasm_v128_load(across), by);
}

INLINE v128_t one_colour(const uint8_t *src, const fl_clahe_quad (*quads)[256], const fl_clahe_across *across, const weights *by) {
  v128_t three = wasm_v128_load32_zero(quads[0] + src[0]);
  three = wasm_v128_load32_lane(quads[1] + src[1], three, 1);
  three = wasm_v128_load32_lane(quads[2] + src[2], three, 2);
  return mix_four(three, wasm_v128_load32_splat(across), by);
}

static size_t apply_gray(uint8_t *dst, const uint8_t *src, size_t n, const fl_clahe_mix *mix) {
  const weights by = weights_of(mix);
  const fl_clahe_quad *quads = mix->quads[0];
  const fl_clahe_across *across = mix->across;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t a = four_gray(src + i, quads, across + i, &by), b = four_gray(src + i + 4, quads, across + i + 4, &by);
    v128_t c = four_gray(src + i + 8, quads, across + i + 8, &by), d = four_gray(src + i + 12, quads, across + i + 12, &by);
    wasm_v128_store(dst + i, to_bytes(a, b, c, d));
  }
  for (; i + 4 <= n; i += 4) {
    v128_t a = four_gray(src + i, quads, across + i, &by);
    wasm_v128_store32_lane(dst + i, to_bytes(a, a, a, a), 0);
  }
  return i;
}

static size_t apply_colour(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_clahe_mix *mix) {
  const weights by = weights_of(mix);
  const fl_clahe_across *across = mix->across;
  v128_t alpha = fl_simd_hoist(0xff000000);
  size_t x = 0;
  for (; x + 4 <= pixels; x += 4, src += 16, dst += 16) {
    v128_t a = one_colour(src, mix->quads, across + x, &by), b = one_colour(src + 4, mix->quads, across + x + 1, &by);
    v128_t c = one_colour(src + 8, mix->quads, across + x + 2, &by), d = one_colour(src + 12, mix->quads, across + x + 3, &by);
    wasm_v128_store(dst, wasm_v128_bitselect(wasm_v128_load(src), to_bytes(a, b, c, d), alpha));
  }
  return x;
}

static void apply(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_clahe_mix *mix) {
  size_t done = channels == 1 ? apply_gray(dst, src, pixels, mix) : apply_colour(dst, src, pixels, mix);
  fl_clahe_mix rest = *mix;
  rest.across += done;
  fl_clahe_reference.apply(dst + done * channels, src + done * channels, pixels - done, channels, &rest);
}

const fl_clahe_kernels fl_clahe_simd = {.count = count, .apply = apply};
