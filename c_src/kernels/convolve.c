#include "kernels/convolve.h"

#include "base/size.h"

#include <math.h>
#include <stdlib.h>

static uint8_t finish(int32_t sum, uint8_t keep, size_t i, const fl_convolve_finish *how) {
  if (!(how->mask >> (i % 4 * 8) & 1)) return keep;
  int32_t v = fl_clamp_i32((sum + how->bias) >> how->shift, INT16_MIN, INT16_MAX);
  return fl_clamp_u8(how->absolute ? abs(v) : v);
}

static const uint8_t *tap_at(const uint8_t *const *rows, const fl_convolve_taps *taps, uint32_t k, size_t pixel) {
  return rows[taps->row[k]] + taps->column[k] * (ptrdiff_t)pixel;
}

static int32_t sum_at(const uint8_t *const *rows, size_t i, size_t pixel, const fl_convolve_taps *taps) {
  int32_t sum = 0;
  for (uint32_t k = 0; k < taps->count; k++) sum += taps->weight[k] * tap_at(rows, taps, k, pixel)[i];
  return sum;
}

static void small(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                  const fl_convolve_taps *taps) {
  for (size_t i = 0; i < n; i++) dst[i] = finish(sum_at(rows, i, pixel, taps) * taps->scale, keep[i], i, &taps->finish);
}

static void fine(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                 const fl_convolve_taps *taps) {
  for (size_t i = 0; i < n; i++) dst[i] = finish(sum_at(rows, i, pixel, taps), keep[i], i, &taps->finish);
}

static void loose(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                  const fl_convolve_taps *taps) {
  for (size_t i = 0; i < n; i++) {
    double sum = taps->offset;
    for (uint32_t k = 0; k < taps->count; k++) sum += taps->loose_weight[k] * (double)tap_at(rows, taps, k, pixel)[i];
    double v = taps->finish.absolute ? fabs(sum) : sum;
    dst[i] = taps->finish.mask >> (i % 4 * 8) & 1 ? (uint8_t)(fmin(fmax(v, 0), 255) + 0.5) : keep[i];
  }
}

static void down(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_convolve_line *line) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = line->bias;
    for (uint32_t k = 0; k < line->count; k++) sum += line->weight[k] * rows[k][i];
    dst[i] = (int16_t)fl_clamp_i32(sum >> line->shift, INT16_MIN, INT16_MAX);
  }
}

static void along(uint8_t *dst, const int16_t *src, const uint8_t *keep, size_t n, size_t pixel, const fl_convolve_line *line,
                  const fl_convolve_finish *how) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < line->count; k++) sum += line->weight[k] * src[i + k * pixel];
    dst[i] = finish(sum, keep[i], i, how);
  }
}

const fl_convolve_kernels fl_convolve_reference = {.small = small, .fine = fine, .loose = loose, .down = down, .along = along};
