#include "ops/filter_matrix.h"

enum { AMOUNT };

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "0 is gray, 1 changes nothing, above 1 makes colours stronger", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .max = 100},
};

/* Luma, and `amount` times what differs from it. */
static void fill(const fl_node *node, void *tables) {
  static const double luma[3] = {FL_FILTER_LUMA_RED, FL_FILTER_LUMA_GREEN, FL_FILTER_LUMA_BLUE};
  double amount = node->params[AMOUNT].number, matrix[9];
  for (uint32_t i = 0; i < 9; i++) matrix[i] = luma[i % 3] * (1 - amount) + (i % 4 == 0 ? amount : 0);
  fl_filter_matrix_fill(node, matrix, tables);
}

const fl_op fl_op_saturate = {
    .name = "saturate",
    .doc = "Stronger or weaker colours, as CSS's saturate(); alpha stays.",
    FL_FILTER_MATRIX_STAGE,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
