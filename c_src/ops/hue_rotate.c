#include "ops/filter_matrix.h"

enum { DEGREES };

static const fl_param params[] = {
    [DEGREES] = {.name = "degrees", .doc = "how far every hue turns around the circle; 120 makes red green",
                 .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = -36000, .max = 36000},
};

/* Luma, the cosine times what differs from it, and the sine times the same turned by a right angle. */
static void fill(const fl_node *node, void *tables) {
  static const double luma[3] = {FL_FILTER_LUMA_RED, FL_FILTER_LUMA_GREEN, FL_FILTER_LUMA_BLUE};
  static const double turned[9] = {-0.213, -0.715, 0.928, 0.143, 0.140, -0.283, -0.787, 0.715, 0.072};
  double angle = fmod(node->params[DEGREES].number, 360) * (3.14159265358979323846 / 180);
  double cosine = cos(angle), sine = sin(angle), matrix[9];
  for (uint32_t i = 0; i < 9; i++) matrix[i] = luma[i % 3] * (1 - cosine) + (i % 4 == 0 ? cosine : 0) + turned[i] * sine;
  fl_filter_matrix_fill(node, matrix, tables);
}

const fl_op fl_op_hue_rotate = {
    .name = "hueRotate",
    .doc = "Turns every hue around the colour circle, as CSS's hue-rotate(); luma about stays, and so does alpha.",
    FL_FILTER_MATRIX_STAGE,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
