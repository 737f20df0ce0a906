#include "kernels/channels.h"
#include "ops/op.h"

enum { CHANNEL };

static const fl_param params[] = {
    [CHANNEL] = {.name = "channel", .doc = "which one", .type = FL_PARAM_CHOICE, .flags = FL_REQUIRED,
                 .choices = "red|green|blue|alpha"},
};

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->out.format = FL_GRAY8;
  return FL_OK;
}

static void row(fl_stage *stage) {
  static const uint8_t rgba[4] = {0, 1, 2, 3}, bgra[4] = {2, 1, 0, 3};
  const fl_node *node = stage->node;
  const uint8_t *place = node->in[0].format == FL_BGRA8 ? bgra : rgba;
  fl_kernels_channels(node->simd)
      ->extract(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), place[(uint32_t)node->params[CHANNEL].number]);
}

const fl_op fl_op_extract_channel = {
    .name = "extractChannel",
    .family = "colour",
    .doc = "One channel as a gray8 frame.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 0.2f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .row = row,
};
