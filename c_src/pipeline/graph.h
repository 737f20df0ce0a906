/* A pipeline as a graph: read from its encoded bytes, then given shapes, expansions replaced by their parts.
 * Nodes stand in topological order; the result is nodes[root]. */
#ifndef FL_PIPELINE_GRAPH_H
#define FL_PIPELINE_GRAPH_H

#include "memory/arena.h"
#include "ops/op.h"

#define FL_GRAPH_NODES_MAX 1024u
#define FL_GRAPH_FRAMES_MAX 64u

typedef struct fl_graph_node {
  fl_node node;                    /* node.op == NULL: a frame; node.out is its shape */
  uint32_t frame;                  /* which frame */
  uint32_t from[FL_OP_INPUTS_MAX]; /* node.inputs of them, each before this node */
} fl_graph_node;

typedef struct fl_graph {
  fl_arena *arena; /* everything of the graph lives there */
  fl_graph_node *nodes;
  uint32_t count, capacity, root, frames;
} fl_graph;

/* Decodes and checks all that can be known without frames. Errors: FL_BAD_ARGUMENT (malformed, or a parameter), FL_OUT_OF_MEMORY.
 * Borrows bytes only during the call. */
fl_status fl_pipeline_read_graph(const uint8_t *bytes, uint64_t length, fl_arena *arena, fl_graph *out, fl_report *report);

/* A graph with every shape known. shapes: one per frame. simd: which kernels. Errors: FL_BAD_FORMAT, FL_BAD_ARGUMENT, FL_OUT_OF_MEMORY. */
fl_status fl_pipeline_resolve_graph(const fl_graph *read, const fl_shape *shapes, bool simd, fl_graph *out, fl_report *report);

#endif
