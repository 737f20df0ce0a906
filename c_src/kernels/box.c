#include "kernels/box.h"

static bool is_narrow(const fl_box_window *window) { return fl_box_sum_bytes(window) == 2; }

static uint32_t sum_at(const void *sums, size_t i, bool narrow) {
  return narrow ? ((const uint16_t *)sums)[i] : ((const uint32_t *)sums)[i];
}

static void put(void *sums, size_t i, bool narrow, uint32_t sum) {
  if (narrow) ((uint16_t *)sums)[i] = (uint16_t)sum;
  else ((uint32_t *)sums)[i] = sum;
}

static void start(void *sums, const uint8_t *const *rows, size_t n, const fl_box_window *window) {
  for (size_t i = 0; i < n; i++) {
    uint32_t sum = 0;
    for (uint32_t k = 0; k < window->rows; k++) sum += rows[k][i];
    put(sums, i, is_narrow(window), sum);
  }
}

static void slide(void *sums, const uint8_t *entering, const uint8_t *leaving, size_t n, const fl_box_window *window) {
  bool narrow = is_narrow(window);
  for (size_t i = 0; i < n; i++) put(sums, i, narrow, sum_at(sums, i, narrow) + entering[i] - leaving[i]);
}

static void mean(uint8_t *dst, const void *sums, size_t n, uint32_t channels, const fl_box_window *window) {
  uint32_t area = window->columns * window->rows;
  bool narrow = is_narrow(window);
  for (uint32_t c = 0; c < channels; c++) {
    uint32_t sum = 0;
    for (size_t x = 0; x < window->columns - 1; x++) sum += sum_at(sums, x * channels + c, narrow);
    for (size_t x = 0; x < n; x++) {
      sum += sum_at(sums, (x + window->columns - 1) * channels + c, narrow);
      dst[x * channels + c] = (uint8_t)((sum + area / 2) / area);
      sum -= sum_at(sums, x * channels + c, narrow);
    }
  }
}

const fl_box_kernels fl_box_reference = {.start = start, .slide = slide, .mean = mean};
