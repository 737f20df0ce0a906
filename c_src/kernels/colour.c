#include "kernels/colour.h"

#include "base/size.h"

#include <string.h>

static void gray(uint8_t *dst, const uint8_t *src, size_t pixels, const int16_t weight[4]) {
  for (size_t i = 0; i < pixels; i++, src += 4)
    dst[i] = fl_clamp_u8((weight[0] * src[0] + weight[1] * src[1] + weight[2] * src[2] + weight[3] * src[3] + 16384) >> 15);
}

static void matrix(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_colour_matrix *m) {
  for (size_t i = 0; i < pixels * 4; i += 4) {
    uint8_t out[4];
    for (uint32_t o = 0; o < 4; o++) {
      int32_t sum = m->offset[o];
      for (uint32_t c = 0; c < 4; c++) sum += m->factor[o][c] * src[i + c];
      out[o] = fl_clamp_u8(sum >> m->shift);
    }
    memcpy(dst + i, out, 4);
  }
}

const fl_colour_kernels fl_colour_reference = {.gray = gray, .matrix = matrix};
