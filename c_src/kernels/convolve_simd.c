/* Taps are taken two at a time through i32x4.dot_i16x8, or, where all sums fit, one at a time in 16 bits: there a sum may wrap on its
 * way, as what comes out, the sum of weight·(v − 128), fits. */
#include "base/simd.h"
#include "base/size.h"
#include "kernels/convolve.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))
#define SMALL_BLOCK 64
#define BLOCK 32

INLINE v128_t eight(const uint8_t *at) { return wasm_u16x8_load8x8(at); }

/* Where each tap is for the first byte. */
INLINE void find_taps(const uint8_t **at, const uint8_t *const *rows, size_t pixel, const fl_convolve_taps *taps) {
  for (uint32_t k = 0; k < taps->count; k++) at[k] = rows[taps->row[k]] + taps->column[k] * (ptrdiff_t)pixel;
}

/* ---- from sums to bytes ---- */

typedef struct finisher {
  v128_t bias, mask;
  uint32_t shift;
  bool absolute, keeps;
} finisher;

INLINE finisher finisher_of(const fl_convolve_finish *how) {
  return (finisher){wasm_i32x4_splat(how->bias), wasm_i32x4_splat((int32_t)how->mask), how->shift, how->absolute,
                    how->mask != UINT32_MAX};
}

/* Sixteen values in 16 bits. */
INLINE void store_narrow(uint8_t *dst, v128_t low, v128_t high, const uint8_t *keep, const finisher *f) {
  if (f->absolute) {
    v128_t zero = wasm_i16x8_const_splat(0);
    low = wasm_i16x8_max(low, wasm_i16x8_sub_sat(zero, low));
    high = wasm_i16x8_max(high, wasm_i16x8_sub_sat(zero, high));
  }
  v128_t v = wasm_u8x16_narrow_i16x8(low, high);
  if (f->keeps) v = wasm_v128_bitselect(v, wasm_v128_load(keep), f->mask);
  wasm_v128_store(dst, v);
}

/* sum: of sixteen values, in four vectors, with the bias. */
INLINE void store_sixteen(uint8_t *dst, const v128_t *sum, const uint8_t *keep, const finisher *f) {
  v128_t low = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum[0], f->shift), wasm_i32x4_shr(sum[1], f->shift));
  v128_t high = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum[2], f->shift), wasm_i32x4_shr(sum[3], f->shift));
  store_narrow(dst, low, high, keep, f);
}

/* Eight values of two taps, added to the sums of the first and the last four. */
INLINE void add_taps(v128_t *sum, v128_t a, v128_t b, v128_t weights) {
  v128_t low = wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  sum[0] = wasm_i32x4_add(sum[0], wasm_i32x4_dot_i16x8(low, weights));
  sum[1] = wasm_i32x4_add(sum[1], wasm_i32x4_dot_i16x8(high, weights));
}

/* ---- all at once ---- */

/* The sums of weight·(v − 128) of the taps [from, end). */
INLINE void sum_small(v128_t *acc, const uint8_t *const *at, size_t i, size_t width, const fl_convolve_taps *taps, uint32_t from,
                      uint32_t end, int32_t total) {
  for (size_t p = 0; p < width; p += 8) acc[p / 8] = wasm_i16x8_splat((int16_t)(uint16_t)(-128 * total));
#pragma clang loop unroll_count(2)
  for (uint32_t k = from; k < end; k++) {
    const uint8_t *values = at[k] + i;
    v128_t weight = wasm_v128_load16_splat(&taps->weight[k]);
    for (size_t p = 0; p < width; p += 8) acc[p / 8] = wasm_i16x8_add(acc[p / 8], wasm_i16x8_mul(eight(values + p), weight));
  }
}

