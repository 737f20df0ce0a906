#include "ops/combine.h"

static void row(fl_stage *stage) { fl_combine_row(stage, FL_ABS_DIFF, 1); }

const fl_op fl_op_abs_diff = {
    .name = "absDiff",
    .family = "compose",
    .doc = "How far apart this frame and another of the same size and format are, channel by channel. Alpha stays as it is.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.5f,
    .params = fl_combine_params,
    .param_count = FL_COUNT(fl_combine_params),
    .row = row,
};
