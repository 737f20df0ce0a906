#include "kernels/compose.h"
#include "ops/op.h"

enum { MODE, OPACITY };

static const fl_param params[] = {
    [MODE] = {.name = "mode",
              .doc = "How the two layers become one. normal to luminosity are the W3C's blend modes: what becomes of the colours where both "
                     "layers are. clear to lighter are the Porter-Duff operators: how much of each layer there is (lighter adds up).",
              .type = FL_PARAM_CHOICE, .choices = FL_BLEND_MODE_CHOICES, .preset = FL_BLEND_NORMAL},
    [OPACITY] = {.name = "opacity", .doc = "Of the layer on top: its alpha is multiplied by this.", .type = FL_PARAM_NUMBER, .max = 1,
                 .preset = 1},
};

/* ns per pixel of what is costly in a mode, measured over an opaque backdrop. */
static float cost_of(fl_blend_mode mode) {
  switch (mode) {
    case FL_BLEND_NORMAL: case FL_BLEND_SOURCE_OVER: return 0.9f;
    case FL_BLEND_COLOR_DODGE: case FL_BLEND_COLOR_BURN: return 2.4f;
    case FL_BLEND_SOFT_LIGHT: case FL_BLEND_HUE: case FL_BLEND_SATURATION: return 4.5f;
    case FL_BLEND_COLOR: case FL_BLEND_LUMINOSITY: return 3.8f;
    default: return mode < FL_BLEND_CLEAR ? 1.5f : 2.5f;
  }
}

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->cost = cost_of((fl_blend_mode)node->params[MODE].number);
  return FL_OK;
}

/* The pipeline's image is the backdrop, the other one the source. */
static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_blend blend = {(fl_blend_mode)node->params[MODE].number, (float)node->params[OPACITY].number,
                          node->out.format == FL_BGRA8};
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
           "and out. A gray8 frame is opaque, and of the result its colour is kept.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .formats = FL_FORMATS_TONE,
    .cost = 0.9f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .row = row,
};
