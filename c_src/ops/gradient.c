#include "ops/gradient.h"

enum { NORM, BORDER, BORDER_COLOR };
enum { L1, L2 };

const fl_param fl_gradient_params[] = {
    [NORM] = {.name = "norm", .doc = "l1: the sum of both derivatives' absolute values; l2: the root of the sum of their squares",
              .type = FL_PARAM_CHOICE, .choices = "l1|l2", .preset = L1},
    FL_STENCIL_BORDER_PARAMS,
};

fl_status fl_gradient_resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->halo = (fl_halo){1, 1, 1, 1};
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

void fl_gradient_row(const fl_stage *stage, fl_margin_kernel l1, fl_margin_kernel l2) {
  fl_stencil_run3(stage, stage->node->params[NORM].number == L2 ? l2 : l1);
}
