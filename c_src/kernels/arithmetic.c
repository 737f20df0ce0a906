#include "kernels/arithmetic.h"

#include "base/size.h"

#include <math.h>

static int32_t apply(fl_arithmetic_operator operator, int32_t a, int32_t b) {
  switch (operator) {
    case FL_ADD: return a + b;
    case FL_SUBTRACT: return a - b;
    case FL_ABS_DIFF: return a > b ? a - b : b - a;
    case FL_MIN: return a < b ? a : b;
    case FL_MAX: return a > b ? a : b;
    default: return a * b;
  }
}

/* v / 255, rounded half up; right for every v up to 255 · 255. */
static uint8_t divide_by_255(int32_t v) { return (uint8_t)((v + 128 + ((v + 128) >> 8)) >> 8); }

fl_arithmetic_factor fl_kernels_arithmetic_factor(const fl_arithmetic *how) {
  if (how->operator == FL_MULTIPLY && fabsf(how->scale) < 1.0f / 128)
    return (fl_arithmetic_factor){.factor = (int16_t)fl_clamp_i32((int32_t)lrintf(how->scale * 4194304), -32767, 32767), .halves = true};
  int32_t doublings = 0;
  float scale = how->scale;
  for (; fabsf(scale) >= 32767.5f / 32768; doublings++) scale /= 2;
  return (fl_arithmetic_factor){(int16_t)(32767 >> doublings), (int16_t)(1 << doublings), (int16_t)lrintf(scale * 32768), false};
}

static uint8_t scaled(int32_t v, const fl_arithmetic_factor *by) {
  if (by->halves) return fl_clamp_u8((((v / 2 * by->factor + 16384) >> 15) + 32) >> 6);
  return fl_clamp_u8((fl_clamp_i32(v, -by->limit, by->limit) * by->times * by->factor + 16384) >> 15);
}

static void combine(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, const fl_arithmetic *how) {
  const fl_arithmetic_factor by = fl_kernels_arithmetic_factor(how);
  bool is_unit = how->scale == fl_arithmetic_unit(how->operator);
  for (size_t i = 0; i < n; i++) {
    int32_t v = apply(how->operator, a[i], b[i]);
    if (how->keeps_alpha && i % 4 == 3) dst[i] = a[i];
    else if (!is_unit) dst[i] = scaled(v, &by);
    else dst[i] = how->operator == FL_MULTIPLY ? divide_by_255(v) : fl_clamp_u8(v);
  }
}

static void mix(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, int16_t weight) {
  for (size_t i = 0; i < n; i++) dst[i] = (uint8_t)((a[i] * (16384 - weight) + b[i] * weight + 8192) >> 14);
}

static void mask(uint8_t *dst, const uint8_t *src, const uint8_t *mask, size_t pixels) {
  for (size_t i = 0; i < pixels; i++, dst += 4, src += 4) {
    for (size_t c = 0; c < 3; c++) dst[c] = src[c];
    dst[3] = divide_by_255(src[3] * mask[i]);
  }
}

static void mask_by_alpha(uint8_t *dst, const uint8_t *src, const uint8_t *other, size_t pixels) {
  for (size_t i = 0; i < pixels * 4; i++) dst[i] = i % 4 == 3 ? divide_by_255(src[i] * other[i]) : src[i];
}

const fl_arithmetic_kernels fl_arithmetic_reference = {.combine = combine, .mix = mix, .mask = mask, .mask_by_alpha = mask_by_alpha};
