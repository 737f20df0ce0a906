/* The bilateral filter: a mean whose weights fall with the distance in space and in colour, from tables.
 * Reference in bilateral.c, SIMD twin in bilateral_simd.c; equal byte for byte.
 * Source: Tomasi and Manduchi, Bilateral filtering for gray and color images, 1998. */
#ifndef FL_KERNELS_BILATERAL_H
#define FL_KERNELS_BILATERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_BILATERAL_RADIUS_MAX 9u /* 253 places: their values times weights fit 31 bits */
#define FL_BILATERAL_ONE 32767     /* the weight of the pixel itself */
#define FL_BILATERAL_GRAY 256u     /* entries of a table: one per difference */
#define FL_BILATERAL_COLOR 768u    /* one per sum of three differences */

/* Two places opposite each other, (column, row) and (−column, −row), with the weights for their distance. */
typedef struct fl_bilateral_pair {
  int32_t row, column;
  const int16_t *weights; /* by the difference in colour; 0 … FL_BILATERAL_ONE */
} fl_bilateral_pair;

/* Shape: n pixels; rows[0] is theirs, rows[±row] those of the pairs, valid as many pixels to both sides as the columns say.
 * Range: at most 126 pairs. Owner: borrows all. */
typedef void fl_bilateral_filter(uint8_t *dst, const uint8_t *const *rows, size_t n, const fl_bilateral_pair *pairs, uint32_t count);

typedef struct fl_bilateral_kernels {
  fl_bilateral_filter *gray; /* one channel */
  fl_bilateral_filter *color; /* four: the first three count as a colour, the fourth is kept */
} fl_bilateral_kernels;

extern const fl_bilateral_kernels fl_bilateral_reference, fl_bilateral_simd;
static inline const fl_bilateral_kernels *fl_kernels_bilateral(bool simd) {
  return simd ? &fl_bilateral_simd : &fl_bilateral_reference;
}

#endif
