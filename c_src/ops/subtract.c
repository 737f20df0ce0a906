#include "ops/combine.h"

static void row(fl_stage *stage) { fl_combine_row(stage, FL_SUBTRACT, 1); }

const fl_op fl_op_subtract = {
    .name = "subtract",
    .family = "compose",
    .doc = "Subtracts another frame of the same size and format, channel by channel; what falls below 0 is 0. Alpha stays "
           "as it is.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.5f,
    .params = fl_combine_params,
    .param_count = FL_COUNT(fl_combine_params),
    .row = row,
};
