#include "base/simd.h"
#include "kernels/yuv.h"

/* The matrix as vectors: chroma coefficients in pairs for a dot product with u, v, u, v … */
typedef struct factors {
  v128_t luma, black, floor, red, green, blue;
} factors;

static inline v128_t splat_pair(int16_t u, int16_t v) { return wasm_u32x4_splat((uint16_t)u | (uint32_t)(uint16_t)v << 16); }

static inline factors spread(const fl_yuv_matrix *matrix) {
  return (factors){
      .luma = wasm_i16x8_splat(matrix->luma),
      .black = wasm_i16x8_splat((int16_t)(matrix->offset << 7)),
      .floor = wasm_u8x16_splat(matrix->floor),
      .red = splat_pair(0, matrix->red_v),
      .green = splat_pair(matrix->green_u, matrix->green_v),
      .blue = splat_pair(matrix->blue_u, 0),
  };
}

/* (y − offset)·luma in 1/64, for eight lumas that come shifted up by 7: the rounding of q15mulr is that of the reference. */
static inline v128_t luma_part(v128_t y, const factors *by) {
  return wasm_i16x8_q15mulr_sat(wasm_i16x8_sub(y, by->black), by->luma);
}

/* Eight chroma samples to 1/64, the final half level already added. */
static inline v128_t chroma_part(v128_t low, v128_t high, v128_t by) {
  v128_t half = wasm_i32x4_const_splat(64 + (32 << 7));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(low, by), half), 7),
                                 wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_dot_i16x8(high, by), half), 7));
}

/* Sixteen bytes of one colour. The sum saturates where the colour does: 32767 is level 511. */
static inline v128_t add_colour(v128_t luma_low, v128_t luma_high, v128_t chroma) {
  v128_t low = wasm_i16x8_add_sat(luma_low, wasm_i16x8_shuffle(chroma, chroma, 0, 0, 1, 1, 2, 2, 3, 3));
  v128_t high = wasm_i16x8_add_sat(luma_high, wasm_i16x8_shuffle(chroma, chroma, 4, 4, 5, 5, 6, 6, 7, 7));
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_shr(low, 6), wasm_i16x8_shr(high, 6));
}

static inline v128_t interleave_low(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

static inline v128_t interleave_high(v128_t a, v128_t b) {
  return wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

static inline void store_rgba(uint8_t *dst, v128_t red, v128_t green, v128_t blue) {
  v128_t alpha = wasm_u8x16_const_splat(255);
  v128_t rg_low = interleave_low(red, green), rg_high = interleave_high(red, green);
  v128_t ba_low = interleave_low(blue, alpha), ba_high = interleave_high(blue, alpha);
  wasm_v128_store(dst, wasm_i16x8_shuffle(rg_low, ba_low, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(dst + 16, wasm_i16x8_shuffle(rg_low, ba_low, 4, 12, 5, 13, 6, 14, 7, 15));
  wasm_v128_store(dst + 32, wasm_i16x8_shuffle(rg_high, ba_high, 0, 8, 1, 9, 2, 10, 3, 11));
  wasm_v128_store(dst + 48, wasm_i16x8_shuffle(rg_high, ba_high, 4, 12, 5, 13, 6, 14, 7, 15));
}

/* Sixteen pixels from sixteen lumas and eight pairs of chroma. */
static inline void convert_16(uint8_t *dst, v128_t y, v128_t uv, const factors *by) {
  v128_t zero = wasm_i32x4_const_splat(0), middle = wasm_i16x8_const_splat(128);
  v128_t low = wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(uv), middle);
  v128_t high = wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(uv), middle);
  y = wasm_u8x16_max(y, by->floor);
  v128_t luma_low = luma_part(wasm_u16x8_shr(interleave_low(zero, y), 1), by);
  v128_t luma_high = luma_part(wasm_u16x8_shr(interleave_high(zero, y), 1), by);
  store_rgba(dst, add_colour(luma_low, luma_high, chroma_part(low, high, by->red)),
             add_colour(luma_low, luma_high, chroma_part(low, high, by->green)),
             add_colour(luma_low, luma_high, chroma_part(low, high, by->blue)));
}

static void yuv_to_rgba(uint8_t *dst, const fl_yuv_rows *rows, size_t first, size_t count, const fl_yuv_matrix *matrix) {
  factors by = spread(matrix);
  size_t x = first, end = first + count;
  if (x % 2 && x < end) { /* the right half of a chroma sample */
    fl_yuv_reference.yuv_to_rgba(dst, rows, x++, 1, matrix);
    dst += 4;
  }
  if (rows->step == 2)
    for (; x + 16 <= end; x += 16, dst += 64) convert_16(dst, wasm_v128_load(rows->y + x), wasm_v128_load(rows->u + x), &by);
  else
    for (; x + 16 <= end; x += 16, dst += 64) {
      v128_t u = wasm_v128_load64_zero(rows->u + x / 2), v = wasm_v128_load64_zero(rows->v + x / 2);
      convert_16(dst, wasm_v128_load(rows->y + x), interleave_low(u, v), &by);
    }
  fl_yuv_reference.yuv_to_rgba(dst, rows, x, end - x, matrix);
}

/* (A swizzle by a constant costs less than the same shuffle.) */
static void gray_to_rgba(uint8_t *dst, const uint8_t *src, size_t count) {
  v128_t alpha = wasm_u32x4_const_splat(0xff000000);
  v128_t first = wasm_i8x16_make(0, 0, 0, -1, 1, 1, 1, -1, 2, 2, 2, -1, 3, 3, 3, -1);
  v128_t second = wasm_i8x16_make(4, 4, 4, -1, 5, 5, 5, -1, 6, 6, 6, -1, 7, 7, 7, -1);
  v128_t third = wasm_i8x16_make(8, 8, 8, -1, 9, 9, 9, -1, 10, 10, 10, -1, 11, 11, 11, -1);
  v128_t fourth = wasm_i8x16_make(12, 12, 12, -1, 13, 13, 13, -1, 14, 14, 14, -1, 15, 15, 15, -1);
  size_t i = 0;
  for (; i + 16 <= count; i += 16, dst += 64) {
    v128_t v = wasm_v128_load(src + i);
    wasm_v128_store(dst, wasm_v128_or(alpha, wasm_i8x16_swizzle(v, first)));
    wasm_v128_store(dst + 16, wasm_v128_or(alpha, wasm_i8x16_swizzle(v, second)));
    wasm_v128_store(dst + 32, wasm_v128_or(alpha, wasm_i8x16_swizzle(v, third)));
    wasm_v128_store(dst + 48, wasm_v128_or(alpha, wasm_i8x16_swizzle(v, fourth)));
  }
  fl_yuv_reference.gray_to_rgba(dst, src + i, count - i);
}

static inline v128_t swap(v128_t v) {
  return wasm_i8x16_swizzle(v, wasm_i8x16_make(2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15));
}

static void swap_red_blue(uint8_t *dst, const uint8_t *src, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    v128_t low = wasm_v128_load(src + i * 4), high = wasm_v128_load(src + i * 4 + 16);
    wasm_v128_store(dst + i * 4, swap(low));
    wasm_v128_store(dst + i * 4 + 16, swap(high));
  }
  fl_yuv_reference.swap_red_blue(dst + i * 4, src + i * 4, count - i);
}

const fl_yuv_kernels fl_yuv_simd = {.yuv_to_rgba = yuv_to_rgba, .gray_to_rgba = gray_to_rgba, .swap_red_blue = swap_red_blue};
