#include "base/simd.h"
#include "kernels/cells.h"

#define INLINE static inline __attribute__((always_inline))

INLINE v128_t load_sums(const void *sums, size_t i, bool narrow) {
  return narrow ? wasm_u32x4_load16x4((const uint16_t *)sums + i) : wasm_v128_load((const uint32_t *)sums + i);
}

/* (sum + area/2) / area as a multiplication with 2^48 / area, rounded up: exact as long as 256 · area² is below 2^48. */
INLINE uint32_t divide(int32_t sum, uint32_t area, uint64_t inverse) {
  return (uint32_t)(((uint32_t)sum + area / 2) * inverse >> 48);
}

INLINE v128_t divide_each(v128_t sum, uint32_t area) {
  uint64_t inverse = ((uint64_t)1 << 48) / area + 1;
  uint32_t low = divide(wasm_i32x4_extract_lane(sum, 0), area, inverse) | divide(wasm_i32x4_extract_lane(sum, 1), area, inverse) << 8;
  uint32_t high = divide(wasm_i32x4_extract_lane(sum, 2), area, inverse) | divide(wasm_i32x4_extract_lane(sum, 3), area, inverse) << 8;
  return wasm_u32x4_splat(low | high << 16);
}

INLINE void fill_pixels(uint8_t *dst, size_t n, v128_t pixel) {
  size_t x = 0;
  if (n < 4) {
    for (; x < n; x++) wasm_v128_store32_lane(dst + 4 * x, pixel, 0);
    return;
  }
  for (; x + 4 <= n; x += 4) wasm_v128_store(dst + 4 * x, pixel);
  wasm_v128_store(dst + 4 * (n - 4), pixel);
}

INLINE void mean_four_channels(uint8_t *dst, const void *sums, size_t n, const fl_cells *cells, bool narrow) {
  for (size_t x = 0; x < n;) {
    size_t first = x, end = first + cells->columns < n ? first + cells->columns : n;
    v128_t sum = wasm_i32x4_const_splat(0);
    for (; x < end; x++) sum = wasm_i32x4_add(sum, load_sums(sums, 4 * x, narrow));
    fill_pixels(dst + 4 * first, end - first, divide_each(sum, (uint32_t)(end - first) * cells->rows));
  }
}

static void mean(uint8_t *dst, const void *sums, size_t n, const fl_cells *cells) {
  if (cells->channels != 4) fl_cells_reference.mean(dst, sums, n, cells);
  else if (cells->narrow) mean_four_channels(dst, sums, n, cells, true);
  else mean_four_channels(dst, sums, n, cells, false);
}

const fl_cells_kernels fl_cells_simd = {.mean = mean};
