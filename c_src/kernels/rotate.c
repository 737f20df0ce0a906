#include "kernels/rotate.h"

static void transpose(uint8_t *dst, ptrdiff_t dst_stride, const uint8_t *src, ptrdiff_t src_stride, uint32_t columns, uint32_t rows,
                      uint32_t bytes_per_pixel) {
  for (ptrdiff_t y = 0; y < (ptrdiff_t)rows; y++)
    for (ptrdiff_t x = 0; x < (ptrdiff_t)columns; x++)
      for (uint32_t b = 0; b < bytes_per_pixel; b++)
        dst[y * dst_stride + (ptrdiff_t)(x * bytes_per_pixel + b)] = src[x * src_stride + (ptrdiff_t)(y * bytes_per_pixel + b)];
}

const fl_rotate_kernels fl_rotate_reference = {.transpose = transpose};
