#include "base/simd.h"
#include "kernels/mirror.h"

static inline v128_t reverse_pixels(v128_t v, uint32_t bytes_per_pixel) {
  if (bytes_per_pixel == 4) return wasm_i32x4_shuffle(v, v, 3, 2, 1, 0);
  return wasm_i8x16_swizzle(v, wasm_i8x16_make(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/* The last vector overlaps the one before rather than leave a rest. */
static inline void reverse_bytes(uint8_t *dst, const uint8_t *src, size_t bytes, uint32_t bytes_per_pixel) {
  size_t i = 0;
  for (; i + 32 <= bytes; i += 32) {
    v128_t high = wasm_v128_load(src + bytes - i - 16), low = wasm_v128_load(src + bytes - i - 32);
    wasm_v128_store(dst + i, reverse_pixels(high, bytes_per_pixel));
    wasm_v128_store(dst + i + 16, reverse_pixels(low, bytes_per_pixel));
  }
  if (i + 16 <= bytes) wasm_v128_store(dst + i, reverse_pixels(wasm_v128_load(src + bytes - i - 16), bytes_per_pixel));
  if (bytes % 16) wasm_v128_store(dst + bytes - 16, reverse_pixels(wasm_v128_load(src), bytes_per_pixel));
}

static void reverse(uint8_t *dst, const uint8_t *src, size_t count, uint32_t bytes_per_pixel) {
  if (count * bytes_per_pixel < 16) fl_mirror_reference.reverse(dst, src, count, bytes_per_pixel);
  else if (bytes_per_pixel == 4) reverse_bytes(dst, src, count * 4, 4);
  else reverse_bytes(dst, src, count, 1);
}

const fl_mirror_kernels fl_mirror_simd = {.reverse = reverse};
