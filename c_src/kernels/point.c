#include "kernels/point.h"

static void invert(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask) {
  for (size_t i = 0; i < n; i++) dst[i] = src[i] ^ (uint8_t)(mask >> (8 * (i % 4)));
}

const fl_point_kernels fl_point_reference = {.invert = invert};
