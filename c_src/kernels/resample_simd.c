#include "base/simd.h"
#include "base/size.h"
#include "kernels/resample.h"

#include <string.h>

/* These take constants: `fine` for fine samples or bytes at the source, and `taps`, `count` and `bits` where they are usual ones.
 * They must be inlined for it to pay. */
#define INLINE static inline __attribute__((always_inline))

INLINE v128_t round_off(v128_t sum, int bits) {
  return wasm_i32x4_shr(wasm_i32x4_add(sum, wasm_i32x4_splat(1 << (bits - 1))), bits);
}

/* ---- down the rows ---- */

typedef struct sums {
  v128_t part[4]; /* of 16 samples: four i32 each */
} sums;

/* Rows a and b, eight samples of each in 16 bits, with a weight for either in every lane. */
INLINE void add_words(v128_t part[2], v128_t a, v128_t b, v128_t weights) {
  v128_t low = wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), high = wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  part[0] = wasm_i32x4_add(part[0], wasm_i32x4_dot_i16x8(low, weights));
  part[1] = wasm_i32x4_add(part[1], wasm_i32x4_dot_i16x8(high, weights));
}

/* Likewise sixteen bytes of each. */
INLINE void add_bytes(v128_t part[4], v128_t a, v128_t b, v128_t weights) {
  v128_t low = wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  v128_t high = wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  part[0] = wasm_i32x4_add(part[0], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(low), weights));
  part[1] = wasm_i32x4_add(part[1], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(low), weights));
  part[2] = wasm_i32x4_add(part[2], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(high), weights));
  part[3] = wasm_i32x4_add(part[3], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(high), weights));
}

INLINE void add_two_rows(sums *sums, const void *a, const void *b, v128_t weights, size_t i, bool fine) {
  const int16_t *words_a = a, *words_b = b;
  const uint8_t *bytes_a = a, *bytes_b = b;
  if (fine) {
    add_words(sums->part, wasm_v128_load(words_a + i), wasm_v128_load(words_b + i), weights);
    add_words(sums->part + 2, wasm_v128_load(words_a + i + 8), wasm_v128_load(words_b + i + 8), weights);
  } else {
    add_bytes(sums->part, wasm_v128_load(bytes_a + i), wasm_v128_load(bytes_b + i), weights);
  }
}

/* Sixteen samples from i on. An odd last row is paired with itself, at a weight of 0. */
INLINE void down_16(void *dst, const void *const *rows, uint32_t count, const int16_t *weights, int bits, size_t i, bool fine) {
  const int shift = fine ? bits + FL_RESAMPLE_BITS : bits - FL_RESAMPLE_BITS;
  sums sums = {{wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(0)}};
  uint32_t k = 0;
  for (; k + 2 <= count; k += 2) add_two_rows(&sums, rows[k], rows[k + 1], wasm_v128_load32_splat(weights + k), i, fine);
  if (k < count) add_two_rows(&sums, rows[k], rows[k], wasm_u32x4_splat((uint16_t)weights[k]), i, fine);
  v128_t low = wasm_i16x8_narrow_i32x4(round_off(sums.part[0], shift), round_off(sums.part[1], shift));
  v128_t high = wasm_i16x8_narrow_i32x4(round_off(sums.part[2], shift), round_off(sums.part[3], shift));
  if (fine) {
    wasm_v128_store((uint8_t *)dst + i, wasm_u8x16_narrow_i16x8(low, high));
  } else {
    wasm_v128_store((int16_t *)dst + i, low);
    wasm_v128_store((int16_t *)dst + i + 8, high);
  }
}

/* The last vector overlaps the one before rather than leave a rest. */
INLINE void down_by(void *dst, const void *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n, bool fine) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) down_16(dst, rows, count, weights, bits, i, fine);
  if (i < n) down_16(dst, rows, count, weights, bits, n - 16, fine);
}

INLINE void down(void *dst, const void *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n, bool fine) {
  if (bits == FL_PHASE_COARSE_BITS) down_by(dst, rows, count, weights, FL_PHASE_COARSE_BITS, n, fine);
  else if (count == 2) down_by(dst, rows, 2, weights, FL_PHASE_BITS, n, fine);
  else if (count == 4) down_by(dst, rows, 4, weights, FL_PHASE_BITS, n, fine);
  else if (count == 6) down_by(dst, rows, 6, weights, FL_PHASE_BITS, n, fine);
  else down_by(dst, rows, count, weights, FL_PHASE_BITS, n, fine);
}

