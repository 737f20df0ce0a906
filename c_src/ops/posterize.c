#include "ops/op.h"

enum { LEVELS };

static const fl_param params[] = {
    [LEVELS] = {.name = "levels", .doc = "how many values are left in each channel", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
                .min = 2, .max = 256},
};

/* Source: the discrete transfer function of W3C Filter Effects 1, its table the values k / (levels − 1), its ranges in 256ths. */
static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  uint32_t levels = (uint32_t)node->params[LEVELS].number, steps = levels - 1;
  for (uint32_t v = 0; v < 256; v++) {
    uint32_t k = v * levels / 256;
    fl_lut_set_colour(lut, v, (uint8_t)((510 * k + steps) / (2 * steps)));
  }
}

const fl_op fl_op_posterize = {
    .name = "posterize",
    .family = "tone",
    .doc = "Leaves few values in every colour channel: 0 to 255 is cut into ranges of the same length, value k = floor(v·levels/256) "
           "becomes 255·k/(levels − 1); alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
