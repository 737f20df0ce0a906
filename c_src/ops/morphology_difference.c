#include "kernels/morphology.h"
#include "ops/morphology.h"

enum { BACKWARDS };

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  size_t bytes = fl_bytes_per_pixel(node->out.format);
  const uint8_t *first = stage->in[0].rows[0], *second = stage->in[1].rows[0];
  bool backwards = node->params[BACKWARDS].number != 0;
  fl_kernels_morphology(node->simd)
      ->difference(stage->dst, backwards ? second : first, backwards ? first : second, first, fl_span_length(stage->columns) * bytes,
                   bytes == 4 ? 0x00ffffff : 0xffffffff);
}

static const fl_param params[] = {
    [BACKWARDS] = {.name = "backwards", .doc = "the first is taken from the second", .type = FL_PARAM_BOOLEAN},
};

const fl_op fl_op_morphology_difference = {
    .name = "morphologyDifference",
    .family = "morphology",
    .doc = "The last step of morphGradient, topHat and blackHat: one image less the other, which is nowhere greater; alpha is the first's.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 2,
    .internal = true,
    .formats = FL_FORMATS_TONE,
    .cost = 0.8f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
