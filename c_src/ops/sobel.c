#include "ops/gradient.h"

static void row(fl_stage *stage) {
  const fl_gradient_kernels *kernels = fl_kernels_gradient(stage->node->simd);
  fl_gradient_row(stage, kernels->sobel_l1, kernels->sobel_l2);
}

const fl_op fl_op_sobel = {
    .name = "sobel",
    .family = "edges",
    .doc = "How steep the image is at each pixel, by Sobel's 3×3 derivatives, saturated to 255.",
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
