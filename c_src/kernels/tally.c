#include "kernels/tally.h"

#define BINS FL_TALLY_BINS

static const uint8_t *coarse_of(const uint8_t *counts, const fl_tally *tally, uint32_t channel, size_t x) {
  return counts + ((size_t)channel * tally->columns + x) * BINS;
}

static const uint8_t *fine_of(const uint8_t *counts, const fl_tally *tally, uint32_t channel, size_t x, uint32_t bin) {
  return coarse_of(counts, tally, channel, x) + (size_t)(1 + bin) * tally->channels * tally->columns * BINS;
}

static void count(uint8_t *counts, const uint8_t *row, const fl_tally *tally, uint32_t channel, int by) {
  for (size_t x = 0; x < tally->columns; x++) {
    uint32_t v = row[x * tally->channels + channel];
    uint8_t *coarse = (uint8_t *)coarse_of(counts, tally, channel, x);
    uint8_t *fine = (uint8_t *)fine_of(counts, tally, channel, x, v / BINS);
    for (uint32_t k = v / BINS; k < BINS; k++) coarse[k] = (uint8_t)(coarse[k] + by);
    for (uint32_t k = v % BINS; k < BINS; k++) fine[k] = (uint8_t)(fine[k] + by);
  }
}

static void enter(uint8_t *counts, const uint8_t *row, const fl_tally *tally, uint32_t channel) {
  count(counts, row, tally, channel, 1);
}

static void slide(uint8_t *counts, const uint8_t *entering, const uint8_t *leaving, const fl_tally *tally, uint32_t channel) {
  count(counts, entering, tally, channel, 1);
  count(counts, leaving, tally, channel, -1);
}

/* How many values of the window that begins at column x are at most v. */
static uint32_t at_most(const uint8_t *counts, const fl_tally *tally, uint32_t channel, size_t x, uint32_t v) {
  uint32_t sum = 0, bin = v / BINS;
  for (size_t k = x; k <= x + 2 * tally->radius; k++) {
    if (bin > 0) sum += coarse_of(counts, tally, channel, k)[bin - 1];
    sum += fine_of(counts, tally, channel, k, bin)[v % BINS];
  }
  return sum;
}

static void middle(uint8_t *dst, const uint8_t *counts, const fl_tally *tally, uint32_t channel) {
  uint32_t side = 2 * tally->radius + 1, half = side * side / 2;
  for (size_t x = 0; x + 2 * tally->radius < tally->columns; x++) {
    uint32_t v = 0;
    while (at_most(counts, tally, channel, x, v) <= half) v++;
    dst[x * tally->channels + channel] = (uint8_t)v;
  }
}

const fl_tally_kernels fl_tally_reference = {.enter = enter, .slide = slide, .middle = middle};
