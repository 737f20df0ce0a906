#include "ops/op.h"

enum { LOW, HIGH, L2 };

extern const fl_op fl_op_canny_marks, fl_op_hysteresis;

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  uint32_t marks = expansion->add(expansion, &(fl_expansion_part){&fl_op_canny_marks, node->params, {FL_EXPANSION_INPUT}});
  expansion->add(expansion, &(fl_expansion_part){&fl_op_hysteresis, NULL, {marks}});
  return FL_OK;
}

static const fl_param params[] = {
    [LOW] = {.name = "low", .doc = "magnitude of the gradient above which an edge is followed from a strong one", .type = FL_PARAM_NUMBER,
             .flags = FL_REQUIRED, .max = 32767},
    [HIGH] = {.name = "high", .doc = "magnitude above which an edge is strong; where it is the lower of the two, they change places",
              .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .max = 32767},
    [L2] = {.name = "l2", .doc = "magnitude: the root of the sum of both derivatives' squares, not the sum of their absolute values",
            .type = FL_PARAM_BOOLEAN},
};

const fl_op fl_op_canny = {
    .name = "canny",
    .family = "edges",
    .doc = "Canny's edges, one pixel wide: 255 where the gradient is steepest and strong, or connected to where it is; else 0.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 2.5f,
    .params = params,
    .param_count = FL_COUNT(params),
    .expand = expand,
};
