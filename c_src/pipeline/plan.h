/* A plan: what one run will do, in steps, with all memory reserved. Steps run one after the other, their tiles in any order and on any
 * thread; a tile may run twice. */
#ifndef FL_PIPELINE_PLAN_H
#define FL_PIPELINE_PLAN_H

#include "frame/frame.h"
#include "pipeline/graph.h"
#include "pipeline/pass.h"

#define FL_STEPS_MAX 64u
#define FL_PASS_STAGES_MAX 48u /* bounds the recursion through the stages of a tile */

typedef struct fl_plan_options {
  uint32_t lanes;                    /* threads that will work on it, the caller included if it does */
  uint32_t scratches;                /* lanes that scratch is needed for: lane numbers are below it */
  bool dry;                          /* only to be explained: reserve no pixels */
  bool fuse;                         /* false: one pass per operation */
  uint32_t tile_width, tile_height;  /* 0: the cost model decides */
} fl_plan_options;

typedef enum fl_step_kind {
  FL_STEP_PASS,
  FL_STEP_GATHER,   /* a reduction looks at its whole input, tile by tile */
  FL_STEP_CONCLUDE, /* and makes its table: one tile */
  FL_STEP_COPY,     /* a result that could not be made in place goes where it belongs */
} fl_step_kind;

typedef struct fl_step {
  fl_step_kind kind;
  uint32_t tile_width, across; /* tiles side by side in each band */
  fl_bands bands;
  fl_shape shape;                                 /* of what is tiled */
  fl_pass pass;                                   /* PASS */
  const fl_node *node;                            /* GATHER, CONCLUDE */
  uint8_t *partials;
  uint64_t partial_bytes;
  uint32_t partial_count;
  const fl_image *from, *to;                      /* GATHER reads from; COPY both */
  uint64_t scratch;                               /* bytes per lane */
  double cost;                                    /* ns on one thread, roughly */
} fl_step;

static inline uint32_t fl_step_tiles(const fl_step *step) { return step->across * step->bands.count; }

typedef struct fl_plan {
  fl_arena arena; /* of its own: the plan's memory lives as long as the job */
  const fl_graph *graph;
  fl_image *images; /* the graph's frames, then the output: what is written here is where the next run reads and writes */
  fl_step *steps;
  uint32_t step_count;
  uint32_t overwrites_from; /* the step, counted from 1, that writes over an input; 0: none does */
  uint8_t *scratch;
  uint64_t scratch_per_lane, scratch_total, intermediate_bytes;
  uint64_t bytes_read, bytes_written; /* of images, by all steps */
  double cost;                        /* ns on one thread, roughly */
  const char *in_place;               /* NULL, or how the output's being an input is dealt with */
} fl_plan;

/* frames: the graph's frames, in order; output: where the result goes, of the root's shape. Their pixels are borrowed for the
 * plan's life, as is the graph. out: zeroed, or a plan whose arena was rewound: its memory is used again.
 * Errors: FL_OUT_OF_MEMORY, FL_BAD_ARGUMENT (too many steps). On any error the plan holds nothing. */
fl_status fl_pipeline_make_plan(const fl_graph *graph, const fl_frame *const *frames, const fl_frame *output, const fl_plan_options *options,
                                fl_plan *out, fl_report *report);
void fl_pipeline_end_plan(fl_plan *plan);

/* The scheduler's callbacks; context is the plan. */
bool fl_pipeline_run_tile(void *plan, fl_task *task);
void fl_pipeline_undo_tile(void *plan, fl_task *task);

/* The cost model: sets the step's tiling. extents: room for the pass' stages. */
void fl_pipeline_choose_tiles(fl_step *step, const fl_plan_options *options, fl_extent *extents);
/* Only its pass' bands, before any column tiles. */
fl_bands fl_pipeline_choose_bands(const fl_pass *pass, uint32_t lanes, fl_extent *extents);
/* ns per pixel of all that is done on a stage's row. */
double fl_pipeline_stage_cost(const fl_pass_stage *stage);

/* The plan in JSON. */
void fl_pipeline_explain(const fl_plan *plan, fl_text *out);

#endif
