#include "ops/op.h"

enum { AMOUNT };

extern const fl_op fl_op_linear;

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "1 changes nothing, below 1 flattens, 0 is all gray 128", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .min = 0, .max = 255},
};

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  double amount = node->params[AMOUNT].number;
  const fl_value linear[] = {{.number = amount}, {.number = 128 - 128 * amount}};
  expansion->add(expansion, &(fl_expansion_part){&fl_op_linear, linear, {FL_EXPANSION_INPUT}});
  return FL_OK;
}

const fl_op fl_op_contrast = {
    .name = "contrast",
    .family = "tone",
    .doc = "Away from middle gray or towards it: (v − 128) · amount + 128; alpha stays.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .params = params,
    .param_count = FL_COUNT(params),
    .expand = expand,
};
