#include "kernels/alpha.h"

#include "base/size.h"

static void premultiply(uint8_t *dst, const uint8_t *src, size_t pixels) {
  for (size_t i = 0; i < pixels * 4; i += 4) {
    uint32_t alpha = src[i + 3];
    for (uint32_t c = 0; c < 3; c++) dst[i + c] = (uint8_t)((src[i + c] * alpha + 127) / 255);
    dst[i + 3] = (uint8_t)alpha;
  }
}

static void unpremultiply(uint8_t *dst, const uint8_t *src, size_t pixels) {
  for (size_t i = 0; i < pixels * 4; i += 4) {
    uint32_t alpha = src[i + 3];
    for (uint32_t c = 0; c < 3; c++) dst[i + c] = alpha ? (uint8_t)fl_min_u32((src[i + c] * 255 + alpha / 2) / alpha, 255) : 0;
    dst[i + 3] = (uint8_t)alpha;
  }
}

const fl_alpha_kernels fl_alpha_reference = {.premultiply = premultiply, .unpremultiply = unpremultiply};
