#include "kernels/gradient.h"

#include "base/size.h"

#include <math.h>
#include <stdlib.h>

#define INLINE static inline __attribute__((always_inline))

INLINE int32_t along_row(const uint8_t *const rows[3], size_t i, int32_t side, int32_t middle) {
  const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
  return side * (a[1] + c[1]) + middle * b[1] - (side * (a[-1] + c[-1]) + middle * b[-1]);
}

INLINE int32_t down_column(const uint8_t *const rows[3], size_t i, int32_t side, int32_t middle) {
  const uint8_t *a = rows[0] + i, *c = rows[2] + i;
  return side * (c[-1] + c[1]) + middle * c[0] - (side * (a[-1] + a[1]) + middle * a[0]);
}

INLINE void l1(uint8_t *dst, const uint8_t *const rows[3], size_t n, int32_t side, int32_t middle) {
  for (size_t i = 0; i < n; i++)
    dst[i] = fl_clamp_u8(abs(along_row(rows, i, side, middle)) + abs(down_column(rows, i, side, middle)));
}

INLINE void l2(uint8_t *dst, const uint8_t *const rows[3], size_t n, int32_t side, int32_t middle) {
  for (size_t i = 0; i < n; i++) {
    int32_t x = along_row(rows, i, side, middle), y = down_column(rows, i, side, middle);
    dst[i] = fl_clamp_u8((int32_t)(sqrt((double)(x * x + y * y)) + 0.5));
  }
}

#define MAGNITUDES(name, side, middle)                                                                                          \
  static void name##_l1(uint8_t *dst, const uint8_t *const rows[3], size_t n) { l1(dst, rows, n, side, middle); }             \
  static void name##_l2(uint8_t *dst, const uint8_t *const rows[3], size_t n) { l2(dst, rows, n, side, middle); }
MAGNITUDES(sobel, 1, 2)
MAGNITUDES(scharr, 3, 10)
MAGNITUDES(prewitt, 1, 1)

const fl_gradient_kernels fl_gradient_reference = {sobel_l1, sobel_l2, scharr_l1, scharr_l2, prewitt_l1, prewitt_l2};
