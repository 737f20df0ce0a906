/* What sepia, saturate and hueRotate have in common: a matrix of three rows of three (W3C Filter Effects) on the colour channels.
 * They are colorMatrix with a matrix of their own. */
#ifndef FL_OPS_FILTER_MATRIX_H
#define FL_OPS_FILTER_MATRIX_H

#include "ops/op.h"

size_t fl_filter_matrix_tables_bytes(const fl_node *node);
/* The tables that fl_filter_matrix_row works with; matrix: the factors of R, G, B that make R, then G, B. */
void fl_filter_matrix_fill(const fl_node *node, const double matrix[9], void *tables);
void fl_filter_matrix_row(fl_stage *stage);

/* The factors of R, G and B in luma, as Filter Effects rounds them. */
#define FL_FILTER_LUMA_RED 0.213
#define FL_FILTER_LUMA_GREEN 0.715
#define FL_FILTER_LUMA_BLUE 0.072

#define FL_FILTER_MATRIX_STAGE                                                                                                     \
  .family = "colour", .kind = FL_KIND_POINT, .inputs = 1, .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),          \
  .cost = 0.7f, .tables_bytes = fl_filter_matrix_tables_bytes, .row = fl_filter_matrix_row

#endif
