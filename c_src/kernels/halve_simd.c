/* Neighbours are brought side by side, so that one instruction adds them up in pairs. */
#include "base/simd.h"
#include "kernels/halve.h"

#define INLINE static inline __attribute__((always_inline))
#define PIXELS 16 /* bytes of output at once */

INLINE v128_t quarter(v128_t sum, v128_t two) { return wasm_u16x8_shr(wasm_i16x8_add(sum, two), 2); }

/* Sums of neighbouring bytes. */
INLINE v128_t pairs(const uint8_t *row) { return wasm_u16x8_extadd_pairwise_u8x16(wasm_v128_load(row)); }

INLINE v128_t halve_gray(const uint8_t *top, const uint8_t *bottom, v128_t two) {
  v128_t low = wasm_i16x8_add(pairs(top), pairs(bottom)), high = wasm_i16x8_add(pairs(top + 16), pairs(bottom + 16));
  return wasm_u8x16_narrow_i16x8(quarter(low, two), quarter(high, two));
}

/* Sums of neighbouring pixels: sums[0] the first two of four, sums[1] the others. */
INLINE void pixel_pairs(v128_t sums[2], const uint8_t *row) {
  v128_t a = wasm_v128_load(row), b = wasm_v128_load(row + 16);
  v128_t even = wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), odd = wasm_i32x4_shuffle(a, b, 1, 3, 5, 7);
  v128_t low = wasm_i8x16_shuffle(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t high = wasm_i8x16_shuffle(even, odd, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  sums[0] = wasm_u16x8_extadd_pairwise_u8x16(low);
  sums[1] = wasm_u16x8_extadd_pairwise_u8x16(high);
}

INLINE v128_t halve_rgba(const uint8_t *top, const uint8_t *bottom, v128_t two) {
  v128_t above[2], below[2];
  pixel_pairs(above, top), pixel_pairs(below, bottom);
  return wasm_u8x16_narrow_i16x8(quarter(wasm_i16x8_add(above[0], below[0]), two), quarter(wasm_i16x8_add(above[1], below[1]), two));
}

INLINE void halve(uint8_t *dst, const uint8_t *top, const uint8_t *bottom, size_t n, uint32_t channels) {
  size_t bytes = n * channels;
  v128_t two = fl_simd_hoist(0x00020002);
  for (size_t i = 0;; i = i + 2 * PIXELS <= bytes ? i + PIXELS : bytes - PIXELS) {
    const uint8_t *a = top + 2 * i, *b = bottom + 2 * i;
    wasm_v128_store(dst + i, channels == 4 ? halve_rgba(a, b, two) : halve_gray(a, b, two));
    if (i + PIXELS == bytes) break;
  }
}

void fl_halve_simd(uint8_t *dst, const uint8_t *top, const uint8_t *bottom, size_t n, uint32_t channels) {
  if (n * channels < PIXELS) fl_halve_reference(dst, top, bottom, n, channels);
  else if (channels == 4) halve(dst, top, bottom, n, 4);
  else halve(dst, top, bottom, n, 1);
}
