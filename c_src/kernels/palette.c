#include "kernels/palette.h"

#include <string.h>

static void map(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette) {
  const int16_t *weight = palette->weight;
  for (size_t i = 0; i < pixels; i++, src += 4, dst += 4) {
    int32_t luma = (weight[0] * src[0] + weight[1] * src[1] + weight[2] * src[2] + weight[3] * src[3] + 16384) >> 15;
    uint8_t alpha = src[3];
    memcpy(dst, palette->color[luma], 4);
    dst[3] |= alpha;
  }
}

static void map_gray(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_palette *palette) {
  for (size_t i = 0; i < pixels; i++) memcpy(dst + 4 * i, palette->color[src[i]], 4);
}

const fl_palette_kernels fl_palette_reference = {.map = map, .map_gray = map_gray};
