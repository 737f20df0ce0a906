#include "base/simd.h"
#include "kernels/warp.h"

/* As in warp.c: what turns a small number into fixed point by being added. */
#define MAGIC 12288.0f
#define MAGIC_BITS 0x46400000u

static inline v128_t fix(v128_t v, v128_t magic, v128_t origin) { return wasm_i32x4_add(wasm_f32x4_add(v, magic), origin); }

static inline v128_t step(v128_t u, float start, float by) {
  return wasm_f32x4_add(wasm_f32x4_splat(start), wasm_f32x4_mul(u, wasm_f32x4_splat(by)));
}

static inline __attribute__((always_inline)) void trace_of(int32_t *x, int32_t *y, const fl_warp_line *line, uint32_t first, uint32_t n,
                                                           bool projects) {
  v128_t origin_x = wasm_u32x4_splat((uint32_t)(line->origin_x * FL_WARP_ONE) - MAGIC_BITS);
  v128_t origin_y = wasm_u32x4_splat((uint32_t)(line->origin_y * FL_WARP_ONE) - MAGIC_BITS);
  v128_t magic = fl_simd_hoist_float(MAGIC), one = fl_simd_hoist_float(1), four = fl_simd_hoist_float(4);
  v128_t u = wasm_f32x4_add(wasm_f32x4_splat((float)first), wasm_f32x4_make(0, 1, 2, 3));
  for (uint32_t i = 0; i < n; i += 4) {
    v128_t across = step(u, line->x, line->dx), down = step(u, line->y, line->dy);
    if (projects) {
      v128_t scale = wasm_f32x4_div(one, wasm_f32x4_add(one, wasm_f32x4_mul(u, wasm_f32x4_splat(line->dw))));
      across = wasm_f32x4_mul(across, scale), down = wasm_f32x4_mul(down, scale);
    }
    wasm_v128_store(x + i, fix(across, magic, origin_x));
    wasm_v128_store(y + i, fix(down, magic, origin_y));
    u = wasm_f32x4_add(u, four);
  }
}

/* Where nothing projects, the reference divides by 1, which changes nothing. */
static void trace(int32_t *x, int32_t *y, const fl_warp_line *line, uint32_t first, uint32_t n) {
  if (line->dw == 0) trace_of(x, y, line, first, n, false);
  else trace_of(x, y, line, first, n, true);
}

/* ---- where the pixels are, and their weights ---- */

typedef struct places {
  uint32_t offset[FL_WARP_STRETCH];               /* of the upper left pixel from the first pixel of the first one's row */
  uint32_t top[FL_WARP_STRETCH], bottom[FL_WARP_STRETCH]; /* weights in pairs: left in the low half, right in the high one */
} places;

static inline v128_t find_offsets(v128_t x, v128_t y, v128_t stride, v128_t first, uint32_t pixel_shift) {
  v128_t rows = wasm_i32x4_sub(wasm_i32x4_shr(y, FL_WARP_BITS), first);
  return wasm_i32x4_add(wasm_i32x4_mul(rows, stride), wasm_i32x4_shl(wasm_i32x4_shr(x, FL_WARP_BITS), pixel_shift));
}

static inline v128_t pair(v128_t left, v128_t right) { return wasm_v128_or(left, wasm_i32x4_shl(right, 16)); }

/* Products of two numbers below 2¹⁵ in 32-bit lanes. */
static inline v128_t multiply(v128_t a, v128_t b) { return wasm_i32x4_dot_i16x8(a, b); }

static inline __attribute__((always_inline)) void find_places(places *p, const fl_warp_source *source, const int32_t *x, const int32_t *y,
                                                              uint32_t n, uint32_t pixel_shift) {
  v128_t stride = wasm_i32x4_splat((int32_t)source->stride), first = wasm_i32x4_splat(y[0] >> FL_WARP_BITS);
  v128_t fraction = fl_simd_hoist(FL_WARP_ONE - 1), half = fl_simd_hoist(32), whole = fl_simd_hoist(1 << 14);
  for (uint32_t i = 0; i < n; i += 4) {
    v128_t px = wasm_v128_load(x + i), py = wasm_v128_load(y + i);
    v128_t right = wasm_v128_and(px, fraction), down = wasm_v128_and(py, fraction);
    v128_t both = wasm_i32x4_shr(wasm_i32x4_add(multiply(right, down), half), 6);
    v128_t below = wasm_i32x4_sub(wasm_i32x4_shl(down, 4), both), across = wasm_i32x4_shl(right, 4);
    v128_t here = wasm_i32x4_sub(wasm_i32x4_sub(whole, across), below);
    wasm_v128_store(p->offset + i, find_offsets(px, py, stride, first, pixel_shift));
    wasm_v128_store(p->top + i, pair(here, wasm_i32x4_sub(across, both)));
    wasm_v128_store(p->bottom + i, pair(below, both));
  }
}

static const uint8_t *first_row(const fl_warp_source *source, const int32_t *y) {
  return source->pixels + (size_t)(y[0] >> FL_WARP_BITS) * source->stride;
}

/* Offsets are differences that may be negative: from a 32-bit word to a pointer's width. */
static inline const uint8_t *at_offset(const uint8_t *row, uint32_t offset) { return row + (ptrdiff_t)(int32_t)offset; }

