#include "ops/convolution.h"
#include "ops/derivatives.h"
#include "ops/stencil.h"

enum { DX, DY, SIZE, BORDER, BORDER_COLOR };

static fl_status resolve(fl_node *node, fl_report *report) {
  uint32_t x = (uint32_t)node->params[DX].number, y = (uint32_t)node->params[DY].number, size = (uint32_t)node->params[SIZE].number;
  const char *wrong = size % 2 == 0 ? "size must be 3, 5 or 7" : x + y == 0 ? "dx or dy must be above 0"
                                  : x >= size || y >= size ? "dx and dy must be below size" : NULL;
  if (wrong) return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, wrong);
  fl_convolution_measure(node, size, size, true);
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static void fill(const fl_node *node, void *tables) {
  uint32_t size = (uint32_t)node->params[SIZE].number;
  double across[FL_DERIVATIVES_SIZE_MAX], down[FL_DERIVATIVES_SIZE_MAX];
  fl_derivatives_fill(across, size, (uint32_t)node->params[DX].number);
  fl_derivatives_fill(down, size, (uint32_t)node->params[DY].number);
  fl_convolution_fill(node, tables, &(fl_convolution){.width = size, .height = size, .across = across, .down = down, .divisor = 1,
                                                      .absolute = true, .keeps_alpha = true});
}

static const fl_param params[] = {
    [DX] = {.name = "dx", .doc = "order of the derivative along rows", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
            .max = FL_DERIVATIVES_SIZE_MAX - 1},
    [DY] = {.name = "dy", .doc = "order of the derivative down columns", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
            .max = FL_DERIVATIVES_SIZE_MAX - 1},
    [SIZE] = {.name = "size", .doc = "side of the kernel: 3, 5 or 7", .type = FL_PARAM_INTEGER, .min = 3, .max = FL_DERIVATIVES_SIZE_MAX,
              .preset = 3},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_derivative = {
    .name = "derivative",
    .family = "edges",
    .doc = "The absolute value of a derivative, by Sobel's kernels of any order, not normalised and saturated to 255; alpha stays.",
    FL_CONVOLUTION_STAGE,
    .cost = 3.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
