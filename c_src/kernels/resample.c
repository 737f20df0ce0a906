#include "kernels/resample.h"

#include "base/size.h"

/* Rounds half up to `bits` bits fewer; the shift of a negative number rounds down, as C compilers have it. */
static int32_t round_off(int32_t value, int bits) { return (value + (1 << (bits - 1))) >> bits; }

static int32_t sum_down(const uint8_t *const *rows, uint32_t count, const int16_t *weights, size_t i) {
  int32_t sum = 0;
  for (uint32_t k = 0; k < count; k++) sum += weights[k] * rows[k][i];
  return sum;
}

static void down_fine(int16_t *dst, const uint8_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = (int16_t)round_off(sum_down(rows, count, weights, i), bits - FL_RESAMPLE_BITS);
}

static void down_bytes(uint8_t *dst, const uint8_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = fl_clamp_u8(round_off(sum_down(rows, count, weights, i), bits));
}

static void along_fine(uint8_t *dst, const int16_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                       uint32_t channels) {
  for (uint32_t x = columns.first; x < columns.end; x++) {
    const int16_t *window = src + (size_t)(phases->first[x] - origin) * channels;
    const int16_t *weights = phases->weights + (size_t)x * phases->taps;
    for (uint32_t c = 0; c < channels; c++) {
      int32_t sum = 0;
      for (uint32_t k = 0; k < phases->taps; k++) sum += weights[k] * window[k * channels + c];
      *dst++ = fl_clamp_u8(round_off(sum, fl_kernels_phase_bits(phases, x) + FL_RESAMPLE_BITS));
    }
  }
}

static int32_t sum_along(const uint8_t *window, uint32_t channels, const int16_t *weights, uint32_t taps) {
  int32_t sum = 0;
  for (uint32_t k = 0; k < taps; k++) sum += weights[k] * window[k * channels];
  return sum;
}

static void along_bytes(uint8_t *dst, const uint8_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                        uint32_t channels) {
  for (uint32_t x = columns.first; x < columns.end; x++) {
    const uint8_t *window = src + (size_t)(phases->first[x] - origin) * channels;
    size_t at = (size_t)x * phases->taps;
    for (uint32_t c = 0; c < channels; c++) {
      int32_t sum = sum_along(window + c, channels, phases->weights + at, phases->taps);
      if (phases->rest) sum += round_off(sum_along(window + c, channels, phases->rest + at, phases->taps), FL_PHASE_REST_BITS);
      *dst++ = fl_clamp_u8(round_off(sum, fl_kernels_phase_bits(phases, x)));
    }
  }
}

static void nearest(uint8_t *dst, const uint8_t *src, const uint32_t *index, fl_span columns, uint32_t origin, uint32_t channels) {
  for (uint32_t x = columns.first; x < columns.end; x++)
    for (uint32_t c = 0; c < channels; c++) *dst++ = src[(size_t)(index[x] - origin) * channels + c];
}

const fl_resample_kernels fl_resample_reference = {
    .down_fine = down_fine, .down_bytes = down_bytes, .along_fine = along_fine, .along_bytes = along_bytes, .nearest = nearest};
