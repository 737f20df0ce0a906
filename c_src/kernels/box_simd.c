#include "base/simd.h"
#include "base/size.h"
#include "kernels/box.h"

#define INLINE static inline __attribute__((always_inline))
#define NARROW_ROWS 257u /* whose sums fit 16 bits: 257 · 255 = 65535 */
#define COLUMNS 64       /* at once when sums are started: one cache line of each row */

/* ---- sums of columns ---- */

INLINE void add_to(void *sums, size_t i, v128_t step, bool narrow) {
  if (narrow) {
    uint16_t *at = (uint16_t *)sums + i;
    wasm_v128_store(at, wasm_i16x8_add(wasm_v128_load(at), step));
    return;
  }
  uint32_t *at = (uint32_t *)sums + i;
  wasm_v128_store(at, wasm_i32x4_add(wasm_v128_load(at), wasm_i32x4_extend_low_i16x8(step)));
  wasm_v128_store(at + 4, wasm_i32x4_add(wasm_v128_load(at + 4), wasm_i32x4_extend_high_i16x8(step)));
}

/* Puts the sum of up to NARROW_ROWS rows in place, or adds it to what is there. */
INLINE void put_sum(void *sums, size_t i, v128_t sum, bool narrow, bool first) {
  if (narrow) {
    wasm_v128_store((uint16_t *)sums + i, sum);
    return;
  }
  uint32_t *at = (uint32_t *)sums + i;
  v128_t low = wasm_u32x4_extend_low_u16x8(sum), high = wasm_u32x4_extend_high_u16x8(sum);
  wasm_v128_store(at, first ? low : wasm_i32x4_add(wasm_v128_load(at), low));
  wasm_v128_store(at + 4, first ? high : wasm_i32x4_add(wasm_v128_load(at + 4), high));
}

INLINE void start_columns(void *sums, const uint8_t *const *rows, uint32_t count, size_t i, size_t width, bool narrow) {
  for (uint32_t k = 0; k < count;) {
    uint32_t first = k, end = k + fl_min_u32(count - k, NARROW_ROWS);
    v128_t sum[COLUMNS / 8];
    for (size_t p = 0; p < width; p += 8) sum[p / 8] = wasm_i16x8_const_splat(0);
    for (; k < end; k++)
      for (size_t p = 0; p < width; p += 8) sum[p / 8] = wasm_i16x8_add(sum[p / 8], wasm_u16x8_load8x8(rows[k] + i + p));
    for (size_t p = 0; p < width; p += 8) put_sum(sums, i + p, sum[p / 8], narrow, first == 0);
  }
}

INLINE void start_rows(void *sums, const uint8_t *const *rows, uint32_t count, size_t n, bool narrow) {
  size_t i = 0;
  for (; i + COLUMNS <= n; i += COLUMNS) start_columns(sums, rows, count, i, COLUMNS, narrow);
  for (; i + 8 <= n; i += 8) start_columns(sums, rows, count, i, 8, narrow);
  if (i < n) start_columns(sums, rows, count, n - 8, 8, narrow);
}

static void start(void *sums, const uint8_t *const *rows, size_t n, const fl_box_window *window) {
  if (n < 8) fl_box_reference.start(sums, rows, n, window);
  else if (fl_box_sum_bytes(window) == 2) start_rows(sums, rows, window->rows, n, true);
  else start_rows(sums, rows, window->rows, n, false);
}

static void *sums_from(void *sums, size_t i, bool narrow) { return (uint8_t *)sums + i * (narrow ? 2 : 4); }

INLINE size_t slide_rows(void *sums, const uint8_t *entering, const uint8_t *leaving, size_t n, bool narrow) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (size_t half = i; half <= i + 8; half += 8)
      add_to(sums, half, wasm_i16x8_sub(wasm_u16x8_load8x8(entering + half), wasm_u16x8_load8x8(leaving + half)), narrow);
  return i;
}

