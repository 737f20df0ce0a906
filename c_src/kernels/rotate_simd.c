#include "base/simd.h"
#include "base/size.h"
#include "kernels/rotate.h"

/* Blocks are a cache line wide or high where it counts, so that a line that was fetched is used up before it is lost.
 * The last block of a row or column overlaps the one before rather than leave a rest. */
#define BLOCK 16u

typedef struct place {
  uint8_t *dst;
  ptrdiff_t dst_stride;
  const uint8_t *src;
  ptrdiff_t src_stride;
} place;

static inline place move(place at, uint32_t x, uint32_t y, uint32_t bytes_per_pixel) {
  at.dst += (ptrdiff_t)y * at.dst_stride + (ptrdiff_t)x * bytes_per_pixel;
  at.src += (ptrdiff_t)x * at.src_stride + (ptrdiff_t)y * bytes_per_pixel;
  return at;
}

static inline void transpose_4x4(place at) {
  v128_t a = wasm_v128_load(at.src), b = wasm_v128_load(at.src + at.src_stride);
  v128_t c = wasm_v128_load(at.src + 2 * at.src_stride), d = wasm_v128_load(at.src + 3 * at.src_stride);
  v128_t ab_low = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab_high = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  v128_t cd_low = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd_high = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  wasm_v128_store(at.dst, wasm_i64x2_shuffle(ab_low, cd_low, 0, 2));
  wasm_v128_store(at.dst + at.dst_stride, wasm_i64x2_shuffle(ab_low, cd_low, 1, 3));
  wasm_v128_store(at.dst + 2 * at.dst_stride, wasm_i64x2_shuffle(ab_high, cd_high, 0, 2));
  wasm_v128_store(at.dst + 3 * at.dst_stride, wasm_i64x2_shuffle(ab_high, cd_high, 1, 3));
}

static inline __attribute__((always_inline)) void transpose_rgba_block(place at, uint32_t columns, uint32_t rows) {
  for (uint32_t y = 0; y < rows; y += 4)
    for (uint32_t x = 0; x < columns; x += 4) transpose_4x4(move(at, fl_min_u32(x, columns - 4), fl_min_u32(y, rows - 4), 4));
}

/* `columns` and `rows` at least 4. Whole blocks have constant sides, which saves their loops. */
static void transpose_rgba(place at, uint32_t columns, uint32_t rows) {
  for (uint32_t y = 0; y < rows; y += BLOCK)
    for (uint32_t x = 0; x < columns; x += BLOCK) {
      uint32_t wide = fl_min_u32(BLOCK, columns - x), high = fl_min_u32(BLOCK, rows - y);
      if (wide == BLOCK && high == BLOCK) transpose_rgba_block(move(at, x, y, 4), BLOCK, BLOCK);
      else
        transpose_rgba_block(move(at, fl_min_u32(x, columns - 4), fl_min_u32(y, rows - 4), 4), fl_max_u32(wide, 4),
                             fl_max_u32(high, 4));
    }
}

static inline v128_t interleave_low(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline v128_t interleave_high(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/* Rows i and i + half are shuffled together into rows 2i and 2i + 1. After as many rounds as it takes, rows are columns. */
static inline void interleave_rows(v128_t *to, const v128_t *from, int half) {
  for (int i = 0; i < half; i++) {
    to[2 * i] = interleave_low(from[i], from[i + half]);
    to[2 * i + 1] = interleave_high(from[i], from[i + half]);
  }
}

static inline void transpose_16x16(place at) {
  v128_t even[16], odd[16];
  for (int i = 0; i < 16; i++) even[i] = wasm_v128_load(at.src + i * at.src_stride);
  interleave_rows(odd, even, 8);
  interleave_rows(even, odd, 8);
  interleave_rows(odd, even, 8);
  interleave_rows(even, odd, 8);
  for (int i = 0; i < 16; i++) wasm_v128_store(at.dst + i * at.dst_stride, even[i]);
}

/* Eight rows of sixteen pixels, for bands that end early. */
static inline void transpose_16x8(place at) {
  v128_t even[8], odd[8];
  for (int i = 0; i < 8; i++) {
    const uint8_t *upper = at.src + i * at.src_stride, *lower = upper + 8 * at.src_stride;
    even[i] = interleave_low(wasm_v128_load64_zero(upper), wasm_v128_load64_zero(lower));
  }
  interleave_rows(odd, even, 4);
  interleave_rows(even, odd, 4);
  interleave_rows(odd, even, 4);
  for (int i = 0; i < 8; i++) wasm_v128_store(at.dst + i * at.dst_stride, odd[i]);
}

/* `columns` at least 16, `rows` at least 8. */
static inline void transpose_gray(place at, uint32_t columns, uint32_t rows) {
  uint32_t step = rows < 16 ? 8 : 16;
  for (uint32_t y = 0; y < rows; y += step)
    for (uint32_t x = 0; x < columns; x += 16) {
      place block = move(at, fl_min_u32(x, columns - 16), fl_min_u32(y, rows - step), 1);
      if (step == 16) transpose_16x16(block);
      else transpose_16x8(block);
    }
}

static void transpose(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, uint32_t columns, uint32_t rows,
                      uint32_t bytes_per_pixel) {
  place at = {dst, dst_stride, src, src_stride};
  if (bytes_per_pixel == 4 && columns >= 4 && rows >= 4) transpose_rgba(at, columns, rows);
  else if (bytes_per_pixel == 1 && columns >= 16 && rows >= 8) transpose_gray(at, columns, rows);
  else fl_rotate_reference.transpose(dst, dst_stride, src, src_stride, columns, rows, bytes_per_pixel);
}

const fl_rotate_kernels fl_rotate_simd = {.transpose = transpose};
