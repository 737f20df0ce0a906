/* A row back to front. Reference in mirror.c, SIMD twin in mirror_simd.c; the twins are equal byte for byte. */
#ifndef FL_KERNELS_MIRROR_H
#define FL_KERNELS_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_mirror_kernels {
  /* Pixel i of dst is pixel count − 1 − i of src.
   * Shape: count pixels of bytes_per_pixel bytes, 1 or 4; dst apart from src. Range: any. Errors: none. Owner: borrows both. */
  void (*reverse)(uint8_t *dst, const uint8_t *src, size_t count, uint32_t bytes_per_pixel);
} fl_mirror_kernels;

extern const fl_mirror_kernels fl_mirror_reference, fl_mirror_simd;
static inline const fl_mirror_kernels *fl_kernels_mirror(bool simd) { return simd ? &fl_mirror_simd : &fl_mirror_reference; }

#endif
