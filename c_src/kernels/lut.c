#include "kernels/lut.h"

static inline void look_up(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const uint8_t (*entry)[256]) {
  for (size_t i = 0; i < pixels; i++)
    for (uint32_t c = 0; c < channels; c++) dst[i * channels + c] = entry[c][src[i * channels + c]];
}

static void apply(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes_per_pixel, const uint8_t (*entry)[256]) {
  if (bytes_per_pixel == 1) look_up(dst, src, pixels, 1, entry);
  else look_up(dst, src, pixels, 4, entry);
}

const fl_lut_kernels fl_lut_reference = {.apply = apply};
