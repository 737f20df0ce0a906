#include "ops/op.h"

enum { AMOUNT };

extern const fl_op fl_op_linear;

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "levels added to every colour channel", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED,
                .min = -255, .max = 255},
};

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  const fl_value linear[] = {{.number = 1}, {.number = node->params[AMOUNT].number}};
  expansion->add(expansion, &(fl_expansion_part){&fl_op_linear, linear, {FL_EXPANSION_INPUT}});
  return FL_OK;
}

const fl_op fl_op_brightness = {
    .name = "brightness",
    .family = "tone",
    .doc = "Lighter or darker by the same number of levels everywhere: v + amount; alpha stays.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .params = params,
    .param_count = FL_COUNT(params),
    .expand = expand,
};
