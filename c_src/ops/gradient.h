/* What sobel, scharr and prewitt share: parameters, reach, and the choice of the norm. */
#ifndef FL_OPS_GRADIENT_H
#define FL_OPS_GRADIENT_H

#include "kernels/gradient.h"
#include "ops/stencil.h"

#define FL_GRADIENT_PARAMS 3 /* norm, border, borderColor */
extern const fl_param fl_gradient_params[FL_GRADIENT_PARAMS];

fl_status fl_gradient_resolve(fl_node *node, fl_report *report);
/* One row, by the kernel for the norm that is wanted. */
void fl_gradient_row(const fl_stage *stage, fl_margin_kernel l1, fl_margin_kernel l2);

#endif
