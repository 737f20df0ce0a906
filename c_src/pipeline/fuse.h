/* Which nodes of a graph are fused into one pass, and which become whole images between passes. Used by plan.c only. */
#ifndef FL_PIPELINE_FUSE_H
#define FL_PIPELINE_FUSE_H

#include "pipeline/plan.h"

typedef struct plan_builder {
  fl_plan *plan;
  const fl_graph *graph;
  const fl_image *frame_images; /* by frame of the graph */
  const fl_image *output;       /* where the last pass writes: the output, or a copy of it */
  const fl_plan_options *options;
  uint32_t *consumers;          /* per node: how many nodes read it */
  const fl_image **image;       /* per node: its pixels, once it is an image as a whole; NULL: it exists as rows only */
  bool *whole;                  /* per node: must be an image */
  uint32_t *stage_of;           /* per node: its stage in the pass being built + 1 */
  fl_overlap overlap;           /* of the output with the frames that are read */
  fl_report *report;
} plan_builder;

static inline bool fl_node_is_frame(const fl_graph_node *at) { return at->node.op == NULL; }
/* Does the result depend on node n? */
static inline bool fl_node_matters(const plan_builder *b, uint32_t n) { return n == b->graph->root || b->consumers[n] > 0; }

/* Decides for every node whether it becomes an image: b->whole. Errors: FL_OUT_OF_MEMORY. */
fl_status fl_pipeline_choose_whole(plan_builder *b, fl_extent *extents);
/* The pass that makes node `root`, from images. False: out of memory. */
bool fl_pipeline_build_pass(plan_builder *b, uint32_t root, fl_pass *pass);
fl_status fl_pipeline_no_memory(fl_report *report);

#endif
