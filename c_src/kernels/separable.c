#include "kernels/separable.h"

/* Rounds half up and drops `bits`. */
static int32_t scale_down(int32_t v, uint32_t bits) { return (v + (1 << (bits - 1))) >> bits; }

static void vertical(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = weights->weight[0] * rows[0][i];
    for (int32_t k = 1; k <= (int32_t)weights->radius; k++) sum += weights->weight[k] * (rows[-k][i] + rows[k][i]);
    dst[i] = (int16_t)scale_down(sum, weights->bits - FL_SEPARABLE_FRACTION);
  }
}

static void horizontal(uint8_t *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights) {
  for (size_t i = 0; i < n; i++, src++) {
    int32_t sum = weights->weight[0] * src[0];
    for (ptrdiff_t k = 1; k <= (ptrdiff_t)weights->radius; k++)
      sum += weights->weight[k] * (src[-k * (ptrdiff_t)step] + src[k * (ptrdiff_t)step]);
    dst[i] = (uint8_t)scale_down(sum, weights->bits + FL_SEPARABLE_FRACTION);
  }
}

const fl_separable_kernels fl_separable_reference = {.vertical = vertical, .horizontal = horizontal};

void fl_separable_fill(fl_separable_weights *weights, uint32_t radius, fl_separable_value *value, const void *context) {
  double total = value(0, context);
  for (uint32_t k = 1; k <= radius; k++) total += 2 * value(k, context);
  double peak = value(0, context) / total;
  weights->bits = peak < 0.2499 ? FL_SEPARABLE_FINE : FL_SEPARABLE_COARSE;
  weights->radius = 0;
  double one = (double)(1 << weights->bits), left_over = 0;
  int32_t used = 0;
  for (uint32_t k = radius; k > 0; k--) {
    double exact = value(k, context) / total * one + left_over;
    int32_t rounded = (int32_t)(exact + 0.5);
    left_over = exact - rounded;
    weights->weight[k] = (int16_t)rounded;
    used += 2 * rounded;
    if (rounded > 0 && weights->radius == 0) weights->radius = k;
  }
  weights->weight[radius + 1] = 0;
  weights->weight[0] = (int16_t)((1 << weights->bits) - used);
}
