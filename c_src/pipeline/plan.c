#include "pipeline/plan.h"

#include "base/assert.h"

#include <string.h>

#define BREAK_NS_PER_BYTE 0.5 /* writing an intermediate image to memory and reading it again, per byte */

typedef struct builder {
  fl_plan *plan;
  const fl_graph *graph;
  const fl_frame *const *frames;
  const fl_image *output;       /* where the last pass writes: the output, or a copy of it */
  const fl_plan_options *options;
  uint32_t *consumers;          /* per node: how many nodes read it */
  const fl_image **image;       /* per node: its pixels, once it is an image as a whole; NULL: it exists as rows only */
  bool *whole;                  /* per node: must be an image */
  uint32_t *stage_of;           /* per node: its stage in the pass being built + 1 */
  fl_overlap overlap;           /* of the output with the frames that are read */
  fl_report *report;
} builder;

static fl_status no_memory(fl_report *report) {
  return fl_report_fail(report, FL_OUT_OF_MEMORY, "pipeline",
                        "the memory is full at its maximum: no room for scratch and intermediate images; dispose of frames or raise memory.maximum");
}

static bool is_table(const fl_node *node) { return node->kind == FL_KIND_TABLE || node->kind == FL_KIND_REDUCE; }
static bool is_frame(const fl_graph_node *at) { return at->node.op == NULL; }

/* ---- which nodes become images ---- */

static void find_whole_images(builder *b) {
  const fl_graph *graph = b->graph;
  for (uint32_t n = 0; n < graph->count; n++) {
    const fl_graph_node *at = &graph->nodes[n];
    b->whole[n] |= is_frame(at) || !b->options->fuse;
    for (uint32_t i = 0; i < at->node.inputs; i++) {
      b->consumers[at->from[i]]++;
      /* Rows from the other end of the image cannot be streamed. */
      bool wraps = at->node.border == FL_BORDER_WRAP && at->node.halo.above + at->node.halo.below > 0;
      b->whole[at->from[i]] |= at->node.kind == FL_KIND_RANDOM || at->node.kind == FL_KIND_REDUCE || wraps;
    }
  }
  b->whole[graph->root] = true;
}

/* A chain without end is cut, so that the recursion of a tile stays shallow. */
static void cut_long_chains(builder *b) {
  for (uint32_t n = 0; n < b->graph->count; n++) {
    const fl_graph_node *at = &b->graph->nodes[n];
    uint32_t length = 1;
    for (uint32_t i = 0; i < at->node.inputs; i++)
      if (!b->whole[at->from[i]]) length += b->stage_of[at->from[i]];
    b->stage_of[n] = length;
    if (length >= FL_PASS_STAGES_MAX / 2) b->whole[n] = true;
  }
}

/* ---- building one pass ---- */

static uint32_t add_image_stage(builder *b, fl_pass *pass, uint32_t n) {
  pass->stages[pass->count] = (fl_pass_stage){.image = b->image[n], .out = b->graph->nodes[n].node.out, .band = 1};
  b->stage_of[n] = ++pass->count;
  return b->stage_of[n];
}

/* Can node n work in place on the row that its input's stage has just made? */
static bool can_follow(const builder *b, const fl_pass *pass, uint32_t n) {
  const fl_graph_node *at = &b->graph->nodes[n];
  if (at->node.inputs != 1 || !(at->node.kind == FL_KIND_POINT || is_table(&at->node))) return false;
  const fl_pass_stage *before = &pass->stages[b->stage_of[at->from[0]] - 1];
  return !before->image && b->consumers[at->from[0]] == 1 && fl_bytes_per_pixel(before->out.format) == fl_bytes_per_pixel(at->node.out.format);
}

static bool add_link(builder *b, fl_pass_stage *stage, const fl_node *node) {
  fl_link *last = stage->link_count ? &stage->links[stage->link_count - 1] : NULL;
  if (last && is_table(last->nodes[0]) && is_table(node)) {
    ((const fl_node **)last->nodes)[last->count++] = node;
    return true;
  }
  const fl_node **nodes = fl_memory_arena_take(&b->plan->arena, FL_PASS_STAGES_MAX * sizeof *nodes);
  if (!stage->links) stage->links = fl_memory_arena_take(&b->plan->arena, FL_PASS_STAGES_MAX * sizeof *stage->links);
  if (!nodes || !stage->links) return false;
  nodes[0] = node;
  stage->links[stage->link_count++] = (fl_link){nodes, 1};
  return true;
}

