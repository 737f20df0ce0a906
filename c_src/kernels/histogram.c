#include "kernels/histogram.h"

static void add(const uint8_t *row, size_t pixels, uint32_t channels, uint32_t *counts) {
  if (channels == 1)
    for (size_t i = 0; i < pixels; i++) counts[row[i]]++;
  else
    for (size_t i = 0; i < pixels * 4; i++) counts[i % 4 * 256 + row[i]]++;
}

const fl_histogram_kernels fl_histogram_reference = {.add = add};
