/* Two taps a step: what is k away on both sides is added up, interleaved with what is k+1 away, and goes through i32x4.dot_i16x8
 * with the two weights. With an odd radius the middle is paired with tap 1; with an even one it is alone. */
#include "base/simd.h"
#include "kernels/separable.h"

#define INLINE static inline __attribute__((always_inline))
#define BLOCK 16
#define WIDE_BLOCK 32 /* measured better once the rows of a window no longer fit the cache */
#define WIDE_RADIUS 24

/* Eight values of two taps, added to the sums of the first and the last four. */
INLINE void add_taps(v128_t *sum, v128_t near, v128_t far, v128_t weights) {
  v128_t low = wasm_i16x8_shuffle(near, far, 0, 8, 1, 9, 2, 10, 3, 11);
  v128_t high = wasm_i16x8_shuffle(near, far, 4, 12, 5, 13, 6, 14, 7, 15);
  sum[0] = wasm_i32x4_add(sum[0], wasm_i32x4_dot_i16x8(low, weights));
  sum[1] = wasm_i32x4_add(sum[1], wasm_i32x4_dot_i16x8(high, weights));
}

INLINE void start_sums(v128_t *sum, size_t width, int shift) {
  for (size_t p = 0; p < width / 4; p++) sum[p] = wasm_i32x4_splat(1 << (shift - 1));
}

INLINE v128_t scale_down(const v128_t *sum, int shift) {
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum[0], shift), wasm_i32x4_shr(sum[1], shift));
}

/* ---- vertical ---- */

INLINE v128_t both_rows(const uint8_t *a, const uint8_t *b) {
  return wasm_i16x8_add(wasm_u16x8_load8x8(a), wasm_u16x8_load8x8(b));
}

/* `width` columns from i on, a multiple of 8. */
INLINE void vertical_block(int16_t *dst, const uint8_t *const *rows, size_t i, size_t width, const fl_separable_weights *weights,
                           int shift) {
  v128_t sum[WIDE_BLOCK / 4], zero = wasm_i32x4_const_splat(0);
  const int16_t *weight = weights->weight, *end = weight + weights->radius;
  const uint8_t *const *up = rows - 1, *const *down = rows + 1;
  const uint8_t *middle = rows[0] + i;
  v128_t pair = wasm_v128_load32_splat(weight);
  start_sums(sum, width, shift);
  if (weights->radius % 2) {
    for (size_t p = 0; p < width; p += 8)
      add_taps(sum + p / 4, wasm_u16x8_load8x8(middle + p), both_rows(*up + i + p, *down + i + p), pair);
    weight += 2, up--, down++;
  } else {
    for (size_t p = 0; p < width; p += 8) add_taps(sum + p / 4, wasm_u16x8_load8x8(middle + p), zero, pair);
    weight += 1;
  }
  for (; weight < end; weight += 2, up -= 2, down += 2) {
    const uint8_t *a = up[0] + i, *b = down[0] + i, *c = up[-1] + i, *d = down[1] + i;
    pair = wasm_v128_load32_splat(weight);
    for (size_t p = 0; p < width; p += 8) add_taps(sum + p / 4, both_rows(a + p, b + p), both_rows(c + p, d + p), pair);
  }
  for (size_t p = 0; p < width; p += 8) wasm_v128_store(dst + i + p, scale_down(sum + p / 4, shift));
}

INLINE void vertical_by(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights, int shift) {
  size_t i = 0;
  if (weights->radius > WIDE_RADIUS)
    for (; i + WIDE_BLOCK <= n; i += WIDE_BLOCK) vertical_block(dst, rows, i, WIDE_BLOCK, weights, shift);
  for (; i + BLOCK <= n; i += BLOCK) vertical_block(dst, rows, i, BLOCK, weights, shift);
  if (i < n) vertical_block(dst, rows, n - BLOCK, BLOCK, weights, shift);
}

static void vertical(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights) {
  if (n < BLOCK) fl_separable_reference.vertical(dst, rows, n, weights);
  else if (weights->bits == FL_SEPARABLE_FINE) vertical_by(dst, rows, n, weights, FL_SEPARABLE_FINE - FL_SEPARABLE_FRACTION);
  else vertical_by(dst, rows, n, weights, FL_SEPARABLE_COARSE - FL_SEPARABLE_FRACTION);
}

/* ---- horizontal ---- */

INLINE v128_t both_sides(const int16_t *a, const int16_t *b) { return wasm_i16x8_add(wasm_v128_load(a), wasm_v128_load(b)); }

INLINE void horizontal_block(uint8_t *dst, const int16_t *src, ptrdiff_t step, const fl_separable_weights *weights, int shift) {
  v128_t sum[BLOCK / 4], zero = wasm_i32x4_const_splat(0);
  const int16_t *weight = weights->weight, *end = weight + weights->radius, *left = src - step, *right = src + step;
  v128_t pair = wasm_v128_load32_splat(weight);
  start_sums(sum, BLOCK, shift);
  if (weights->radius % 2) {
    for (size_t p = 0; p < BLOCK; p += 8) add_taps(sum + p / 4, wasm_v128_load(src + p), both_sides(left + p, right + p), pair);
    weight += 2, left -= step, right += step;
  } else {
    for (size_t p = 0; p < BLOCK; p += 8) add_taps(sum + p / 4, wasm_v128_load(src + p), zero, pair);
    weight += 1;
  }
  for (; weight < end; weight += 2, left -= 2 * step, right += 2 * step) {
    pair = wasm_v128_load32_splat(weight);
    for (size_t p = 0; p < BLOCK; p += 8)
      add_taps(sum + p / 4, both_sides(left + p, right + p), both_sides(left - step + p, right + step + p), pair);
  }
  wasm_v128_store(dst, wasm_u8x16_narrow_i16x8(scale_down(sum, shift), scale_down(sum + 2, shift)));
}

INLINE void horizontal_by(uint8_t *dst, const int16_t *src, size_t n, ptrdiff_t step, const fl_separable_weights *weights,
                          int shift) {
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) horizontal_block(dst + i, src + i, step, weights, shift);
  if (i < n) horizontal_block(dst + n - BLOCK, src + n - BLOCK, step, weights, shift);
}

static void horizontal(uint8_t *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights) {
  if (n < BLOCK) fl_separable_reference.horizontal(dst, src, n, step, weights);
  else if (weights->bits == FL_SEPARABLE_FINE)
    horizontal_by(dst, src, n, (ptrdiff_t)step, weights, FL_SEPARABLE_FINE + FL_SEPARABLE_FRACTION);
  else horizontal_by(dst, src, n, (ptrdiff_t)step, weights, FL_SEPARABLE_COARSE + FL_SEPARABLE_FRACTION);
}

const fl_separable_kernels fl_separable_simd = {.vertical = vertical, .horizontal = horizontal};