/* Adds the stage that makes node n, its inputs' first. 0: out of memory. */
static uint32_t add_stage(builder *b, fl_pass *pass, uint32_t n, bool is_root) {
  if (b->stage_of[n]) return b->stage_of[n];
  const fl_graph_node *at = &b->graph->nodes[n];
  if (b->image[n] && !is_root) return add_image_stage(b, pass, n);
  for (uint32_t i = 0; i < at->node.inputs; i++)
    if (!add_stage(b, pass, at->from[i], false)) return 0;
  if (can_follow(b, pass, n)) {
    fl_pass_stage *stage = &pass->stages[b->stage_of[at->from[0]] - 1];
    if (!add_link(b, stage, &at->node)) return 0;
    stage->out = at->node.out;
    return b->stage_of[n] = b->stage_of[at->from[0]];
  }
  uint32_t band = at->node.kind == FL_KIND_RANDOM && at->node.op->band ? at->node.op->band : 1;
  fl_pass_stage stage = {.inputs = at->node.inputs, .out = at->node.out, .band = band};
  for (uint32_t i = 0; i < at->node.inputs; i++) stage.from[i] = b->stage_of[at->from[i]] - 1;
  if (!add_link(b, &stage, &at->node)) return 0;
  pass->stages[pass->count] = stage;
  return b->stage_of[n] = ++pass->count;
}

static bool build_pass(builder *b, uint32_t root, fl_pass *pass) {
  memset(b->stage_of, 0, b->graph->count * sizeof *b->stage_of);
  *pass = (fl_pass){0};
  pass->stages = fl_memory_arena_take(&b->plan->arena, (b->graph->count + 1) * sizeof *pass->stages);
  return pass->stages && add_stage(b, pass, root, true);
}

/* The inner node of this pass whose recomputed halo costs more than a pass break would, and most so; or the count of nodes. */
static uint32_t costly_node(const builder *b, const fl_step *step, fl_extent *extents) {
  const fl_pass *pass = &step->pass;
  uint32_t worst = b->graph->count;
  double worst_loss = 0, recomputed;
  fl_pipeline_pass_cost(pass, step->tile_height, extents, &recomputed);
  uint32_t middle = step->down / 2 * step->tile_height;
  fl_rect tile = {{0, step->shape.width}, {middle, fl_min_u32(middle + step->tile_height, step->shape.height)}};
  fl_pipeline_pass_extents(pass, tile, extents);
  double above = 0; /* cost of what is recomputed up to this stage: all before it, as stages stand in order */
  for (uint32_t s = 0; s + 1 < pass->count; s++) {
    const fl_pass_stage *stage = &pass->stages[s];
    if (stage->image) continue;
    double extra = (double)fl_span_length(extents[s].rows) * step->down - stage->out.height;
    for (uint32_t l = 0; l < stage->link_count; l++)
      above += extra > 0 ? extra * stage->out.width * (double)stage->links[l].nodes[0]->op->cost : 0;
    double price = BREAK_NS_PER_BYTE * stage->out.width * stage->out.height * fl_bytes_per_pixel(stage->out.format);
    if (above - price <= worst_loss) continue;
    worst_loss = above - price;
    for (uint32_t n = 0; n < b->graph->count; n++)
      if (b->stage_of[n] == s + 1) worst = n; /* the last of the stage's links */
  }
  return worst;
}

/* ---- the steps ---- */

static fl_step *add_step(builder *b, fl_step_kind kind, fl_shape shape) {
  if (b->plan->step_count == FL_STEPS_MAX) return NULL;
  fl_step *step = &b->plan->steps[b->plan->step_count++];
  *step = (fl_step){.kind = kind, .shape = shape};
  return step;
}

static fl_status too_many(builder *b) {
  return fl_report_fail(b->report, FL_BAD_ARGUMENT, "pipeline", "too many passes: at most 64 operations may need their whole input first");
}

/* A reduction's two steps. */
static fl_status add_reduction(builder *b, uint32_t n, fl_extent *extents) {
  const fl_graph_node *at = &b->graph->nodes[n];
  fl_step *gather = add_step(b, FL_STEP_GATHER, at->node.in[0]), *conclude = add_step(b, FL_STEP_CONCLUDE, (fl_shape){1, 1, FL_GRAY8});
  if (!gather || !conclude) return too_many(b);
  fl_pipeline_choose_tiles(gather, b->options, extents);
  gather->node = conclude->node = &at->node;
  gather->from = b->image[at->from[0]];
  gather->partial_bytes = fl_align(at->node.op->partial_bytes(&at->node), 64);
  gather->partial_count = gather->across * gather->down;
  gather->partials = fl_memory_arena_take_raw(&b->plan->arena, fl_mul(gather->partial_bytes, gather->partial_count));
  if (!gather->partials) return no_memory(b->report);
  conclude->partials = gather->partials;
  conclude->partial_bytes = gather->partial_bytes, conclude->partial_count = gather->partial_count;
  conclude->tile_width = conclude->tile_height = conclude->across = conclude->down = 1;
  b->plan->bytes_read += (uint64_t)at->node.in[0].width * at->node.in[0].height * fl_bytes_per_pixel(at->node.in[0].format);
  return FL_OK;
}

