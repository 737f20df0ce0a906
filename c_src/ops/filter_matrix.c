#include "ops/filter_matrix.h"

extern const fl_op fl_op_color_matrix;

size_t fl_filter_matrix_tables_bytes(const fl_node *node) { return fl_op_color_matrix.tables_bytes(node); }

void fl_filter_matrix_fill(const fl_node *node, const double matrix[9], void *tables) {
  double whole[20] = {[18] = 1};
  for (uint32_t o = 0; o < 3; o++)
    for (uint32_t c = 0; c < 3; c++) whole[o * 5 + c] = matrix[o * 3 + c];
  fl_node as_color_matrix = *node;
  as_color_matrix.params = &(fl_value){.items = whole, .count = FL_COUNT(whole)};
  fl_op_color_matrix.fill(&as_color_matrix, tables);
}

void fl_filter_matrix_row(fl_stage *stage) { fl_op_color_matrix.row(stage); }
