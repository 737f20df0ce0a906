#include "kernels/rank.h"
#include "ops/stencil.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->halo = (fl_halo){1, 1, 1, 1};
  node->border = FL_BORDER_REPLICATE;
  return FL_OK;
}

static void row(fl_stage *stage) {
  const fl_rank_kernels *kernels = fl_kernels_rank(stage->node->simd);
  bool gray = fl_bytes_per_pixel(stage->node->in[0].format) == 1;
  fl_stencil_run3(stage, gray ? kernels->median3_one_channel : kernels->median3_four_channels);
}

static const fl_param params[] = {
    {.name = "radius", .doc = "pixels on every side of the window: 1 for 3×3", .type = FL_PARAM_INTEGER, .min = 1, .max = 1,
     .preset = 1},
};

const fl_op fl_op_median = {
    .name = "median",
    .family = "blur",
    .doc = "The middle of the values around each pixel, in every channel on its own: takes specks away and keeps edges.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .row = row,
};
