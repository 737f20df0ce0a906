#include "kernels/alpha.h"
#include "ops/op.h"

static void row(fl_stage *stage) {
  fl_kernels_alpha(stage->node->simd)->premultiply(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns));
}

const fl_op fl_op_premultiply = {
    .name = "premultiply",
    .family = "colour",
    .doc = "From straight to premultiplied alpha: every colour times alpha / 255. The other operations take alpha to be straight.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 0.5f,
    .row = row,
};
