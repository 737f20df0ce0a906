#include "kernels/canny.h"

#include <stdlib.h>

static void gradient(const fl_canny_gradient *dst, const uint8_t *const rows[3], size_t n, bool squares) {
  for (size_t i = 0; i < n; i++) {
    const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
    int32_t x = (a[1] + 2 * b[1] + c[1]) - (a[-1] + 2 * b[-1] + c[-1]);
    int32_t y = (c[-1] + 2 * c[0] + c[1]) - (a[-1] + 2 * a[0] + a[1]);
    dst->x[i] = (int16_t)x, dst->y[i] = (int16_t)y;
    if (squares) ((int32_t *)dst->magnitude)[i] = x * x + y * y;
    else ((int16_t *)dst->magnitude)[i] = (int16_t)(abs(x) + abs(y));
  }
}

static int32_t magnitude_at(const void *row, ptrdiff_t i, bool squares) {
  return squares ? ((const int32_t *)row)[i] : ((const int16_t *)row)[i];
}

/* Across a steep edge neighbours are left and right, across a flat one above and below, else on the diagonal that it does not run
 * along. Where two are alike the first of them is the steepest; on diagonals neither is. */
static bool is_steepest(const void *const rows[3], int32_t x, int32_t y, ptrdiff_t i, bool squares) {
  int32_t m = magnitude_at(rows[1], i, squares), ax = abs(x), ay = abs(y) * 32768;
  if (ay < ax * FL_CANNY_TANGENT) return m > magnitude_at(rows[1], i - 1, squares) && m >= magnitude_at(rows[1], i + 1, squares);
  if (ay > ax * (FL_CANNY_TANGENT + 65536)) return m > magnitude_at(rows[0], i, squares) && m >= magnitude_at(rows[2], i, squares);
  ptrdiff_t side = (x < 0) != (y < 0) ? -1 : 1;
  return m > magnitude_at(rows[0], i - side, squares) && m > magnitude_at(rows[2], i + side, squares);
}

static void thin(uint8_t *dst, const void *const magnitude[3], const int16_t *x, const int16_t *y, size_t n,
                 const fl_canny_limits *limits) {
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
    int32_t m = magnitude_at(magnitude[1], i, limits->squares);
    bool edge = m > limits->low && is_steepest(magnitude, x[i], y[i], i, limits->squares);
    dst[i] = !edge ? 0 : m > limits->high ? FL_CANNY_STRONG : FL_CANNY_WEAK;
  }
}

const fl_canny_kernels fl_canny_reference = {.gradient = gradient, .thin = thin};
