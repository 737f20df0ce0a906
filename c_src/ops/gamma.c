#include "ops/op.h"

enum { GAMMA };

static const fl_param params[] = {
    [GAMMA] = {.name = "gamma", .doc = "the exponent: below 1 lightens the middle, above 1 darkens it", .type = FL_PARAM_NUMBER,
               .flags = FL_REQUIRED, .min = 0.01, .max = 100},
};

static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  for (uint32_t v = 0; v < 256; v++) {
    fl_lut_set_colour(lut, v, (uint8_t)floor(255 * pow(v / 255.0, node->params[GAMMA].number) + 0.5));
  }
}

const fl_op fl_op_gamma = {
    .name = "gamma",
    .family = "tone",
    .doc = "A power curve: 255 · (v/255)^gamma in every colour channel; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
