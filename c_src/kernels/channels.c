#include "kernels/channels.h"

#include <string.h>

static void permute(uint8_t *dst, const uint8_t *src, size_t pixels, const uint8_t from[4]) {
  for (size_t i = 0; i < pixels * 4; i += 4) {
    uint8_t out[4];
    for (uint32_t c = 0; c < 4; c++) out[c] = from[c] < 4 ? src[i + from[c]] : from[c] == FL_CHANNEL_FULL ? 255 : 0;
    memcpy(dst + i, out, 4);
  }
}

static void extract(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channel) {
  for (size_t i = 0; i < pixels; i++) dst[i] = src[4 * i + channel];
}

const fl_channels_kernels fl_channels_reference = {.permute = permute, .extract = extract};
