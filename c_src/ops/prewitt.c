#include "ops/gradient.h"

static void row(fl_stage *stage) {
  const fl_gradient_kernels *kernels = fl_kernels_gradient(stage->node->simd);
  fl_gradient_row(stage, kernels->prewitt_l1, kernels->prewitt_l2);
}

const fl_op fl_op_prewitt = {
    .name = "prewitt",
    .family = "edges",
    .doc = "How steep the image is at each pixel, by Prewitt’s 3×3 derivatives (1 1 1), saturated to 255.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.4f,
    .params = fl_gradient_params,
    .param_count = FL_GRADIENT_PARAMS,
    .resolve = fl_gradient_resolve,
    .columns = fl_stencil_columns,
    .row = row,
};