static const fl_image *new_image(builder *b, fl_shape shape) {
  uint64_t bytes = fl_frame_image_bytes(shape.width, shape.height, shape.format);
  uint8_t *pixels = bytes == FL_SIZE_INVALID ? NULL : fl_memory_arena_take_raw(&b->plan->arena, b->options->dry ? 1 : bytes);
  fl_image *image = fl_memory_arena_take(&b->plan->arena, sizeof *image);
  if (!pixels || !image) return NULL;
  *image = fl_frame_image_over(pixels, shape.width, shape.height, shape.format);
  b->plan->intermediate_bytes += bytes;
  return image;
}

/* The scratch of the largest tile: what lies above and below changes nothing, widths and sides do. */
static uint64_t step_scratch(const fl_step *step, fl_extent *extents) {
  uint64_t most = 0;
  for (uint32_t x = 0; x < step->across; x++) {
    fl_rect tile = {{x * step->tile_width, fl_min_u32((x + 1) * step->tile_width, step->shape.width)}, {0, step->tile_height}};
    fl_pipeline_pass_extents(&step->pass, tile, extents);
    uint64_t bytes = fl_pipeline_pass_scratch(&step->pass, tile, extents);
    most = bytes > most ? bytes : most;
  }
  return most;
}

static bool reads_only_in_place(const fl_pass *pass, const fl_image *output) {
  bool found = false;
  for (uint32_t s = 0; s < pass->count; s++) {
    const fl_pass_stage *stage = &pass->stages[s];
    if (stage->image) {
      found |= stage->image->plane[0].data == output->plane[0].data;
      continue;
    }
    const fl_node *node = stage->links[0].nodes[0];
    if (node->kind != FL_KIND_POINT && !is_table(node)) return false;
  }
  return found;
}

static uint64_t image_bytes_of(const fl_pass *pass) {
  uint64_t bytes = 0;
  for (uint32_t s = 0; s < pass->count; s++)
    if (pass->stages[s].image)
      bytes += fl_frame_image_bytes(pass->stages[s].out.width, pass->stages[s].out.height, pass->stages[s].out.format);
  return bytes;
}

/* The pass that makes node n a whole image. */
static fl_status add_pass(builder *b, uint32_t n, fl_extent *extents) {
  fl_shape shape = b->graph->nodes[n].node.out;
  fl_step *step = add_step(b, FL_STEP_PASS, shape);
  if (!step) return too_many(b);
  if (!build_pass(b, n, &step->pass)) return no_memory(b->report);
  bool is_root = n == b->graph->root;
  const fl_image *target = is_root ? b->output : new_image(b, shape);
  if (is_root && b->overlap != FL_APART) {
    if (b->overlap == FL_IDENTICAL && reads_only_in_place(&step->pass, target)) {
      step->pass.in_place = true;
      b->plan->overwriting |= 1u << (b->plan->step_count - 1);
      b->plan->in_place = "each tile keeps its input until it is written";
    } else {
      target = new_image(b, shape);
      b->plan->in_place = "computed beside it and copied over at the end";
    }
  }
  if (!target) return no_memory(b->report);
  step->pass.output = step->to = target;
  fl_pipeline_choose_tiles(step, b->options, extents);
  step->scratch = step_scratch(step, extents);
  if (!is_root) b->image[n] = target;
  b->plan->bytes_read += image_bytes_of(&step->pass);
  b->plan->bytes_written += fl_frame_image_bytes(shape.width, shape.height, shape.format);
  return FL_OK;
}

static uint64_t bytes_of(const fl_image *image) { return fl_frame_image_bytes(image->width, image->height, image->format); }

static fl_status add_copy(builder *b, const fl_image *from, const fl_image *to, fl_extent *extents) {
  fl_step *step = add_step(b, FL_STEP_COPY, (fl_shape){to->width, to->height, to->format});
  if (!step) return too_many(b);
  step->from = from, step->to = to;
  fl_pipeline_choose_tiles(step, b->options, extents);
  b->plan->bytes_read += bytes_of(from), b->plan->bytes_written += bytes_of(to);
  return FL_OK;
}

