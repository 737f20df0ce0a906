#include "kernels/convolve.h"
#include "ops/convolution.h"
#include "ops/stencil.h"

enum { KERNEL, WIDTH, HEIGHT, DIVISOR, OFFSET, ABSOLUTE, PRESERVE_ALPHA, BORDER, BORDER_COLOR };

#define WEIGHT_MAX 1e6

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_value *own = node->params;
  uint32_t width = (uint32_t)own[WIDTH].number, height = (uint32_t)own[HEIGHT].number;
  if (own[KERNEL].count != width * height)
    return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "kernel must be a list of width · height numbers, row after row");
  if (own[DIVISOR].number == 0) return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "divisor must not be 0");
  fl_convolution_measure(node, width, height, false);
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static void fill(const fl_node *node, void *tables) {
  const fl_value *own = node->params;
  fl_convolution_fill(node, tables, &(fl_convolution){
      .width = (uint32_t)own[WIDTH].number, .height = (uint32_t)own[HEIGHT].number, .kernel = own[KERNEL].items,
      .divisor = isnan(own[DIVISOR].number) ? fl_convolution_sum(own[KERNEL].items, own[KERNEL].count) : own[DIVISOR].number,
      .offset = own[OFFSET].number, .absolute = own[ABSOLUTE].number != 0, .keeps_alpha = own[PRESERVE_ALPHA].number != 0});
}

static const fl_param params[] = {
    [KERNEL] = {.name = "kernel", .doc = "the weights, row after row", .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED,
                .min = -WEIGHT_MAX, .max = WEIGHT_MAX, .count_min = 1, .count_max = FL_CONVOLVE_TAPS_MAX},
    [WIDTH] = {.name = "width", .doc = "weights in a row; the middle one, or the one right of the middle, is the pixel's own",
               .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED, .min = 1, .max = FL_CONVOLVE_SIDE_MAX},
    [HEIGHT] = {.name = "height", .doc = "rows of weights", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED, .min = 1,
                .max = FL_CONVOLVE_SIDE_MAX},
    [DIVISOR] = {.name = "divisor", .doc = "what the sum is divided by", .type = FL_PARAM_NUMBER, .flags = FL_COMPUTED,
                 .min = -1e9, .max = 1e9, .preset_doc = "the sum of the kernel, or 1 where that is 0"},
    [OFFSET] = {.name = "offset", .doc = "levels added to the result", .type = FL_PARAM_NUMBER, .min = -65535, .max = 65535},
    [ABSOLUTE] = {.name = "absolute", .doc = "take the absolute value of results", .type = FL_PARAM_BOOLEAN},
    [PRESERVE_ALPHA] = {.name = "preserveAlpha", .doc = "leave alpha as it is, as in SVG's feConvolveMatrix", .type = FL_PARAM_BOOLEAN},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_convolve = {
    .name = "convolve",
    .family = "convolve",
    .doc = "Weighted sums of the pixels around each pixel, in every channel, with a kernel of one's own; it is not turned round.",
    FL_CONVOLUTION_STAGE,
    .cost = 6.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
