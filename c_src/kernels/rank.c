#include "kernels/rank.h"

static uint8_t middle_of_nine(const uint8_t v[9]) {
  for (int i = 0; i < 9; i++) {
    int below = 0, equal = 0;
    for (int k = 0; k < 9; k++) below += v[k] < v[i], equal += v[k] == v[i];
    if (below <= 4 && below + equal > 4) return v[i];
  }
  return 0; /* never: one of nine is in the middle */
}

static void median3(uint8_t *dst, const uint8_t *const rows[3], size_t n, ptrdiff_t channels) {
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n * channels; i++) {
    uint8_t window[9];
    for (int k = 0; k < 9; k++) window[k] = rows[k / 3][i + (k % 3 - 1) * channels];
    dst[i] = middle_of_nine(window);
  }
}

static void one_channel(uint8_t *dst, const uint8_t *const rows[3], size_t n) { median3(dst, rows, n, 1); }
static void four_channels(uint8_t *dst, const uint8_t *const rows[3], size_t n) { median3(dst, rows, n, 4); }

const fl_rank_kernels fl_rank_reference = {.median3_one_channel = one_channel, .median3_four_channels = four_channels};
