/* Resizing in two steps with the weights of phases.h, through samples finer than bytes: down the rows first and then along the row
 * that comes of it, or along each row first and then down. Along first, samples are clamped between the steps to what a byte can
 * hold, as they are in Pillow. Reference in resample.c, SIMD twin in resample_simd.c; the twins are equal byte for byte. */
#ifndef FL_KERNELS_RESAMPLE_H
#define FL_KERNELS_RESAMPLE_H

#include "base/size.h"
#include "kernels/phases.h"

#define FL_RESAMPLE_BITS 6 /* fraction of the fine samples between the steps */

/* Down: sample i is Σ weights[k]·rows[k][i].
 * Shape: `count` rows of n samples, count ≥ 1, as many weights with `bits` of fraction; dst of n samples, apart from the rows.
 * Along: pixel x is Σ weights[x][k]·src[first[x] + k − origin], for x in `columns`.
 * Shape: dst gets columns × channels samples, channels 1 or 4; src starts at source pixel `origin` and reaches to the last
 * first[x] + taps: pixels behind a window meet weights of 0 and may hold anything. phases->taps is fl_kernels_resample_taps() of
 * something.
 * All: rounded half up; bytes are clamped.
 * Range: any bytes; absolute weights below 1.6 in all, so that fine samples stay below 26200 either way and no sum overflows.
 * Errors: none. Owner: borrows all. */
typedef struct fl_resample_kernels {
  void (*down_first)(int16_t *dst, const uint8_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n);
  void (*along_last)(uint8_t *dst, const int16_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                     uint32_t channels);

  /* Clamped to 0 … 255, in fine samples. */
  void (*along_first)(int16_t *dst, const uint8_t *src, const fl_phases *phases, fl_span columns, uint32_t origin,
                      uint32_t channels);
  void (*down_last)(uint8_t *dst, const int16_t *const *rows, uint32_t count, const int16_t *weights, int bits, size_t n);

  /* Pixel x is src pixel index[x] − origin, for x in `columns`.
   * Shape: columns × channels bytes into dst, channels 1 or 4. Range: every index in src. Errors: none. Owner: borrows all. */
  void (*nearest)(uint8_t *dst, const uint8_t *src, const uint32_t *index, fl_span columns, uint32_t origin, uint32_t channels);
} fl_resample_kernels;

/* The number of weights per pixel that the kernels along a row want for windows of up to `taps`: whole vectors. */
static inline uint32_t fl_kernels_resample_taps(uint32_t taps, uint32_t channels) {
  if (channels == 4 || taps <= 2) return (taps + 1) / 2 * 2;
  return (taps + 3) / 4 * 4;
}

extern const fl_resample_kernels fl_resample_reference, fl_resample_simd;
static inline const fl_resample_kernels *fl_kernels_resample(bool simd) {
  return simd ? &fl_resample_simd : &fl_resample_reference;
}

#endif
