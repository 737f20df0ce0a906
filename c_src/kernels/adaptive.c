#include "kernels/adaptive.h"

static void compare(uint8_t *dst, const uint8_t *src, const uint8_t *mean, size_t n, int32_t offset, uint8_t max) {
  for (size_t i = 0; i < n; i++) dst[i] = src[i] > mean[i] - offset ? max : 0;
}

const fl_adaptive_kernels fl_adaptive_reference = {.compare = compare};