/* Halving: where the weights are (½, ½) or (⅛, ⅜, ⅜, ⅛), 16-bit sums hold the same exact values. */
INLINE void store_fine(int16_t *dst, v128_t low, v128_t high) {
  wasm_v128_store(dst, low);
  wasm_v128_store(dst + 8, high);
}

INLINE v128_t add_low(v128_t a, v128_t b) {
  return wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b));
}

INLINE v128_t add_high(v128_t a, v128_t b) {
  return wasm_i16x8_add(wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b));
}

INLINE void halve_2(int16_t *dst, const uint8_t *const *rows, size_t i) {
  v128_t a = wasm_v128_load(rows[0] + i), b = wasm_v128_load(rows[1] + i);
  store_fine(dst + i, wasm_i16x8_shl(add_low(a, b), FL_RESAMPLE_BITS - 1), wasm_i16x8_shl(add_high(a, b), FL_RESAMPLE_BITS - 1));
}

INLINE v128_t mix_1331(v128_t outer, v128_t inner) {
  v128_t inner_3 = wasm_i16x8_add(inner, wasm_i16x8_add(inner, inner));
  return wasm_i16x8_shl(wasm_i16x8_add(outer, inner_3), FL_RESAMPLE_BITS - 3);
}

INLINE void halve_4(int16_t *dst, const uint8_t *const *rows, size_t i) {
  v128_t a = wasm_v128_load(rows[0] + i), b = wasm_v128_load(rows[1] + i);
  v128_t c = wasm_v128_load(rows[2] + i), d = wasm_v128_load(rows[3] + i);
  store_fine(dst + i, mix_1331(add_low(a, d), add_low(b, c)), mix_1331(add_high(a, d), add_high(b, c)));
}

#define EIGHTH (1 << (FL_PHASE_BITS - 3))
static const int16_t halves[] = {4 * EIGHTH, 4 * EIGHTH}, eighths[] = {EIGHTH, 3 * EIGHTH, 3 * EIGHTH, EIGHTH};

static void down_first(int16_t *dst, const uint8_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  size_t i = 0;
  if (n < 16) {
    fl_resample_reference.down_first(dst, rows, count, weights, bits, n);
  } else if (bits == FL_PHASE_BITS && count == 2 && memcmp(weights, halves, sizeof halves) == 0) {
    for (; i + 16 <= n; i += 16) halve_2(dst, rows, i);
    if (i < n) halve_2(dst, rows, n - 16);
  } else if (bits == FL_PHASE_BITS && count == 4 && memcmp(weights, eighths, sizeof eighths) == 0) {
    for (; i + 16 <= n; i += 16) halve_4(dst, rows, i);
    if (i < n) halve_4(dst, rows, n - 16);
  } else {
    down(dst, (const void *const *)rows, count, weights, bits, n, false);
  }
}

static void down_last(uint8_t *dst, const int16_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  if (n < 16) fl_resample_reference.down_last(dst, rows, count, weights, bits, n);
  else down(dst, (const void *const *)rows, count, weights, bits, n, true);
}

/* ---- along the row: what comes of four pixels or values ---- */

INLINE v128_t round_along(v128_t sum, bool fine) {
  return round_off(sum, fine ? FL_PHASE_BITS + FL_RESAMPLE_BITS : FL_PHASE_BITS - FL_RESAMPLE_BITS);
}

INLINE v128_t clamp_fine(v128_t v) {
  return wasm_i16x8_min(wasm_i16x8_max(v, wasm_i16x8_const_splat(0)), wasm_i16x8_const_splat(255 << FL_RESAMPLE_BITS));
}

/* Four values, or one pixel of four, at dst + i. */
INLINE void store_4(void *dst, size_t i, v128_t sum, bool fine) {
  v128_t v = round_along(sum, fine);
  v = wasm_i16x8_narrow_i32x4(v, v);
  if (fine) wasm_v128_store32_lane((uint8_t *)dst + i, wasm_u8x16_narrow_i16x8(v, v), 0);
  else wasm_v128_store64_lane((int16_t *)dst + i, clamp_fine(v), 0);
}

