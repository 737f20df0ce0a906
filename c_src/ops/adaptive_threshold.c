#include "ops/op.h"

enum { RADIUS, OFFSET, METHOD, MAX };
enum { MEAN, GAUSSIAN };

#define RADIUS_MAX 750 /* what gaussianBlur takes */

extern const fl_op fl_op_box_blur, fl_op_gaussian_blur, fl_op_adaptive_compare;

/* The deviation that OpenCV has for a window of this radius. */
static double sigma_for(double radius) { return 0.3 * (radius - 1) + 0.8; }

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  const fl_value *own = node->params, border = {.number = FL_BORDER_REPLICATE}, computed = {.number = NAN};
  const fl_value box[] = {own[RADIUS], computed, computed, border, {0}};
  const fl_value gaussian[] = {{.number = sigma_for(own[RADIUS].number)}, own[RADIUS], border, {0}};
  const fl_value compare[] = {own[OFFSET], own[MAX]};
  fl_expansion_part mean = {&fl_op_box_blur, box, {FL_EXPANSION_INPUT}};
  if (own[METHOD].number == GAUSSIAN) mean.op = &fl_op_gaussian_blur, mean.params = gaussian;
  uint32_t blurred = expansion->add(expansion, &mean);
  expansion->add(expansion, &(fl_expansion_part){&fl_op_adaptive_compare, compare, {FL_EXPANSION_INPUT, blurred}});
  return FL_OK;
}

static const fl_param params[] = {
    [RADIUS] = {.name = "radius", .doc = "pixels on every side that the mean is taken of", .type = FL_PARAM_INTEGER,
                .flags = FL_REQUIRED, .min = 1, .max = RADIUS_MAX},
    [OFFSET] = {.name = "offset", .doc = "taken from the mean: above 0 leaves flat areas at max, below 0 at 0", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .min = -255, .max = 255},
    [METHOD] = {.name = "method", .doc = "how the pixels around are averaged: all alike, or with sigma 0.3·(radius − 1) + 0.8",
                .type = FL_PARAM_CHOICE, .choices = "mean|gaussian"},
    [MAX] = {.name = "max", .doc = "what becomes of values that pass", .type = FL_PARAM_INTEGER, .max = 255, .preset = 255},
};

const fl_op fl_op_adaptive_threshold = {
    .name = "adaptiveThreshold",
    .family = "tone",
    .doc = "Splits a gray8 frame in two by the mean around each pixel: max where v > mean − offset, else 0. Beyond the edges the "
           "outermost pixels go on. With method 'mean' it takes as long for a large radius as for a small one.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.7f,
    .params = params,
    .param_count = FL_COUNT(params),
    .expand = expand,
};
