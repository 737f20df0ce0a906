/* The stage that all weighted sums of surrounding pixels share: convolve, separable, derivative, sharpen, emboss, laplacian. */
#ifndef FL_OPS_CONVOLUTION_H
#define FL_OPS_CONVOLUTION_H

#include "ops/op.h"

/* What an operation wants: Σ kernel · v / divisor + offset. A correlation: the kernel is not turned round. Its anchor is the pixel
 * (width / 2, height / 2). */
typedef struct fl_convolution {
  uint32_t width, height;      /* up to FL_CONVOLVE_SIDE_MAX */
  const double *kernel;        /* width · height weights, row after row; NULL: down[y] · across[x] */
  const double *across, *down;
  double divisor, offset;
  bool absolute;               /* of the result, before it is saturated */
  bool keeps_alpha;
} fl_convolution;

/* For resolve(): how far it reaches, and what it costs. */
void fl_convolution_measure(fl_node *node, uint32_t width, uint32_t height, bool separable);
/* For fill(): weights in fixed point, or float where they are too far apart for that to be right within half a level. */
void fl_convolution_fill(const fl_node *node, void *tables, const fl_convolution *wanted);
/* The divisor where none is given: the sum of all weights, or 1 where they balance. */
double fl_convolution_sum(const double *weights, uint32_t count);

size_t fl_convolution_tables_bytes(const fl_node *node);
size_t fl_convolution_state_bytes(const fl_node *node, fl_span columns);
void fl_convolution_row(fl_stage *stage);

/* What the tables of such a node depend on is said in its fill(). */
#define FL_CONVOLUTION_STAGE                                                                                                   \
  .kind = FL_KIND_STENCIL, .inputs = 1, .formats = FL_FORMATS_TONE, .columns = fl_stencil_columns,                             \
  .tables_bytes = fl_convolution_tables_bytes, .state_bytes = fl_convolution_state_bytes, .row = fl_convolution_row

#endif
