#include "kernels/margin.h"
#include "kernels/pyramid.h"
#include "ops/op.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  const fl_shape *in = &node->in[0];
  node->out = (fl_shape){(in->width + 1) / 2, (in->height + 1) / 2, in->format};
  return FL_OK;
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)node, (void)input;
  int32_t middle = 2 * (int32_t)y;
  return (fl_window){middle - 2, middle + 2};
}

/* With what lies beyond the image. */
typedef struct reach {
  int32_t first, end;
} reach;

static reach reach_of(fl_span out) { return (reach){2 * (int32_t)out.first - 2, 2 * (int32_t)out.end + 1}; }

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  reach wanted = reach_of(out);
  return (fl_span){(uint32_t)fl_max_i32(wanted.first, 0), fl_min_u32((uint32_t)wanted.end, node->in[0].width)};
}

static size_t state_bytes(const fl_node *node, fl_span out) {
  reach wanted = reach_of(out);
  return (size_t)(wanted.end - wanted.first) * fl_bytes_per_pixel(node->out.format) * sizeof(uint16_t);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_pyramid_kernels *kernels = fl_kernels_pyramid(node->simd);
  uint32_t channels = fl_bytes_per_pixel(node->out.format);
  reach wanted = reach_of(stage->columns);
  fl_margin margin = {stage->in[0].columns, node->in[0].width, FL_BORDER_REFLECT101};
  uint16_t *scratch = stage->state;
  kernels->shrink_down(scratch + (size_t)((int32_t)margin.known.first - wanted.first) * channels, stage->in[0].rows,
                       (size_t)fl_span_length(margin.known) * channels);
  fl_margin_fill(scratch, wanted.first, wanted.end, channels * sizeof *scratch, &margin, NULL);
  kernels->shrink_along(stage->dst, scratch + 2 * channels, fl_span_length(stage->columns), channels);
}

const fl_op fl_op_pyr_down = {
    .name = "pyrDown",
    .family = "geometry",
    .doc = "The next level of a Gaussian pyramid: blurred with the weights 1 4 6 4 1 and half as large, as OpenCV's pyrDown.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 3.5f,
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .state_bytes = state_bytes,
    .row = row,
};
