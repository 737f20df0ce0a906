#include "kernels/compose.h"

#include <math.h>
#include <string.h>

/* v / 255, rounded half up; right for every v up to 255 · 255. */
static uint32_t divide_by_255(uint32_t v) { return (v + 128 + ((v + 128) >> 8)) >> 8; }
static float smaller(float a, float b) { return a < b ? a : b; }
static float larger(float a, float b) { return a > b ? a : b; }

/* ---- B(backdrop, source): each channel alone ---- */

static uint32_t hard_light(uint32_t backdrop, uint32_t source) {
  if (source < 128) return divide_by_255(2 * backdrop * source);
  return 255 - divide_by_255(2 * (255 - backdrop) * (255 - source));
}

/* b + s − 2·b·s; the product fits 16 bits when the backdrop is the darker half, and the other half is its mirror image. */
static uint32_t exclusion(uint32_t backdrop, uint32_t source) {
  if (backdrop < 128) return backdrop + source - divide_by_255(2 * backdrop * source);
  return 255 - exclusion(255 - backdrop, source);
}

/* b / (1 − s), at most 1; 0 stays 0 even where s is 1. */
static uint32_t color_dodge(uint32_t backdrop, uint32_t source) {
  return (uint32_t)lrintf(smaller((float)backdrop * 255.0f / larger((float)(255 - source), 0.5f), 255.0f));
}

static uint32_t soft_light(uint32_t backdrop, uint32_t source) {
  float level = (float)backdrop, b = level * (1.0f / 255.0f), twice = (float)source * (2.0f / 255.0f) - 1.0f;
  float dark = level - level * b;
  float light = b <= 0.25f ? ((b * 16.0f - 12.0f) * b + 3.0f) * level : sqrtf(level * 255.0f) - level;
  return (uint32_t)lrintf(level + twice * (twice <= 0.0f ? dark : light));
}

static uint32_t mix_channel(fl_blend_mode mode, uint32_t backdrop, uint32_t source) {
  switch (mode) {
    case FL_BLEND_MULTIPLY: return divide_by_255(backdrop * source);
    case FL_BLEND_SCREEN: return backdrop + source - divide_by_255(backdrop * source);
    case FL_BLEND_OVERLAY: return hard_light(source, backdrop);
    case FL_BLEND_DARKEN: return backdrop < source ? backdrop : source;
    case FL_BLEND_LIGHTEN: return backdrop > source ? backdrop : source;
    case FL_BLEND_COLOR_DODGE: return color_dodge(backdrop, source);
    case FL_BLEND_COLOR_BURN: return 255 - color_dodge(255 - backdrop, 255 - source);
    case FL_BLEND_HARD_LIGHT: return hard_light(backdrop, source);
    case FL_BLEND_SOFT_LIGHT: return soft_light(backdrop, source);
    case FL_BLEND_DIFFERENCE: return backdrop > source ? backdrop - source : source - backdrop;
    case FL_BLEND_EXCLUSION: return exclusion(backdrop, source);
    case FL_BLEND_HUE: case FL_BLEND_SATURATION: case FL_BLEND_COLOR: return backdrop; /* gray has the brightness only */
    default: return source;
  }
}

/* ---- the three channels together ---- */

#define TINY 1e-20f /* in place of a divisor of 0, where what is divided is 0 too */

static float lum(const float c[3], const float weight[3]) { return weight[0] * c[0] + weight[1] * c[1] + weight[2] * c[2]; }
static float lowest(const float c[3]) { return smaller(smaller(c[0], c[1]), c[2]); }
static float highest(const float c[3]) { return larger(larger(c[0], c[1]), c[2]); }
static float sat(const float c[3]) { return highest(c) - lowest(c); }

static void set_sat(float c[3], float wanted) {
  float low = lowest(c), scale = wanted / larger(sat(c), TINY);
  for (uint32_t i = 0; i < 3; i++) c[i] = (c[i] - low) * scale;
}

/* Brightness `wanted`; what then leaves 0 to 255 is drawn towards gray until it does not. */
static void set_lum(float c[3], float wanted, const float weight[3]) {
  float step = wanted - lum(c, weight);
  for (uint32_t i = 0; i < 3; i++) c[i] += step;
  float rest = 255.0f - wanted;
  float down = wanted / larger(larger(wanted - lowest(c), wanted), TINY), up = rest / larger(larger(highest(c) - wanted, rest), TINY);
  for (uint32_t i = 0; i < 3; i++) c[i] = wanted + (c[i] - wanted) * smaller(down, up);
}

static void mix_colour(const fl_blend *blend, uint8_t mixed[3], const uint8_t *backdrop, const uint8_t *source) {
  const float weight[3] = {blend->blue_first ? 0.11f : 0.3f, 0.59f, blend->blue_first ? 0.3f : 0.11f};
  float b[3] = {backdrop[0], backdrop[1], backdrop[2]}, s[3] = {source[0], source[1], source[2]}, c[3];
  bool from_source = blend->mode == FL_BLEND_HUE || blend->mode == FL_BLEND_COLOR;
  memcpy(c, from_source ? s : b, sizeof c);
  if (blend->mode == FL_BLEND_HUE) set_sat(c, sat(b));
  if (blend->mode == FL_BLEND_SATURATION) set_sat(c, sat(s));
  set_lum(c, lum(blend->mode == FL_BLEND_LUMINOSITY ? s : b, weight), weight);
  for (uint32_t i = 0; i < 3; i++) mixed[i] = (uint8_t)lrintf(c[i]);
}

/* ---- composing ---- */

