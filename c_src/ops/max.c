#include "ops/combine.h"

static void row(fl_stage *stage) { fl_combine_row(stage, FL_MAX, 1); }

const fl_op fl_op_max = {
    .name = "max",
    .family = "compose",
    .doc = "The brighter value of this frame and another of the same size and format, channel by channel. Alpha stays as it is.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.5f,
    .params = fl_combine_params,
    .param_count = FL_COUNT(fl_combine_params),
    .row = row,
};
