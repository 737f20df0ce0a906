#include "kernels/hsv.h"
#include "ops/op.h"

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  uint32_t red = node->in[0].format == FL_BGRA8 ? 2 : 0;
  fl_kernels_hsv(node->simd)->to_rgb(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), red);
}

const fl_op fl_op_hsv_to_rgb = {
    .name = "hsvToRgb",
    .family = "colour",
    .doc = "Back from what rgbToHsv makes: hue 0 to 179 in the place of red (180 and above start over), saturation and value "
           "in those of green and blue; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 1.0f,
    .row = row,
};
