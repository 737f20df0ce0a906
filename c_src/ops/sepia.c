#include "ops/filter_matrix.h"

enum { AMOUNT };

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "0 changes nothing, 1 is all brown", .type = FL_PARAM_NUMBER, .max = 1, .preset = 1},
};

static void fill(const fl_node *node, void *tables) {
  static const double full[9] = {0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131};
  double amount = node->params[AMOUNT].number, matrix[9];
  for (uint32_t i = 0; i < 9; i++) matrix[i] = full[i] * amount + (i % 4 == 0 ? 1 - amount : 0);
  fl_filter_matrix_fill(node, matrix, tables);
}

const fl_op fl_op_sepia = {
    .name = "sepia",
    .doc = "The brown of old photographs, as CSS's sepia(); alpha stays.",
    FL_FILTER_MATRIX_STAGE,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
