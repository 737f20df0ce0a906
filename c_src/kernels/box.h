/* The box blur: sums of columns that slide down row by row, and the mean of a window that slides along them.
 * Reference in box.c, SIMD twin in box_simd.c; equal byte for byte. Source: McDonnell, Box-filtering techniques, 1981. */
#ifndef FL_KERNELS_BOX_H
#define FL_KERNELS_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_BOX_RADIUS_MAX 1000u /* 255 · 2001² fits 31 bits */

typedef struct fl_box_window {
  uint32_t columns, rows; /* 2·radius + 1 each */
} fl_box_window;

/* Bytes of a column's sum: u16 while 255 · rows fits, else u32. */
static inline size_t fl_box_sum_bytes(const fl_box_window *window) { return 255 * window->rows <= UINT16_MAX ? 2 : 4; }

typedef struct fl_box_kernels {
  /* sums[i] = Σ rows[k][i]. Shape: n sums of fl_box_sum_bytes, window->rows rows of n bytes. */
  void (*start)(void *sums, const uint8_t *const *rows, size_t n, const fl_box_window *window);
  /* sums[i] += entering[i] − leaving[i]. Shape: as above, rows of n bytes. */
  void (*slide)(void *sums, const uint8_t *entering, const uint8_t *leaving, size_t n, const fl_box_window *window);
  /* The mean of window->columns sums, rounded half up: of pixel i … i+columns−1 for pixel i.
   * Shape: n pixels of `channels` bytes (1 or 4) from n + columns − 1 pixels of sums; n ≥ 1.
   * Range: columns and rows odd and at most 2·FL_BOX_RADIUS_MAX + 1. */
  void (*mean)(uint8_t *dst, const void *sums, size_t n, uint32_t channels, const fl_box_window *window);
} fl_box_kernels;

extern const fl_box_kernels fl_box_reference, fl_box_simd;
static inline const fl_box_kernels *fl_kernels_box(bool simd) { return simd ? &fl_box_simd : &fl_box_reference; }

#endif
