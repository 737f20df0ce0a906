#include "kernels/gradient.h"

#include "base/size.h"

#include <math.h>
#include <stdlib.h>

static int32_t sobel_x(const uint8_t *const rows[3], size_t i) {
  const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
  return (a[1] + 2 * b[1] + c[1]) - (a[-1] + 2 * b[-1] + c[-1]);
}

static int32_t sobel_y(const uint8_t *const rows[3], size_t i) {
  const uint8_t *a = rows[0] + i, *c = rows[2] + i;
  return (c[-1] + 2 * c[0] + c[1]) - (a[-1] + 2 * a[0] + a[1]);
}

static void sobel_l1(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = fl_clamp_u8(abs(sobel_x(rows, i)) + abs(sobel_y(rows, i)));
}

static void sobel_l2(uint8_t *dst, const uint8_t *const rows[3], size_t n) {
  for (size_t i = 0; i < n; i++) {
    int32_t x = sobel_x(rows, i), y = sobel_y(rows, i);
    dst[i] = fl_clamp_u8((int32_t)(sqrt((double)(x * x + y * y)) + 0.5));
  }
}

const fl_gradient_kernels fl_gradient_reference = {.sobel_l1 = sobel_l1, .sobel_l2 = sobel_l2};
