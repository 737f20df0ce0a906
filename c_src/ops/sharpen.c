#include "ops/convolution.h"
#include "ops/stencil.h"

enum { AMOUNT, BORDER, BORDER_COLOR };

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_convolution_measure(node, 3, 3, false);
  node->cost = node->op->cost;
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static void fill(const fl_node *node, void *tables) {
  double a = node->params[AMOUNT].number;
  const double kernel[] = {0, -a, 0, -a, 1 + 4 * a, -a, 0, -a, 0};
  fl_convolution_fill(node, tables, &(fl_convolution){.width = 3, .height = 3, .kernel = kernel, .divisor = 1, .keeps_alpha = true});
}

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "how many times the difference to the four neighbours is added", .type = FL_PARAM_NUMBER,
                .max = 10, .preset = 1},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_sharpen = {
    .name = "sharpen",
    .family = "sharpen",
    .doc = "v + amount·(4·v − the four neighbours): the 3×3 kernel 0 −1 0, −1 5 −1, 0 −1 0 at amount 1; alpha stays.",
    FL_CONVOLUTION_STAGE,
    .cost = 2.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
