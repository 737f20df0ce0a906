/* A pass: stages through which the rows of a tile are pulled, from images to one image, with nothing in between but a few rows each.
 *
 * A stage is an operation with a ring of rows, and the point operations and tables that follow it and are applied in place on the row
 * that it has just made (its links). The last stage writes into the output image. Stages that are images are read where they lie. */
#ifndef FL_PIPELINE_PASS_H
#define FL_PIPELINE_PASS_H

#include "base/task.h"
#include "ops/op.h"
#include "pipeline/bands.h"

/* One operation, or adjacent tables composed into one. */
typedef struct fl_link {
  const fl_node *const *nodes; /* count of them; more than one only for tables */
  uint32_t count;
} fl_link;

typedef struct fl_pass_stage {
  const fl_image *image; /* not NULL: an image, and nothing below matters */
  fl_link *links;        /* links[0] reads the inputs, the others work in place */
  uint32_t link_count;
  uint32_t inputs, from[FL_OP_INPUTS_MAX]; /* stages of this pass, each before this one */
  fl_shape out;
  uint32_t band;                           /* rows made at once */
  uint32_t ahead;                          /* rows made one after the other whenever one is asked for: 1, more where only images are read */
  uint32_t depth;                          /* rows of its ring; 0 for the last stage, whose ring is the output */
  uint32_t window[FL_OP_INPUTS_MAX];       /* most rows of an input that one row needs */
} fl_pass_stage;

typedef struct fl_pass {
  fl_pass_stage *stages; /* the last one is the result */
  uint32_t count;
  const fl_image *output;
  bool in_place; /* the output is also the image read: a tile keeps its input before it overwrites it */
} fl_pass;

/* The node that reads the stage's inputs; the stage is no image. */
static inline const fl_node *fl_pass_head(const fl_pass_stage *stage) { return stage->links[0].nodes[0]; }

/* What one stage has to make for one tile. */
typedef struct fl_extent {
  fl_span columns, rows;
} fl_extent;

/* For each stage of the pass (extents: pass->count of them): which part of it the tile of the output needs. */
void fl_pipeline_pass_extents(const fl_pass *pass, fl_rect tile, fl_extent *extents);
/* Fills in depth and window of every stage, by going through the motions of every band. extents: room for pass->count. */
void fl_pipeline_pass_measure(fl_pass *pass, const fl_bands *bands, fl_extent *extents);
/* Scratch bytes that a tile needs; extents as made above. */
uint64_t fl_pipeline_pass_scratch(const fl_pass *pass, fl_rect tile, const fl_extent *extents);
/* Computes one tile. scratch: as many bytes, 64-byte aligned. False: the task said to leave. */
bool fl_pipeline_pass_run(const fl_pass *pass, fl_rect tile, uint8_t *scratch, fl_task *task);
/* Puts back what a tile in place had overwritten when its thread died. */
void fl_pipeline_pass_undo(const fl_pass *pass, fl_rect tile, const uint8_t *scratch);

/* The input columns that a node needs, defaults applied. */
fl_span fl_pipeline_columns_needed(const fl_node *node, uint32_t input, fl_span out);

/* The input rows that a node needs for its row y, unclipped. Here and inline, because it is asked for every row. */
static inline fl_window fl_pipeline_rows_needed(const fl_node *node, uint32_t input, uint32_t y) {
  if (node->op->rows) return node->op->rows(node, input, y);
  return (fl_window){(int32_t)y - (int32_t)node->halo.above, (int32_t)y + (int32_t)node->halo.below};
}

/* A window clipped to an image's rows, as a half-open span. One that lies wholly outside stands for the row at the edge. */
static inline fl_span fl_pipeline_clip(fl_window window, uint32_t height) {
  int32_t bottom = (int32_t)height - 1;
  return (fl_span){(uint32_t)fl_clamp_i32(window.first, 0, bottom), (uint32_t)fl_clamp_i32(window.last, 0, bottom) + 1};
}

#endif
