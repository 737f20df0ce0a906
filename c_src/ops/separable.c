#include "kernels/convolve.h"
#include "ops/convolution.h"
#include "ops/stencil.h"

enum { KERNEL_X, KERNEL_Y, DIVISOR, OFFSET, ABSOLUTE, PRESERVE_ALPHA, BORDER, BORDER_COLOR };

#define WEIGHT_MAX 1e6

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_value *own = node->params;
  if (own[DIVISOR].number == 0) return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "divisor must not be 0");
  fl_convolution_measure(node, own[KERNEL_X].count, own[KERNEL_Y].count, true);
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static double divisor_of(const fl_value *own) {
  if (!isnan(own[DIVISOR].number)) return own[DIVISOR].number;
  return fl_convolution_sum(own[KERNEL_X].items, own[KERNEL_X].count) * fl_convolution_sum(own[KERNEL_Y].items, own[KERNEL_Y].count);
}

static void fill(const fl_node *node, void *tables) {
  const fl_value *own = node->params;
  fl_convolution_fill(node, tables, &(fl_convolution){
      .width = own[KERNEL_X].count, .height = own[KERNEL_Y].count, .across = own[KERNEL_X].items, .down = own[KERNEL_Y].items,
      .divisor = divisor_of(own), .offset = own[OFFSET].number, .absolute = own[ABSOLUTE].number != 0,
      .keeps_alpha = own[PRESERVE_ALPHA].number != 0});
}

static const fl_param params[] = {
    [KERNEL_X] = {.name = "kernelX", .doc = "the weights along a row", .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED,
                  .min = -WEIGHT_MAX, .max = WEIGHT_MAX, .count_min = 1, .count_max = FL_CONVOLVE_SIDE_MAX},
    [KERNEL_Y] = {.name = "kernelY", .doc = "the weights down a column", .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED,
                  .min = -WEIGHT_MAX, .max = WEIGHT_MAX, .count_min = 1, .count_max = FL_CONVOLVE_SIDE_MAX},
    [DIVISOR] = {.name = "divisor", .doc = "what the sum is divided by", .type = FL_PARAM_NUMBER, .flags = FL_COMPUTED,
                 .min = -1e9, .max = 1e9, .preset_doc = "the product of both kernels' sums, 1 for one that is 0"},
    [OFFSET] = {.name = "offset", .doc = "levels added to the result", .type = FL_PARAM_NUMBER, .min = -65535, .max = 65535},
    [ABSOLUTE] = {.name = "absolute", .doc = "take the absolute value of results", .type = FL_PARAM_BOOLEAN},
    [PRESERVE_ALPHA] = {.name = "preserveAlpha", .doc = "leave alpha as it is, as in SVG's feConvolveMatrix", .type = FL_PARAM_BOOLEAN},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_separable = {
    .name = "separable",
    .family = "convolve",
    .doc = "Weighted sums with a kernel that is a column times a row: one after the other, which takes far fewer steps than convolve.",
    FL_CONVOLUTION_STAGE,
    .cost = 4.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
