/* Point kernels: one row in, one row out. Reference in point.c, SIMD twin in point_simd.c; the twins are equal byte for byte.
 * (An example of a family's header: a struct of function pointers, and which of the two sets to use.) */
#ifndef FL_KERNELS_POINT_H
#define FL_KERNELS_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_point_kernels {
  /* 255 − v on every byte where mask is 0xff: mask is one pixel's four bytes as u32 (0x00ffffff keeps alpha, 0xffffffff for gray).
   * Shape: n bytes, n a multiple of 4 unless mask is all ones. dst may be src. */
  void (*invert)(uint8_t *dst, const uint8_t *src, size_t n, uint32_t mask);
} fl_point_kernels;

extern const fl_point_kernels fl_point_reference, fl_point_simd;
static inline const fl_point_kernels *fl_kernels_point(bool simd) { return simd ? &fl_point_simd : &fl_point_reference; }

#endif
