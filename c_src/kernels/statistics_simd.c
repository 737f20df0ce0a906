#include "base/simd.h"
#include "kernels/statistics.h"

#define ROWS_TOGETHER 8u   /* of so many rows the columns are summed up at once */
#define VECTORS_MAX 16384u /* squares of so many vectors fit in sums of 32 bits */

/* Rows of 16 bytes: four pixels of four channels, or sixteen of one. Channel by channel either way, four bytes together belong to one
 * sum (of one channel all four sums are added up in the end). */
static inline v128_t by_channel(v128_t v, uint32_t channels) {
  if (channels == 1) return v;
  return wasm_i8x16_swizzle(v, wasm_i8x16_const(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

static inline v128_t add_pairs(v128_t low, v128_t high) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(low, high, 0, 2, 4, 6), wasm_i32x4_shuffle(low, high, 1, 3, 5, 7));
}

static inline v128_t sum_fours(v128_t bytes) { return wasm_i32x4_extadd_pairwise_i16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes)); }

/* Sums of products of bytes, still in pairs. */
typedef struct products {
  v128_t low, high;
} products;

static inline void add_products(products *p, v128_t a, v128_t b) {
  v128_t a_low = wasm_u16x8_extend_low_u8x16(a), a_high = wasm_u16x8_extend_high_u8x16(a);
  v128_t b_low = wasm_u16x8_extend_low_u8x16(b), b_high = wasm_u16x8_extend_high_u8x16(b);
  p->low = wasm_i32x4_add(p->low, wasm_i32x4_dot_i16x8(a_low, b_low));
  p->high = wasm_i32x4_add(p->high, wasm_i32x4_dot_i16x8(a_high, b_high));
}

static inline products no_products(void) { return (products){wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(0)}; }

static void add_lanes(uint64_t *sums, v128_t v, uint32_t channels) {
  uint32_t lane[4];
  wasm_v128_store(lane, v);
  for (uint32_t i = 0; i < 4; i++) sums[i % channels] += lane[i];
}

static void add_extremes(fl_statistics *statistics, v128_t low, v128_t high, uint32_t channels) {
  uint8_t min[16], max[16];
  wasm_v128_store(min, low), wasm_v128_store(max, high);
  for (uint32_t i = 0; i < 16; i++) {
    if (min[i] < statistics->min[i % channels]) statistics->min[i % channels] = min[i];
    if (max[i] > statistics->max[i % channels]) statistics->max[i % channels] = max[i];
  }
}

static inline __attribute__((always_inline)) void add_vectors(fl_statistics *statistics, const uint8_t *row, size_t vectors, uint32_t channels) {
  v128_t sum = wasm_i32x4_const_splat(0), low = wasm_i8x16_const_splat(-1), high = sum;
  products squares = no_products();
  for (const uint8_t *end = row + 16 * vectors; row < end; row += 16) {
    v128_t v = wasm_v128_load(row), bytes = by_channel(v, channels);
    sum = wasm_i32x4_add(sum, sum_fours(bytes));
    add_products(&squares, bytes, bytes);
    low = wasm_u8x16_min(low, v), high = wasm_u8x16_max(high, v);
  }
  add_lanes(statistics->sum, sum, channels);
  add_lanes(statistics->squares, add_pairs(squares.low, squares.high), channels);
  add_extremes(statistics, low, high, channels);
}

static void add(fl_statistics *statistics, const uint8_t *row, size_t pixels, uint32_t channels) {
  size_t vectors = pixels * channels / 16;
  const uint8_t *end = row + pixels * channels;
  for (size_t count; vectors > 0; vectors -= count, row += 16 * count) {
    count = vectors < VECTORS_MAX ? vectors : VECTORS_MAX;
    if (channels == 4) add_vectors(statistics, row, count, 4);
    else add_vectors(statistics, row, count, 1);
  }
  fl_statistics_reference.add(statistics, row, (size_t)(end - row) / channels, channels);
}

