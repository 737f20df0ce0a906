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
#pragma clang loop unroll_count(2)
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

/* ---- into planes ---- */

/* Weights of the first and third byte of a pixel and of the second and fourth: two dot products sum it up in its lane. */
typedef struct dots {
  v128_t even, odd;
} dots;

static inline dots spread_weights(const int16_t weights[4]) {
  return (dots){splat_pair(weights[0], weights[2]), splat_pair(weights[1], weights[3])};
}

static inline v128_t sum_pixel(v128_t even, v128_t odd, dots by) {
  return wasm_i32x4_add(wasm_i32x4_dot_i16x8(even, by.even), wasm_i32x4_dot_i16x8(odd, by.odd));
}

static inline v128_t four_lumas(const uint8_t *src, v128_t even_bytes, dots by, v128_t base) {
  v128_t v = wasm_v128_load(src);
  return wasm_i32x4_shr(wasm_i32x4_add(sum_pixel(wasm_v128_and(v, even_bytes), wasm_u16x8_shr(v, 8), by), base), 15);
}

static void rgba_to_luma(uint8_t *dst, const uint8_t *src, size_t count, const fl_yuv_weights *weights) {
  dots by = spread_weights(weights->luma);
  v128_t even_bytes = fl_simd_hoist(0x00ff00ff), base = wasm_i32x4_splat((weights->offset << 15) + 16384);
  size_t i = 0;
  for (; i + 16 <= count; i += 16, src += 64) {
    v128_t a = wasm_i16x8_narrow_i32x4(four_lumas(src, even_bytes, by, base), four_lumas(src + 16, even_bytes, by, base));
    v128_t b = wasm_i16x8_narrow_i32x4(four_lumas(src + 32, even_bytes, by, base), four_lumas(src + 48, even_bytes, by, base));
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(a, b));
  }
  fl_yuv_reference.rgba_to_luma(dst + i, src, count - i, weights);
}

/* Neighbours added: four sums of two lanes each. */
static inline v128_t add_neighbours(v128_t a, v128_t b) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}

typedef struct blocks {
  v128_t even, odd; /* the sums of four blocks of 2 × 2 pixels, as i16 */
} blocks;

static inline blocks four_blocks(const uint8_t *top, const uint8_t *bottom, v128_t even_bytes) {
  v128_t a = wasm_v128_load(top), b = wasm_v128_load(top + 16), c = wasm_v128_load(bottom), d = wasm_v128_load(bottom + 16);
  v128_t even_left = wasm_i16x8_add(wasm_v128_and(a, even_bytes), wasm_v128_and(c, even_bytes));
  v128_t even_right = wasm_i16x8_add(wasm_v128_and(b, even_bytes), wasm_v128_and(d, even_bytes));
  v128_t odd_left = wasm_i16x8_add(wasm_u16x8_shr(a, 8), wasm_u16x8_shr(c, 8));
  v128_t odd_right = wasm_i16x8_add(wasm_u16x8_shr(b, 8), wasm_u16x8_shr(d, 8));
  return (blocks){add_neighbours(even_left, even_right), add_neighbours(odd_left, odd_right)};
}

static inline v128_t chroma_of(const blocks *b, dots by, v128_t base) {
  return wasm_i32x4_shr(wasm_i32x4_add(sum_pixel(b->even, b->odd, by), base), 17);
}

static inline v128_t eight_chromas(const blocks *low, const blocks *high, dots by, v128_t base) {
  return wasm_i16x8_narrow_i32x4(chroma_of(low, by, base), chroma_of(high, by, base));
}

static void rgba_to_chroma(uint8_t *u, uint8_t *v, uint32_t step, const uint8_t *top, const uint8_t *bottom, size_t count,
                           const fl_yuv_weights *weights) {
  dots by_u = spread_weights(weights->u), by_v = spread_weights(weights->v);
  v128_t even_bytes = fl_simd_hoist(0x00ff00ff), base = fl_simd_hoist((128 << 17) + 65536);
  for (; count >= 16; count -= 16, u += 8 * step, v += 8 * step, top += 64, bottom += 64) {
    blocks low = four_blocks(top, bottom, even_bytes), high = four_blocks(top + 32, bottom + 32, even_bytes);
    v128_t both = wasm_u8x16_narrow_i16x8(eight_chromas(&low, &high, by_u, base), eight_chromas(&low, &high, by_v, base));
    if (step == 2) {
      wasm_v128_store(u, interleave_low(both, wasm_i64x2_shuffle(both, both, 1, 1)));
      continue;
    }
    wasm_v128_store64_lane(u, both, 0);
    wasm_v128_store64_lane(v, both, 1);
  }
  fl_yuv_reference.rgba_to_chroma(u, v, step, top, bottom, count, weights);
}

static inline v128_t eight_gray_lumas(v128_t v) {
  return wasm_i16x8_add(wasm_i16x8_q15mulr_sat(v, wasm_i16x8_const_splat(FL_YUV_GRAY_WEIGHT)), wasm_i16x8_const_splat(16));
}

static void gray_to_luma(uint8_t *dst, const uint8_t *src, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v128_t v = wasm_v128_load(src + i);
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(eight_gray_lumas(wasm_u16x8_extend_low_u8x16(v)),
                                                     eight_gray_lumas(wasm_u16x8_extend_high_u8x16(v))));
  }
  fl_yuv_reference.gray_to_luma(dst + i, src + i, count - i);
}

static void pair(uint8_t *pairs, const uint8_t *u, const uint8_t *v, size_t count) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v128_t a = wasm_v128_load(u + i), b = wasm_v128_load(v + i);
    wasm_v128_store(pairs + 2 * i, interleave_low(a, b));
    wasm_v128_store(pairs + 2 * i + 16, interleave_high(a, b));
  }
  fl_yuv_reference.pair(pairs + 2 * i, u + i, v + i, count - i);
}

static void part(uint8_t *u, uint8_t *v, const uint8_t *pairs, size_t count) {
  v128_t even_bytes = wasm_u16x8_const_splat(0xff);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    v128_t a = wasm_v128_load(pairs + 2 * i), b = wasm_v128_load(pairs + 2 * i + 16);
    wasm_v128_store(u + i, wasm_u8x16_narrow_i16x8(wasm_v128_and(a, even_bytes), wasm_v128_and(b, even_bytes)));
    wasm_v128_store(v + i, wasm_u8x16_narrow_i16x8(wasm_u16x8_shr(a, 8), wasm_u16x8_shr(b, 8)));
  }
  fl_yuv_reference.part(u + i, v + i, pairs + 2 * i, count - i);
}

const fl_yuv_kernels fl_yuv_simd = {
    .yuv_to_rgba = yuv_to_rgba, .gray_to_rgba = gray_to_rgba, .swap_red_blue = swap_red_blue,
    .rgba_to_luma = rgba_to_luma, .rgba_to_chroma = rgba_to_chroma, .gray_to_luma = gray_to_luma,
    .pair = pair, .part = part,
};