static void slide(void *sums, const uint8_t *entering, const uint8_t *leaving, size_t n, const fl_box_window *window) {
  bool narrow = fl_box_sum_bytes(window) == 2;
  size_t i = narrow ? slide_rows(sums, entering, leaving, n, true) : slide_rows(sums, entering, leaving, n, false);
  fl_box_reference.slide(sums_from(sums, i, narrow), entering + i, leaving + i, n - i, window);
}

/* ---- the division ----
 * A sum t·area is turned to float, multiplied with 1/area, and rounded to an integer by adding 2^23: the integer is then in the low
 * bits of the float. area is odd, so that t is at least 0.5/area away from a tie. Up to area 16384 the sum is exact as a float and
 * the two roundings of 2^-24 of at most 255 stay below that distance. Beyond, 1/area is taken a little too small, the result is
 * right or one too small, and the remainder says which. */

#define AREA_SIMPLE 16384u

typedef struct divisor {
  v128_t inverse, area, half;
} divisor;

static divisor divisor_of(uint32_t area) {
  double shrink = area <= AREA_SIMPLE ? 1.0 : 1.0 - 0x1p-22;
  return (divisor){
      .inverse = wasm_f32x4_splat((float)(shrink / area)),
      .area = wasm_i32x4_splat((int32_t)area),
      .half = wasm_i32x4_splat((int32_t)(area / 2)),
  };
}

INLINE v128_t divide(v128_t sum, const divisor *by, bool simple) {
  v128_t shifted = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), by->inverse), wasm_f32x4_const_splat(8388608.0f));
  v128_t quotient = wasm_v128_and(shifted, wasm_i32x4_const_splat(0xff));
  if (simple) return quotient;
  v128_t rest = wasm_i32x4_sub(sum, wasm_i32x4_mul(quotient, by->area));
  return wasm_i32x4_sub(quotient, wasm_i32x4_gt(rest, by->half));
}

/* ---- the window that slides along ---- */

INLINE v128_t load_sums(const uint8_t *sums, size_t i, bool narrow) {
  return narrow ? wasm_u32x4_load16x4(sums + 2 * i) : wasm_v128_load(sums + 4 * i);
}

INLINE v128_t difference(const uint8_t *sums, size_t entering, size_t leaving, bool narrow) {
  return wasm_i32x4_sub(load_sums(sums, entering, narrow), load_sums(sums, leaving, narrow));
}

INLINE v128_t to_bytes(v128_t a, v128_t b, v128_t c, v128_t d) {
  return wasm_u8x16_narrow_i16x8(wasm_i16x8_narrow_i32x4(a, b), wasm_i16x8_narrow_i32x4(c, d));
}

INLINE v128_t means(v128_t a, v128_t b, v128_t c, v128_t d, const divisor *by, bool simple) {
  return to_bytes(divide(a, by, simple), divide(b, by, simple), divide(c, by, simple), divide(d, by, simple));
}

/* One pixel is one vector. Four pixels are stored at once; the last ones singly. */
INLINE void mean_four_channels(uint8_t *dst, const uint8_t *sums, size_t n, const fl_box_window *window, bool narrow, bool simple) {
  const divisor by = divisor_of(window->columns * window->rows);
  size_t reach = 4 * (size_t)window->columns;
  v128_t sum = load_sums(sums, 0, narrow);
#pragma clang loop unroll_count(4)
  for (size_t i = 4; i < reach; i += 4) sum = wasm_i32x4_add(sum, load_sums(sums, i, narrow));
  v128_t first = divide(sum, &by, simple);
  wasm_v128_store32_lane(dst, to_bytes(first, first, first, first), 0);
  size_t i = 4;
  for (; i + 16 <= 4 * n; i += 16) {
    v128_t a = wasm_i32x4_add(sum, difference(sums, i + reach - 4, i - 4, narrow));
    v128_t b = wasm_i32x4_add(a, difference(sums, i + reach, i, narrow));
    v128_t c = wasm_i32x4_add(b, difference(sums, i + reach + 4, i + 4, narrow));
    sum = wasm_i32x4_add(c, difference(sums, i + reach + 8, i + 8, narrow));
    wasm_v128_store(dst + i, means(a, b, c, sum, &by, simple));
  }
  for (; i < 4 * n; i += 4) {
    sum = wasm_i32x4_add(sum, difference(sums, i + reach - 4, i - 4, narrow));
    v128_t one = divide(sum, &by, simple);
    wasm_v128_store32_lane(dst + i, to_bytes(one, one, one, one), 0);
  }
}

