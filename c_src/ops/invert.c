#include "kernels/tone.h"
#include "ops/op.h"

static void row(fl_stage *stage) {
  uint32_t bytes = fl_bytes_per_pixel(stage->node->out.format);
  uint32_t mask = bytes == 4 ? 0x00ffffff : 0xffffffff;
  fl_kernels_tone(stage->node->simd)
      ->invert(stage->dst, stage->in[0].rows[0], (size_t)fl_span_length(stage->columns) * bytes, mask);
}

const fl_op fl_op_invert = {
    .name = "invert",
    .family = "tone",
    .doc = "The negative: 255 − v in every colour channel; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.3f,
    .row = row,
};
