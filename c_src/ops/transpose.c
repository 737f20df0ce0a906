#include "kernels/rotate.h"
#include "ops/op.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->out = (fl_shape){node->in[0].height, node->in[0].width, node->in[0].format};
  return FL_OK;
}

static void row(fl_stage *stage) {
  const fl_image *image = stage->in[0].image;
  uint32_t bytes = fl_bytes_per_pixel(stage->node->out.format);
  const uint8_t *src = fl_frame_image_row(image, 0, stage->columns.first) + (size_t)stage->y * bytes;
  fl_kernels_rotate(stage->node->simd)
      ->transpose(stage->dst, (ptrdiff_t)stage->dst_stride, src, (ptrdiff_t)image->plane[0].stride, fl_span_length(stage->columns),
                  stage->count, bytes);
}

const fl_op fl_op_transpose = {
    .name = "transpose",
    .family = "geometry",
    .doc = "The mirror image along the falling diagonal: rows become columns.",
    .kind = FL_KIND_RANDOM,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .band = 16,
    .cost = 1,
    .resolve = resolve,
    .row = row,
};
