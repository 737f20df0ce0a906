#include "ops/combine.h"

static const fl_param params[] = {
    {.name = "scale", .doc = "The result is multiplied by this before it is rounded; with 1, levels are multiplied as OpenCV does.",
     .type = FL_PARAM_NUMBER, .flags = FL_COMPUTED, .min = -255, .max = 255, .preset_doc = "1/255, so that 255 stands for one"},
};

static void row(fl_stage *stage) { fl_combine_row(stage, FL_MULTIPLY, FL_MULTIPLY_UNIT); }

const fl_op fl_op_multiply = {
    .name = "multiply",
    .family = "compose",
    .doc = "Multiplies by another frame of the same size and format, channel by channel."
           " Alpha stays as it is.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
