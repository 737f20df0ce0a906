/* Two rows into one, byte by byte. Reference in arithmetic.c, SIMD twin in arithmetic_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_ARITHMETIC_H
#define FL_KERNELS_ARITHMETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fl_arithmetic_operator {
  FL_ADD,      /* a + b */
  FL_SUBTRACT, /* a − b */
  FL_ABS_DIFF, /* |a − b| */
  FL_MIN,
  FL_MAX,
  FL_MULTIPLY, /* a · b */
} fl_arithmetic_operator;

typedef struct fl_arithmetic {
  fl_arithmetic_operator operator;
  float scale;      /* of the result; −255 to 255 */
  bool keeps_alpha; /* every fourth byte is a's */
} fl_arithmetic;

#define FL_MULTIPLY_UNIT (1.0f / 255.0f) /* the scale with which 255 stands for 1 */

/* The scale in fixed point, so that all fits 16 bits: what lies beyond ±limit would saturate anyway, the rest is times·factor/2¹⁵ of it.
 * A product that is scaled down a lot is halved first and comes to 1/64 of a level. */
typedef struct fl_arithmetic_factor {
  int16_t limit, times, factor;
  bool halves;
} fl_arithmetic_factor;
fl_arithmetic_factor fl_kernels_arithmetic_factor(const fl_arithmetic *how);

/* The scale that needs no factor. */
static inline float fl_arithmetic_unit(fl_arithmetic_operator operator) { return operator == FL_MULTIPLY ? FL_MULTIPLY_UNIT : 1.0f; }

typedef struct fl_arithmetic_kernels {
  /* scale · (a operator b), rounded half up, saturated; the scale to 15 bits. Exact, and fastest, where it is 1, and 1/255 for FL_MULTIPLY.
   * Shape: n bytes each, from the first of a pixel on; dst may be a. Range: any. Errors: none. Owner: borrows all. */
  void (*combine)(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, const fl_arithmetic *how);
  /* (1 − w)·a + w·b, w in 1/16384, rounded half up. Shape: as above. Range: 0 ≤ w ≤ 16384. Errors: none. Owner: borrows all. */
  void (*mix)(uint8_t *dst, const uint8_t *a, const uint8_t *b, size_t n, int16_t weight);

  /* Alpha times a mask, 255 standing for 1, rounded half up: the mask is one byte per pixel, or the alpha of another row.
   * Shape: 4·pixels bytes, dst may be src; a mask of `pixels` bytes, of 4·pixels. Range: any. Errors: none. Owner: borrows all. */
  void (*mask)(uint8_t *dst, const uint8_t *src, const uint8_t *mask, size_t pixels);
  void (*mask_by_alpha)(uint8_t *dst, const uint8_t *src, const uint8_t *other, size_t pixels);
} fl_arithmetic_kernels;

extern const fl_arithmetic_kernels fl_arithmetic_reference, fl_arithmetic_simd;
static inline const fl_arithmetic_kernels *fl_kernels_arithmetic(bool simd) {
  return simd ? &fl_arithmetic_simd : &fl_arithmetic_reference;
}

#endif
