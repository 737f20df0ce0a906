/* Rows of mosaic cells. Reference in cells.c, SIMD twin in cells_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_CELLS_H
#define FL_KERNELS_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_CELLS_SIZE_MAX 1000u /* 255 · 1000² fits 31 bits */

typedef struct fl_cells {
  uint32_t columns; /* a cell's; the last one may be narrower */
  uint32_t rows;    /* in the sums */
  uint32_t channels;
  bool narrow;      /* the sums are u16, else u32 */
} fl_cells;

typedef struct fl_cells_kernels {
  /* Every pixel of a cell: the cell's sums divided by its area, rounded half up.
   * Shape: n pixels from n pixels of column sums, the first of them the first of a cell; channels 1 or 4.
   * Range: columns and rows at most FL_CELLS_SIZE_MAX. */
  void (*mean)(uint8_t *dst, const void *sums, size_t n, const fl_cells *cells);
} fl_cells_kernels;

extern const fl_cells_kernels fl_cells_reference, fl_cells_simd;
static inline const fl_cells_kernels *fl_kernels_cells(bool simd) { return simd ? &fl_cells_simd : &fl_cells_reference; }

#endif
