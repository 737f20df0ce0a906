/* What operations that look around a pixel have in common: the border parameters, and which columns of a scratch row to hold. */
#ifndef FL_OPS_STENCIL_H
#define FL_OPS_STENCIL_H

#include "kernels/margin.h"
#include "ops/op.h"

/* The two border parameters, to be listed one after the other. */
#define FL_STENCIL_BORDER_PARAMS                                                       \
  {.name = "border", .doc = "what stands in for the pixels beyond the image's edge",   \
   .type = FL_PARAM_CHOICE, .choices = FL_BORDER_CHOICES, .preset = FL_BORDER_REFLECT101}, \
  {.name = "borderColor",                                                              \
   .doc = "for border 'constant', 0–255: [gray], [gray, alpha], [red, green, blue] or all four; gray8 takes the first", \
   .type = FL_PARAM_NUMBERS, .flags = FL_COMPUTED, .min = 0, .max = 255, .count_min = 1, .count_max = 4,             \
   .preset_doc = "[0, 0, 0, 0]"}

/* Sets node->border and border_color; `at` is where the two parameters are. Without an alpha the colour is opaque. */
void fl_stencil_border(fl_node *node, uint32_t at);

/* The columns() of stencils: out widened by the halo and clipped. A clipped one that wraps needs the far side too, hence the whole
 * width; for the other borders the columns that stand in for those outside lie within the clipped span. */
fl_span fl_stencil_columns(const fl_node *node, uint32_t input, fl_span out);

/* The scratch row of a separable stencil: the input columns and, where they end with the image, the margins beyond it. */
typedef struct fl_stencil_scratch {
  int32_t first, end; /* the columns it holds */
  fl_margin margin;
} fl_stencil_scratch;

fl_stencil_scratch fl_stencil_scratch_for(const fl_node *node, fl_span out);

/* A 3×3 kernel over stage->columns, from the three rows of input 0. */
void fl_stencil_run3(const fl_stage *stage, fl_margin_kernel kernel);

#endif
