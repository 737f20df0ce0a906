#include "kernels/decimate.h"

#include <math.h>

static void shrink(float *dst, const int16_t *src, size_t n, size_t channels, size_t step, const fl_separable_weights *weights) {
  float scale = 1.0f / (float)(1 << weights->bits);
  for (size_t j = 0; j < n; j++, src += step * channels)
    for (size_t c = 0; c < channels; c++) {
      int32_t sum = weights->weight[0] * src[c];
      for (ptrdiff_t k = 1; k <= (ptrdiff_t)weights->radius; k++)
        sum += weights->weight[k] * (src[(ptrdiff_t)c - k * (ptrdiff_t)channels] + src[(ptrdiff_t)c + k * (ptrdiff_t)channels]);
      dst[j * channels + c] = (float)sum * scale;
    }
}

static void weigh(float *dst, const float *const *taps, size_t n, const float *weight, size_t reach) {
  for (size_t i = 0; i < n; i++) {
    float sum = weight[0] * taps[0][i];
    for (ptrdiff_t k = 1; k <= (ptrdiff_t)reach; k++) sum += weight[k] * (taps[-k][i] + taps[k][i]);
    dst[i] = sum;
  }
}

static void widen(int16_t *dst, const float *src, size_t n, size_t channels, size_t step, size_t phase, const float *spline) {
  for (size_t x = 0; x < n; x++) {
    for (size_t c = 0; c < channels; c++) {
      float sum = spline[phase] * src[(ptrdiff_t)c - (ptrdiff_t)channels];
      for (size_t t = 1; t < FL_DECIMATE_TAPS; t++) sum += spline[t * step + phase] * src[c + (t - 1) * channels];
      dst[x * channels + c] = (int16_t)rintf(sum);
    }
    if (++phase == step) phase = 0, src += channels;
  }
}

static void lift(uint8_t *dst, const int16_t *const rows[FL_DECIMATE_TAPS], size_t n, const int16_t weight[FL_DECIMATE_TAPS]) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = 1 << (FL_DECIMATE_BITS + FL_SEPARABLE_FRACTION - 1);
    for (size_t t = 0; t < FL_DECIMATE_TAPS; t++) sum += weight[t] * rows[t][i];
    dst[i] = (uint8_t)(sum >> (FL_DECIMATE_BITS + FL_SEPARABLE_FRACTION));
  }
}

const fl_decimate_kernels fl_decimate_reference = {.shrink = shrink, .weigh = weigh, .widen = widen, .lift = lift};