INLINE void small_block(uint8_t *dst, const uint8_t *const *at, const uint8_t *keep, size_t i, size_t width,
                        const fl_convolve_taps *taps, const finisher *f) {
  v128_t first[SMALL_BLOCK / 8], second[SMALL_BLOCK / 8], scale = wasm_i16x8_splat(taps->scale);
  sum_small(first, at, i, width, taps, 0, taps->first, taps->total[0]);
  sum_small(second, at, i, width, taps, taps->first, taps->count, taps->total[1]);
  for (size_t p = 0; p < width; p += 16) {
    v128_t sum[4] = {f->bias, f->bias, f->bias, f->bias};
    add_taps(sum, first[p / 8], second[p / 8], scale), add_taps(sum + 2, first[p / 8 + 1], second[p / 8 + 1], scale);
    store_sixteen(dst + i + p, sum, keep + i + p, f);
  }
}

/* All in 16 bits: what saturates here would be 0 or 255 anyway. */
INLINE void plain_block(uint8_t *dst, const uint8_t *const *at, const uint8_t *keep, size_t i, size_t width,
                        const fl_convolve_taps *taps, const finisher *f) {
  v128_t sum[SMALL_BLOCK / 8];
  sum_small(sum, at, i, width, taps, 0, taps->count, taps->total[0]);
  for (size_t p = 0; p < width / 8; p++) sum[p] = wasm_i16x8_shr(wasm_i16x8_add_sat(sum[p], f->bias), f->shift);
  for (size_t p = 0; p < width; p += 16) store_narrow(dst + i + p, sum[p / 8], sum[p / 8 + 1], keep + i + p, f);
}

#define IN_BLOCKS(block_of, size)                                                                       \
  do {                                                                                                  \
    size_t i = 0;                                                                                       \
    for (; i + (size) <= n; i += (size)) block_of(dst, at, keep, i, (size), taps, &f);                  \
    for (; i + 16 <= n; i += 16) block_of(dst, at, keep, i, 16, taps, &f);                              \
    if (i < n) block_of(dst, at, keep, n - 16, 16, taps, &f);                                           \
  } while (0)

static void small(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                  const fl_convolve_taps *taps) {
  if (n < 16) {
    fl_convolve_reference.small(dst, rows, keep, n, pixel, taps);
    return;
  }
  const uint8_t *at[FL_CONVOLVE_TAPS_ROOM];
  find_taps(at, rows, pixel, taps);
  finisher f = finisher_of(&taps->finish);
  int32_t bias = taps->finish.bias + 128 * (taps->total[0] + taps->total[1]) * taps->scale;
  f.bias = taps->scale == 1 ? wasm_i16x8_splat((int16_t)bias) : wasm_i32x4_splat(bias);
  if (taps->scale == 1) IN_BLOCKS(plain_block, SMALL_BLOCK);
  else IN_BLOCKS(small_block, SMALL_BLOCK);
}

INLINE void fine_block(uint8_t *dst, const uint8_t *const *at, const uint8_t *keep, size_t i, size_t width,
                       const fl_convolve_taps *taps, const finisher *f) {
  v128_t sum[BLOCK / 4];
  for (size_t p = 0; p < width / 4; p++) sum[p] = f->bias;
  for (uint32_t k = 0; k < taps->count; k += 2) {
    const uint8_t *a = at[k] + i, *b = at[k + 1] + i;
    v128_t weights = wasm_v128_load32_splat(&taps->weight[k]);
    for (size_t p = 0; p < width; p += 8) add_taps(sum + p / 4, eight(a + p), eight(b + p), weights);
  }
  for (size_t p = 0; p < width; p += 16) store_sixteen(dst + i + p, sum + p / 4, keep + i + p, f);
}

static void fine(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                 const fl_convolve_taps *taps) {
  if (n < 16) {
    fl_convolve_reference.fine(dst, rows, keep, n, pixel, taps);
    return;
  }
  const uint8_t *at[FL_CONVOLVE_TAPS_ROOM];
  find_taps(at, rows, pixel, taps);
  finisher f = finisher_of(&taps->finish);
  IN_BLOCKS(fine_block, BLOCK);
}

