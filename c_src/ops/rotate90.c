#include "kernels/mirror.h"
#include "kernels/rotate.h"
#include "ops/op.h"

#include <string.h>

#define TURNS_MAX 1000000

enum { TURNS };

static const fl_param params[] = {
    [TURNS] = {.name = "turns", .doc = "How many quarter turns clockwise; negative ones are anticlockwise.",
               .type = FL_PARAM_INTEGER, .min = -TURNS_MAX, .max = TURNS_MAX, .preset = 1},
};

/* 0 to 3 */
static uint32_t find_turns(const fl_node *node) {
  int32_t turns = (int32_t)node->params[TURNS].number % 4;
  return (uint32_t)(turns < 0 ? turns + 4 : turns);
}

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  const fl_shape *in = &node->in[0];
  uint32_t turns = find_turns(node);
  node->kind = turns == 0 ? FL_KIND_POINT : FL_KIND_RANDOM;
  node->out = turns % 2 ? (fl_shape){in->height, in->width, in->format} : *in;
  return FL_OK;
}

static void reverse_rows(const fl_stage *stage, uint32_t bytes) {
  const fl_image *image = stage->in[0].image;
  for (uint32_t i = 0; i < stage->count; i++) {
    const uint8_t *src = fl_frame_image_row(image, 0, image->height - 1 - stage->y - i);
    fl_kernels_mirror(stage->node->simd)
        ->reverse(stage->dst + i * stage->dst_stride, src + (size_t)(image->width - stage->columns.end) * bytes,
                  fl_span_length(stage->columns), bytes);
  }
}

/* Output (x, y) is input (y, height − 1 − x): the input's rows run upwards. */
static void turn_clockwise(const fl_stage *stage, uint32_t bytes) {
  const fl_image *image = stage->in[0].image;
  const uint8_t *src = fl_frame_image_row(image, 0, image->height - 1 - stage->columns.first) + (size_t)stage->y * bytes;
  fl_kernels_rotate(stage->node->simd)
      ->transpose(stage->dst, (ptrdiff_t)stage->dst_stride, src, -(ptrdiff_t)image->plane[0].stride,
                  fl_span_length(stage->columns), stage->count, bytes);
}

/* Output (x, y) is input (width − 1 − y, x): the output's rows are made upwards. */
static void turn_anticlockwise(const fl_stage *stage, uint32_t bytes) {
  const fl_image *image = stage->in[0].image;
  uint32_t left = image->width - stage->y - stage->count;
  const uint8_t *src = fl_frame_image_row(image, 0, stage->columns.first) + (size_t)left * bytes;
  fl_kernels_rotate(stage->node->simd)
      ->transpose(stage->dst + (stage->count - 1) * stage->dst_stride, -(ptrdiff_t)stage->dst_stride, src,
                  (ptrdiff_t)image->plane[0].stride, fl_span_length(stage->columns), stage->count, bytes);
}

static void row(fl_stage *stage) {
  uint32_t bytes = fl_bytes_per_pixel(stage->node->out.format);
  switch (find_turns(stage->node)) {
    case 0: memmove(stage->dst, stage->in[0].rows[0], (size_t)fl_span_length(stage->columns) * bytes); break;
    case 1: turn_clockwise(stage, bytes); break;
    case 2: reverse_rows(stage, bytes); break;
    default: turn_anticlockwise(stage, bytes);
  }
}

const fl_op fl_op_rotate90 = {
    .name = "rotate90",
    .family = "geometry",
    .doc = "Quarter turns clockwise.",
    .kind = FL_KIND_RANDOM,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .band = 16,
    .cost = 1,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .row = row,
};
