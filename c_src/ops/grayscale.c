#include "kernels/colour.h"
#include "ops/op.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->out.format = FL_GRAY8;
  return FL_OK;
}

/* BT.601: 0.299, 0.587 and 0.114 in 1/32768, as OpenCV 4 rounds them, so that the results are equal. */
static void row(fl_stage *stage) {
  static const int16_t rgba[4] = {9798, 19235, 3735, 0}, bgra[4] = {3735, 19235, 9798, 0};
  const int16_t *weight = stage->node->in[0].format == FL_BGRA8 ? bgra : rgba;
  fl_kernels_colour(stage->node->simd)->gray(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), weight);
}

const fl_op fl_op_grayscale = {
    .name = "grayscale",
    .family = "colour",
    .doc = "The luma of BT.601 as a gray8 frame: 0.299 R + 0.587 G + 0.114 B. Alpha is dropped.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 0.2f,
    .resolve = resolve,
    .row = row,
};
