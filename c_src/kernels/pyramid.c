#include "kernels/pyramid.h"

static void shrink_down(uint16_t *dst, const uint8_t *const rows[5], size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = (uint16_t)(rows[0][i] + 4 * rows[1][i] + 6 * rows[2][i] + 4 * rows[3][i] + rows[4][i]);
}

static void shrink_along(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels) {
  ptrdiff_t step = channels;
  for (size_t x = 0; x < n; x++, src += step) /* and one more step for each channel done: two pixels */
    for (uint32_t c = 0; c < channels; c++, src++)
      *dst++ = (uint8_t)((src[-2 * step] + 4 * src[-step] + 6 * src[0] + 4 * src[step] + src[2 * step] + 128) >> 8);
}

static void grow_down(uint16_t *dst, const uint8_t *above, const uint8_t *here, const uint8_t *below, size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = (uint16_t)(above ? above[i] + 6 * here[i] + below[i] : 4 * (here[i] + below[i]));
}

static void grow_along(uint8_t *dst, const uint16_t *src, size_t n, uint32_t channels) {
  ptrdiff_t step = channels;
  for (size_t x = 0; x < n; x++, dst += step)
    for (uint32_t c = 0; c < channels; c++, src++, dst++) {
      dst[0] = (uint8_t)((src[-step] + 6 * src[0] + src[step] + 32) >> 6);
      dst[step] = (uint8_t)((4 * (src[0] + src[step]) + 32) >> 6);
    }
}

const fl_pyramid_kernels fl_pyramid_reference = {
    .shrink_down = shrink_down, .shrink_along = shrink_along, .grow_down = grow_down, .grow_along = grow_along};
