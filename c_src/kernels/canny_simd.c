/* Eight pixels at once. Directions are told apart by the signs of two sums of products:
 *   |x|·tangent − |y|·2¹⁵ > 0             steeper along the row than 22.5°
 *   |x|·tangent − (|y| − 2|x|)·2¹⁵ < 0    steeper down the column than 67.5° */
#include "base/simd.h"
#include "kernels/canny.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t eight(const uint8_t *row) { return wasm_u16x8_load8x8(row); }

INLINE void gradient_at(const fl_canny_gradient *dst, const uint8_t *const rows[3], size_t i, bool squares) {
  const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
  v128_t falling = wasm_i16x8_sub(eight(c + 1), eight(a - 1)), rising = wasm_i16x8_sub(eight(c - 1), eight(a + 1));
  v128_t along = wasm_i16x8_sub(eight(b + 1), eight(b - 1)), down = wasm_i16x8_sub(eight(c), eight(a));
  v128_t x = wasm_i16x8_add(wasm_i16x8_sub(falling, rising), wasm_i16x8_add(along, along));
  v128_t y = wasm_i16x8_add(wasm_i16x8_add(falling, rising), wasm_i16x8_add(down, down));
  wasm_v128_store(dst->x + i, x);
  wasm_v128_store(dst->y + i, y);
  if (!squares) {
    wasm_v128_store((int16_t *)dst->magnitude + i, wasm_i16x8_add(wasm_i16x8_abs(x), wasm_i16x8_abs(y)));
    return;
  }
  v128_t low = wasm_i16x8_shuffle(x, y, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
  wasm_v128_store((int32_t *)dst->magnitude + i, wasm_i32x4_dot_i16x8(low, low));
  wasm_v128_store((int32_t *)dst->magnitude + i + 4, wasm_i32x4_dot_i16x8(high, high));
}

static void gradient(const fl_canny_gradient *dst, const uint8_t *const rows[3], size_t n, bool squares) {
  if (n < 8) {
    fl_canny_reference.gradient(dst, rows, n, squares);
    return;
  }
  for (size_t i = 0; i + 8 <= n; i += 8) {
    if (squares) gradient_at(dst, rows, i, true);
    else gradient_at(dst, rows, i, false);
  }
  if (n % 8) gradient_at(dst, rows, n - 8, squares);
}

/* ---- the steepest ---- */

/* Eight magnitudes; with squares the last four apart. */
typedef struct magnitudes {
  v128_t first, last;
} magnitudes;

INLINE magnitudes load_at(const void *row, ptrdiff_t i, bool squares) {
  if (!squares) return (magnitudes){.first = wasm_v128_load((const int16_t *)row + i)};
  return (magnitudes){wasm_v128_load((const int32_t *)row + i), wasm_v128_load((const int32_t *)row + i + 4)};
}

/* a > b, as a mask of eight times 16 bits. */
INLINE v128_t above(magnitudes a, magnitudes b, bool squares) {
  if (!squares) return wasm_i16x8_gt(a.first, b.first);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_gt(a.first, b.first), wasm_i32x4_gt(a.last, b.last));
}

INLINE magnitudes all(int32_t v, bool squares) {
  v128_t lanes = squares ? wasm_i32x4_splat(v) : wasm_i16x8_splat((int16_t)v);
  return (magnitudes){lanes, lanes};
}

/* The sign of x·tangent − y·2¹⁵, in 16 bits. */
INLINE v128_t lean(v128_t x, v128_t y) {
  v128_t weights = wasm_i32x4_const_splat((int32_t)(0x80000000u | FL_CANNY_TANGENT));
  v128_t low = wasm_i16x8_shuffle(x, y, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_dot_i16x8(low, weights), wasm_i32x4_dot_i16x8(high, weights));
}

INLINE v128_t is_steepest(magnitudes m, const void *const rows[3], v128_t x, v128_t y, ptrdiff_t i, bool squares) {
#define BEYOND(row, at) above(m, load_at(rows[row], at, squares), squares)
#define BELOW(row, at) above(load_at(rows[row], at, squares), m, squares)
  v128_t ax = wasm_i16x8_abs(x), ay = wasm_i16x8_abs(y), zero = wasm_i16x8_const_splat(0);
  v128_t level = wasm_i16x8_gt(lean(ax, ay), zero);
  v128_t upright = wasm_i16x8_lt(lean(ax, wasm_i16x8_sub(ay, wasm_i16x8_add(ax, ax))), zero);
  v128_t beside = wasm_v128_andnot(BEYOND(1, i - 1), BELOW(1, i + 1)), over = wasm_v128_andnot(BEYOND(0, i), BELOW(2, i));
  v128_t falling = wasm_v128_and(BEYOND(0, i - 1), BEYOND(2, i + 1)), rising = wasm_v128_and(BEYOND(0, i + 1), BEYOND(2, i - 1));
  v128_t diagonal = wasm_v128_bitselect(rising, falling, wasm_i16x8_shr(wasm_v128_xor(x, y), 15));
  return wasm_v128_bitselect(beside, wasm_v128_bitselect(over, diagonal, upright), level);
#undef BEYOND
#undef BELOW
}

INLINE void thin_sixteen(uint8_t *dst, const void *const rows[3], const int16_t *x, const int16_t *y, size_t i,
                         const fl_canny_limits *limits, bool squares) {
  magnitudes m[2] = {load_at(rows[1], (ptrdiff_t)i, squares), load_at(rows[1], (ptrdiff_t)i + 8, squares)};
  magnitudes low = all(limits->low, squares), high = all(limits->high, squares);
  v128_t edge[2] = {above(m[0], low, squares), above(m[1], low, squares)}, strong[2];
  v128_t any = wasm_v128_or(edge[0], edge[1]);
  if (wasm_v128_any_true(any)) {
    for (size_t h = 0; h < 2; h++) {
      size_t at = i + 8 * h;
      v128_t steepest = is_steepest(m[h], rows, wasm_v128_load(x + at), wasm_v128_load(y + at), (ptrdiff_t)at, squares);
      edge[h] = wasm_v128_and(edge[h], steepest);
      strong[h] = wasm_v128_and(edge[h], above(m[h], high, squares));
    }
    v128_t weak = wasm_v128_and(wasm_i8x16_narrow_i16x8(edge[0], edge[1]), wasm_i8x16_const_splat((int8_t)FL_CANNY_WEAK));
    v128_t more = wasm_v128_and(wasm_i8x16_narrow_i16x8(strong[0], strong[1]), wasm_i8x16_const_splat(FL_CANNY_STRONG ^ FL_CANNY_WEAK));
    any = wasm_v128_or(weak, more);
  }
  wasm_v128_store(dst + i, any);
}

INLINE void thin_of(uint8_t *dst, const void *const rows[3], const int16_t *x, const int16_t *y, size_t n,
                    const fl_canny_limits *limits, bool squares) {
  for (size_t i = 0; i < n; i += 16) thin_sixteen(dst, rows, x, y, i + 16 <= n ? i : n - 16, limits, squares);
}

static void thin(uint8_t *dst, const void *const magnitude[3], const int16_t *x, const int16_t *y, size_t n,
                 const fl_canny_limits *limits) {
  if (n < 16) fl_canny_reference.thin(dst, magnitude, x, y, n, limits);
  else if (limits->squares) thin_of(dst, magnitude, x, y, n, limits, true);
  else thin_of(dst, magnitude, x, y, n, limits, false);
}

const fl_canny_kernels fl_canny_simd = {.gradient = gradient, .thin = thin};
