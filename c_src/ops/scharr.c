#include "kernels/gradient.h"
#include "ops/stencil.h"

enum { NORM, BORDER, BORDER_COLOR };
enum { L1, L2 };

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->halo = (fl_halo){1, 1, 1, 1};
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static void row(fl_stage *stage) {
  const fl_gradient_kernels *kernels = fl_kernels_gradient(stage->node->simd);
  fl_stencil_run3(stage, stage->node->params[NORM].number == L2 ? kernels->scharr_l2 : kernels->scharr_l1);
}

static const fl_param params[] = {
    [NORM] = {.name = "norm", .doc = "l1: the sum of both derivatives' absolute values; l2: the root of the sum of their squares",
              .type = FL_PARAM_CHOICE, .choices = "l1|l2", .preset = L1},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_scharr = {
    .name = "scharr",
    .family = "edges",
    .doc = "How steep the image is at each pixel, by Scharr’s 3×3 derivatives, which are truer to direction than Sobel’s; "
           "saturated to 255.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.4f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .row = row,
};
