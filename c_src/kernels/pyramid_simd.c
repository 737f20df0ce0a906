#include "base/simd.h"
#include "kernels/pyramid.h"

/* Sums of the same byte of two vectors, 16 bits wide. */
typedef struct wide {
  v128_t low, high;
} wide;

static inline wide add_bytes(v128_t a, v128_t b) {
  v128_t low = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t high = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  return (wide){wasm_u16x8_extadd_pairwise_u8x16(low), wasm_u16x8_extadd_pairwise_u8x16(high)};
}

static inline v128_t times(v128_t v, uint32_t shift) { return wasm_i16x8_shl(v, shift); }

/* a + 4b + 6c, where a and b already are the sums of both sides. */
static inline v128_t weigh_five(v128_t a, v128_t b, v128_t c) {
  return wasm_i16x8_add(wasm_i16x8_add(a, wasm_i16x8_add(c, c)), times(wasm_i16x8_add(b, c), 2));
}

/* a + 6c */
static inline v128_t weigh_three(v128_t a, v128_t c) {
  v128_t twice = wasm_i16x8_add(c, c);
  return wasm_i16x8_add(wasm_i16x8_add(a, twice), wasm_i16x8_add(twice, twice));
}

static void shrink_down(uint16_t *dst, const uint8_t *const rows[5], size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    wide outer = add_bytes(wasm_v128_load(rows[0] + i), wasm_v128_load(rows[4] + i));
    wide inner = add_bytes(wasm_v128_load(rows[1] + i), wasm_v128_load(rows[3] + i));
    v128_t middle = wasm_v128_load(rows[2] + i);
    wasm_v128_store(dst + i, weigh_five(outer.low, inner.low, wasm_u16x8_extend_low_u8x16(middle)));
    wasm_v128_store(dst + i + 8, weigh_five(outer.high, inner.high, wasm_u16x8_extend_high_u8x16(middle)));
  }
  const uint8_t *const rest[5] = {rows[0] + i, rows[1] + i, rows[2] + i, rows[3] + i, rows[4] + i};
  fl_pyramid_reference.shrink_down(dst + i, rest, n - i);
}

static inline v128_t round_bytes(v128_t low, v128_t high, uint32_t bits) {
  v128_t half = wasm_u16x8_splat((uint16_t)(1u << (bits - 1)));
  return wasm_u8x16_narrow_i16x8(wasm_u16x8_shr(wasm_i16x8_add(low, half), bits), wasm_u16x8_shr(wasm_i16x8_add(high, half), bits));
}

