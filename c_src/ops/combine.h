/* What the operations on two images have in common: add, subtract, absDiff, min, max, multiply. */
#ifndef FL_OPS_COMBINE_H
#define FL_OPS_COMBINE_H

#include "kernels/arithmetic.h"
#include "ops/op.h"

#define FL_COMBINE_PARAMS 1
extern const fl_param fl_combine_params[FL_COMBINE_PARAMS]; /* scale, 1 unless given */
/* row(): the colours combined, alpha that of the pipeline's image. unit: the scale where it is left out. */
void fl_combine_row(const fl_stage *stage, fl_arithmetic_operator operator, float unit);

#endif
