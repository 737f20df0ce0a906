#include "ops/convolution.h"
#include "ops/stencil.h"

enum { BORDER, BORDER_COLOR };

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_convolution_measure(node, 3, 3, false);
  node->cost = node->op->cost;
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static void fill(const fl_node *node, void *tables) {
  static const double kernel[] = {-2, -1, 0, -1, 1, 1, 0, 1, 2};
  fl_convolution_fill(node, tables, &(fl_convolution){.width = 3, .height = 3, .kernel = kernel, .divisor = 1, .keeps_alpha = true});
}

static const fl_param params[] = {FL_STENCIL_BORDER_PARAMS};

const fl_op fl_op_emboss = {
    .name = "emboss",
    .family = "edges",
    .doc = "The image as a relief lit from the top left: the 3×3 kernel −2 −1 0, −1 1 1, 0 1 2; alpha stays.",
    FL_CONVOLUTION_STAGE,
    .cost = 2.3f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