/* Of vectors of two pixels: the first ones, the second ones. */
static inline v128_t firsts(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
static inline v128_t seconds(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

/* Two pixels of output from eight of input. */
static inline v128_t shrink_pair(v128_t a, v128_t b, v128_t c, v128_t d) {
  v128_t outer = wasm_i16x8_add(firsts(a, b), firsts(c, d)), inner = wasm_i16x8_add(seconds(a, b), seconds(b, c));
  return weigh_five(outer, inner, firsts(b, c));
}

static size_t shrink_rgba(uint8_t *dst, const uint16_t *src, size_t n) {
  size_t x = 0;
  for (; x + 4 <= n; x += 4) {
    const uint16_t *at = src + 8 * x - 8;
    v128_t pairs[6];
    for (int k = 0; k < 5; k++) pairs[k] = wasm_v128_load(at + 8 * k);
    pairs[5] = wasm_v128_load64_zero(at + 40);
    v128_t low = shrink_pair(pairs[0], pairs[1], pairs[2], pairs[3]), high = shrink_pair(pairs[2], pairs[3], pairs[4], pairs[5]);
    wasm_v128_store(dst + 4 * x, round_bytes(low, high, 8));
  }
  return x;
}

/* Four pixels of output, 32 bits wide, and one sample read beyond them. */
static inline v128_t shrink_four(const uint16_t *src) {
  v128_t left = wasm_i32x4_dot_i16x8(wasm_v128_load(src - 2), wasm_i32x4_const_splat(1 | 4 << 16));
  v128_t middle = wasm_i32x4_dot_i16x8(wasm_v128_load(src), wasm_i32x4_const_splat(6 | 4 << 16));
  v128_t right = wasm_v128_and(wasm_v128_load(src + 2), wasm_i32x4_const_splat(0xffff));
  v128_t sum = wasm_i32x4_add(wasm_i32x4_add(left, middle), wasm_i32x4_add(right, wasm_i32x4_const_splat(128)));
  return wasm_i32x4_shr(sum, 8);
}

static size_t shrink_gray(uint8_t *dst, const uint16_t *src, size_t n) {
  size_t x = 0;
  for (; x + 8 < n; x += 8) {
    v128_t eight = wasm_i16x8_narrow_i32x4(shrink_four(src + 2 * x), shrink_four(src + 2 * x + 8));
    wasm_v128_store64_lane(dst + x, wasm_u8x16_narrow_i16x8(eight, eight), 0);
  }
  return x;
}

static void shrink_along(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels) {
  size_t x = channels == 4 ? shrink_rgba(dst, src, n) : channels == 1 ? shrink_gray(dst, src, n) : 0;
  fl_pyramid_reference.shrink_along(dst + x * channels, src + 2 * x * channels, n - x, channels);
}

static void grow_down(uint16_t *dst, const uint8_t *above, const uint8_t *here, const uint8_t *below, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t middle = wasm_v128_load(here + i), under = wasm_v128_load(below + i);
    wide sum = add_bytes(above ? wasm_v128_load(above + i) : middle, under);
    v128_t low = above ? weigh_three(sum.low, wasm_u16x8_extend_low_u8x16(middle)) : times(sum.low, 2);
    v128_t high = above ? weigh_three(sum.high, wasm_u16x8_extend_high_u8x16(middle)) : times(sum.high, 2);
    wasm_v128_store(dst + i, low);
    wasm_v128_store(dst + i + 8, high);
  }
  fl_pyramid_reference.grow_down(dst + i, above ? above + i : NULL, here + i, below + i, n - i);
}

/* Eight samples each of the even and the odd output pixels. */
static inline void grow_eight(const uint16_t *src, uint32_t step, v128_t *even, v128_t *odd) {
  v128_t before = wasm_v128_load(src - step), here = wasm_v128_load(src), after = wasm_v128_load(src + step);
  v128_t half = wasm_i16x8_const_splat(32);
  *even = wasm_u16x8_shr(wasm_i16x8_add(weigh_three(wasm_i16x8_add(before, after), here), half), 6);
  *odd = wasm_u16x8_shr(wasm_i16x8_add(times(wasm_i16x8_add(here, after), 2), half), 6);
}

static size_t grow_rgba(uint8_t *dst, const uint16_t *src, size_t n) {
  size_t x = 0;
  for (v128_t even, odd; x + 2 <= n; x += 2) {
    grow_eight(src + 4 * x, 4, &even, &odd);
    wasm_v128_store(dst + 8 * x, wasm_u8x16_narrow_i16x8(firsts(even, odd), seconds(even, odd)));
  }
  return x;
}

static size_t grow_gray(uint8_t *dst, const uint16_t *src, size_t n) {
  size_t x = 0;
  for (v128_t even, odd; x + 8 <= n; x += 8) {
    grow_eight(src + x, 1, &even, &odd);
    wasm_v128_store(dst + 2 * x, wasm_v128_or(even, times(odd, 8)));
  }
  return x;
}

static void grow_along(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels) {
  size_t x = channels == 4 ? grow_rgba(dst, src, n) : channels == 1 ? grow_gray(dst, src, n) : 0;
  fl_pyramid_reference.grow_along(dst + 2 * x * channels, src + x * channels, n - x, channels);
}

const fl_pyramid_kernels fl_pyramid_simd = {
    .shrink_down = shrink_down, .shrink_along = shrink_along, .grow_down = grow_down, .grow_along = grow_along};
