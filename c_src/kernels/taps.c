#include "kernels/taps.h"

static void filter(uint8_t *dst, const uint8_t *const *rows, size_t n, size_t channels, const fl_taps *taps) {
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
    int32_t sum = 1 << (taps->bits - 1);
    for (uint32_t k = 0; k < taps->count; k++)
      for (int t = 0; t < 2; t++) {
        const fl_tap_pair *pair = &taps->pairs[k];
        sum += pair->weight[t] * rows[pair->row[t]][i + pair->column[t] * (ptrdiff_t)channels];
      }
    dst[i] = (uint8_t)(sum >> taps->bits);
  }
}

const fl_taps_kernels fl_taps_reference = {.filter = filter};
