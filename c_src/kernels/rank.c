#include "kernels/rank.h"

/* Of an odd count. */
static uint8_t middle_of(const uint8_t *v, int count) {
  for (int i = 0; i < count; i++) {
    int below = 0, equal = 0;
    for (int k = 0; k < count; k++) below += v[k] < v[i], equal += v[k] == v[i];
    if (below <= count / 2 && below + equal > count / 2) return v[i];
  }
  return 0; /* never: one of them is in the middle */
}

static void median3(uint8_t *dst, const uint8_t *const rows[3], size_t n, ptrdiff_t channels) {
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n * channels; i++) {
    uint8_t window[9];
    for (int k = 0; k < 9; k++) window[k] = rows[k / 3][i + (k % 3 - 1) * channels];
    dst[i] = middle_of(window, 9);
  }
}

static void one_channel(uint8_t *dst, const uint8_t *const rows[3], size_t n) { median3(dst, rows, n, 1); }
static void four_channels(uint8_t *dst, const uint8_t *const rows[3], size_t n) { median3(dst, rows, n, 4); }

static void sort5(uint8_t *const dst[5], const uint8_t *const rows[5], size_t n) {
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < 5; k++) {
      int at = k;
      for (; at > 0 && dst[at - 1][i] > rows[k][i]; at--) dst[at][i] = dst[at - 1][i];
      dst[at][i] = rows[k][i];
    }
}

static void middle25(uint8_t *dst, const uint8_t *const sorted[5], size_t n, size_t step) {
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
    uint8_t window[25];
    for (int k = 0; k < 25; k++) window[k] = sorted[k / 5][i + (k % 5 - 2) * (ptrdiff_t)step];
    dst[i] = middle_of(window, 25);
  }
}

const fl_rank_kernels fl_rank_reference = {
    .median3_one_channel = one_channel,
    .median3_four_channels = four_channels,
    .sort5 = sort5,
    .middle25 = middle25,
};
