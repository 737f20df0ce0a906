#include "kernels/key.h"

#include <math.h>
#include <string.h>

static float chroma(const uint8_t *v, const int16_t factor[4], int32_t center) {
  return (float)(factor[0] * v[0] + factor[1] * v[1] + factor[2] * v[2] + factor[3] * v[3] - center);
}

static float clamp_to_1(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }

static void apply(uint8_t *dst, const uint8_t *src, size_t pixels, const fl_key *key) {
  for (size_t i = 0; i < pixels; i++, src += 4, dst += 4) {
    float blue = chroma(src, key->blue, key->blue_center), red = chroma(src, key->red, key->red_center);
    float distance = sqrtf(blue * blue + red * red);
    uint8_t alpha = (uint8_t)lrintf(clamp_to_1(distance * key->slope + key->offset) * src[3]);
    memmove(dst, src, 3);
    dst[3] = alpha;
  }
}

const fl_key_kernels fl_key_reference = {.apply = apply};
