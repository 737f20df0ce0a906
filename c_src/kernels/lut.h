/* Look-up tables: a row of pixels through one 256-entry table per channel. The executor uses it for every table operation.
 * Reference in lut.c, SIMD twin in lut_simd.c; the twins are equal byte for byte. */
#ifndef FL_KERNELS_LUT_H
#define FL_KERNELS_LUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_lut_kernels {
  /* Every byte v of channel c becomes entry[c][v].
   * Shape: pixels × bytes_per_pixel bytes, 1 or 4 per pixel; `bytes_per_pixel` tables of 256. dst may be src.
   * Range: any. Errors: none. Owner: borrows all three. */
  void (*apply)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes_per_pixel, const uint8_t (*entry)[256]);
} fl_lut_kernels;

extern const fl_lut_kernels fl_lut_reference, fl_lut_simd;
static inline const fl_lut_kernels *fl_kernels_lut(bool simd) { return simd ? &fl_lut_simd : &fl_lut_reference; }

#endif
