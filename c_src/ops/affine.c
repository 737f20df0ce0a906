#include "ops/warp.h"

enum { MATRIX, WIDTH, HEIGHT, FILTER };

static const fl_param params[] = {
    [MATRIX] = {.name = "matrix",
                .doc = "2×3, row by row: from a pixel of the result to its place in the input, x' = m₀·x + m₁·y + m₂, "
                       "y' = m₃·x + m₄·y + m₅, in pixel indices.",
                .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = -FL_WARP_ENTRY_MAX, .max = FL_WARP_ENTRY_MAX, .count_min = 6,
                .count_max = 6},
    FL_WARP_SIZE_PARAMS,
    FL_WARP_SAMPLING_PARAMS,
};

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_warp_resolve(node, WIDTH);
  return FL_OK;
}

static void fill(const fl_node *node, void *tables) { fl_warp_fill(node, tables, node->params[MATRIX].items, 6, FILTER); }

const fl_op fl_op_affine = {
    .name = "affine",
    .family = "geometry",
    .doc = "Turned, sheared, scaled and moved by a matrix that says for each pixel of the result where it comes from (OpenCV's "
           "warpAffine with WARP_INVERSE_MAP). Places are rounded to 1/1024 pixel.",
    .kind = FL_KIND_RANDOM,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .band = FL_WARP_BAND,
    .cost = 4,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .tables_bytes = fl_warp_tables_bytes,
    .fill = fill,
    .row = fl_warp_row,
};
