#include "kernels/mirror.h"

static void reverse(uint8_t *dst, const uint8_t *src, size_t count, uint32_t bytes_per_pixel) {
  for (size_t i = 0; i < count; i++)
    for (uint32_t b = 0; b < bytes_per_pixel; b++) dst[i * bytes_per_pixel + b] = src[(count - 1 - i) * bytes_per_pixel + b];
}

const fl_mirror_kernels fl_mirror_reference = {.reverse = reverse};
