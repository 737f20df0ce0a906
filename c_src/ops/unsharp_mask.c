#include "kernels/sharpen.h"
#include "ops/stencil.h"

enum { SIGMA, AMOUNT, THRESHOLD, BORDER, BORDER_COLOR };

extern const fl_op fl_op_gaussian_blur, fl_op_sharpen_combine;

/* The parts check their own parameters; the border is the blur's. */
static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  const fl_value *own = node->params;
  const fl_value blur[] = {own[SIGMA], {.number = NAN}, own[BORDER], own[BORDER_COLOR]};
  const fl_value combine[] = {own[AMOUNT], own[THRESHOLD]};
  uint32_t blurred = expansion->add(expansion, &(fl_expansion_part){&fl_op_gaussian_blur, blur, {FL_EXPANSION_INPUT}});
  expansion->add(expansion, &(fl_expansion_part){&fl_op_sharpen_combine, combine, {FL_EXPANSION_INPUT, blurred}});
  return FL_OK;
}

static const fl_param params[] = {
    [SIGMA] = {.name = "sigma", .doc = "standard deviation of the blur, in pixels: the size of the details that are sharpened",
               .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = 0.1, .max = 250},
    [AMOUNT] = {.name = "amount", .doc = "how many times the difference to the blurred image is added", .type = FL_PARAM_NUMBER,
                .max = FL_SHARPEN_AMOUNT_MAX, .preset = 1},
    [THRESHOLD] = {.name = "threshold", .doc = "differences up to this many levels are left alone", .type = FL_PARAM_INTEGER,
                   .max = 255},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_unsharp_mask = {
    .name = "unsharpMask",
    .family = "sharpen",
    .doc = "Adds what a Gaussian blur takes away: v + amount·(v − blurred), where the difference exceeds the threshold; "
           "alpha stays.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 6.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .expand = expand,
};
