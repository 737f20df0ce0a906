#include "kernels/statistics.h"

#include <stdlib.h>

static void add(fl_statistics *statistics, const uint8_t *row, size_t pixels, uint32_t channels) {
  for (size_t i = 0; i < pixels; i++)
    for (uint32_t c = 0; c < channels; c++, row++) {
      statistics->sum[c] += *row;
      statistics->squares[c] += (uint32_t)(*row * *row);
      if (*row < statistics->min[c]) statistics->min[c] = *row;
      if (*row > statistics->max[c]) statistics->max[c] = *row;
    }
}

static void add_differences(fl_differences *differences, const uint8_t *a, const uint8_t *b, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t difference = (uint32_t)abs(a[i] - b[i]);
    differences->squares += difference * difference;
    if (difference > differences->max) differences->max = difference;
  }
}

static void moments(uint32_t *dst, size_t units, const uint8_t *a, size_t a_stride, const uint8_t *b, size_t b_stride, uint32_t channels) {
  for (size_t i = 0; i < units; i++) {
    uint32_t sum_a = 0, sum_b = 0, squares = 0, products = 0;
    for (size_t y = 0; y < 4; y++)
      for (size_t x = 0; x < 4; x++) {
        size_t at = (i / channels * 4 + x) * channels + i % channels;
        uint32_t p = a[y * a_stride + at], q = b[y * b_stride + at];
        sum_a += p, sum_b += q, squares += p * p + q * q, products += p * q;
      }
    dst[i] = sum_a, dst[units + i] = sum_b, dst[2 * units + i] = squares, dst[3 * units + i] = products;
  }
}

static void add_columns(uint32_t *sums, const uint8_t *first, size_t stride, uint32_t rows, size_t n) {
  for (uint32_t y = 0; y < rows; y++)
    for (size_t i = 0; i < n; i++) sums[i] += first[y * stride + i];
}

static void integrate(uint32_t *dst, const uint32_t *above, const uint8_t *row, size_t pixels, uint32_t channels) {
  uint32_t sum[4] = {0};
  for (uint32_t c = 0; c < channels; c++) dst[c] = 0;
  for (size_t i = 0; i < pixels * channels; i++) {
    sum[i % channels] += row[i];
    dst[channels + i] = above[channels + i] + sum[i % channels];
  }
}

const fl_statistics_kernels fl_statistics_reference = {
    .add = add, .add_differences = add_differences, .moments = moments, .add_columns = add_columns, .integrate = integrate};