/* The running sums of four pixels in a row: differences are summed up within the vector, then carried on from the last lane. */
INLINE v128_t advance(v128_t carry, v128_t step) {
  v128_t zero = wasm_i32x4_const_splat(0);
  step = wasm_i32x4_add(step, wasm_i32x4_shuffle(zero, step, 3, 4, 5, 6));
  step = wasm_i32x4_add(step, wasm_i32x4_shuffle(zero, step, 2, 3, 4, 5));
  return wasm_i32x4_add(step, wasm_i32x4_shuffle(carry, carry, 3, 3, 3, 3));
}

INLINE uint32_t sum_at(const uint8_t *sums, size_t i, bool narrow) {
  return narrow ? ((const uint16_t *)(const void *)sums)[i] : ((const uint32_t *)(const void *)sums)[i];
}

INLINE uint32_t sum_of(const uint8_t *sums, size_t count, bool narrow) {
  v128_t four = wasm_i32x4_const_splat(0);
  size_t i = 0;
  for (; i + 4 <= count; i += 4) four = wasm_i32x4_add(four, load_sums(sums, i, narrow));
  uint32_t sum = (uint32_t)wasm_i32x4_extract_lane(four, 0) + (uint32_t)wasm_i32x4_extract_lane(four, 1);
  sum += (uint32_t)wasm_i32x4_extract_lane(four, 2) + (uint32_t)wasm_i32x4_extract_lane(four, 3);
  for (; i < count; i++) sum += sum_at(sums, i, narrow);
  return sum;
}

INLINE void mean_one_channel(uint8_t *dst, const uint8_t *sums, size_t n, const fl_box_window *window, bool narrow, bool simple) {
  uint32_t area = window->columns * window->rows;
  const divisor by = divisor_of(area);
  size_t reach = window->columns, i = 1;
  uint32_t one = sum_of(sums, reach, narrow);
  dst[0] = (uint8_t)((one + area / 2) / area);
  v128_t sum = wasm_i32x4_splat((int32_t)one);
  for (; i + 16 <= n; i += 16) {
    v128_t a = advance(sum, difference(sums, i + reach - 1, i - 1, narrow));
    v128_t b = advance(a, difference(sums, i + reach + 3, i + 3, narrow));
    v128_t c = advance(b, difference(sums, i + reach + 7, i + 7, narrow));
    sum = advance(c, difference(sums, i + reach + 11, i + 11, narrow));
    wasm_v128_store(dst + i, means(a, b, c, sum, &by, simple));
  }
  one = (uint32_t)wasm_i32x4_extract_lane(sum, 3);
  for (; i < n; i++) {
    one += sum_at(sums, i + reach - 1, narrow) - sum_at(sums, i - 1, narrow);
    dst[i] = (uint8_t)((one + area / 2) / area);
  }
}

INLINE void mean_of(uint8_t *dst, const uint8_t *sums, size_t n, uint32_t channels, const fl_box_window *window, bool narrow,
                    bool simple) {
  if (channels == 4) mean_four_channels(dst, sums, n, window, narrow, simple);
  else mean_one_channel(dst, sums, n, window, narrow, simple);
}

static void mean(uint8_t *dst, const void *sums, size_t n, uint32_t channels, const fl_box_window *window) {
  bool simple = window->columns * window->rows <= AREA_SIMPLE;
  if (fl_box_sum_bytes(window) == 4) mean_of(dst, sums, n, channels, window, false, false);
  else if (simple) mean_of(dst, sums, n, channels, window, true, true);
  else mean_of(dst, sums, n, channels, window, true, false);
}

const fl_box_kernels fl_box_simd = {.start = start, .slide = slide, .mean = mean};
