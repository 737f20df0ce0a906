#include "kernels/laplace.h"

#include "base/size.h"

#include <stdlib.h>

static void run(uint8_t *dst, const uint8_t *const rows[3], size_t n, ptrdiff_t pixel, bool corners) {
  for (size_t i = 0; i < n * (size_t)pixel; i++) {
    const uint8_t *a = rows[0] + i, *b = rows[1] + i, *c = rows[2] + i;
    int32_t sides = a[0] + b[-pixel] + b[pixel] + c[0], diagonals = a[-pixel] + a[pixel] + c[-pixel] + c[pixel];
    dst[i] = pixel == 4 && i % 4 == 3 ? b[0] : fl_clamp_u8(corners ? 2 * abs(diagonals - 4 * b[0]) : abs(sides - 4 * b[0]));
  }
}

static void sides_of_one(uint8_t *dst, const uint8_t *const rows[3], size_t n) { run(dst, rows, n, 1, false); }
static void sides_of_four(uint8_t *dst, const uint8_t *const rows[3], size_t n) { run(dst, rows, n, 4, false); }
static void corners_of_one(uint8_t *dst, const uint8_t *const rows[3], size_t n) { run(dst, rows, n, 1, true); }
static void corners_of_four(uint8_t *dst, const uint8_t *const rows[3], size_t n) { run(dst, rows, n, 4, true); }

const fl_laplace_kernels fl_laplace_reference = {sides_of_one, sides_of_four, corners_of_one, corners_of_four};
