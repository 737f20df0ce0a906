#include "pipeline/fuse.h"

#include <string.h>

#define BURST_BYTES (64u << 10) /* of images, read in one go: memory answers late to who comes back for a row at a time */
#define ROWS_AHEAD_MAX 8u       /* measured: beyond, the ring costs what the bursts gain */
#define BREAK_NS_PER_BYTE 0.5 /* writing an intermediate image to memory and reading it again, per byte */

fl_status fl_pipeline_no_memory(fl_report *report) {
  return fl_report_fail(report, FL_OUT_OF_MEMORY, "pipeline",
                        "the memory is full at its maximum: no room for scratch and intermediate images; dispose of frames or raise memory.maximum");
}

/* ---- which nodes become images ---- */

static void find_whole_images(plan_builder *b) {
  const fl_graph *graph = b->graph;
  for (uint32_t n = 0; n < graph->count; n++) {
    const fl_graph_node *at = &graph->nodes[n];
    /* A stage between others passes on one row, of one plane. */
    b->whole[n] |= fl_node_is_frame(at) || !b->options->fuse || fl_frame_format(at->node.out.format)->planes > 1;
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
static void cut_long_chains(plan_builder *b) {
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

static uint32_t add_image_stage(plan_builder *b, fl_pass *pass, uint32_t n) {
  pass->stages[pass->count] = (fl_pass_stage){.image = b->image[n], .out = b->graph->nodes[n].node.out, .band = 1};
  b->stage_of[n] = ++pass->count;
  return b->stage_of[n];
}

/* Can node n work in place on the row that its input's stage has just made? */
static bool can_follow(const plan_builder *b, const fl_pass *pass, uint32_t n) {
  const fl_graph_node *at = &b->graph->nodes[n];
  if (at->node.inputs != 1 || !(at->node.kind == FL_KIND_POINT || fl_node_is_table(&at->node))) return false;
  const fl_pass_stage *before = &pass->stages[b->stage_of[at->from[0]] - 1];
  return !before->image && b->consumers[at->from[0]] == 1 && fl_bytes_per_pixel(before->out.format) == fl_bytes_per_pixel(at->node.out.format);
}

static bool add_link(plan_builder *b, fl_pass_stage *stage, const fl_node *node) {
  fl_link *last = stage->link_count ? &stage->links[stage->link_count - 1] : NULL;
  if (last && fl_node_is_table(last->nodes[0]) && fl_node_is_table(node)) {
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

/* Between two rows that it makes of an image, other stages compute for microseconds: the processor's prefetching has ended by then. */
static uint32_t rows_ahead(const fl_pass *pass, const fl_pass_stage *stage) {
  uint64_t bytes = 0; /* of images, for one row */
  for (uint32_t i = 0; i < stage->inputs; i++) {
    const fl_pass_stage *input = &pass->stages[stage->from[i]];
    if (!input->image) return 1; /* it would pull rows of other stages ahead of time */
    bytes += (uint64_t)input->out.width * fl_bytes_per_pixel(input->out.format);
  }
  return stage->band > 1 || bytes >= BURST_BYTES ? 1 : fl_min_u32(ROWS_AHEAD_MAX, (uint32_t)(BURST_BYTES / bytes));
}

/* Adds the stage that makes node n, its inputs' first. 0: out of memory. */
static uint32_t add_stage(plan_builder *b, fl_pass *pass, uint32_t n, bool is_root) {
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
  bool bands = at->node.kind == FL_KIND_RANDOM || at->node.kind == FL_KIND_RESAMPLE;
  uint32_t band = bands && at->node.op->band ? at->node.op->band : 1;
  fl_pass_stage stage = {.inputs = at->node.inputs, .out = at->node.out, .band = band};
  for (uint32_t i = 0; i < at->node.inputs; i++) stage.from[i] = b->stage_of[at->from[i]] - 1;
  stage.ahead = is_root ? 1 : rows_ahead(pass, &stage);
  if (!add_link(b, &stage, &at->node)) return 0;
  pass->stages[pass->count] = stage;
  return b->stage_of[n] = ++pass->count;
}

bool fl_pipeline_build_pass(plan_builder *b, uint32_t root, fl_pass *pass) {
  memset(b->stage_of, 0, b->graph->count * sizeof *b->stage_of);
  *pass = (fl_pass){0};
  pass->stages = fl_memory_arena_take(&b->plan->arena, (b->graph->count + 1) * sizeof *pass->stages);
  return pass->stages && add_stage(b, pass, root, true);
}

/* Adds the rows that each stage makes for so many bands like this one. */
static void add_rows(const fl_pass *pass, const fl_bands *bands, uint32_t band, uint32_t count, fl_extent *extents, double *made) {
  fl_pipeline_pass_extents(pass, (fl_rect){{0, pass->stages[pass->count - 1].out.width}, fl_bands_rows(bands, band)}, extents);
  for (uint32_t s = 0; s < pass->count; s++) made[s] += (double)fl_span_length(extents[s].rows) * count;
}

/* The inner node of this pass whose recomputed halo costs more than a pass break would, and most so; or the count of nodes. */
static uint32_t costly_node(const plan_builder *b, const fl_pass *pass, fl_extent *extents) {
  fl_bands bands = fl_pipeline_choose_bands(pass, fl_max_u32(b->options->lanes, 1), extents);
  double made[pass->count];
  memset(made, 0, sizeof made);
  if (bands.tall > 0) add_rows(pass, &bands, fl_bands_typical_tall(&bands), bands.tall, extents, made);
  if (bands.count > bands.tall) add_rows(pass, &bands, fl_bands_typical_short(&bands), bands.count - bands.tall, extents, made);
  uint32_t worst = b->graph->count;
  double worst_loss = 0;
  double above = 0; /* cost of what is recomputed up to this stage: all before it, as stages stand in order */
  for (uint32_t s = 0; s + 1 < pass->count; s++) {
    const fl_pass_stage *stage = &pass->stages[s];
    if (stage->image) continue;
    double extra = made[s] - stage->out.height;
    above += extra > 0 ? extra * stage->out.width * fl_pipeline_stage_cost(stage) : 0;
    double price = BREAK_NS_PER_BYTE * stage->out.width * stage->out.height * fl_bytes_per_pixel(stage->out.format);
    if (above - price <= worst_loss) continue;
    worst_loss = above - price;
    for (uint32_t n = 0; n < b->graph->count; n++)
      if (b->stage_of[n] == s + 1) worst = n; /* the last of the stage's links */
  }
  return worst;
}

/* Breaks passes where recomputing would cost more. Done on a trial of each pass, before any image is reserved. */
static fl_status break_passes(plan_builder *b, fl_extent *extents) {
  static const fl_image stand_in;
  for (uint32_t n = 0; n < b->graph->count; n++) {
    if (b->whole[n] && fl_node_is_frame(&b->graph->nodes[n]) && n != b->graph->root) b->image[n] = &stand_in;
    if (!b->whole[n] || fl_node_is_frame(&b->graph->nodes[n]) || !fl_node_matters(b, n)) continue;
    for (uint32_t trial = 0; trial < FL_PASS_STAGES_MAX; trial++) {
      fl_pass pass;
      if (!fl_pipeline_build_pass(b, n, &pass)) return fl_pipeline_no_memory(b->report);
      uint32_t costly = costly_node(b, &pass, extents);
      if (costly == b->graph->count) break;
      b->whole[costly] = true;
      b->image[costly] = &stand_in;
    }
    b->image[n] = &stand_in;
  }
  memset(b->image, 0, b->graph->count * sizeof *b->image);
  return FL_OK;
}

fl_status fl_pipeline_choose_whole(plan_builder *b, fl_extent *extents) {
  find_whole_images(b);
  cut_long_chains(b);
  return b->options->fuse && !b->options->tile_height ? break_passes(b, extents) : FL_OK;
}