INLINE void store_16(void *dst, size_t i, const v128_t sum[4], bool fine) {
  v128_t low = wasm_i16x8_narrow_i32x4(round_along(sum[0], fine), round_along(sum[1], fine));
  v128_t high = wasm_i16x8_narrow_i32x4(round_along(sum[2], fine), round_along(sum[3], fine));
  if (fine) {
    wasm_v128_store((uint8_t *)dst + i, wasm_u8x16_narrow_i16x8(low, high));
  } else {
    wasm_v128_store((int16_t *)dst + i, clamp_fine(low));
    wasm_v128_store((int16_t *)dst + i + 8, clamp_fine(high));
  }
}

/* The arrays of fl_phases from some output pixel on. */
typedef struct part {
  const uint32_t *first;
  const int16_t *weights;
  uint32_t origin;
} part;

/* ---- along the row: rgba8, two pixels of four channels in a vector ---- */

/* r0 r1 g0 g1 b0 b1 a0 a1 of two pixels. (A swizzle by a constant costs less than the same shuffle.) */
INLINE v128_t pair_pixels(const void *src, size_t pixel, bool fine) {
  if (fine)
    return wasm_i8x16_swizzle(wasm_v128_load((const int16_t *)src + pixel * 4),
                              wasm_i8x16_make(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
  return wasm_i8x16_swizzle(wasm_v128_load64_zero((const uint8_t *)src + pixel * 4),
                            wasm_i8x16_make(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1));
}

INLINE v128_t add_pairs(v128_t sum, const void *src, size_t pixel, const int16_t *weights, uint32_t taps, bool fine) {
  for (uint32_t k = 0; k < taps; k += 2)
    sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(pair_pixels(src, pixel + k, fine), wasm_v128_load32_splat(weights + k)));
  return sum;
}

/* Eight taps at a time, so that a loop over many costs little. */
INLINE v128_t sum_rgba(const void *src, part part, uint32_t x, uint32_t taps, bool fine) {
  size_t pixel = part.first[x] - part.origin;
  const int16_t *weights = part.weights + (size_t)x * taps;
  v128_t sum = wasm_i32x4_const_splat(0);
  for (; taps >= 8; taps -= 8, pixel += 8, weights += 8) sum = add_pairs(sum, src, pixel, weights, 8, fine);
  return add_pairs(sum, src, pixel, weights, taps, fine);
}

INLINE void along_rgba_4(void *dst, const void *src, part part, uint32_t taps, uint32_t count, bool fine) {
  for (uint32_t x = 0; x < count; x += 4) {
    v128_t sum[4];
    for (uint32_t p = 0; p < 4; p++) sum[p] = sum_rgba(src, part, x + p, taps, fine);
    store_16(dst, (size_t)x * 4, sum, fine);
  }
}

/* A pixel at a time: with many taps four would be more values under way than there are registers. */
INLINE void along_rgba_1(void *dst, const void *src, part part, uint32_t taps, uint32_t count, bool fine) {
  for (uint32_t x = 0; x < count; x++) store_4(dst, (size_t)x * 4, sum_rgba(src, part, x, taps, fine), fine);
}

/* ---- along the row: gray8, the taps of one pixel side by side ---- */

/* Adds neighbouring lanes: a0+a1, a2+a3, b0+b1, b2+b3. */
INLINE v128_t add_neighbours(v128_t a, v128_t b) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}

INLINE v128_t sum_gray_2(const void *src, const uint32_t at[4], const int16_t *weights, bool fine) {
  v128_t v = wasm_i32x4_const_splat(0);
  if (fine) {
    v = wasm_v128_load32_zero((const int16_t *)src + at[0]);
    v = wasm_v128_load32_lane((const int16_t *)src + at[1], v, 1);
    v = wasm_v128_load32_lane((const int16_t *)src + at[2], v, 2);
    v = wasm_v128_load32_lane((const int16_t *)src + at[3], v, 3);
  } else {
    v = wasm_v128_load16_lane((const uint8_t *)src + at[0], v, 0);
    v = wasm_v128_load16_lane((const uint8_t *)src + at[1], v, 1);
    v = wasm_v128_load16_lane((const uint8_t *)src + at[2], v, 2);
    v = wasm_v128_load16_lane((const uint8_t *)src + at[3], v, 3);
    v = wasm_u16x8_extend_low_u8x16(v);
  }
  return wasm_i32x4_dot_i16x8(v, wasm_v128_load(weights));
}

