/* Sums over samples, exact, so that it does not matter in which order they are added up. Reference in statistics.c, SIMD twin in
 * statistics_simd.c; the twins are equal. */
#ifndef FL_KERNELS_STATISTICS_H
#define FL_KERNELS_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_statistics {
  uint64_t sum[4], squares[4]; /* per channel */
  uint8_t min[4], max[4];
} fl_statistics;

/* Of no pixels yet. */
#define FL_STATISTICS_NONE ((fl_statistics){.min = {255, 255, 255, 255}})

typedef struct fl_differences {
  uint64_t squares;
  uint32_t max;
} fl_differences;

typedef struct fl_statistics_kernels {
  /* Adds a row's values.
   * Shape: pixels × channels bytes, channels 1 or 4. Range: up to 2³² pixels in all. Errors: none. Owner: borrows both. */
  void (*add)(fl_statistics *statistics, const uint8_t *row, size_t pixels, uint32_t channels);
  /* Adds how far two rows of n bytes are apart. */
  void (*add_differences)(fl_differences *differences, const uint8_t *a, const uint8_t *b, size_t n);
  /* Σ a, Σ b, Σ a² + b² and Σ a·b over blocks of 4×4 pixels side by side, each channel on its own: dst[k × units + i] is sum k of
   * channel i % channels of block i / channels.
   * Shape: units / channels blocks, so 4 rows of units × 4 bytes in a and b. */
  void (*moments)(uint32_t *dst, size_t units, const uint8_t *a, size_t a_stride, const uint8_t *b, size_t b_stride, uint32_t channels);
  /* sums[i] += what column i of `rows` rows of n bytes sums up to; the rows are `stride` bytes apart. */
  void (*add_columns)(uint32_t *sums, const uint8_t *first, size_t stride, uint32_t rows, size_t n);
  /* A row of a summed-area table (Crow 1984): dst pixel x + 1 is above's plus the sum of row pixels 0 to x; pixel 0 is 0.
   * Shape: dst and above have one pixel more than row. Range: the sums fit in 32 bits. */
  void (*integrate)(uint32_t *dst, const uint32_t *above, const uint8_t *row, size_t pixels, uint32_t channels);
} fl_statistics_kernels;

extern const fl_statistics_kernels fl_statistics_reference, fl_statistics_simd;
static inline const fl_statistics_kernels *fl_kernels_statistics(bool simd) { return simd ? &fl_statistics_simd : &fl_statistics_reference; }

#endif
