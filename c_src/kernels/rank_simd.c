#include "base/simd.h"
#include "kernels/rank.h"

#define INLINE static inline __attribute__((always_inline))
#define MIN wasm_u8x16_min
#define MAX wasm_u8x16_max

/* The three bytes of a column in order, sixteen columns at once. */
typedef struct columns {
  v128_t low, middle, high;
} columns;

INLINE columns sort_columns(const uint8_t *const rows[3], ptrdiff_t i) {
  v128_t a = wasm_v128_load(rows[0] + i), b = wasm_v128_load(rows[1] + i), c = wasm_v128_load(rows[2] + i);
  v128_t low = MIN(a, b), high = MAX(a, b), rest = MIN(high, c);
  return (columns){.low = MIN(low, rest), .middle = MAX(low, rest), .high = MAX(high, c)};
}

INLINE v128_t middle_of(v128_t a, v128_t b, v128_t c) { return MAX(MIN(a, b), MIN(MAX(a, b), c)); }

/* Of nine values in sorted columns the median is the middle of the largest low one, the middle middle one and the smallest high one. */
INLINE v128_t median_of(columns left, columns here, columns right) {
  v128_t low = MAX(MAX(left.low, right.low), here.low), high = MIN(MIN(left.high, right.high), here.high);
  return middle_of(low, middle_of(left.middle, right.middle, here.middle), high);
}

INLINE v128_t median_at(const uint8_t *const rows[3], ptrdiff_t i, ptrdiff_t channels) {
  return median_of(sort_columns(rows, i - channels), sort_columns(rows, i), sort_columns(rows, i + channels));
}

/* Sixteen bytes from `count` before the end of a, or `count` after the start of a. */
#define LAST1(a, b) wasm_i8x16_shuffle(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
#define LAST4(a, b) wasm_i32x4_shuffle(a, b, 3, 4, 5, 6)
#define NEXT1(a, b) wasm_i8x16_shuffle(a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
#define NEXT4(a, b) wasm_i32x4_shuffle(a, b, 1, 2, 3, 4)

INLINE columns shift_in(columns a, columns b, bool from_left, ptrdiff_t channels) {
  if (from_left && channels == 1) return (columns){LAST1(a.low, b.low), LAST1(a.middle, b.middle), LAST1(a.high, b.high)};
  if (from_left) return (columns){LAST4(a.low, b.low), LAST4(a.middle, b.middle), LAST4(a.high, b.high)};
  if (channels == 1) return (columns){NEXT1(a.low, b.low), NEXT1(a.middle, b.middle), NEXT1(a.high, b.high)};
  return (columns){NEXT4(a.low, b.low), NEXT4(a.middle, b.middle), NEXT4(a.high, b.high)};
}

/* Each column is sorted once: a block's neighbours are shifted in from the blocks beside it. The first and the last block
 * sort their own neighbours, so that nothing beyond them is read. */
INLINE void median3(uint8_t *dst, const uint8_t *const rows[3], ptrdiff_t n, ptrdiff_t channels) {
  wasm_v128_store(dst, median_at(rows, 0, channels));
  if (n >= 48) {
    columns before = sort_columns(rows, 0), here = sort_columns(rows, 16);
    for (ptrdiff_t i = 16; i + 32 <= n; i += 16) {
      columns after = sort_columns(rows, i + 16);
      wasm_v128_store(dst + i, median_of(shift_in(before, here, true, channels), here, shift_in(here, after, false, channels)));
      before = here, here = after;
    }
  }
  if (n >= 32) wasm_v128_store(dst + n / 16 * 16 - 16, median_at(rows, n / 16 * 16 - 16, channels));
  wasm_v128_store(dst + n - 16, median_at(rows, n - 16, channels));
}

static void one_channel(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  if (n < 16) fl_rank_reference.median3_one_channel(dst, rows, n);
  else median3(dst, rows, (ptrdiff_t)n, 1);
}

static void four_channels(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  if (n < 4) fl_rank_reference.median3_four_channels(dst, rows, n);
  else median3(dst, rows, (ptrdiff_t)n * 4, 4);
}

