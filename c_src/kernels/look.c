#include "kernels/look.h"

#include "base/size.h"

#include <math.h>

static int32_t gain_at(float distance, float amount) {
  float t = distance < 0 ? 0 : distance > 1 ? 1 : distance, full = amount * FL_VIGNETTE_ONE;
  float fall = t * t * (3 * full - 2 * full * t);
  return (int32_t)lrint(FL_VIGNETTE_ONE - (double)fall);
}

static uint8_t brighten(uint8_t v, int32_t gain) {
  int32_t fine = (v * 128 * gain + (1 << 14)) >> 15;
  return fl_clamp_u8((fine + 32) >> 6);
}

static void vignette(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_vignette *vignette) {
  for (size_t x = 0; x < pixels; x++) {
    int32_t gain = gain_at(vignette->across[x] + vignette->down, vignette->amount);
    for (size_t i = x * channels; i < (x + 1) * channels; i++) dst[i] = i % 4 == 3 && channels == 4 ? src[i] : brighten(src[i], gain);
  }
}

static void dither(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_dither *dither) {
  uint32_t steps = dither->steps;
  for (size_t i = 0; i < pixels * channels; i++) {
    uint32_t k = (src[i] * steps + dither->threshold[i / channels % FL_DITHER_SIDE]) / 255;
    dst[i] = i % 4 == 3 && channels == 4 ? src[i] : (uint8_t)((510 * k + steps) / (2 * steps));
  }
}

const fl_look_kernels fl_look_reference = {.vignette = vignette, .dither = dither};
