#include "kernels/hsv.h"

#include "base/size.h"

/* 30 · part / whole, rounded, halves away from 0: steps of hue, counted from the largest channel's own hue. */
static int32_t steps(int32_t part, int32_t whole) { return (60 * part + (part < 0 ? -whole : whole)) / (2 * whole); }

static int32_t hue(int32_t r, int32_t g, int32_t b, int32_t value, int32_t range) {
  if (range == 0) return 0;
  if (value == r) {
    int32_t h = steps(g - b, range);
    return h < 0 ? h + 180 : h;
  }
  return value == g ? 60 + steps(b - r, range) : 120 + steps(r - g, range);
}

static void from_rgb(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red) {
  for (size_t i = 0; i < pixels; i++, src += 4, dst += 4) {
    int32_t r = src[red], g = src[1], b = src[2 - red];
    int32_t value = fl_max_i32(r, fl_max_i32(g, b)), range = value - fl_min_i32(r, fl_min_i32(g, b));
    dst[red] = (uint8_t)hue(r, g, b, value, range);
    dst[1] = value ? (uint8_t)((255 * range + value / 2) / value) : 0;
    dst[2 - red] = (uint8_t)value;
    dst[3] = src[3];
  }
}

static int32_t distance(int32_t a, int32_t b) { return a < b ? b - a : a - b; }

/* value − chroma · gap / 30, where chroma is value · saturation / 255 and gap says how far the hue is from those at which this
 * channel is the largest. Fixed point: value and chroma in 1/128, gap / 30 in 1/16384. */
static uint8_t channel(int32_t value, int32_t chroma, int32_t gap) {
  return (uint8_t)(((value * 128 + 64) * 16384 - chroma * gap * 546) >> 21);
}

static void to_rgb(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red) {
  for (size_t i = 0; i < pixels; i++, src += 4, dst += 4) {
    int32_t hue = src[red] < 180 ? src[red] : src[red] - 180, value = src[2 - red], product = value * src[1];
    int32_t chroma = (product + (product >> 8) + 1) >> 1;
    dst[red] = channel(value, chroma, fl_clamp_i32(60 - distance(hue, 90), 0, 30));
    dst[1] = channel(value, chroma, fl_clamp_i32(distance(hue, 60) - 30, 0, 30));
    dst[2 - red] = channel(value, chroma, fl_clamp_i32(distance(hue, 120) - 30, 0, 30));
    dst[3] = src[3];
  }
}

const fl_hsv_kernels fl_hsv_reference = {.from_rgb = from_rgb, .to_rgb = to_rgb};
