#include "kernels/adaptive.h"
#include "ops/op.h"

enum { OFFSET, MAX };

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  /* v > mean − offset: between whole numbers the offset may as well be the next one. */
  int32_t offset = (int32_t)ceil(node->params[OFFSET].number);
  fl_kernels_adaptive(node->simd)
      ->compare(stage->dst, stage->in[0].rows[0], stage->in[1].rows[0], fl_span_length(stage->columns), offset,
                (uint8_t)node->params[MAX].number);
}

static const fl_param params[] = {
    [OFFSET] = {.name = "offset", .doc = "taken from the mean", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = -255, .max = 255},
    [MAX] = {.name = "max", .doc = "what passes", .type = FL_PARAM_INTEGER, .max = 255, .preset = 255},
};

const fl_op fl_op_adaptive_compare = {
    .name = "adaptiveCompare",
    .family = "tone",
    .doc = "The last step of adaptiveThreshold: max where the first input is above the second − offset, else 0.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .internal = true,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
