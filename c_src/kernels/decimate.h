/* A wide separable kernel at a lower resolution: rows are made coarse (fl_separable's vertical, then shrink), weighed there, and
 * spread over the image again by cubic B-splines (widen along the row, lift down the columns). Coarse columns and rows lie at the
 * multiples of `step`. Reference in decimate.c, SIMD twin in decimate_simd.c; equal byte for byte.
 * Source: Unser, Aldroubi and Eden, B-spline signal processing, 1993. */
#ifndef FL_KERNELS_DECIMATE_H
#define FL_KERNELS_DECIMATE_H

#include "kernels/separable.h"

#define FL_DECIMATE_TAPS 4    /* of a cubic B-spline: coarse places −1, 0, 1 and 2 from the one at or before a pixel */
#define FL_DECIMATE_BITS 14   /* of lift's weights: they sum to 1 << 14 */
#define FL_DECIMATE_STEP_MAX 64u
#define FL_DECIMATE_SLACK 8u

typedef struct fl_decimate_kernels {
  /* dst[j] = Σ weight · src[j·step ± k] / 2^bits for each channel, exact until the last division.
   * Shape: n coarse pixels; src is the place of the first one, valid weights->radius pixels to its left and to the right of the last.
   *        FL_DECIMATE_SLACK more values are there on both sides, whatever they are, and so many weights of 0 after the last one.
   * Range: 0 ≤ src ≤ 255 << FL_SEPARABLE_FRACTION; channels 1 or 4. */
  void (*shrink)(float *dst, const int16_t *src, size_t n, size_t channels, size_t step, const fl_separable_weights *weights);
  /* dst[i] = weight[0]·taps[0][i] + Σ weight[k] · (taps[-k][i] + taps[k][i]), in this order. Shape: n values from taps[±reach]. */
  void (*weigh)(float *dst, const float *const *taps, size_t n, const float *weight, size_t reach);
  /* dst[x] = Σ spline[t][phase] · src[t − 1], rounded to even; phase grows by one a pixel, src moves on by a pixel where it wraps.
   * Shape: n pixels, the first one `phase` columns right of src[0]; spline is FL_DECIMATE_TAPS × step; step is a power of two.
   * Range: results fit an i16. */
  void (*widen)(int16_t *dst, const float *src, size_t n, size_t channels, size_t step, size_t phase, const float *spline);
  /* dst[i] = Σ weight[t] · rows[t][i], rounded half up to levels. Shape: n values. Range: as shrink's src. */
  void (*lift)(uint8_t *dst, const int16_t *const rows[FL_DECIMATE_TAPS], size_t n, const int16_t weight[FL_DECIMATE_TAPS]);
} fl_decimate_kernels;

extern const fl_decimate_kernels fl_decimate_reference, fl_decimate_simd;
static inline const fl_decimate_kernels *fl_kernels_decimate(bool simd) { return simd ? &fl_decimate_simd : &fl_decimate_reference; }

#endif
