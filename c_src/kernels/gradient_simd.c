#include "base/simd.h"
#include "kernels/gradient.h"

#define INLINE static inline __attribute__((always_inline))

typedef enum weights { SOBEL, SCHARR, PREWITT } weights;

/* The four differences across the middle of eight windows: the two diagonals, along the row, down the column. With the weights
 * side middle side:  gx = side·(falling − rising) + middle·along,  gy = side·(falling + rising) + middle·down */
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

INLINE v128_t times(v128_t v, int by) {
  return by == 1 ? v : by == 2 ? wasm_i16x8_add(v, v) : wasm_i16x8_mul(v, wasm_i16x8_splat((int16_t)by));
}

/* |gx| + |gy|, which is the larger of |gx + gy| and |gx − gy|; half of it but for Prewitt, where that may be odd:
 * gx + gy = 2·side·falling + middle·(along + down),  gy − gx = 2·side·rising + middle·(down − along) */
INLINE v128_t eight_l1(const uint8_t *const rows[3], size_t i, weights w) {
  differences d = differences_at(rows, i);
  int side = w == SCHARR ? 3 : w == SOBEL ? 1 : 2, middle = w == SCHARR ? 5 : 1;
  v128_t sum = wasm_i16x8_add(times(d.falling, side), times(wasm_i16x8_add(d.along, d.down), middle));
  v128_t difference = wasm_i16x8_add(times(d.rising, side), times(wasm_i16x8_sub(d.down, d.along), middle));
  return wasm_i16x8_max(wasm_i16x8_abs(sum), wasm_i16x8_abs(difference));
}

INLINE v128_t l1(const uint8_t *const rows[3], size_t i, weights w) {
  v128_t v = wasm_u8x16_narrow_i16x8(eight_l1(rows, i, w), eight_l1(rows, i + 8, w));
  return w == PREWITT ? v : wasm_u8x16_add_sat(v, v);
}

/* Four roots of the sums of squares in x and y side by side. Adding 2^23 rounds to an integer and leaves it in the low bits. Sums
 * beyond 2^24 are not exact as a float, but far beyond 255². */
INLINE v128_t root(v128_t xy) {
  v128_t length = wasm_f32x4_sqrt(wasm_f32x4_convert_i32x4(wasm_i32x4_dot_i16x8(xy, xy)));
  return wasm_v128_and(wasm_f32x4_add(length, wasm_f32x4_const_splat(8388608.0f)), wasm_i32x4_const_splat(0xffff));
}

INLINE v128_t eight_l2(const uint8_t *const rows[3], size_t i, weights w) {
  differences d = differences_at(rows, i);
  int side = w == SCHARR ? 3 : 1, middle = w == SCHARR ? 10 : w == SOBEL ? 2 : 1;
  v128_t x = wasm_i16x8_add(times(wasm_i16x8_sub(d.falling, d.rising), side), times(d.along, middle));
  v128_t y = wasm_i16x8_add(times(wasm_i16x8_add(d.falling, d.rising), side), times(d.down, middle));
  v128_t low = wasm_i16x8_shuffle(x, y, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
  return wasm_i16x8_narrow_i32x4(root(low), root(high));
}

INLINE v128_t l2(const uint8_t *const rows[3], size_t i, weights w) {
  return wasm_u8x16_narrow_i16x8(eight_l2(rows, i, w), eight_l2(rows, i + 8, w));
}

INLINE void run(uint8_t *dst, const uint8_t *const rows[3], size_t n, weights w, bool squares, fl_margin_kernel reference) {
  if (n < 16) {
    reference(dst, rows, n);
    return;
  }
  for (size_t i = 0; i + 16 <= n; i += 16) wasm_v128_store(dst + i, squares ? l2(rows, i, w) : l1(rows, i, w));
  if (n % 16) wasm_v128_store(dst + n - 16, squares ? l2(rows, n - 16, w) : l1(rows, n - 16, w));
}

#define MAGNITUDE(name, w, squares)                                               \
  static void name(uint8_t *dst, const uint8_t *const rows[3], size_t n) {       \
    run(dst, rows, n, w, squares, fl_gradient_reference.name);                   \
  }
MAGNITUDE(sobel_l1, SOBEL, false)
MAGNITUDE(sobel_l2, SOBEL, true)
MAGNITUDE(scharr_l1, SCHARR, false)
MAGNITUDE(scharr_l2, SCHARR, true)
MAGNITUDE(prewitt_l1, PREWITT, false)
MAGNITUDE(prewitt_l2, PREWITT, true)

const fl_gradient_kernels fl_gradient_simd = {sobel_l1, sobel_l2, scharr_l1, scharr_l2, prewitt_l1, prewitt_l2};
