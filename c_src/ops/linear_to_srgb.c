#include "ops/op.h"
#include "ops/srgb.h"

static void fill(const fl_node *node, void *tables) {
  (void)node;
  fl_lut *lut = tables;
  for (uint32_t v = 0; v < 256; v++) {
    fl_lut_set_colour(lut, v, (uint8_t)floor(255 * fl_srgb_from_light(v / 255.0) + 0.5));
  }
}

const fl_op fl_op_linear_to_srgb = {
    .name = "linearToSrgb",
    .family = "colour",
    .doc = "From linear light to sRGB values, in 8 bits: the dark end has gaps; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .fill = fill,
};
