/* Rows become columns, a block at a time. Reference in rotate.c, SIMD twin in rotate_simd.c; the twins are equal byte for byte. */
#ifndef FL_KERNELS_ROTATE_H
#define FL_KERNELS_ROTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_rotate_kernels {
  /* dst pixel (x, y) is src pixel (y, x), for x < columns, y < rows. Strides may be negative: with the last row of src first it
   * is a quarter turn clockwise, with the last row of dst first one anticlockwise.
   * Shape: dst `rows` rows of `columns` pixels, src `columns` rows of `rows` pixels, of bytes_per_pixel bytes, 1 or 4; dst apart
   * from src. Range: any. Errors: none. Owner: borrows both. */
  void (*transpose)(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, uint32_t columns, uint32_t rows,
                    uint32_t bytes_per_pixel);
} fl_rotate_kernels;

extern const fl_rotate_kernels fl_rotate_reference, fl_rotate_simd;
static inline const fl_rotate_kernels *fl_kernels_rotate(bool simd) { return simd ? &fl_rotate_simd : &fl_rotate_reference; }

#endif