/* A pipeline without operations. */
static fl_status copy_frame(builder *b, const fl_image *from, const fl_image *to, fl_extent *extents) {
  if (b->overlap == FL_OVERLAPPING) {
    const fl_image *between = new_image(b, (fl_shape){to->width, to->height, to->format});
    if (!between) return no_memory(b->report);
    fl_status status = add_copy(b, from, between, extents);
    if (status != FL_OK) return status;
    from = between;
  }
  return add_copy(b, from, to, extents);
}

/* A result that was computed beside its place goes there: from then on the job is carried through. */
static fl_status bring_home(builder *b, const fl_image *output, fl_extent *extents) {
  const fl_image *result = b->plan->steps[b->plan->step_count - 1].to;
  if (result == output) return FL_OK;
  fl_status status = add_copy(b, result, output, extents);
  b->plan->overwriting |= 1u << (b->plan->step_count - 1);
  return status;
}

static bool is_reachable(const builder *b, uint32_t n) { return n == b->graph->root || b->consumers[n] > 0; }

/* Breaks passes where recomputing would cost more. Done on a trial of each pass, before any image is reserved. */
static fl_status break_passes(builder *b, fl_extent *extents) {
  static const fl_image stand_in;
  for (uint32_t n = 0; n < b->graph->count; n++) {
    if (b->whole[n] && is_frame(&b->graph->nodes[n]) && n != b->graph->root) b->image[n] = &stand_in;
    if (!b->whole[n] || is_frame(&b->graph->nodes[n]) || !is_reachable(b, n)) continue;
    for (uint32_t trial = 0; trial < FL_PASS_STAGES_MAX; trial++) {
      fl_step step = {.kind = FL_STEP_PASS, .shape = b->graph->nodes[n].node.out};
      if (!build_pass(b, n, &step.pass)) return no_memory(b->report);
      fl_pipeline_choose_tiles(&step, b->options, extents);
      uint32_t costly = costly_node(b, &step, extents);
      if (costly == b->graph->count) break;
      b->whole[costly] = true;
      b->image[costly] = &stand_in;
    }
    b->image[n] = &stand_in;
  }
  memset(b->image, 0, b->graph->count * sizeof *b->image);
  return FL_OK;
}

static fl_status add_steps(builder *b, const fl_image *output, fl_extent *extents) {
  const fl_graph *graph = b->graph;
  if (b->options->fuse && !b->options->tile_height) {
    fl_status status = break_passes(b, extents);
    if (status != FL_OK) return status;
  }
  for (uint32_t n = 0; n < graph->count; n++)
    if (is_frame(&graph->nodes[n])) b->image[n] = &b->frames[graph->nodes[n].frame]->image;
  for (uint32_t n = 0; n < graph->count; n++) {
    const fl_graph_node *at = &graph->nodes[n];
    if (!is_reachable(b, n)) continue;
    if (is_frame(at)) continue;
    fl_status status = at->node.kind == FL_KIND_REDUCE ? add_reduction(b, n, extents) : FL_OK;
    if (status == FL_OK && b->whole[n]) status = add_pass(b, n, extents);
    if (status != FL_OK) return status;
  }
  if (is_frame(&graph->nodes[graph->root])) return copy_frame(b, b->image[graph->root], output, extents);
  return bring_home(b, output, extents);
}

/* ---- memory ---- */

static bool make_tables(fl_plan *plan, const fl_graph *graph) {
  for (uint32_t n = 0; n < graph->count; n++) {
    fl_node *node = &graph->nodes[n].node;
    if (!node->op) continue;
    bool table = is_table(node);
    uint64_t bytes = table ? sizeof(fl_lut) : node->op->tables_bytes ? node->op->tables_bytes(node) : 0;
    if (bytes == 0) continue;
    node->tables = fl_memory_arena_take(&plan->arena, fl_max_u32((uint32_t)bytes, 64));
    if (!node->tables) return false;
    if (node->kind != FL_KIND_REDUCE) node->op->fill(node, node->tables);
  }
  return true;
}

