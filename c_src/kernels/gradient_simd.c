#include "base/simd.h"
#include "kernels/gradient.h"

#define INLINE static inline __attribute__((always_inline))

/* The four differences across the middle of eight windows: the two diagonals, along the row, down the column.
 *   gx = falling − rising + 2·along        gy = falling + rising + 2·down */
typedef struct differences {
  v128_t falling, rising, along, down;
} differences;

INLINE v128_t eight(const uint8_t *row) { return wasm_u16x8_load8x8(row); }

INLINE differences differences_at(const uint8_t *const rows[3], size_t i) {
  const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
  return (differences){
      .falling = wasm_i16x8_sub(eight(c + 1), eight(a - 1)),
      .rising = wasm_i16x8_sub(eight(c - 1), eight(a + 1)),
      .along = wasm_i16x8_sub(eight(b + 1), eight(b - 1)),
      .down = wasm_i16x8_sub(eight(c), eight(a)),
  };
}

/* Half of |gx| + |gy|, which is the larger of |gx + gy| and |gx − gy|. */
INLINE v128_t half_l1(const uint8_t *const rows[3], size_t i) {
  differences d = differences_at(rows, i);
  v128_t sum = wasm_i16x8_add(d.falling, wasm_i16x8_add(d.along, d.down));
  v128_t difference = wasm_i16x8_add(d.rising, wasm_i16x8_sub(d.down, d.along));
  return wasm_i16x8_max(wasm_i16x8_abs(sum), wasm_i16x8_abs(difference));
}

INLINE v128_t l1(const uint8_t *const rows[3], size_t i) {
  v128_t half = wasm_u8x16_narrow_i16x8(half_l1(rows, i), half_l1(rows, i + 8));
  return wasm_u8x16_add_sat(half, half);
}

/* Four roots of the sums of squares in x and y side by side. Adding 2^23 rounds to an integer and leaves it in the low bits. */
INLINE v128_t root(v128_t xy) {
  v128_t length = wasm_f32x4_sqrt(wasm_f32x4_convert_i32x4(wasm_i32x4_dot_i16x8(xy, xy)));
  return wasm_v128_and(wasm_f32x4_add(length, wasm_f32x4_const_splat(8388608.0f)), wasm_i32x4_const_splat(0xffff));
}

INLINE v128_t l2_of_eight(const uint8_t *const rows[3], size_t i) {
  differences d = differences_at(rows, i);
  v128_t x = wasm_i16x8_add(wasm_i16x8_sub(d.falling, d.rising), wasm_i16x8_add(d.along, d.along));
  v128_t y = wasm_i16x8_add(wasm_i16x8_add(d.falling, d.rising), wasm_i16x8_add(d.down, d.down));
  v128_t low = wasm_i16x8_shuffle(x, y, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
  return wasm_i16x8_narrow_i32x4(root(low), root(high));
}

INLINE v128_t l2(const uint8_t *const rows[3], size_t i) {
  return wasm_u8x16_narrow_i16x8(l2_of_eight(rows, i), l2_of_eight(rows, i + 8));
}

static void sobel_l1(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  if (n < 16) {
    fl_gradient_reference.sobel_l1(dst, rows, n);
    return;
  }
  for (size_t i = 0; i + 16 <= n; i += 16) wasm_v128_store(dst + i, l1(rows, i));
  if (n % 16) wasm_v128_store(dst + n - 16, l1(rows, n - 16));
}

static void sobel_l2(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  if (n < 16) {
    fl_gradient_reference.sobel_l2(dst, rows, n);
    return;
  }
  for (size_t i = 0; i + 16 <= n; i += 16) wasm_v128_store(dst + i, l2(rows, i));
  if (n % 16) wasm_v128_store(dst + n - 16, l2(rows, n - 16));
}

const fl_gradient_kernels fl_gradient_simd = {.sobel_l1 = sobel_l1, .sobel_l2 = sobel_l2};
