#include "pipeline/plan.h"

#include "pipeline/fuse.h"

#include <string.h>

/* ---- the steps ---- */

static fl_step *add_step(plan_builder *b, fl_step_kind kind, fl_shape shape) {
  if (b->plan->step_count == FL_STEPS_MAX) return NULL;
  fl_step *step = &b->plan->steps[b->plan->step_count++];
  *step = (fl_step){.kind = kind, .shape = shape};
  return step;
}

static fl_status too_many(plan_builder *b) {
  return fl_report_fail(b->report, FL_BAD_ARGUMENT, "pipeline", "too many passes: at most 64 operations may need their whole input first");
}

/* What a reduction's first step is shared out by: tiles of its input, or the cells of the op's own grid. */
static void choose_gather_tiles(plan_builder *b, fl_step *gather, const fl_node *node, fl_extent *extents) {
  fl_pipeline_choose_tiles(gather, b->options, extents);
  if (!node->op->grid) return;
  fl_rect grid = node->op->grid(node);
  gather->shape.width = gather->across = grid.columns.end, gather->shape.height = grid.rows.end;
  gather->tile_width = 1, gather->bands = fl_bands_even(grid.rows.end, 1);
}

/* A reduction's two steps. */
static fl_status add_reduction(plan_builder *b, uint32_t n, fl_extent *extents) {
  const fl_graph_node *at = &b->graph->nodes[n];
  fl_step *gather = add_step(b, FL_STEP_GATHER, at->node.in[0]), *conclude = add_step(b, FL_STEP_CONCLUDE, (fl_shape){1, 1, FL_GRAY8});
  if (!gather || !conclude) return too_many(b);
  choose_gather_tiles(b, gather, &at->node, extents);
  gather->node = conclude->node = &at->node;
  gather->from = b->image[at->from[0]];
  gather->partial_bytes = fl_align(at->node.op->partial_bytes(&at->node), 64);
  gather->partial_count = fl_step_tiles(gather);
  gather->partials = fl_memory_arena_take_raw(&b->plan->arena, fl_mul(gather->partial_bytes, gather->partial_count));
  if (!gather->partials) return fl_pipeline_no_memory(b->report);
  conclude->partials = gather->partials;
  conclude->partial_bytes = gather->partial_bytes, conclude->partial_count = gather->partial_count;
  conclude->tile_width = conclude->across = 1, conclude->bands = fl_bands_even(1, 1);
  b->plan->bytes_read += (uint64_t)at->node.in[0].width * at->node.in[0].height * fl_bytes_per_pixel(at->node.in[0].format);
  return FL_OK;
}

