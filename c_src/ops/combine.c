#include "ops/combine.h"

enum { SCALE };

const fl_param fl_combine_params[FL_COMBINE_PARAMS] = {
    [SCALE] = {.name = "scale", .doc = "The result is multiplied by this before it is rounded.", .type = FL_PARAM_NUMBER, .min = -255,
               .max = 255, .preset = 1},
};

void fl_combine_row(const fl_stage *stage, fl_arithmetic_operator operator, float unit) {
  const fl_node *node = stage->node;
  double scale = node->params[SCALE].number;
  const fl_arithmetic how = {operator, isnan(scale) ? unit : (float)scale, node->out.format != FL_GRAY8};
  size_t bytes = (size_t)fl_span_length(stage->columns) * fl_bytes_per_pixel(node->out.format);
  fl_kernels_arithmetic(node->simd)->combine(stage->dst, stage->in[0].rows[0], stage->in[1].rows[0], bytes, &how);
}