static void add_difference_vectors(fl_differences *differences, const uint8_t *a, const uint8_t *b, size_t vectors) {
  v128_t high = wasm_i32x4_const_splat(0);
  products squares = no_products();
  for (size_t i = 0; i < 16 * vectors; i += 16) {
    v128_t p = wasm_v128_load(a + i), q = wasm_v128_load(b + i);
    v128_t difference = wasm_v128_or(wasm_u8x16_sub_sat(p, q), wasm_u8x16_sub_sat(q, p));
    high = wasm_u8x16_max(high, difference);
    add_products(&squares, difference, difference);
  }
  uint8_t max[16];
  wasm_v128_store(max, high);
  for (uint32_t i = 0; i < 16; i++)
    if (max[i] > differences->max) differences->max = max[i];
  add_lanes(&differences->squares, add_pairs(squares.low, squares.high), 1);
}

static void add_differences(fl_differences *differences, const uint8_t *a, const uint8_t *b, size_t n) {
  size_t done = 0;
  for (size_t vectors = n / 16, count; vectors > 0; vectors -= count, done += 16 * count) {
    count = vectors < VECTORS_MAX ? vectors : VECTORS_MAX;
    add_difference_vectors(differences, a + done, b + done, count);
  }
  fl_statistics_reference.add_differences(differences, a + done, b + done, n - done);
}

static void moments(uint32_t *dst, size_t units, const uint8_t *a, size_t a_stride, const uint8_t *b, size_t b_stride, uint32_t channels) {
  size_t i = 0;
  for (; i + 4 <= units; i += 4) {
    v128_t sum_a = wasm_i32x4_const_splat(0), sum_b = sum_a;
    products squares = no_products(), mixed = no_products();
    for (size_t y = 0; y < 4; y++) {
      v128_t p = by_channel(wasm_v128_load(a + y * a_stride + 4 * i), channels), q = by_channel(wasm_v128_load(b + y * b_stride + 4 * i), channels);
      sum_a = wasm_i32x4_add(sum_a, sum_fours(p)), sum_b = wasm_i32x4_add(sum_b, sum_fours(q));
      add_products(&squares, p, p), add_products(&squares, q, q), add_products(&mixed, p, q);
    }
    wasm_v128_store(dst + i, sum_a), wasm_v128_store(dst + units + i, sum_b);
    wasm_v128_store(dst + 2 * units + i, add_pairs(squares.low, squares.high));
    wasm_v128_store(dst + 3 * units + i, add_pairs(mixed.low, mixed.high));
  }
  /* The rest of a gray row, block by block: a reference call has its sums one after the other, not `units` apart. */
  for (; i < units; i++) {
    uint32_t one[4];
    fl_statistics_reference.moments(one, 1, a + 4 * i, a_stride, b + 4 * i, b_stride, 1);
    for (uint32_t k = 0; k < 4; k++) dst[k * units + i] = one[k];
  }
}

/* Eight columns of a few rows: their sums fit 16 bits, and those of 32 bits are touched once. */
static inline void add_eight_columns(uint32_t *sums, const uint8_t *at, size_t stride) {
  v128_t sum = wasm_u16x8_load8x8(at);
#pragma clang loop unroll(full)
  for (uint32_t y = 1; y < ROWS_TOGETHER; y++) sum = wasm_i16x8_add(sum, wasm_u16x8_load8x8(at + y * stride));
  wasm_v128_store(sums, wasm_i32x4_add(wasm_v128_load(sums), wasm_u32x4_extend_low_u16x8(sum)));
  wasm_v128_store(sums + 4, wasm_i32x4_add(wasm_v128_load(sums + 4), wasm_u32x4_extend_high_u16x8(sum)));
}

static void add_columns(uint32_t *sums, const uint8_t *first, size_t stride, uint32_t rows, size_t n) {
  for (; rows >= ROWS_TOGETHER; rows -= ROWS_TOGETHER, first += ROWS_TOGETHER * stride) {
    size_t i = 0;
    for (; i + 8 <= n; i += 8) add_eight_columns(sums + i, first + i, stride);
    fl_statistics_reference.add_columns(sums + i, first + i, stride, ROWS_TOGETHER, n - i);
  }
  fl_statistics_reference.add_columns(sums, first, stride, rows, n);
}

