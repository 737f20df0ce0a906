/* The least or the greatest of many values: of rows that lie above each other, of a window that slides down, of neighbours in a row.
 * Reference in morphology.c, SIMD twin in morphology_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_MORPHOLOGY_H
#define FL_KERNELS_MORPHOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_MORPHOLOGY_ALONG_MAX 5u

/* Shape: rows of n bytes. «The extreme» is the least or the greatest, as the table of functions says. */
typedef struct fl_morphology_kernels {
  /* dst[i] = the extreme of rows[0 … count-1][i], and of dst[i] when `more`. dst may be one of the rows; count ≥ 1. */
  void (*stack)(uint8_t *dst, const uint8_t *const *rows, uint32_t count, size_t n, bool more);
  /* Row k of the table, k < count, = the extreme of rows[k … count-1]. Rows of the table are stride bytes apart. */
  void (*suffixes)(uint8_t *table, size_t stride, const uint8_t *const *rows, uint32_t count, size_t n);
  /* The next place of a window that slides down: newest[i] = the extreme of itself and row[i] (of row[i] alone when `fresh`), and
   * dst[i] = the extreme of newest[i] and oldest[i]. dst is none of the others. */
  void (*slide)(uint8_t *dst, uint8_t *newest, const uint8_t *oldest, const uint8_t *row, size_t n, bool fresh);
  /* dst[i] = the extreme of src[i + offsets[k]], k < count. dst may be src; offsets rise. Range: count 2 … FL_MORPHOLOGY_ALONG_MAX.
   * src is valid max(offsets) bytes beyond. */
  void (*along)(uint8_t *dst, const uint8_t *src, size_t n, const size_t *offsets, uint32_t count);
} fl_morphology_kernels;

typedef struct fl_morphology_family {
  fl_morphology_kernels least, greatest;
  /* dst[i] = greater[i] − less[i] where the byte i % 4 of mask is 255, else keep[i]. dst may be any of them. Range: greater ≥ less. */
  void (*difference)(uint8_t *dst, const uint8_t *greater, const uint8_t *less, const uint8_t *keep, size_t n, uint32_t mask);
} fl_morphology_family;

extern const fl_morphology_family fl_morphology_reference, fl_morphology_simd;
static inline const fl_morphology_family *fl_kernels_morphology(bool simd) {
  return simd ? &fl_morphology_simd : &fl_morphology_reference;
}

#endif
