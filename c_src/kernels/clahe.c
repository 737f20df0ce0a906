#include "kernels/clahe.h"

static void count(const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t channels, uint32_t (*counts)[256]) {
  uint32_t colours = channels == 4 ? 3 : 1;
  for (uint32_t y = 0; y < rows; y++)
    for (size_t x = 0; x < pixels; x++)
      for (uint32_t c = 0; c < colours; c++) counts[c][first[y * stride + x * channels + c]]++;
}

static void apply(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_clahe_mix *mix) {
  for (size_t i = 0; i < pixels * channels; i++) {
    uint32_t c = (uint32_t)(i % channels);
    if (c == 3) {
      dst[i] = src[i];
      continue;
    }
    const fl_clahe_quad *quad = &mix->quads[c][src[i]];
    const fl_clahe_across *across = &mix->across[i / channels];
    uint32_t left = quad->left[0] * mix->above + quad->left[1] * mix->below;
    uint32_t right = quad->right[0] * mix->above + quad->right[1] * mix->below;
    dst[i] = (uint8_t)((left * across->left + right * across->right + (1u << (FL_CLAHE_BITS - 1))) >> FL_CLAHE_BITS);
  }
}

const fl_clahe_kernels fl_clahe_reference = {.count = count, .apply = apply};
