/* A module without stages, whose operation has its name and parameters that are bound to the item of a flow. */
#include <framelane_module.h>

enum { NUMBER, TIME, LEVEL };
static const fl_param params[] = {
    [NUMBER] = {.name = "number", .doc = "drawn into row 0", .type = FL_PARAM_INTEGER, .flags = FL_BOUND_NUMBER, .min = 0, .max = 255},
    [TIME] = {.name = "time", .doc = "drawn into row 1, in tenths of a second", .type = FL_PARAM_NUMBER, .flags = FL_BOUND_TIME, .min = 0, .max = 25},
    [LEVEL] = {.name = "level", .doc = "of the other rows", .type = FL_PARAM_INTEGER, .min = 0, .max = 255},
};

static void row(fl_stage *stage) {
  const fl_value *values = stage->node->params;
  double value = stage->y == 0 ? values[NUMBER].number : stage->y == 1 ? values[TIME].number * 10 + 0.5 : values[LEVEL].number;
  memset(stage->dst, (int)value, fl_span_length(stage->columns));
}

static const fl_op stamp = {
    .name = "stamp", .family = "look", .doc = "Draws numbers.", .kind = FL_KIND_POINT, .inputs = 1, .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.1f, .params = params, .param_count = FL_COUNT(params), .row = row,
};

FL_MODULE("stamp", &stamp)
