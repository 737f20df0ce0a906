/* Weighted sums of the pixels around each pixel: of all at once, or down the columns and then along the row that makes.
 * Reference in convolve.c, SIMD twin in convolve_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_CONVOLVE_H
#define FL_KERNELS_CONVOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_CONVOLVE_SIDE_MAX 31u
#define FL_CONVOLVE_TAPS_MAX (FL_CONVOLVE_SIDE_MAX * FL_CONVOLVE_SIDE_MAX)
#define FL_CONVOLVE_TAPS_ROOM 1024u /* a heavy weight may be shared by several taps */

/* How a sum becomes a byte: (sum + bias) >> shift, its absolute value if asked for, saturated. Where byte i % 4 of mask is 0 the
 * byte of `keep` stays. */
typedef struct fl_convolve_finish {
  int32_t bias;
  uint32_t shift, mask;
  bool absolute;
} fl_convolve_finish;

/* The pixels that are summed up: tap k is in window row row[k], so many columns to the right, and weighs weight[k] (for
 * loose(): loose_weight[k]). */
typedef struct fl_convolve_taps {
  fl_convolve_finish finish;
  uint32_t count;   /* even for fine(): a weight of 0 fills up */
  uint32_t first;   /* for small(): so many taps make the first of two sums of 16 bits, the rest the second */
  int32_t total[2]; /* of the weights of each */
  int16_t scale;    /* for small(): both sums are multiplied with it before they are finished. 1: there is only the first, and what
                       finishes it fits 16 bits too */
  double offset;    /* for loose(), which does not use bias and shift */
  uint16_t row[FL_CONVOLVE_TAPS_ROOM];
  int16_t column[FL_CONVOLVE_TAPS_ROOM];
  _Alignas(4) int16_t weight[FL_CONVOLVE_TAPS_ROOM];
  double loose_weight[FL_CONVOLVE_TAPS_MAX + 1];
} fl_convolve_taps;

/* Weights of one direction. */
typedef struct fl_convolve_line {
  uint32_t count; /* even */
  int32_t bias;
  uint32_t shift;
  _Alignas(4) int16_t weight[FL_CONVOLVE_SIDE_MAX + 1];
} fl_convolve_line;

typedef void fl_convolve_kernel(uint8_t *dst, const uint8_t *const *rows, const uint8_t *keep, size_t n, size_t pixel,
                                const fl_convolve_taps *taps);

/* Shape: n bytes; rows[k] is where the first byte of dst is, in window row k, and valid as far as the taps reach on both sides.
 * pixel: bytes from a pixel to the next. dst is none of the rows; keep is a row of n bytes. */
typedef struct fl_convolve_kernels {
  /* Σ weight·v, in 16 bits. Range: Σ |weight| ≤ 255 of either sum; (|scale| · 383 · Σ |weight| of both) + |bias| < 2³¹. Where scale is 1:
   * |128 · total + bias| < 2¹⁵, and if shift > 0, 255 · Σ |weight| + |bias| < 2¹⁵. */
  fl_convolve_kernel *small;
  /* Σ weight·v, in 32 bits. Range: 255 · Σ |weight| + |bias| < 2³¹. */
  fl_convolve_kernel *fine;
  /* Σ loose_weight·v + offset in double precision, tap by tap, rounded half up. */
  fl_convolve_kernel *loose;
  /* dst[i] = (Σ weight[k]·rows[k][i] + bias) >> shift, saturated to 16 bits. Rows beyond an odd count of weights are not looked at:
   * rows[count - 1] must be valid all the same. */
  void (*down)(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_convolve_line *line);
  /* dst[i] = Σ weight[k]·src[i + k·pixel], finished. src is valid count·pixel values beyond n. */
  void (*along)(uint8_t *dst, const int16_t *src, const uint8_t *keep, size_t n, size_t pixel, const fl_convolve_line *line,
                const fl_convolve_finish *finish);
} fl_convolve_kernels;

extern const fl_convolve_kernels fl_convolve_reference, fl_convolve_simd;
static inline const fl_convolve_kernels *fl_kernels_convolve(bool simd) { return simd ? &fl_convolve_simd : &fl_convolve_reference; }

#endif
