#include "kernels/sharpen.h"

#include "base/size.h"

static int32_t floor_divide(int32_t v, int32_t by) { return v >= 0 ? v / by : -((by - 1 - v) / by); }

static void combine(uint8_t *dst, const uint8_t *src, const uint8_t *blurred, size_t n, const fl_sharpen_strength *strength) {
  for (size_t i = 0; i < n; i++) {
    int32_t difference = src[i] - blurred[i], size = difference < 0 ? -difference : difference;
    bool keep = size <= strength->threshold || (strength->mask >> (8 * (i % 4)) & 0xff) == 0;
    int32_t change = floor_divide(strength->amount * difference + FL_SHARPEN_ONE / 2, FL_SHARPEN_ONE);
    dst[i] = keep ? src[i] : fl_clamp_u8(src[i] + change);
  }
}

const fl_sharpen_kernels fl_sharpen_reference = {.combine = combine};