INLINE v128_t load_two_4(const void *src, uint32_t a, uint32_t b, bool fine) {
  if (fine) return wasm_v128_load64_lane((const int16_t *)src + b, wasm_v128_load64_zero((const int16_t *)src + a), 1);
  v128_t v = wasm_v128_load32_lane((const uint8_t *)src + b, wasm_v128_load32_zero((const uint8_t *)src + a), 1);
  return wasm_u16x8_extend_low_u8x16(v);
}

INLINE v128_t sum_gray_4(const void *src, const uint32_t at[4], const int16_t *weights, bool fine) {
  return add_neighbours(wasm_i32x4_dot_i16x8(load_two_4(src, at[0], at[1], fine), wasm_v128_load(weights)),
                        wasm_i32x4_dot_i16x8(load_two_4(src, at[2], at[3], fine), wasm_v128_load(weights + 8)));
}

INLINE v128_t load_8(const void *src, size_t at, bool fine) {
  return fine ? wasm_v128_load((const int16_t *)src + at) : wasm_u16x8_load8x8((const uint8_t *)src + at);
}

INLINE v128_t load_two_weights(const int16_t *a, const int16_t *b) {
  return wasm_v128_load64_lane(b, wasm_v128_load64_zero(a), 1);
}

/* Eight taps at a time, and the last four of two pixels together. */
INLINE v128_t sum_gray_8(const void *src, const uint32_t at[4], const int16_t *weights, uint32_t taps, bool fine) {
  const int16_t *of[4] = {weights, weights + taps, weights + 2 * taps, weights + 3 * taps};
  v128_t sum[4];
  uint32_t k = 8;
  for (uint32_t p = 0; p < 4; p++) sum[p] = wasm_i32x4_dot_i16x8(load_8(src, at[p], fine), wasm_v128_load(of[p]));
  for (; k + 8 <= taps; k += 8)
    for (uint32_t p = 0; p < 4; p++)
      sum[p] = wasm_i32x4_add(sum[p], wasm_i32x4_dot_i16x8(load_8(src, at[p] + k, fine), wasm_v128_load(of[p] + k)));
  v128_t all = add_neighbours(add_neighbours(sum[0], sum[1]), add_neighbours(sum[2], sum[3]));
  if (k == taps) return all;
  v128_t a = wasm_i32x4_dot_i16x8(load_two_4(src, at[0] + k, at[1] + k, fine), load_two_weights(of[0] + k, of[1] + k));
  v128_t b = wasm_i32x4_dot_i16x8(load_two_4(src, at[2] + k, at[3] + k, fine), load_two_weights(of[2] + k, of[3] + k));
  return wasm_i32x4_add(all, add_neighbours(a, b));
}

INLINE v128_t sum_gray(const void *src, const uint32_t at[4], const int16_t *weights, uint32_t taps, bool fine) {
  return taps == 2   ? sum_gray_2(src, at, weights, fine)
         : taps == 4 ? sum_gray_4(src, at, weights, fine)
                     : sum_gray_8(src, at, weights, taps, fine);
}

INLINE void along_gray(void *dst, const void *src, part part, uint32_t taps, uint32_t count, bool fine) {
  for (uint32_t x = 0; x < count; x += 4) {
    const uint32_t *first = part.first + x, origin = part.origin;
    const uint32_t at[4] = {first[0] - origin, first[1] - origin, first[2] - origin, first[3] - origin};
    store_4(dst, x, sum_gray(src, at, part.weights + (size_t)x * taps, taps, fine), fine);
  }
}

/* ---- along the row: any ---- */

