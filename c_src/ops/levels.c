#include "ops/op.h"

enum { IN_BLACK, IN_WHITE, GAMMA, OUT_BLACK, OUT_WHITE };

#define HALF 0.500000001 /* what is a half but for the last bits of a double is rounded up as a half */

/* Between black and white as a part; where they are the same, what is above is white. */
static double part_of(double v, double black, double white) {
  return black == white ? v > black : fmin(1, fmax(0, (v - black) / (white - black)));
}

static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  const fl_value *own = node->params;
  double out_black = own[OUT_BLACK].number, out_range = own[OUT_WHITE].number - out_black;
  for (uint32_t v = 0; v < 256; v++) {
    double value = out_black + out_range * pow(part_of(v, own[IN_BLACK].number, own[IN_WHITE].number), 1 / own[GAMMA].number);
    fl_lut_set_colour(lut, v, fl_clamp_u8((int32_t)floor(value + HALF)));
  }
}

static const fl_param params[] = {
    [IN_BLACK] = {.name = "inBlack", .doc = "this value and those below become outBlack", .type = FL_PARAM_NUMBER, .max = 255},
    [IN_WHITE] = {.name = "inWhite", .doc = "this value and those above become outWhite; below inBlack the result is a negative",
                  .type = FL_PARAM_NUMBER, .max = 255, .preset = 255},
    [GAMMA] = {.name = "gamma", .doc = "above 1 lightens the middle, below 1 darkens it", .type = FL_PARAM_NUMBER, .min = 0.01,
               .max = 100, .preset = 1},
    [OUT_BLACK] = {.name = "outBlack", .doc = "what the darkest becomes", .type = FL_PARAM_NUMBER, .max = 255},
    [OUT_WHITE] = {.name = "outWhite", .doc = "what the lightest becomes; below outBlack the result is a negative too",
                   .type = FL_PARAM_NUMBER, .max = 255, .preset = 255},
};

const fl_op fl_op_levels = {
    .name = "levels",
    .family = "tone",
    .doc = "Stretches the values from inBlack to inWhite over outBlack to outWhite, along the power curve 1/gamma, in every colour "
           "channel; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
