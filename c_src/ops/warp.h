/* What affine, rotate and perspective have in common: all but how their matrix comes about. */
#ifndef FL_OPS_WARP_H
#define FL_OPS_WARP_H

#include "ops/stencil.h"

#define FL_WARP_BAND 16 /* rows at once, so that a cache line of the source is used up before it is lost, however the image is turned */

/* Parameters, to be listed one after the other: filter, border, borderColor. */
#define FL_WARP_SAMPLING_PARAMS                                                                                       \
  {.name = "filter", .doc = "How a value between pixels is made: of the four around it, or the nearest one's.",     \
   .type = FL_PARAM_CHOICE, .choices = "bilinear|nearest"},                                                          \
  FL_STENCIL_BORDER_PARAMS
#define FL_WARP_SIZE_PARAMS                                                                                           \
  {.name = "width", .doc = "Width of the result in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1, \
   .max = FL_DIMENSION_MAX, .preset_doc = "the input's"},                                                            \
  {.name = "height", .doc = "Height of the result in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1, \
   .max = FL_DIMENSION_MAX, .preset_doc = "the input's"}
#define FL_WARP_ENTRY_MAX 1e9 /* of a matrix */

/* The tables of these operations. */
typedef struct fl_warp_map {
  double matrix[9]; /* 3×3: from output pixel indices to input pixel indices */
  bool nearest;
  fl_border border; /* not the node's: that is for the executor, which here has no rows to make up */
  uint8_t border_color[4];
} fl_warp_map;

/* Where an operation given by a matrix has its parameters: matrix, FL_WARP_SIZE_PARAMS, FL_WARP_SAMPLING_PARAMS. */
enum { FL_WARP_MATRIX, FL_WARP_WIDTH, FL_WARP_HEIGHT, FL_WARP_FILTER };
fl_status fl_warp_resolve_size(fl_node *node, fl_report *report);
size_t fl_warp_tables_bytes(const fl_node *node);
/* Makes the tables; rows of the matrix that are not given are those of the identity. `sampling` is where filter is. */
void fl_warp_fill(const fl_node *node, void *tables, const double *matrix, uint32_t entries, int sampling);
void fl_warp_row(fl_stage *stage);

#define FL_WARP_STAGE                                                                                                       \
  .family = "geometry", .kind = FL_KIND_RANDOM, .inputs = 1, .formats = FL_FORMATS_TONE, .band = FL_WARP_BAND,            \
  .tables_bytes = fl_warp_tables_bytes, .row = fl_warp_row

#endif
