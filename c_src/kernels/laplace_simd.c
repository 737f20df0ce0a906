#include "base/simd.h"
#include "kernels/laplace.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t eight(const uint8_t *at) { return wasm_u16x8_load8x8(at); }

/* neighbour: the four that are added up. */
INLINE v128_t eight_distances(const uint8_t *const neighbour[4], const uint8_t *middle, size_t i) {
  v128_t sum = wasm_i16x8_add(wasm_i16x8_add(eight(neighbour[0] + i), eight(neighbour[1] + i)),
                              wasm_i16x8_add(eight(neighbour[2] + i), eight(neighbour[3] + i)));
  return wasm_i16x8_abs(wasm_i16x8_sub(sum, wasm_i16x8_shl(eight(middle + i), 2)));
}

INLINE void store_sixteen(uint8_t *dst, const uint8_t *const neighbour[4], const uint8_t *middle, size_t i, bool four, bool corners,
                          v128_t colour) {
  v128_t v = wasm_u8x16_narrow_i16x8(eight_distances(neighbour, middle, i), eight_distances(neighbour, middle, i + 8));
  if (corners) v = wasm_u8x16_add_sat(v, v);
  if (four) v = wasm_v128_bitselect(v, wasm_v128_load(middle + i), colour);
  wasm_v128_store(dst + i, v);
}

INLINE void run(uint8_t *dst, const uint8_t *const rows[3], size_t n, bool four, bool corners, fl_margin_kernel reference) {
  ptrdiff_t pixel = four ? 4 : 1;
  size_t bytes = n * (size_t)pixel;
  if (bytes < 16) {
    reference(dst, rows, n);
    return;
  }
  const uint8_t *const neighbour[4] = {
      corners ? rows[0] - pixel : rows[0], (corners ? rows[0] : rows[1]) + pixel,
      (corners ? rows[2] : rows[1]) - pixel, corners ? rows[2] + pixel : rows[2],
  };
  v128_t colour = fl_simd_hoist(0x00ffffff);
  for (size_t i = 0; i + 16 <= bytes; i += 16) store_sixteen(dst, neighbour, rows[1], i, four, corners, colour);
  if (bytes % 16) store_sixteen(dst, neighbour, rows[1], bytes - 16, four, corners, colour);
}

#define KERNEL(name, four, corners)                                           \
  static void name(uint8_t *dst, const uint8_t *const rows[3], size_t n) {   \
    run(dst, rows, n, four, corners, fl_laplace_reference.name);              \
  }
KERNEL(sides_of_one, false, false)
KERNEL(sides_of_four, true, false)
KERNEL(corners_of_one, false, true)
KERNEL(corners_of_four, true, true)

const fl_laplace_kernels fl_laplace_simd = {sides_of_one, sides_of_four, corners_of_one, corners_of_four};
