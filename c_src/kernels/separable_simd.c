/* Two taps a step: the sums of the rows k and k+1 away, interleaved, go through i32x4.dot_i16x8 with their two weights. With an odd
 * radius the middle is paired with tap 1; with an even one it is alone. */
#include "base/simd.h"
#include "kernels/separable.h"

#define INLINE static inline __attribute__((always_inline))

#define LOW8(a, b) wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH8(a, b) wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define LOW16(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH16(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

typedef struct sums16 {
  v128_t part[4]; /* i32 sums of 16 columns */
} sums16;

INLINE void dot_pairs(v128_t *sum, v128_t low, v128_t high, v128_t weights) {
  sum[0] = wasm_i32x4_add(sum[0], wasm_i32x4_dot_i16x8(low, weights));
  sum[1] = wasm_i32x4_add(sum[1], wasm_i32x4_dot_i16x8(high, weights));
}

/* The rows a+b under the first weight, c+d under the second. */
INLINE void add_four_rows(sums16 *sum, v128_t a, v128_t b, v128_t c, v128_t d, v128_t weights) {
  v128_t ab = LOW8(a, b), cd = LOW8(c, d);
  dot_pairs(sum->part, wasm_u16x8_extadd_pairwise_u8x16(LOW16(ab, cd)), wasm_u16x8_extadd_pairwise_u8x16(HIGH16(ab, cd)), weights);
  ab = HIGH8(a, b), cd = HIGH8(c, d);
  dot_pairs(sum->part + 2, wasm_u16x8_extadd_pairwise_u8x16(LOW16(ab, cd)), wasm_u16x8_extadd_pairwise_u8x16(HIGH16(ab, cd)), weights);
}

INLINE void vertical16(int16_t *dst, const uint8_t *const *rows, size_t i, const fl_separable_weights *weights, int shift) {
  v128_t half = wasm_i32x4_splat(1 << (shift - 1)), zero = wasm_i32x4_const_splat(0);
  sums16 sum = {{half, half, half, half}};
  ptrdiff_t radius = weights->radius, k = 1;
  const int16_t *weight = weights->weight;
  v128_t middle = wasm_v128_load(rows[0] + i);
  if (radius % 2) {
    add_four_rows(&sum, middle, zero, wasm_v128_load(rows[-1] + i), wasm_v128_load(rows[1] + i), wasm_v128_load32_splat(weight));
    k = 2;
  } else
    add_four_rows(&sum, middle, zero, zero, zero, wasm_i32x4_splat(weight[0]));
  for (; k < radius; k += 2)
    add_four_rows(&sum, wasm_v128_load(rows[-k] + i), wasm_v128_load(rows[k] + i), wasm_v128_load(rows[-k - 1] + i),
                  wasm_v128_load(rows[k + 1] + i), wasm_v128_load32_splat(weight + k));
  for (int p = 0; p < 4; p++) sum.part[p] = wasm_i32x4_shr(sum.part[p], shift);
  wasm_v128_store(dst + i, wasm_i16x8_narrow_i32x4(sum.part[0], sum.part[1]));
  wasm_v128_store(dst + i + 8, wasm_i16x8_narrow_i32x4(sum.part[2], sum.part[3]));
}

INLINE void vertical_by(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights, int shift) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) vertical16(dst, rows, i, weights, shift);
  if (i < n) vertical16(dst, rows, n - 16, weights, shift);
}

static void vertical(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights) {
  if (n < 16) fl_separable_reference.vertical(dst, rows, n, weights);
  else if (weights->bits == FL_SEPARABLE_FINE) vertical_by(dst, rows, n, weights, FL_SEPARABLE_FINE - FL_SEPARABLE_FRACTION);
  else vertical_by(dst, rows, n, weights, FL_SEPARABLE_COARSE - FL_SEPARABLE_FRACTION);
}

INLINE v128_t both_sides(const int16_t *src, ptrdiff_t distance) {
  return wasm_i16x8_add(wasm_v128_load(src - distance), wasm_v128_load(src + distance));
}

/* Eight values. */
INLINE v128_t horizontal8(const int16_t *src, ptrdiff_t step, const fl_separable_weights *weights, int shift) {
  v128_t half = wasm_i32x4_splat(1 << (shift - 1));
  v128_t sum[2] = {half, half};
  ptrdiff_t radius = weights->radius, k = 1;
  const int16_t *weight = weights->weight;
  v128_t middle = wasm_v128_load(src);
  if (radius % 2) {
    v128_t one = both_sides(src, step);
    dot_pairs(sum, LOW16(middle, one), HIGH16(middle, one), wasm_v128_load32_splat(weight));
    k = 2;
  } else
    dot_pairs(sum, LOW16(middle, middle), HIGH16(middle, middle), wasm_i32x4_splat(weight[0]));
  for (; k < radius; k += 2) {
    v128_t near = both_sides(src, k * step), far = both_sides(src, k * step + step);
    dot_pairs(sum, LOW16(near, far), HIGH16(near, far), wasm_v128_load32_splat(weight + k));
  }
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sum[0], shift), wasm_i32x4_shr(sum[1], shift));
}

INLINE void horizontal16(uint8_t *dst, const int16_t *src, ptrdiff_t step, const fl_separable_weights *weights, int shift) {
  v128_t low = horizontal8(src, step, weights, shift), high = horizontal8(src + 8, step, weights, shift);
  wasm_v128_store(dst, wasm_u8x16_narrow_i16x8(low, high));
}

INLINE void horizontal_by(uint8_t *dst, const int16_t *src, size_t n, ptrdiff_t step, const fl_separable_weights *weights, int shift) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) horizontal16(dst + i, src + i, step, weights, shift);
  if (i < n) horizontal16(dst + n - 16, src + n - 16, step, weights, shift);
}

static void horizontal(uint8_t *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights) {
  if (n < 16) fl_separable_reference.horizontal(dst, src, n, step, weights);
  else if (weights->bits == FL_SEPARABLE_FINE)
    horizontal_by(dst, src, n, (ptrdiff_t)step, weights, FL_SEPARABLE_FINE + FL_SEPARABLE_FRACTION);
  else horizontal_by(dst, src, n, (ptrdiff_t)step, weights, FL_SEPARABLE_COARSE + FL_SEPARABLE_FRACTION);
}

const fl_separable_kernels fl_separable_simd = {.vertical = vertical, .horizontal = horizontal};
