#include "kernels/compose.h"

#include <math.h>

/* v / 255, rounded half up; right for every v up to 255 · 255. */
static uint32_t divide_by_255(uint32_t v) { return (v + 128 + ((v + 128) >> 8)) >> 8; }

static uint32_t blended(fl_blend_mode mode, uint32_t backdrop, uint32_t source) {
  uint32_t product = divide_by_255(backdrop * source);
  switch (mode) {
    case FL_BLEND_MULTIPLY: return product;
    case FL_BLEND_SCREEN: return backdrop + source - product;
    default: return source;
  }
}

/* Opacity in 1/16384. */
static uint32_t opacity_weight(const fl_blend *blend) { return (uint32_t)lrintf(blend->opacity * 16384); }

/* A source of alpha 0 to 255 over something opaque. */
static uint8_t over_opaque(fl_blend_mode mode, uint32_t backdrop, uint32_t source, uint32_t alpha) {
  return (uint8_t)divide_by_255(backdrop * (255 - alpha) + blended(mode, backdrop, source) * alpha);
}

/* Any alphas, 0 to 255: the three weights of the formula, which add up to 1, in 1/16384. */
static void over_any(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, const fl_blend *blend) {
  float source_alpha = (float)source[3] * blend->opacity, backdrop_alpha = backdrop[3];
  float both = source_alpha * backdrop_alpha * (1.0f / 255.0f), alone = source_alpha - both, alpha = alone + backdrop_alpha;
  float scale = 16384.0f / (alpha > 1e-20f ? alpha : 1e-20f);
  int32_t source_weight = (int32_t)lrintf(alone * scale), both_weight = (int32_t)lrintf(both * scale);
  int32_t backdrop_weight = (int32_t)lrintf((backdrop_alpha - both) * scale);
  for (uint32_t c = 0; c < 3; c++) {
    int32_t mixed = (int32_t)blended(blend->mode, backdrop[c], source[c]);
    dst[c] = (uint8_t)((source_weight * source[c] + both_weight * mixed + backdrop_weight * backdrop[c] + 8192) >> 14);
  }
  dst[3] = (uint8_t)lrintf(alpha);
}

static void blend(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend) {
  uint32_t opacity = opacity_weight(blend);
  for (size_t i = 0; i < pixels; i++, dst += 4, backdrop += 4, source += 4) {
    if (backdrop[3] < 255) {
      over_any(dst, backdrop, source, blend);
      continue;
    }
    uint32_t alpha = (source[3] * opacity + 8192) >> 14;
    for (uint32_t c = 0; c < 3; c++) dst[c] = over_opaque(blend->mode, backdrop[c], source[c], alpha);
    dst[3] = 255;
  }
}

static void blend_gray(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n, const fl_blend *blend) {
  uint32_t alpha = (255 * opacity_weight(blend) + 8192) >> 14;
  for (size_t i = 0; i < n; i++) dst[i] = over_opaque(blend->mode, backdrop[i], source[i], alpha);
}

const fl_compose_kernels fl_compose_reference = {.blend = blend, .blend_gray = blend_gray};
