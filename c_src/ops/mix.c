#include "kernels/arithmetic.h"
#include "ops/op.h"

enum { AMOUNT };

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "How much of the other frame there is: 0 none, 1 nothing else.", .type = FL_PARAM_NUMBER, .max = 1,
                .preset = 0.5},
};

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  size_t bytes = (size_t)fl_span_length(stage->columns) * fl_bytes_per_pixel(node->out.format);
  fl_kernels_arithmetic(node->simd)
      ->mix(stage->dst, stage->in[0].rows[0], stage->in[1].rows[0], bytes, (int16_t)lrint(node->params[AMOUNT].number * 16384));
}

const fl_op fl_op_mix = {
    .name = "mix",
    .family = "compose",
    .doc = "The weighted mean of this frame and another of the same size and format, alpha as the other channels: a cross-fade.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