/* ---- bilinear ---- */

static inline v128_t scale_down(v128_t sum, v128_t half) { return wasm_i32x4_shr(wasm_i32x4_add(sum, half), 14); }

/* Two pixels' bytes as pairs of 16 bits, channel by channel, times a pair of weights. */
static inline v128_t weigh_pixels(const uint8_t *pixels, const uint32_t *weights) {
  v128_t pairs = wasm_i8x16_swizzle(wasm_v128_load64_zero(pixels), wasm_i8x16_const(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1));
  return wasm_i32x4_dot_i16x8(pairs, wasm_v128_load32_splat(weights));
}

static inline v128_t mix_pixel(const uint8_t *pixels, size_t stride, const uint32_t *top, const uint32_t *bottom, v128_t half) {
  return scale_down(wasm_i32x4_add(weigh_pixels(pixels, top), weigh_pixels(pixels + stride, bottom)), half);
}

static uint32_t mix_rgba(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  places p;
  uint32_t whole = n / 4 * 4;
  if (whole == 0) return 0;
  find_places(&p, source, x, y, whole, 2);
  const uint8_t *row = first_row(source, y);
  size_t stride = source->stride;
  v128_t half = fl_simd_hoist(1 << 13);
  for (uint32_t i = 0; i < whole; i += 4) {
    v128_t mixed[4];
    for (int k = 0; k < 4; k++) mixed[k] = mix_pixel(at_offset(row, p.offset[i + k]), stride, p.top + i + k, p.bottom + i + k, half);
    wasm_v128_store(dst + 4 * i, wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(mixed[0], mixed[1]), wasm_i16x8_narrow_i32x4(mixed[2], mixed[3])));
  }
  return whole;
}

static inline v128_t mix_four_gray(const places *p, uint32_t i, const uint8_t *row, size_t stride, v128_t half) {
  const uint8_t *a = at_offset(row, p->offset[i]), *b = at_offset(row, p->offset[i + 1]);
  const uint8_t *c = at_offset(row, p->offset[i + 2]), *d = at_offset(row, p->offset[i + 3]);
  v128_t pixels = wasm_v128_load16_splat(a);
  pixels = wasm_v128_load16_lane(b, pixels, 1);
  pixels = wasm_v128_load16_lane(c, pixels, 2);
  pixels = wasm_v128_load16_lane(d, pixels, 3);
  pixels = wasm_v128_load16_lane(a + stride, pixels, 4);
  pixels = wasm_v128_load16_lane(b + stride, pixels, 5);
  pixels = wasm_v128_load16_lane(c + stride, pixels, 6);
  pixels = wasm_v128_load16_lane(d + stride, pixels, 7);
  v128_t top = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(pixels), wasm_v128_load(p->top + i));
  v128_t bottom = wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(pixels), wasm_v128_load(p->bottom + i));
  return scale_down(wasm_i32x4_add(top, bottom), half);
}

static uint32_t mix_gray(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  places p;
  uint32_t whole = n / 4 * 4;
  if (whole == 0) return 0;
  find_places(&p, source, x, y, whole, 0);
  const uint8_t *row = first_row(source, y);
  size_t stride = source->stride;
  v128_t half = fl_simd_hoist(1 << 13);
  for (uint32_t i = 0; i < whole; i += 4) {
    v128_t mixed = mix_four_gray(&p, i, row, stride, half), narrow = wasm_i16x8_narrow_i32x4(mixed, mixed);
    wasm_v128_store32_lane(dst + i, wasm_u8x16_narrow_i16x8(narrow, narrow), 0);
  }
  return whole;
}

static void bilinear(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  uint32_t done = source->channels == 4 ? mix_rgba(dst, source, x, y, n) : mix_gray(dst, source, x, y, n);
  fl_warp_reference.bilinear(dst + (size_t)done * source->channels, source, x + done, y + done, n - done);
}

/* ---- nearest ---- */

static void nearest(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  uint32_t offset[4], whole = n / 4 * 4, shift = source->channels == 4 ? 2 : 0;
  if (whole > 0) {
    const uint8_t *row = first_row(source, y);
    v128_t stride = wasm_i32x4_splat((int32_t)source->stride), first = wasm_i32x4_splat(y[0] >> FL_WARP_BITS);
    v128_t half = fl_simd_hoist(FL_WARP_ONE / 2);
    for (uint32_t i = 0; i < whole; i += 4) {
      v128_t px = wasm_i32x4_add(wasm_v128_load(x + i), half), py = wasm_i32x4_add(wasm_v128_load(y + i), half);
      wasm_v128_store(offset, find_offsets(px, py, stride, first, shift));
      for (uint32_t k = 0; k < 4; k++) {
        if (shift) memcpy(dst + 4 * (i + k), at_offset(row, offset[k]), 4);
        else dst[i + k] = *at_offset(row, offset[k]);
      }
    }
  }
  fl_warp_reference.nearest(dst + (size_t)whole * source->channels, source, x + whole, y + whole, n - whole);
}

const fl_warp_kernels fl_warp_simd = {.trace = trace, .bilinear = bilinear, .nearest = nearest};