/* The usual numbers of taps are constants, so that the loops over them unroll. */
INLINE void along_whole(void *dst, const void *src, part part, uint32_t taps, uint32_t count, uint32_t channels, bool fine) {
  if (channels == 1) {
    if (taps == 2) along_gray(dst, src, part, 2, count, fine);
    else if (taps == 4) along_gray(dst, src, part, 4, count, fine);
    else if (taps == 8) along_gray(dst, src, part, 8, count, fine);
    else if (taps == 12) along_gray(dst, src, part, 12, count, fine);
    else along_gray(dst, src, part, taps, count, fine);
  } else {
    if (taps == 2) along_rgba_4(dst, src, part, 2, count, fine);
    else if (taps == 4) along_rgba_4(dst, src, part, 4, count, fine);
    else if (taps == 6) along_rgba_1(dst, src, part, 6, count, fine);
    else if (taps == 8) along_rgba_1(dst, src, part, 8, count, fine);
    else if (taps == 10) along_rgba_1(dst, src, part, 10, count, fine);
    else if (taps == 12) along_rgba_1(dst, src, part, 12, count, fine);
    else along_rgba_1(dst, src, part, taps, count, fine);
  }
}

/* The columns to be made four at a time: as many fours as have exact weights. */
static fl_span find_whole(const fl_phases *phases, fl_span columns) {
  uint32_t first = fl_min_u32(fl_max_u32(columns.first, phases->exact.first), columns.end);
  uint32_t end = fl_max_u32(fl_min_u32(columns.end, phases->exact.end), first);
  return (fl_span){first, first + (end - first) / 4 * 4};
}

static part find_part(const fl_phases *phases, uint32_t x, uint32_t origin) {
  return (part){phases->first + x, phases->weights + (size_t)x * phases->taps, origin};
}

/* The few pixels on either side of the whole fours are left to the reference. */
static void along_first(int16_t *dst, const uint8_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                        uint32_t channels) {
  fl_span whole = find_whole(phases, columns), before = {columns.first, whole.first}, after = {whole.end, columns.end};
  fl_resample_reference.along_first(dst, src, phases, before, origin, channels);
  dst += (size_t)fl_span_length(before) * channels;
  along_whole(dst, src, find_part(phases, whole.first, origin), phases->taps, fl_span_length(whole), channels, false);
  dst += (size_t)fl_span_length(whole) * channels;
  fl_resample_reference.along_first(dst, src, phases, after, origin, channels);
}

static void along_last(uint8_t *dst, const int16_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                       uint32_t channels) {
  fl_span whole = find_whole(phases, columns), before = {columns.first, whole.first}, after = {whole.end, columns.end};
  fl_resample_reference.along_last(dst, src, phases, before, origin, channels);
  dst += (size_t)fl_span_length(before) * channels;
  along_whole(dst, src, find_part(phases, whole.first, origin), phases->taps, fl_span_length(whole), channels, true);
  dst += (size_t)fl_span_length(whole) * channels;
  fl_resample_reference.along_last(dst, src, phases, after, origin, channels);
}

/* The places are anywhere: a pixel at a time is all there is to gain, but four of them to a store. `zero`: where column 0 would be. */
static void nearest_pixels(uint8_t *dst, uintptr_t zero, const uint32_t *index, uint32_t n) {
#define PIXEL(x) ((const void *)(zero + (uintptr_t)index[x] * 4))
  uint32_t x = 0;
  for (; x + 4 <= n; x += 4) {
    v128_t four = wasm_v128_load32_zero(PIXEL(x));
    four = wasm_v128_load32_lane(PIXEL(x + 1), four, 1);
    four = wasm_v128_load32_lane(PIXEL(x + 2), four, 2);
    four = wasm_v128_load32_lane(PIXEL(x + 3), four, 3);
    wasm_v128_store(dst + (size_t)x * 4, four);
  }
  for (; x < n; x++) memcpy(dst + (size_t)x * 4, PIXEL(x), 4);
#undef PIXEL
}

static void nearest(uint8_t *dst, const uint8_t *src, const uint32_t *index, fl_span columns, uint32_t origin, uint32_t channels) {
  if (channels == 1)
    for (uint32_t x = columns.first; x < columns.end; x++) *dst++ = src[index[x] - origin];
  else nearest_pixels(dst, (uintptr_t)src - (uintptr_t)origin * 4, index + columns.first, fl_span_length(columns));
}

const fl_resample_kernels fl_resample_simd = {
    .down_first = down_first, .along_last = along_last, .along_first = along_first, .down_last = down_last, .nearest = nearest};
