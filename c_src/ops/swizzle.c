#include "kernels/channels.h"
#include "ops/op.h"

enum { ORDER };

static const fl_param params[] = {
    [ORDER] = {.name = "order",
               .doc = "where red, green, blue and alpha come from: 0 to 3 are these four, 4 is all 0 and 5 all 255; "
                      "[2, 1, 0, 3] swaps red and blue. Fractions are rounded",
               .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = 0, .max = FL_CHANNEL_FULL, .count_min = 4, .count_max = 4},
};

static void row(fl_stage *stage) {
  static const uint8_t rgba[6] = {0, 1, 2, 3, FL_CHANNEL_ZERO, FL_CHANNEL_FULL};
  static const uint8_t bgra[6] = {2, 1, 0, 3, FL_CHANNEL_ZERO, FL_CHANNEL_FULL};
  const fl_node *node = stage->node;
  const uint8_t *place = node->in[0].format == FL_BGRA8 ? bgra : rgba;
  uint8_t from[4];
  for (uint32_t c = 0; c < 4; c++) from[place[c]] = place[(uint32_t)(node->params[ORDER].items[c] + 0.5)];
  fl_kernels_channels(node->simd)->permute(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), from);
}

const fl_op fl_op_swizzle = {
    .name = "swizzle",
    .family = "colour",
    .doc = "Reorders, repeats or replaces channels; a bgra8 frame stays one, order speaks of colours and not of bytes.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 0.3f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