static bool reserve_scratch(fl_plan *plan, const fl_plan_options *options) {
  for (uint32_t s = 0; s < plan->step_count; s++) {
    if (plan->steps[s].scratch > plan->scratch_per_lane) plan->scratch_per_lane = plan->steps[s].scratch;
    plan->cost += plan->steps[s].cost;
  }
  /* A cache line between lanes, so that no two threads write to one. */
  plan->scratch_per_lane = fl_add(plan->scratch_per_lane, 64);
  plan->scratch_total = fl_mul(plan->scratch_per_lane, options->scratches);
  plan->scratch = fl_memory_arena_take_raw(&plan->arena, options->dry ? 1 : plan->scratch_total);
  return plan->scratch != NULL;
}

fl_status fl_pipeline_make_plan(const fl_graph *graph, const fl_frame *const *frames, const fl_frame *output, const fl_plan_options *options,
                                fl_plan *out, fl_report *report) {
  *out = (fl_plan){.graph = graph};
  builder b = {.plan = out, .graph = graph, .frames = frames, .output = &output->image, .options = options, .report = report};
  fl_arena *arena = &out->arena;
  out->steps = fl_memory_arena_take(arena, FL_STEPS_MAX * sizeof *out->steps);
  b.consumers = fl_memory_arena_take(arena, graph->count * sizeof *b.consumers);
  b.image = fl_memory_arena_take(arena, graph->count * sizeof *b.image);
  b.whole = fl_memory_arena_take(arena, graph->count * sizeof *b.whole);
  b.stage_of = fl_memory_arena_take(arena, graph->count * sizeof *b.stage_of);
  fl_extent *extents = fl_memory_arena_take(arena, (graph->count + 1) * sizeof *extents);
  fl_status status = arena->exhausted || !make_tables(out, graph) ? no_memory(report) : FL_OK;
  if (status == FL_OK) {
    for (uint32_t f = 0; f < graph->frames; f++) {
      fl_overlap overlap = fl_frame_overlap(frames[f], output);
      if (overlap == FL_OVERLAPPING || b.overlap == FL_APART) b.overlap = overlap;
    }
    find_whole_images(&b);
    cut_long_chains(&b);
    status = add_steps(&b, &output->image, extents);
  }
  if (status == FL_OK && !reserve_scratch(out, options)) status = no_memory(report);
  if (status != FL_OK) fl_pipeline_end_plan(out);
  return status;
}

void fl_pipeline_end_plan(fl_plan *plan) {
  fl_memory_arena_end(&plan->arena);
  *plan = (fl_plan){0};
}

/* ---- running ---- */

static fl_rect tile_of(const fl_step *step, uint32_t tile) {
  uint32_t x = tile % step->across * step->tile_width, y = tile / step->across * step->tile_height;
  return (fl_rect){{x, fl_min_u32(x + step->tile_width, step->shape.width)}, {y, fl_min_u32(y + step->tile_height, step->shape.height)}};
}

static void copy_tile(const fl_step *step, fl_rect tile) {
  const fl_format_info *format = fl_frame_format(step->shape.format);
  for (uint32_t p = 0; p < format->planes; p++) {
    /* Tiles of a subsampled format begin at even rows and columns. */
    uint32_t half = p > 0 ? format->subsampled : 0, pixel = format->bytes_per_pixel[p];
    fl_span columns = {tile.columns.first >> half, (tile.columns.end + half) >> half};
    fl_span rows = {tile.rows.first >> half, (tile.rows.end + half) >> half};
    for (uint32_t y = rows.first; y < rows.end; y++)
      memmove(fl_frame_image_row(step->to, p, y) + (size_t)columns.first * pixel,
              fl_frame_image_row(step->from, p, y) + (size_t)columns.first * pixel, (size_t)fl_span_length(columns) * pixel);
  }
}

bool fl_pipeline_run_tile(void *context, fl_task *task) {
  const fl_plan *plan = context;
  const fl_step *step = &plan->steps[task->phase];
  fl_rect tile = tile_of(step, task->tile);
  switch (step->kind) {
    case FL_STEP_GATHER: step->node->op->gather(step->node, step->from, tile, step->partials + task->tile * step->partial_bytes); break;
    case FL_STEP_CONCLUDE: step->node->op->conclude(step->node, step->partials, step->partial_count, step->node->tables); break;
    case FL_STEP_COPY: copy_tile(step, tile); break;
    case FL_STEP_PASS: return fl_pipeline_pass_run(&step->pass, tile, plan->scratch + task->lane * plan->scratch_per_lane, task);
  }
  return true;
}

void fl_pipeline_undo_tile(void *context, fl_task *task) {
  const fl_plan *plan = context;
  const fl_step *step = &plan->steps[task->phase];
  fl_pipeline_pass_undo(&step->pass, tile_of(step, task->tile), plan->scratch + task->lane * plan->scratch_per_lane);
}