/* Rarely wanted, so left to the compiler: sixteen values side by side, each in the reference's order. */
static void loose(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                  const fl_convolve_taps *taps) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    double sum[16];
    for (int p = 0; p < 16; p++) sum[p] = taps->offset;
    for (uint32_t k = 0; k < taps->count; k++) {
      const uint8_t *from = rows[taps->row[k]] + taps->column[k] * (ptrdiff_t)pixel + i;
      for (int p = 0; p < 16; p++) sum[p] += taps->loose_weight[k] * (double)from[p];
    }
    for (int p = 0; p < 16; p++) {
      double v = taps->finish.absolute ? fabs(sum[p]) : sum[p];
      dst[i + (size_t)p] = taps->finish.mask >> (p % 4 * 8) & 1 ? (uint8_t)(fmin(fmax(v, 0), 255) + 0.5) : keep[i + (size_t)p];
    }
  }
  const uint8_t *rest[FL_CONVOLVE_SIDE_MAX];
  for (uint32_t k = 0; k < taps->count; k++) rest[taps->row[k]] = rows[taps->row[k]] + i;
  fl_convolve_reference.loose(dst + i, rest, keep + i, n - i, pixel, taps);
}

/* ---- one direction after the other ---- */

INLINE void down_block(int16_t *dst, const uint8_t *const *rows, size_t i, size_t width, const fl_convolve_line *line) {
  v128_t sum[BLOCK / 4];
  for (size_t p = 0; p < width / 4; p++) sum[p] = wasm_i32x4_splat(line->bias);
  for (uint32_t k = 0; k < line->count; k += 2) {
    const uint8_t *a = rows[k] + i, *b = rows[k + 1] + i;
    v128_t weights = wasm_v128_load32_splat(&line->weight[k]);
    for (size_t p = 0; p < width; p += 8) add_taps(sum + p / 4, eight(a + p), eight(b + p), weights);
  }
  for (size_t p = 0; p < width; p += 8)
    wasm_v128_store(dst + i + p, wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum[p / 4], line->shift),
                                                         wasm_i32x4_shr(sum[p / 4 + 1], line->shift)));
}

static void down(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_convolve_line *line) {
  if (n < 16) {
    fl_convolve_reference.down(dst, rows, n, line);
    return;
  }
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) down_block(dst, rows, i, BLOCK, line);
  for (; i + 16 <= n; i += 16) down_block(dst, rows, i, 16, line);
  if (i < n) down_block(dst, rows, n - 16, 16, line);
}

INLINE void along_block(uint8_t *dst, const int16_t *src, const uint8_t *keep, size_t i, size_t width, size_t pixel,
                        const fl_convolve_line *line, const finisher *f) {
  v128_t sum[BLOCK / 4];
  for (size_t p = 0; p < width / 4; p++) sum[p] = f->bias;
  const int16_t *a = src + i, *b = a + pixel;
  for (uint32_t k = 0; k < line->count; k += 2, a += 2 * pixel, b += 2 * pixel) {
    v128_t weights = wasm_v128_load32_splat(&line->weight[k]);
    for (size_t p = 0; p < width; p += 8) add_taps(sum + p / 4, wasm_v128_load(a + p), wasm_v128_load(b + p), weights);
  }
  for (size_t p = 0; p < width; p += 16) store_sixteen(dst + i + p, sum + p / 4, keep + i + p, f);
}

static void along(uint8_t *dst, const int16_t *src, const uint8_t *keep, size_t n, size_t pixel, const fl_convolve_line *line,
                  const fl_convolve_finish *how) {
  if (n < 16) {
    fl_convolve_reference.along(dst, src, keep, n, pixel, line, how);
    return;
  }
  finisher f = finisher_of(how);
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) along_block(dst, src, keep, i, BLOCK, pixel, line, &f);
  for (; i + 16 <= n; i += 16) along_block(dst, src, keep, i, 16, pixel, line, &f);
  if (i < n) along_block(dst, src, keep, n - 16, 16, pixel, line, &f);
}

const fl_convolve_kernels fl_convolve_simd = {.small = small, .fine = fine, .loose = loose, .down = down, .along = along};
