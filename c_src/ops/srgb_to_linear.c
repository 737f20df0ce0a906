#include "ops/op.h"

/* IEC 61966-2-1. Kept out of the loop, which the compiler unrolls: a tenth of the code. */
__attribute__((noinline)) static double light(double v) { return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4); }

static void fill(const fl_node *node, void *tables) {
  (void)node;
  fl_lut *lut = tables;
  for (uint32_t v = 0; v < 256; v++) {
    uint8_t value = (uint8_t)floor(255 * light(v / 255.0) + 0.5);
    for (uint32_t c = 0; c < 3; c++) lut->entry[c][v] = value;
    lut->entry[3][v] = (uint8_t)v;
  }
}

const fl_op fl_op_srgb_to_linear = {
    .name = "srgbToLinear",
    .family = "colour",
    .doc = "From sRGB values to linear light, in 8 bits: the dark end becomes coarse; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .fill = fill,
};
