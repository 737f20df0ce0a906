#include "ops/warp.h"

static const fl_param params[] = {
    [FL_WARP_MATRIX] = {.name = "matrix",
                .doc = "3×3, row by row: from a pixel of the result to its place in the input, x' = (m₀·x + m₁·y + m₂) / "
                       "(m₆·x + m₇·y + m₈), y' likewise with m₃ to m₅, in pixel indices.",
                .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = -FL_WARP_ENTRY_MAX, .max = FL_WARP_ENTRY_MAX, .count_min = 9,
                .count_max = 9},
    FL_WARP_SIZE_PARAMS,
    FL_WARP_SAMPLING_PARAMS,
};

static void fill(const fl_node *node, void *tables) { fl_warp_fill(node, tables, node->params[FL_WARP_MATRIX].items, 9, FL_WARP_FILTER); }

const fl_op fl_op_perspective = {
    .name = "perspective",
    .doc = "Seen from elsewhere: a matrix says for each pixel of the result where it comes from (OpenCV's warpPerspective with "
           "WARP_INVERSE_MAP). Places are rounded to 1/1024 pixel; those more than a million pixels away count as that far.",
    FL_WARP_STAGE,
    .cost = 4.5f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = fl_warp_resolve_size,
    .fill = fill,
};
