/* A pipeline as a stage: every frame goes through the same graph, on this thread, into a frame of the stage's own. */
#include "base/size.h"
#include "flow/line.h"
#include "pipeline/plan.h"

#include <string.h>

typedef struct pipe {
  fl_arena reading, shaping; /* the graph as it is written; as it is for frames of one shape */
  fl_graph read, graph;
  fl_plan plan;
  fl_shape shape; /* what the plan is for */
  bool planned;
  bool bound; /* some parameter follows the item: planned anew for each */
} pipe;

typedef struct pipe_task {
  fl_task task;
  const fl_line *line;
} pipe_task;

static const fl_program *program_of(const fl_flow *flow) { return flow->seat->stage->program; }

static bool is_bound(const fl_graph *read) {
  for (uint32_t n = 0; n < read->count; n++)
    for (uint32_t p = 0; read->nodes[n].node.op && p < read->nodes[n].node.op->param_count; p++)
      if (read->nodes[n].node.op->params[p].flags & (FL_BOUND_NUMBER | FL_BOUND_TIME)) return true;
  return false;
}

static int32_t init(fl_flow *flow) {
  pipe *p = flow->state;
  const fl_program *program = program_of(flow);
  fl_status status = fl_pipeline_read_graph(program->graph, program->length, &p->reading, &p->read, flow->report);
  if (status != FL_OK) return status;
  p->read.arena = &p->shaping;
  p->bound = is_bound(&p->read);
  return FL_OK;
}

/* Parameters that follow the item get its number and time. */
static void bind(const fl_graph *read, const fl_item *item) {
  for (uint32_t n = 0; n < read->count; n++) {
    const fl_op *op = read->nodes[n].node.op;
    fl_value *values = (fl_value *)read->nodes[n].node.params; /* of a graph of this stage's own */
    for (uint32_t p = 0; op && p < op->param_count; p++) {
      const fl_param *param = &op->params[p];
      if (!(param->flags & (FL_BOUND_NUMBER | FL_BOUND_TIME))) continue;
      double value = param->flags & FL_BOUND_NUMBER ? item->number : item->time;
      values[p].number = value < param->min ? param->min : value > param->max ? param->max : value;
    }
  }
}

static fl_status resolve(fl_flow *flow, fl_shape shape) {
  pipe *p = flow->state;
  const fl_program *program = program_of(flow);
  fl_shape shapes[FL_GRAPH_FRAMES_MAX] = {shape};
  for (uint32_t f = 1; f < program->frame_count; f++) {
    const fl_image *image = &program->frames[f].image;
    shapes[f] = (fl_shape){image->width, image->height, image->format};
  }
  fl_memory_arena_rewind(&p->shaping);
  return fl_pipeline_resolve_graph(&p->read, shapes, program->simd, &p->graph, flow->report);
}

static fl_status make_plan(fl_flow *flow, const fl_image *in, const fl_image *out) {
  pipe *p = flow->state;
  const fl_program *program = program_of(flow);
  fl_frame input = {.image = *in}, output = {.image = *out};
  const fl_frame *frames[FL_GRAPH_FRAMES_MAX] = {&input};
  for (uint32_t f = 1; f < program->frame_count; f++) frames[f] = &program->frames[f];
  fl_plan_options options = {.lanes = 1, .scratches = 1, .fuse = program->fuse, .tile_width = program->tile_width, .tile_height = program->tile_height};
  fl_memory_arena_rewind(&p->plan.arena);
  return fl_pipeline_make_plan(&p->graph, frames, &output, &options, &p->plan, flow->report);
}

/* The plan for such frames, from this one to that one. */
static fl_status prepare(fl_flow *flow, const fl_image *in, const fl_image *out) {
  pipe *p = flow->state;
  if (!p->planned || p->bound) {
    fl_status status = make_plan(flow, in, out);
    p->planned = status == FL_OK;
    return status;
  }
  if (p->graph.frames > 0) p->plan.images[0] = *in;
  p->plan.images[p->graph.frames] = *out;
  return FL_OK;
}

static bool go_on(fl_task *task) { return !fl_line_is_aborted(((pipe_task *)task)->line); }

static int32_t run(fl_flow *flow) {
  pipe *p = flow->state;
  for (uint32_t s = 0; s < p->plan.step_count; s++)
    for (uint32_t tile = 0, tiles = fl_step_tiles(&p->plan.steps[s]); tile < tiles; tile++) {
      pipe_task t = {{.phase = s, .tile = tile, .pulse = go_on, .commit = go_on}, flow->seat->line};
      if (!fl_pipeline_run_tile(&p->plan, &t.task)) return FL_ABORTED;
    }
  return FL_OK;
}

static bool is_same(fl_shape a, fl_shape b) { return a.width == b.width && a.height == b.height && a.format == b.format; }

static int32_t step(fl_flow *flow, const fl_item *item) {
  pipe *p = flow->state;
  fl_image in, out;
  fl_item made;
  if (!fl_flow_image(item, &in)) return fl_report_fail(flow->report, FL_BAD_FORMAT, "pipeline", "it takes frames, and this is data: put a decoder before it");
  fl_shape shape = {in.width, in.height, in.format};
  if (p->bound) bind(&p->read, item);
  fl_status status = FL_OK;
  if (p->bound || !is_same(shape, p->shape)) {
    p->planned = false, p->shape = (fl_shape){0};
    status = resolve(flow, shape);
    if (status != FL_OK) return status;
    p->shape = shape;
  }
  const fl_graph_node *root = &p->graph.nodes[p->graph.root];
  if (!root->node.op && root->frame == 0) return fl_flow_emit(flow, item);
  fl_shape wanted = root->node.out;
  status = fl_flow_take_frame(flow, wanted.width, wanted.height, wanted.format, &made, &out);
  if (status == FL_OK) status = prepare(flow, &in, &out);
  if (status == FL_OK) status = run(flow);
  if (status != FL_OK) return status;
  made.number = item->number, made.time = item->time;
  return fl_flow_emit(flow, &made);
}

static void end(fl_flow *flow) {
  pipe *p = flow->state;
  fl_pipeline_end_plan(&p->plan);
  fl_memory_arena_end(&p->shaping);
  fl_memory_arena_end(&p->reading);
}

const fl_stage_type fl_pipe_stage = {
    .name = "pipeline", .doc = "Runs a pipeline on every frame.", .role = FL_STAGE_FILTER, .state_bytes = sizeof(pipe),
    .init = init, .step = step, .end = end,
};
