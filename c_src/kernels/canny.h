/* The first part of Canny's edges: how steep and which way, and which pixels are the steepest across their edge.
 * Reference in canny.c, SIMD twin in canny_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_CANNY_H
#define FL_KERNELS_CANNY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sobel's derivatives and the magnitude of the gradient. Range: derivatives −1020 to 1020; magnitudes |x| + |y| (i16) or, with
 * squares, x² + y² (i32). */
typedef struct fl_canny_gradient {
  void *magnitude;
  int16_t *x, *y;
} fl_canny_gradient;

typedef struct fl_canny_limits {
  int32_t low, high; /* of the magnitude; without squares within an i16 */
  bool squares;
} fl_canny_limits;

#define FL_CANNY_WEAK 0x80u   /* steeper than low, and the steepest across its edge */
#define FL_CANNY_STRONG 0xc0u /* and steeper than high */

typedef struct fl_canny_kernels {
  /* Shape: n pixels from three rows that are valid one byte beyond both ends. */
  void (*gradient)(const fl_canny_gradient *dst, const uint8_t *const rows[3], size_t n, bool squares);
  /* dst[i] = 0, FL_CANNY_WEAK or FL_CANNY_STRONG. Shape: n pixels; magnitude: of the row above, this one and the one below, each
   * valid one pixel beyond both ends; x, y: of this one. */
  void (*thin)(uint8_t *dst, const void *const magnitude[3], const int16_t *x, const int16_t *y, size_t n,
               const fl_canny_limits *limits);
} fl_canny_kernels;

extern const fl_canny_kernels fl_canny_reference, fl_canny_simd;
static inline const fl_canny_kernels *fl_kernels_canny(bool simd) { return simd ? &fl_canny_simd : &fl_canny_reference; }

/* tan 22.5° in 1/32768, as OpenCV has it; tan 67.5° is that plus 2. */
#define FL_CANNY_TANGENT 13573

#endif
