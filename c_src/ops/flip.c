#include "kernels/mirror.h"
#include "ops/op.h"

#include <string.h>

enum { AXIS };
enum { AXIS_X, AXIS_Y, AXIS_BOTH };

static const fl_param params[] = {
    [AXIS] = {.name = "axis", .doc = "Which coordinate is mirrored: x swaps left and right, y swaps top and bottom.",
              .type = FL_PARAM_CHOICE, .preset = AXIS_X, .choices = "x|y|both"},
};

static uint32_t find_axis(const fl_node *node) { return (uint32_t)node->params[AXIS].number; }

/* Rows in reverse need the last one first, so the whole image. */
static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->kind = find_axis(node) == AXIS_X ? FL_KIND_RESAMPLE : FL_KIND_RANDOM;
  return FL_OK;
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)node, (void)input;
  return (fl_window){(int32_t)y, (int32_t)y};
}

static fl_span mirror(const fl_node *node, fl_span span) {
  uint32_t width = node->in[0].width;
  return (fl_span){width - span.end, width - span.first};
}

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  return find_axis(node) == AXIS_Y ? out : mirror(node, out);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_image *image = stage->in[0].image;
  uint32_t bytes = fl_bytes_per_pixel(node->out.format), axis = find_axis(node), count = fl_span_length(stage->columns);
  const uint8_t *src = axis == AXIS_X ? stage->in[0].rows[0]
                                      : fl_frame_image_row(image, 0, image->height - 1 - stage->y) +
                                            (size_t)columns(node, 0, stage->columns).first * bytes;
  if (axis == AXIS_Y) memcpy(stage->dst, src, (size_t)count * bytes);
  else fl_kernels_mirror(node->simd)->reverse(stage->dst, src, count, bytes);
}

const fl_op fl_op_flip = {
    .name = "flip",
    .family = "geometry",
    .doc = "The mirror image. Axis x is OpenCV's flip code 1, y is 0, both is −1.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.4f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .row = row,
};
