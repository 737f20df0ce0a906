#include "kernels/bilateral.h"

#include <math.h>
#include <stdlib.h>

typedef struct sums {
  int32_t value[3], weight;
} sums;

static void add(sums *total, const uint8_t *middle, const uint8_t *other, const int16_t *weights, size_t colors) {
  int32_t difference = 0;
  for (size_t c = 0; c < colors; c++) difference += abs(other[c] - middle[c]);
  for (size_t c = 0; c < colors; c++) total->value[c] += weights[difference] * other[c];
  total->weight += weights[difference];
}

static sums sum_up(const uint8_t *const *rows, ptrdiff_t at, size_t channels, size_t colors, const fl_bilateral_pair *pairs,
                   uint32_t count) {
  const uint8_t *middle = rows[0] + at;
  sums total = {.weight = FL_BILATERAL_ONE};
  for (size_t c = 0; c < colors; c++) total.value[c] = FL_BILATERAL_ONE * middle[c];
  for (uint32_t k = 0; k < count; k++) {
    ptrdiff_t aside = pairs[k].column * (ptrdiff_t)channels;
    add(&total, middle, rows[pairs[k].row] + at + aside, pairs[k].weights, colors);
    add(&total, middle, rows[-pairs[k].row] + at - aside, pairs[k].weights, colors);
  }
  return total;
}

static void gray(uint8_t *dst, const uint8_t *const *rows, size_t n, const fl_bilateral_pair *pairs, uint32_t count) {
  for (size_t x = 0; x < n; x++) {
    sums total = sum_up(rows, (ptrdiff_t)x, 1, 1, pairs, count);
    dst[x] = (uint8_t)rintf((float)total.value[0] / (float)total.weight);
  }
}

/* The weights are summed up 255 times, as if of a channel that is 255 everywhere. */
static void color(uint8_t *dst, const uint8_t *const *rows, size_t n, const fl_bilateral_pair *pairs, uint32_t count) {
  for (size_t x = 0; x < n; x++) {
    sums total = sum_up(rows, (ptrdiff_t)x * 4, 4, 3, pairs, count);
    float full = (float)(255 * total.weight);
    for (size_t c = 0; c < 3; c++) dst[4 * x + c] = (uint8_t)rintf((float)total.value[c] / full * 255.0f);
    dst[4 * x + 3] = rows[0][4 * x + 3];
  }
}

const fl_bilateral_kernels fl_bilateral_reference = {.gray = gray, .color = color};
