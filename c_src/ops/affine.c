#include "ops/warp.h"

static const fl_param params[] = {
    [FL_WARP_MATRIX] = {.name = "matrix",
                .doc = "2×3, row by row: from a pixel of the result to its place in the input, x' = m₀·x + m₁·y + m₂, "
                       "y' = m₃·x + m₄·y + m₅, in pixel indices.",
                .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = -FL_WARP_ENTRY_MAX, .max = FL_WARP_ENTRY_MAX, .count_min = 6,
                .count_max = 6},
    FL_WARP_SIZE_PARAMS,
    FL_WARP_SAMPLING_PARAMS,
};

static void fill(const fl_node *node, void *tables) { fl_warp_fill(node, tables, node->params[FL_WARP_MATRIX].items, 6, FL_WARP_FILTER); }

const fl_op fl_op_affine = {
    .name = "affine",
    .doc = "Turned, sheared, scaled and moved by a matrix that says for each pixel of the result where it comes from (OpenCV's "
           "warpAffine with WARP_INVERSE_MAP). Places are rounded to 1/1024 pixel.",
    FL_WARP_STAGE,
    .cost = 4,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = fl_warp_resolve_size,
    .fill = fill,
};
