/* What erode and dilate, and the operations that are made of them, have in common. */
#ifndef FL_OPS_MORPHOLOGY_H
#define FL_OPS_MORPHOLOGY_H

#include "ops/op.h"

#define FL_MORPHOLOGY_RADIUS_MAX 127
#define FL_MORPHOLOGY_ITERATIONS_MAX 8

enum { FL_MORPHOLOGY_RADIUS, FL_MORPHOLOGY_SHAPE, FL_MORPHOLOGY_ITERATIONS, FL_MORPHOLOGY_PARAMS };
enum { FL_MORPHOLOGY_RECT, FL_MORPHOLOGY_CROSS, FL_MORPHOLOGY_ELLIPSE };

extern const fl_param fl_morphology_params[FL_MORPHOLOGY_PARAMS];
extern const fl_op fl_op_erode, fl_op_dilate, fl_op_morphology_difference;

/* The functions of erode and dilate. */
fl_status fl_morphology_resolve(fl_node *node, fl_report *report);
size_t fl_morphology_tables_bytes(const fl_node *node);
void fl_morphology_fill(const fl_node *node, void *tables);
size_t fl_morphology_state_bytes(const fl_node *node, fl_span columns);
void fl_morphology_begin(fl_stage *stage);
void fl_morphology_row(fl_stage *stage);

/* Adds two of erode and dilate, one after the other, with the node's parameters; gives the number of the last. */
uint32_t fl_morphology_add_two(const fl_node *node, fl_expansion *expansion, const fl_op *first, const fl_op *second);
/* Adds greater − less. keeps_less: alpha is that of less, else that of greater. */
void fl_morphology_add_difference(fl_expansion *expansion, uint32_t greater, uint32_t less, bool keeps_less);

#define FL_MORPHOLOGY_STAGE                                                                                                      \
  .kind = FL_KIND_STENCIL, .resolve = fl_morphology_resolve, .columns = fl_stencil_columns,                                    \
  .tables_bytes = fl_morphology_tables_bytes, .fill = fl_morphology_fill, .state_bytes = fl_morphology_state_bytes,           \
  .begin = fl_morphology_begin, .row = fl_morphology_row
#define FL_MORPHOLOGY_COMMON \
  .family = "morphology", .inputs = 1, .formats = FL_FORMATS_TONE, .params = fl_morphology_params, .param_count = FL_MORPHOLOGY_PARAMS

#endif
