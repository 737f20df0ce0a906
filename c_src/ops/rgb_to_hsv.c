#include "kernels/hsv.h"
#include "ops/op.h"

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  uint32_t red = node->in[0].format == FL_BGRA8 ? 2 : 0;
  fl_kernels_hsv(node->simd)->from_rgb(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), red);
}

const fl_op fl_op_rgb_to_hsv = {
    .name = "rgbToHsv",
    .family = "colour",
    .doc = "Hue, saturation and value in the places of red, green and blue, as OpenCV: hue in steps of 2 degrees (0 to 179), "
           "the others 0 to 255; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 1.3f,
    .row = row,
};
