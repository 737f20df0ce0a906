#include "ops/op.h"

enum { THRESHOLD };

static const fl_param params[] = {
    [THRESHOLD] = {.name = "threshold", .doc = "the lowest value that is inverted; 256 inverts none", .type = FL_PARAM_NUMBER,
                   .flags = FL_REQUIRED, .max = 256},
};

/* Source: the definition Pillow's ImageOps.solarize has too. */
static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  for (uint32_t v = 0; v < 256; v++) {
    fl_lut_set_colour(lut, v, (uint8_t)(v < node->params[THRESHOLD].number ? v : 255 - v));
  }
}

const fl_op fl_op_solarize = {
    .name = "solarize",
    .family = "tone",
    .doc = "Inverts the values from the threshold on, in every colour channel: v below it, else 255 − v; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
