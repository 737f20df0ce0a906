#include "kernels/halve.h"

void fl_halve_reference(uint8_t *dst, const uint8_t *top, const uint8_t *bottom, size_t n, uint32_t channels) {
  for (size_t x = 0; x < n; x++)
    for (size_t c = 0; c < channels; c++) {
      size_t left = 2 * x * channels + c, right = left + channels;
      *dst++ = (uint8_t)((top[left] + top[right] + bottom[left] + bottom[right] + 2) >> 2);
    }
}
