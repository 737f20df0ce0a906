#include "kernels/cells.h"

static uint32_t sum_at(const void *sums, size_t i, bool narrow) {
  return narrow ? ((const uint16_t *)sums)[i] : ((const uint32_t *)sums)[i];
}

static void mean(uint8_t *dst, const void *sums, size_t n, const fl_cells *cells) {
  for (size_t first = 0; first < n; first += cells->columns) {
    size_t end = first + cells->columns < n ? first + cells->columns : n;
    for (uint32_t c = 0; c < cells->channels; c++) {
      uint32_t sum = 0, area = (uint32_t)(end - first) * cells->rows;
      for (size_t x = first; x < end; x++) sum += sum_at(sums, x * cells->channels + c, cells->narrow);
      uint8_t level = (uint8_t)((sum + area / 2) / area);
      for (size_t x = first; x < end; x++) dst[x * cells->channels + c] = level;
    }
  }
}

const fl_cells_kernels fl_cells_reference = {.mean = mean};
