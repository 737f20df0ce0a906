#include "kernels/resample.h"

#include "base/size.h"

#define WHITE (255 << FL_RESAMPLE_BITS)

/* Rounds half up to `bits` bits fewer; the shift of a negative number rounds down, as C compilers have it. */
static int32_t round_off(int32_t value, int bits) { return (value + (1 << (bits - 1))) >> bits; }

static void down_first(int16_t *dst, const uint8_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < count; k++) sum += weights[k] * rows[k][i];
    dst[i] = (int16_t)round_off(sum, bits - FL_RESAMPLE_BITS);
  }
}

static void down_last(uint8_t *dst, const int16_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n) {
  for (size_t i = 0; i < n; i++) {
    int32_t sum = 0;
    for (uint32_t k = 0; k < count; k++) sum += weights[k] * rows[k][i];
    dst[i] = fl_clamp_u8(round_off(sum, bits + FL_RESAMPLE_BITS));
  }
}

static void along_first(int16_t *dst, const uint8_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                        uint32_t channels) {
  for (uint32_t x = columns.first; x < columns.end; x++) {
    const uint8_t *window = src + (size_t)(phases->first[x] - origin) * channels;
    const int16_t *weights = phases->weights + (size_t)x * phases->taps;
    for (uint32_t c = 0; c < channels; c++) {
      int32_t sum = 0;
      for (uint32_t k = 0; k < phases->taps; k++) sum += weights[k] * window[k * channels + c];
      *dst++ = (int16_t)fl_clamp_i32(round_off(sum, fl_kernels_phase_bits(phases, x) - FL_RESAMPLE_BITS), 0, WHITE);
    }
  }
}

static void along_last(uint8_t *dst, const int16_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
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

static void nearest(uint8_t *dst, const uint8_t *src, const uint32_t *index, fl_span columns, uint32_t origin, uint32_t channels) {
  for (uint32_t x = columns.first; x < columns.end; x++)
    for (uint32_t c = 0; c < channels; c++) *dst++ = src[(size_t)(index[x] - origin) * channels + c];
}

const fl_resample_kernels fl_resample_reference = {
    .down_first = down_first, .along_last = along_last, .along_first = along_first, .down_last = down_last, .nearest = nearest};
