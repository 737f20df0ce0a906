#include "kernels/alpha.h"
#include "ops/op.h"

static void row(fl_stage *stage) {
  fl_kernels_alpha(stage->node->simd)->unpremultiply(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns));
}

const fl_op fl_op_unpremultiply = {
    .name = "unpremultiply",
    .family = "colour",
    .doc = "From premultiplied to straight alpha: every colour times 255 / alpha, at most 255; 0 where alpha is 0.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 1.2f,
    .row = row,
};