/* ---- 5×5 ---- */

#define ORDER(a, b) \
  do { \
    v128_t smaller = MIN(v[a], v[b]); \
    v[b] = MAX(v[a], v[b]), v[a] = smaller; \
  } while (0);

static void sort5(uint8_t *const dst[5], const uint8_t *const rows[5], size_t n) {
  if (n < 16) {
    fl_rank_reference.sort5(dst, rows, n);
    return;
  }
  for (size_t i = 0; i < n; i += 16) {
    v128_t v[5];
    if (i + 16 > n) i = n - 16;
    for (size_t k = 0; k < 5; k++) v[k] = wasm_v128_load(rows[k] + i);
    ORDER(0, 3) ORDER(1, 4) ORDER(0, 2) ORDER(1, 3) ORDER(0, 1) ORDER(2, 4) ORDER(1, 2) ORDER(3, 4) ORDER(2, 3)
    for (size_t k = 0; k < 5; k++) wasm_v128_store(dst[k] + i, v[k]);
  }
}

/* Brings the middle of 25 values to place MIDDLE, where v[5·k + x] is the k-th smallest of column x. Found by a random search over
 * networks that are right for every column-sorted input of zeros and ones, and hence for all; the test tries those. Loads
 * stand where few values are alive. */
#define MIDDLE 8
#define NETWORK(LOAD, ORDER) \
  LOAD(0) LOAD(2) ORDER(0, 2) LOAD(22) LOAD(24) ORDER(22, 24) LOAD(21) ORDER(21, 24) LOAD(20) ORDER(20, 22) ORDER(20, 21) \
  ORDER(21, 22) LOAD(23) ORDER(20, 23) ORDER(21, 23) LOAD(7) LOAD(9) ORDER(7, 9) LOAD(6) LOAD(5) ORDER(6, 5) ORDER(6, 9) \
  LOAD(8) ORDER(5, 8) ORDER(5, 7) ORDER(6, 7) ORDER(8, 9) ORDER(7, 8) ORDER(8, 20) LOAD(1) LOAD(4) ORDER(1, 4) ORDER(2, 4) \
  LOAD(3) ORDER(1, 3) ORDER(2, 3) ORDER(3, 4) ORDER(0, 3) ORDER(7, 3) LOAD(12) LOAD(14) ORDER(12, 14) LOAD(11) \
  ORDER(11, 14) LOAD(10) LOAD(13) ORDER(10, 13) ORDER(11, 13) ORDER(13, 14) ORDER(10, 11) ORDER(10, 12) ORDER(11, 12) \
  ORDER(11, 4) ORDER(12, 13) ORDER(4, 12) ORDER(4, 8) ORDER(12, 20) LOAD(15) LOAD(17) ORDER(15, 17) LOAD(16) LOAD(19) \
  ORDER(16, 19) LOAD(18) ORDER(16, 18) ORDER(17, 18) ORDER(15, 16) ORDER(3, 15) ORDER(16, 17) ORDER(17, 19) ORDER(16, 13) \
  ORDER(16, 9) ORDER(15, 8) ORDER(16, 17) ORDER(21, 17) ORDER(12, 8) ORDER(8, 16) ORDER(12, 21) ORDER(15, 12) ORDER(12, 8)

static void middle25(uint8_t *dst, const uint8_t *const sorted[5], size_t n, size_t step) {
  if (n < 16) {
    fl_rank_reference.middle25(dst, sorted, n, step);
    return;
  }
  for (size_t i = 0; i < n; i += 16) {
    v128_t v[25];
    if (i + 16 > n) i = n - 16;
#define LOAD(k) v[k] = wasm_v128_load(sorted[(k) / 5] + (ptrdiff_t)i + ((k) % 5 - 2) * (ptrdiff_t)step);
    NETWORK(LOAD, ORDER)
    wasm_v128_store(dst + i, v[MIDDLE]);
  }
}

const fl_rank_kernels fl_rank_simd = {
    .median3_one_channel = one_channel,
    .median3_four_channels = four_channels,
    .sort5 = sort5,
    .middle25 = middle25,
};
