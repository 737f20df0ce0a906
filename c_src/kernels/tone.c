#include "kernels/tone.h"

#include "base/size.h"

static void invert(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask) {
  for (size_t i = 0; i < n; i++) dst[i] = src[i] ^ (uint8_t)(mask >> (8 * (i % 4)));
}

static int32_t product(int32_t v, int32_t scale, uint32_t shift) {
  return shift == FL_TONE_SHIFT_NARROW ? v * fl_tone_high(scale) + (v * fl_tone_low(scale) >> 8) : v * scale;
}

static void linear(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_line *line) {
  for (size_t i = 0; i < n; i++)
    dst[i] = fl_clamp_u8((product(src[i], line->scale[i % 4], line->shift) + line->offset[i % 4]) >> line->shift);
}

static void threshold(uint8_t *dst, const uint8_t *src, size_t n, const fl_tone_step *step) {
  for (size_t i = 0; i < n; i++) {
    uint32_t c = i % 4;
    uint8_t above = (uint8_t)((src[i] & step->above_keep[c]) | step->above_set[c]);
    uint8_t below = (uint8_t)((src[i] & step->below_keep[c]) | step->below_set[c]);
    dst[i] = src[i] > step->value ? above : below;
  }
}

const fl_tone_kernels fl_tone_reference = {.invert = invert, .linear = linear, .threshold = threshold};
