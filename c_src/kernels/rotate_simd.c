#include "base/simd.h"
#include "kernels/rotate.h"

/* Both blocks are a cache line high or wide where it counts, so that a line that was fetched is used up before it is lost. */
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

static inline void transpose_rgba_block(place at) {
  for (uint32_t y = 0; y < BLOCK; y += 4)
    for (uint32_t x = 0; x < BLOCK; x += 4) transpose_4x4(move(at, x, y, 4));
}

/* One of four rounds: rows i and i + 8 are shuffled together into rows 2i and 2i + 1. After four, rows are columns. */
static inline void interleave_rows(v128_t *to, const v128_t *from) {
  for (int i = 0; i < 8; i++) {
    v128_t a = from[i], b = from[i + 8];
    to[2 * i] = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[2 * i + 1] = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

static inline void transpose_gray_block(place at) {
  v128_t even[BLOCK], odd[BLOCK];
  for (uint32_t i = 0; i < BLOCK; i++) even[i] = wasm_v128_load(at.src + (ptrdiff_t)i * at.src_stride);
  interleave_rows(odd, even);
  interleave_rows(even, odd);
  interleave_rows(odd, even);
  interleave_rows(even, odd);
  for (uint32_t i = 0; i < BLOCK; i++) wasm_v128_store(at.dst + (ptrdiff_t)i * at.dst_stride, even[i]);
}

static void transpose(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, uint32_t columns, uint32_t rows,
                      uint32_t bytes_per_pixel) {
  place at = {dst, dst_stride, src, src_stride};
  uint32_t whole_columns = columns / BLOCK * BLOCK, whole_rows = rows / BLOCK * BLOCK;
  for (uint32_t y = 0; y < whole_rows; y += BLOCK)
    for (uint32_t x = 0; x < whole_columns; x += BLOCK)
      if (bytes_per_pixel == 4) transpose_rgba_block(move(at, x, y, 4));
      else transpose_gray_block(move(at, x, y, 1));
  if (whole_rows < rows) {
    place below = move(at, 0, whole_rows, bytes_per_pixel);
    fl_rotate_reference.transpose(below.dst, dst_stride, below.src, src_stride, columns, rows - whole_rows, bytes_per_pixel);
  }
  if (whole_columns < columns) {
    place right = move(at, whole_columns, 0, bytes_per_pixel);
    fl_rotate_reference.transpose(right.dst, dst_stride, right.src, src_stride, columns - whole_columns, whole_rows,
                                  bytes_per_pixel);
  }
}

const fl_rotate_kernels fl_rotate_simd = {.transpose = transpose};
