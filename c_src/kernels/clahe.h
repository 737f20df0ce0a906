/* Adaptive equalisation: counts of a rectangle, and values from four tables mixed by where a pixel lies between them.
 * Reference in clahe.c, SIMD twin in clahe_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_CLAHE_H
#define FL_KERNELS_CLAHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_CLAHE_DOWN 256     /* the two weights of a row add up to this */
#define FL_CLAHE_ACROSS 16384 /* and the two of a column to this */
#define FL_CLAHE_BITS 22      /* of the two multiplied */

/* What value v becomes in the four regions around: above and below left, above and below right. */
typedef struct fl_clahe_quad {
  uint8_t left[2], right[2];
} fl_clahe_quad;

/* A column's weights. */
typedef struct fl_clahe_across {
  int16_t left, right;
} fl_clahe_across;

typedef struct fl_clahe_mix {
  const fl_clahe_quad (*quads)[256]; /* one table for gray, three for the colours */
  const fl_clahe_across *across;     /* one for each pixel */
  uint16_t above, below;             /* the row's weights */
} fl_clahe_mix;

typedef struct fl_clahe_kernels {
  /* Adds the values of a rectangle to counts[c], c < 1 or 3: alpha is not counted.
   * Shape: rows of pixels × channels bytes, stride bytes apart; channels 1 or 4. Any of the two sides may be 0. Owner: borrows both. */
  void (*count)(const uint8_t *first, size_t stride, size_t pixels, uint32_t rows, uint32_t channels, uint32_t (*counts)[256]);
  /* The four entries of each value, mixed by the weights, rounded half up; alpha stays.
   * Shape: pixels × channels bytes, channels 1 or 4. dst may be src. Owner: borrows all. */
  void (*apply)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, const fl_clahe_mix *mix);
} fl_clahe_kernels;

extern const fl_clahe_kernels fl_clahe_reference, fl_clahe_simd;
static inline const fl_clahe_kernels *fl_kernels_clahe(bool simd) { return simd ? &fl_clahe_simd : &fl_clahe_reference; }

#endif