fl_blend_shares fl_kernels_blend_shares(fl_blend_mode mode) {
  switch (mode) {
    case FL_BLEND_CLEAR: return (fl_blend_shares){0, 0, 0, 0};
    case FL_BLEND_COPY: return (fl_blend_shares){1, 0, 0, 0};
    case FL_BLEND_DESTINATION: return (fl_blend_shares){0, 0, 1, 0};
    case FL_BLEND_NORMAL: case FL_BLEND_SOURCE_OVER: return (fl_blend_shares){1, 0, 1, -1};
    case FL_BLEND_DESTINATION_OVER: return (fl_blend_shares){1, -1, 1, 0};
    case FL_BLEND_SOURCE_IN: return (fl_blend_shares){0, 1, 0, 0};
    case FL_BLEND_DESTINATION_IN: return (fl_blend_shares){0, 0, 0, 1};
    case FL_BLEND_SOURCE_OUT: return (fl_blend_shares){1, -1, 0, 0};
    case FL_BLEND_DESTINATION_OUT: return (fl_blend_shares){0, 0, 1, -1};
    case FL_BLEND_SOURCE_ATOP: return (fl_blend_shares){0, 1, 1, -1};
    case FL_BLEND_DESTINATION_ATOP: return (fl_blend_shares){1, -1, 0, 1};
    case FL_BLEND_LIGHTER: return (fl_blend_shares){1, 0, 1, 0};
    default: return (fl_blend_shares){1, -1, 1, -1}; /* xor, and the modes that mix */
  }
}

/* Opacity in 1/16384. */
static uint32_t opacity_weight(const fl_blend *blend) { return (uint32_t)lrintf(blend->opacity * 16384); }

static void mix_pixel(const fl_blend *blend, uint8_t mixed[3], const uint8_t *backdrop, const uint8_t *source) {
  if (blend->mode >= FL_BLEND_HUE && blend->mode <= FL_BLEND_LUMINOSITY) mix_colour(blend, mixed, backdrop, source);
  else for (uint32_t c = 0; c < 3; c++) mixed[c] = (uint8_t)mix_channel(blend->mode, backdrop[c], source[c]);
}

/* Any alphas: the weights of the formula, which add up to 1 (for `lighter`, to more), in 1/16384. */
static void over_any(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, const uint8_t mixed[3], const fl_blend *blend) {
  fl_blend_shares shares = fl_kernels_blend_shares(blend->mode);
  float source_alpha = (float)source[3] * (blend->opacity * (1.0f / 255.0f)), backdrop_alpha = (float)backdrop[3] * (1.0f / 255.0f);
  float both = source_alpha * backdrop_alpha;
  float of_source = shares.source * source_alpha + shares.source_both * both;
  float of_backdrop = shares.backdrop * backdrop_alpha + shares.backdrop_both * both;
  float alpha = of_source + of_backdrop;
  if (fl_blend_mixes(blend->mode)) alpha += both;
  alpha = smaller(alpha, 1.0f);
  float scale = 16384.0f / larger(alpha, TINY);
  int32_t source_weight = (int32_t)lrintf(of_source * scale), backdrop_weight = (int32_t)lrintf(of_backdrop * scale);
  int32_t mixed_weight = fl_blend_mixes(blend->mode) ? (int32_t)lrintf(both * scale) : 0;
  for (uint32_t c = 0; c < 3; c++) {
    int32_t sum = (source_weight * source[c] + backdrop_weight * backdrop[c] + mixed_weight * mixed[c] + 8192) >> 14;
    dst[c] = (uint8_t)(sum < 255 ? sum : 255);
  }
  dst[3] = (uint8_t)lrintf(alpha * 255.0f);
}

static void blend(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend) {
  bool is_over = blend->mode == FL_BLEND_SOURCE_OVER || blend->mode < FL_BLEND_CLEAR;
  uint32_t opacity = opacity_weight(blend);
  for (size_t i = 0; i < pixels; i++, dst += 4, backdrop += 4, source += 4) {
    uint8_t mixed[3];
    mix_pixel(blend, mixed, backdrop, source);
    if (!is_over || backdrop[3] < 255) {
      over_any(dst, backdrop, source, mixed, blend);
      continue;
    }
    uint32_t alpha = (source[3] * opacity + 8192) >> 14;
    for (uint32_t c = 0; c < 3; c++) dst[c] = (uint8_t)divide_by_255(backdrop[c] * (255 - alpha) + mixed[c] * alpha);
    dst[3] = 255;
  }
}

fl_blend_gray_weights fl_kernels_blend_gray_weights(const fl_blend *blend) {
  fl_blend_shares shares = fl_kernels_blend_shares(blend->mode);
  float of_source = blend->opacity, of_backdrop = shares.backdrop + shares.backdrop_both * blend->opacity;
  if (!fl_blend_mixes(blend->mode)) of_source = shares.source * of_source + shares.source_both * of_source;
  float scale = 16384.0f / larger(smaller(of_source + of_backdrop, 1.0f), TINY);
  return (fl_blend_gray_weights){(int32_t)lrintf(of_source * scale), (int32_t)lrintf(of_backdrop * scale)};
}

static void blend_gray(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n, const fl_blend *blend) {
  fl_blend_gray_weights weights = fl_kernels_blend_gray_weights(blend);
  for (size_t i = 0; i < n; i++) {
    int32_t mixed = (int32_t)mix_channel(blend->mode, backdrop[i], source[i]);
    int32_t sum = (weights.source * mixed + weights.backdrop * backdrop[i] + 8192) >> 14;
    dst[i] = (uint8_t)(sum < 255 ? sum : 255);
  }
}

const fl_compose_kernels fl_compose_reference = {.blend = blend, .blend_gray = blend_gray};
