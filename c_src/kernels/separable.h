/* A symmetric separable kernel in fixed point: a column of rows, then along the row that makes. The row between keeps
 * FL_SEPARABLE_FRACTION bits below a level. Reference in separable.c, SIMD twin in separable_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_SEPARABLE_H
#define FL_KERNELS_SEPARABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_SEPARABLE_FRACTION 6 /* two values of the row between fit an i16 */
#define FL_SEPARABLE_LEVEL 64   /* one level in that row */
#define FL_SEPARABLE_COARSE 14  /* bits of the weights' sum; any kernel fits */
#define FL_SEPARABLE_FINE 17    /* for kernels whose largest weight is below a quarter */

/* weight[k] belongs to the taps k away on both sides. Range: weight ≥ 0; weight[0] + 2·Σ weight[1…radius] is exactly 1 << bits,
 * bits is one of the two above. weight[radius + 1] exists too, as kernels load weights in pairs. */
typedef struct fl_separable_weights {
  uint32_t radius, bits;
  int16_t weight[];
} fl_separable_weights;

typedef struct fl_separable_kernels {
  /* dst[i] = Σ weight · rows[±k][i], in levels << FL_SEPARABLE_FRACTION, rounded half up.
   * Shape: n values from rows[-radius] … rows[radius], n bytes each. */
  void (*vertical)(int16_t *dst, const uint8_t *const *rows, size_t n, const fl_separable_weights *weights);
  /* dst[i] = Σ weight · src[i ± k·step], rounded half up to levels.
   * Shape: n bytes from src, valid radius·step values beyond both ends. Range: 0 ≤ src ≤ 255 << FL_SEPARABLE_FRACTION. */
  void (*horizontal)(uint8_t *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights);
} fl_separable_kernels;

extern const fl_separable_kernels fl_separable_reference, fl_separable_simd;
static inline const fl_separable_kernels *fl_kernels_separable(bool simd) {
  return simd ? &fl_separable_simd : &fl_separable_reference;
}

typedef double fl_separable_value(uint32_t k, const void *context);

/* The weights that share 1 << bits in proportion to value(k, context) for k = 0 … radius: each one is rounded with what the
 * ones further out left over, the middle takes the rest. Taps that round to nothing are cut off. bits is chosen here. */
void fl_separable_fill(fl_separable_weights *weights, uint32_t radius, fl_separable_value *value, const void *context);

static inline size_t fl_separable_bytes(uint32_t radius) { return sizeof(fl_separable_weights) + (radius + 2) * sizeof(int16_t); }

#endif
