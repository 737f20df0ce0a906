#include "kernels/arithmetic.h"
#include "kernels/colour.h"
#include "ops/op.h"

enum { MODE };
enum { MODE_ALPHA, MODE_LUMINANCE };

static const fl_param params[] = {
    [MODE] = {.name = "mode",
              .doc = "What counts of a mask with colours: its alpha, or its luma (BT.601) times its alpha, as CSS has it. Of gray8 its value.",
              .type = FL_PARAM_CHOICE, .preset = MODE_ALPHA, .choices = "alpha|luminance"},
};

/* The luma of a row of the mask. */
static size_t state_bytes(const fl_node *node, fl_span columns) {
  bool needs_luma = node->in[1].format != FL_GRAY8 && node->params[MODE].number == MODE_LUMINANCE;
  return needs_luma ? fl_span_length(columns) : 0;
}

static void mask_by_luminance(const fl_stage *stage, const uint8_t *src, const uint8_t *other, size_t count) {
  static const int16_t rgba[4] = {9798, 19235, 3735, 0}, bgra[4] = {3735, 19235, 9798, 0};
  const fl_node *node = stage->node;
  const fl_arithmetic_kernels *kernels = fl_kernels_arithmetic(node->simd);
  fl_kernels_colour(node->simd)->gray(stage->state, other, count, node->in[1].format == FL_BGRA8 ? bgra : rgba);
  kernels->mask(stage->dst, src, stage->state, count);
  kernels->mask_by_alpha(stage->dst, stage->dst, other, count);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_arithmetic_kernels *kernels = fl_kernels_arithmetic(node->simd);
  const uint8_t *src = stage->in[0].rows[0], *other = stage->in[1].rows[0];
  const fl_arithmetic product = {FL_MULTIPLY, FL_MULTIPLY_UNIT, false};
  size_t count = fl_span_length(stage->columns);
  if (node->out.format == FL_GRAY8) kernels->combine(stage->dst, src, other, count, &product);
  else if (node->in[1].format == FL_GRAY8) kernels->mask(stage->dst, src, other, count);
  else if (node->params[MODE].number == MODE_ALPHA) kernels->mask_by_alpha(stage->dst, src, other, count);
  else mask_by_luminance(stage, src, other, count);
}

const fl_op fl_op_mask = {
    .name = "mask",
    .family = "compose",
    .doc = "Multiplies alpha by a mask of the same size, 255 standing for one: a gray8 frame, or one of the same format. A gray8 frame has "
           "no alpha: there the value is multiplied, by a gray8 mask.",
    .kind = FL_KIND_POINT,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .other_formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .state_bytes = state_bytes,
    .row = row,
};
