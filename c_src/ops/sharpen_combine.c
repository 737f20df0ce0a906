#include "kernels/sharpen.h"
#include "ops/op.h"

enum { AMOUNT, THRESHOLD };

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  uint32_t bytes = fl_bytes_per_pixel(node->out.format);
  fl_sharpen_strength strength = {
      .amount = (int16_t)(node->params[AMOUNT].number * FL_SHARPEN_ONE + 0.5),
      .threshold = (uint8_t)node->params[THRESHOLD].number,
      .mask = bytes == 4 ? 0x00ffffff : 0xffffffff,
  };
  fl_kernels_sharpen(node->simd)
      ->combine(stage->dst, stage->in[0].rows[0], stage->in[1].rows[0], (size_t)fl_span_length(stage->columns) * bytes, &strength);
}

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "how many times the difference is added", .type = FL_PARAM_NUMBER,
                .max = FL_SHARPEN_AMOUNT_MAX, .preset = 1},
    [THRESHOLD] = {.name = "threshold", .doc = "differences up to this many levels are left alone", .type = FL_PARAM_INTEGER,
                   .max = 255},
};

const fl_op fl_op_sharpen_combine = {
    .name = "sharpenCombine",
    .family = "sharpen",
    .doc = "The last step of unsharpMask: v + amount·(v − blurred), from the image and its blurred self; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .internal = true,
    .formats = FL_FORMATS_TONE,
    .cost = 0.8f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