/* The sums of the row up to a pixel and those above it make its entry. */
static inline v128_t put_pixel(uint32_t *dst, const uint32_t *above, v128_t sum, v128_t pixel) {
  sum = wasm_i32x4_add(sum, pixel);
  wasm_v128_store(dst, wasm_i32x4_add(wasm_v128_load(above), sum));
  return sum;
}

#define PIXEL(v, k) \
  wasm_i8x16_swizzle(v, wasm_i8x16_const(4 * (k), -1, -1, -1, 4 * (k) + 1, -1, -1, -1, 4 * (k) + 2, -1, -1, -1, 4 * (k) + 3, -1, -1, -1))

static void integrate_rgba(uint32_t *dst, const uint32_t *above, const uint8_t *row, size_t pixels) {
  v128_t sum = wasm_i32x4_const_splat(0);
  wasm_v128_store(dst, sum);
  const uint8_t *end = row + 4 * pixels;
  for (dst += 4, above += 4; row + 16 <= end; row += 16, dst += 16, above += 16) {
    v128_t v = wasm_v128_load(row);
    sum = put_pixel(dst, above, sum, PIXEL(v, 0));
    sum = put_pixel(dst + 4, above + 4, sum, PIXEL(v, 1));
    sum = put_pixel(dst + 8, above + 8, sum, PIXEL(v, 2));
    sum = put_pixel(dst + 12, above + 12, sum, PIXEL(v, 3));
  }
  for (; row < end; row += 4, dst += 4, above += 4) sum = put_pixel(dst, above, sum, PIXEL(wasm_v128_load32_zero(row), 0));
}

/* The sums of the first one, two, three and four of the bytes from `first` on. */
static inline v128_t running_sums(v128_t v, uint8_t first) {
  const uint8_t a = first, b = first + 1, c = first + 2, d = first + 3, none = 128;
  v128_t bytes = wasm_i8x16_swizzle(v, wasm_u8x16_make(a, none, none, none, a, b, none, none, a, b, c, none, a, b, c, d));
  return wasm_i32x4_dot_i16x8(wasm_u16x8_extadd_pairwise_u8x16(bytes), wasm_i16x8_const_splat(1));
}

static inline v128_t add_last(v128_t v, v128_t sums) { return wasm_i32x4_add(v, wasm_i32x4_shuffle(sums, sums, 3, 3, 3, 3)); }

/* Four entries: the sums so far in this block, the row's before it, what is above. */
static inline void put_sums(uint32_t *dst, const uint32_t *above, v128_t sums, v128_t before) {
  wasm_v128_store(dst, wasm_i32x4_add(wasm_i32x4_add(sums, before), wasm_v128_load(above)));
}

static void integrate_gray(uint32_t *dst, const uint32_t *above, const uint8_t *row, size_t pixels) {
  const uint8_t *end = row + pixels;
  v128_t before = wasm_i32x4_const_splat(0);
  for (*dst++ = 0, above++; row + 16 <= end; row += 16, dst += 16, above += 16) {
    v128_t v = wasm_v128_load(row);
    v128_t first = running_sums(v, 0), second = add_last(running_sums(v, 4), first);
    v128_t third = add_last(running_sums(v, 8), second), fourth = add_last(running_sums(v, 12), third);
    put_sums(dst, above, first, before), put_sums(dst + 4, above + 4, second, before);
    put_sums(dst + 8, above + 8, third, before), put_sums(dst + 12, above + 12, fourth, before);
    before = add_last(before, fourth);
  }
  for (uint32_t sum = (uint32_t)wasm_i32x4_extract_lane(before, 0); row < end; row++, dst++, above++) sum += *row, *dst = *above + sum;
}

static void integrate(uint32_t *dst, const uint32_t *above, const uint8_t *row, size_t pixels, uint32_t channels) {
  if (channels == 4) integrate_rgba(dst, above, row, pixels);
  else integrate_gray(dst, above, row, pixels);
}

const fl_statistics_kernels fl_statistics_simd = {
    .add = add, .add_differences = add_differences, .moments = moments, .add_columns = add_columns, .integrate = integrate};
