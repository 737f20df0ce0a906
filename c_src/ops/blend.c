#include "kernels/compose.h"
#include "ops/op.h"

enum { MODE, OPACITY };

static const fl_param params[] = {
    [MODE] = {.name = "mode", .doc = "how the two colours mix where both layers are", .type = FL_PARAM_CHOICE,
              .choices = FL_BLEND_MODE_CHOICES, .preset = FL_BLEND_NORMAL},
    [OPACITY] = {.name = "opacity", .doc = "of the layer on top: its alpha is multiplied by this", .type = FL_PARAM_NUMBER, .max = 1,
                 .preset = 1},
};

/* The pipeline's image is the backdrop, the other one the source. */
static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_blend blend = {(fl_blend_mode)node->params[MODE].number, (float)node->params[OPACITY].number};
  const fl_compose_kernels *kernels = fl_kernels_compose(node->simd);
  const uint8_t *backdrop = stage->in[0].rows[0], *source = stage->in[1].rows[0];
  uint32_t columns = fl_span_length(stage->columns);
  if (node->out.format == FL_GRAY8) kernels->blend_gray(stage->dst, backdrop, source, columns, &blend);
  else kernels->blend(stage->dst, backdrop, source, columns, &blend);
}

const fl_op fl_op_blend = {
    .name = "blend",
    .family = "compose",
    .doc = "Lays another frame of the same size and format over this one, as the W3C's Compositing and Blending; alpha is straight in "
           "and out, and a gray8 frame is opaque.",
    .kind = FL_KIND_POINT,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.9f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
