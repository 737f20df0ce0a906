#include "ops/combine.h"

static void row(fl_stage *stage) { fl_combine_row(stage, FL_ADD, 1); }

const fl_op fl_op_add = {
    .name = "add",
    .family = "compose",
    .doc = "Adds another frame of the same size and format, channel by channel; scale 0.5 gives the mean. Alpha stays as it is.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.5f,
    .params = fl_combine_params,
    .param_count = FL_COUNT(fl_combine_params),
    .row = row,
};