static const fl_image *new_image(plan_builder *b, fl_shape shape) {
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
    fl_rect tile = {{x * step->tile_width, fl_min_u32((x + 1) * step->tile_width, step->shape.width)}, {0, step->bands.height}};
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
    if (node->kind != FL_KIND_POINT && node->kind != FL_KIND_TABLE && node->kind != FL_KIND_REDUCE) return false;
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
static fl_status add_pass(plan_builder *b, uint32_t n, fl_extent *extents) {
  fl_shape shape = b->graph->nodes[n].node.out;
  fl_step *step = add_step(b, FL_STEP_PASS, shape);
  if (!step) return too_many(b);
  if (!fl_pipeline_build_pass(b, n, &step->pass)) return fl_pipeline_no_memory(b->report);
  bool is_root = n == b->graph->root;
  const fl_image *target = is_root ? b->output : new_image(b, shape);
  if (is_root && b->overlap != FL_APART) {
    if (b->overlap == FL_IDENTICAL && reads_only_in_place(&step->pass, target)) {
      step->pass.in_place = true;
      b->plan->overwrites_from = b->plan->step_count;
      b->plan->in_place = "each tile keeps its input until it is written";
    } else {
      target = new_image(b, shape);
      b->plan->in_place = "computed beside it and copied over at the end";
    }
  }
  if (!target) return fl_pipeline_no_memory(b->report);
  step->pass.output = step->to = target;
  fl_pipeline_choose_tiles(step, b->options, extents);
  step->scratch = step_scratch(step, extents);
  if (!is_root) b->image[n] = target;
  b->plan->bytes_read += image_bytes_of(&step->pass);
  b->plan->bytes_written += fl_frame_image_bytes(shape.width, shape.height, shape.format);
  return FL_OK;
}

static uint64_t bytes_of(const fl_image *image) { return fl_frame_image_bytes(image->width, image->height, image->format); }

static fl_status add_copy(plan_builder *b, const fl_image *from, const fl_image *to, fl_extent *extents) {
  fl_step *step = add_step(b, FL_STEP_COPY, (fl_shape){to->width, to->height, to->format});
  if (!step) return too_many(b);
  step->from = from, step->to = to;
  fl_pipeline_choose_tiles(step, b->options, extents);
  b->plan->bytes_read += bytes_of(from), b->plan->bytes_written += bytes_of(to);
  return FL_OK;
}

/* A pipeline without operations. */
static fl_status copy_frame(plan_builder *b, const fl_image *from, const fl_image *to, fl_extent *extents) {
  if (b->overlap == FL_OVERLAPPING) {
    const fl_image *between = new_image(b, (fl_shape){to->width, to->height, to->format});
    if (!between) return fl_pipeline_no_memory(b->report);
    fl_status status = add_copy(b, from, between, extents);
    if (status != FL_OK) return status;
    from = between;
  }
  return add_copy(b, from, to, extents);
}

/* A result that was computed beside its place goes there: from then on the job is carried through. */
static fl_status bring_home(plan_builder *b, const fl_image *output, fl_extent *extents) {
  const fl_image *result = b->plan->steps[b->plan->step_count - 1].to;
  if (result == output) return FL_OK;
  fl_status status = add_copy(b, result, output, extents);
  b->plan->overwrites_from = b->plan->step_count;
  return status;
}

static fl_status add_steps(plan_builder *b, const fl_image *output, fl_extent *extents) {
  const fl_graph *graph = b->graph;
  fl_status status = fl_pipeline_choose_whole(b, extents);
  if (status != FL_OK) return status;
  for (uint32_t n = 0; n < graph->count; n++)
    if (fl_node_is_frame(&graph->nodes[n])) b->image[n] = &b->frame_images[graph->nodes[n].frame];
  for (uint32_t n = 0; n < graph->count; n++) {
    const fl_graph_node *at = &graph->nodes[n];
    if (!fl_node_matters(b, n)) continue;
    if (fl_node_is_frame(at)) continue;
    status = at->node.kind == FL_KIND_REDUCE ? add_reduction(b, n, extents) : FL_OK;
    if (status == FL_OK && b->whole[n]) status = add_pass(b, n, extents);
    if (status != FL_OK) return status;
  }
  if (fl_node_is_frame(&graph->nodes[graph->root])) return copy_frame(b, b->image[graph->root], output, extents);
  return bring_home(b, output, extents);
}

/* ---- memory ---- */

static bool make_tables(fl_plan *plan, const fl_graph *graph) {
  for (uint32_t n = 0; n < graph->count; n++) {
    fl_node *node = &graph->nodes[n].node;
    if (!node->op) continue;
    bool table = fl_node_is_table(node);
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
  *out = (fl_plan){.graph = graph, .arena = out->arena};
  plan_builder b = {.plan = out, .graph = graph, .options = options, .report = report};
  fl_arena *arena = &out->arena;
  /* Copies: a frame may be disposed of while the job runs; its pixels are held, its description is not. */
  fl_image *images = out->images = fl_memory_arena_take(arena, (graph->frames + 1) * sizeof *images);
  out->steps = fl_memory_arena_take(arena, FL_STEPS_MAX * sizeof *out->steps);
  b.consumers = fl_memory_arena_take(arena, graph->count * sizeof *b.consumers);
  b.image = fl_memory_arena_take(arena, graph->count * sizeof *b.image);
  b.whole = fl_memory_arena_take(arena, graph->count * sizeof *b.whole);
  b.stage_of = fl_memory_arena_take(arena, graph->count * sizeof *b.stage_of);
  fl_extent *extents = fl_memory_arena_take(arena, (graph->count + 1) * sizeof *extents);
  fl_status status = arena->exhausted || !make_tables(out, graph) ? fl_pipeline_no_memory(report) : FL_OK;
  if (status == FL_OK) {
    b.frame_images = images, b.output = &images[graph->frames];
    images[graph->frames] = output->image;
    for (uint32_t f = 0; f < graph->frames; f++) {
      images[f] = frames[f]->image;
      fl_overlap overlap = fl_frame_overlap(frames[f], output);
      if (overlap == FL_OVERLAPPING || b.overlap == FL_APART) b.overlap = overlap;
    }
    status = add_steps(&b, b.output, extents);
  }
  if (status == FL_OK && !reserve_scratch(out, options)) status = fl_pipeline_no_memory(report);
  if (status != FL_OK) fl_pipeline_end_plan(out);
  return status;
}

void fl_pipeline_end_plan(fl_plan *plan) {
  fl_memory_arena_end(&plan->arena);
  *plan = (fl_plan){0};
}

/* ---- running ---- */

static fl_rect tile_of(const fl_step *step, uint32_t tile) {
  uint32_t x = tile % step->across * step->tile_width;
  return (fl_rect){{x, fl_min_u32(x + step->tile_width, step->shape.width)}, fl_bands_rows(&step->bands, tile / step->across)};
}

static void copy_tile(const fl_step *step, fl_rect tile) {
  const fl_format_info *format = fl_frame_format(step->shape.format);
  for (uint32_t p = 0; p < format->planes; p++) {
    /* Tiles of a subsampled format begin at even rows and columns. */
    uint32_t half = p > 0 ? format->subsampled : 0, pixel = format->bytes_per_pixel[p];
    fl_span columns = {tile.columns.first >> half, (tile.columns.end + half) >> half};
    fl_span rows = {tile.rows.first >> half, (tile.rows.end + half) >> half};
    size_t bytes = (size_t)fl_span_length(columns) * pixel;
    /* Rows that follow one another without a gap here and there are one. */
    if (step->from->plane[p].stride == bytes && step->to->plane[p].stride == bytes)
      bytes *= fl_span_length(rows), rows.end = rows.first + 1;
    for (uint32_t y = rows.first; y < rows.end; y++)
      memmove(fl_frame_image_row(step->to, p, y) + (size_t)columns.first * pixel,
              fl_frame_image_row(step->from, p, y) + (size_t)columns.first * pixel, bytes);
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
