/* How often each value occurs. Reference in histogram.c; histogram_simd.c counts the same faster (it needs no SIMD instruction, but
 * several tables, so that a run of equal values does not wait for its own last store). Counts are exact, so the twins are equal. */
#ifndef FL_KERNELS_HISTOGRAM_H
#define FL_KERNELS_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_histogram_kernels {
  /* Adds a row's values to counts[c × 256 + v].
   * Shape: row of pixels × channels bytes, channels 1 or 4; counts of channels × 256, kept, not zeroed.
   * Range: a count wraps at 2³², more than any image has pixels. Errors: none. Owner: borrows both. */
  void (*add)(const uint8_t *row, size_t pixels, uint32_t channels, uint32_t *counts);
} fl_histogram_kernels;

extern const fl_histogram_kernels fl_histogram_reference, fl_histogram_simd;
static inline const fl_histogram_kernels *fl_kernels_histogram(bool simd) {
  return simd ? &fl_histogram_simd : &fl_histogram_reference;
}

/* Counts a rectangle: zeroes counts, then adds `rows` rows that are `stride` bytes apart. Rows that touch are added as one: each
 * call of add() has its tables to sum up. */
static inline void fl_histogram_of(bool simd, const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t channels,
                                   uint32_t *counts) {
  for (uint32_t i = 0; i < channels * 256; i++) counts[i] = 0;
  if (stride == pixels * channels) pixels *= rows, rows = 1;
  for (uint32_t y = 0; y < rows; y++) fl_kernels_histogram(simd)->add(first + y * stride, pixels, channels, counts);
}

#endif
