/* One tile of a pass: rows are pulled from the last stage, each stage asks its inputs for the rows it needs. */
#include "base/assert.h"
#include "kernels/lut.h"
#include "pipeline/pass.h"

#include <string.h>

#define ROW_ALIGNMENT 64u
#define ROWS_PER_PULSE 8u
/* Rows are joined up to here: starting one costs nothing beside so many bytes. With several operations on it a row should stay in the
 * first-level cache. */
#define LONG_ROW_BYTES (64u << 10)
#define HOT_ROW_BYTES (16u << 10)

typedef struct link_state {
  fl_stage call;
  fl_lut *lut; /* composed, for tables */
} link_state;

typedef struct stage_state {
  const fl_pass_stage *stage;
  fl_extent extent;
  uint32_t next;         /* the next row to be made */
  uint8_t *ring;         /* of the last depth rows; NULL for an image */
  uint32_t slot;         /* of the ring where the next row goes */
  uint32_t band;         /* rows made at once */
  bool joined;           /* as one long row */
  size_t row_bytes;
  fl_image image;        /* where an image stage is read, or the last stage written */
  link_state *links;
  const uint8_t **rows[FL_OP_INPUTS_MAX];
  fl_window held[FL_OP_INPUTS_MAX];    /* the input rows that rows[] points at */
  uint8_t *constant[FL_OP_INPUTS_MAX]; /* a row of border colour */
} stage_state;

typedef struct tile_state {
  const fl_pass *pass;
  stage_state *stages;
  uint8_t *journal;
} tile_state;

/* ---- laying out the scratch: with base NULL only its size is found ---- */

typedef struct layout {
  uint8_t *base;
  uint64_t used;
} layout;

static void *take(layout *at, uint64_t bytes) {
  void *taken = at->base ? at->base + at->used : NULL;
  at->used = fl_align(fl_add(at->used, bytes), ROW_ALIGNMENT);
  return taken;
}

static uint64_t pixel_bytes(const fl_pass_stage *stage) { return fl_bytes_per_pixel(stage->out.format); }

static void lay_out_links(layout *at, const fl_pass_stage *stage, stage_state *state, fl_span columns) {
  link_state *links = take(at, stage->link_count * sizeof *links);
  if (links) state->links = links;
  for (uint32_t l = 0; l < stage->link_count; l++) {
    const fl_node *node = stage->links[l].nodes[0];
    void *lut = fl_node_is_table(node) ? take(at, sizeof(fl_lut)) : NULL;
    void *own = node->op->state_bytes && !fl_node_is_table(node) ? take(at, node->op->state_bytes(node, columns)) : NULL;
    if (links) links[l] = (link_state){.call = {.node = node, .state = own, .columns = columns, .count = 1}, .lut = lut};
  }
}

static void lay_out_stage(layout *at, const fl_pass *pass, uint32_t s, const fl_extent *extents, stage_state *state) {
  const fl_pass_stage *stage = &pass->stages[s];
  uint64_t row_bytes = fl_align(fl_mul(fl_span_length(extents[s].columns), pixel_bytes(stage)), ROW_ALIGNMENT);
  if (state) *state = (stage_state){.stage = stage, .extent = extents[s], .next = extents[s].rows.first, .band = stage->band, .row_bytes = row_bytes};
  if (stage->image) {
    if (state) state->image = *stage->image;
    return;
  }
  if (s + 1 < pass->count) {
    uint8_t *ring = take(at, fl_mul(row_bytes, stage->depth));
    if (state) state->ring = ring;
  } else if (state) {
    state->image = *pass->output;
  }
  lay_out_links(at, stage, state, extents[s].columns);
  const fl_node *node = fl_pass_head(stage);
  for (uint32_t i = 0; i < stage->inputs; i++) {
    void *rows = take(at, (stage->window[i] + 1) * sizeof(uint8_t *));
    bool constant = node->border == FL_BORDER_CONSTANT && node->kind != FL_KIND_RANDOM; /* which is given no rows */
    uint64_t width = constant ? fl_span_length(fl_pipeline_columns_needed(node, i, extents[s].columns)) : 0;
    void *row = constant ? take(at, fl_mul(width, fl_bytes_per_pixel(node->in[i].format))) : NULL;
    if (state) state->rows[i] = rows, state->constant[i] = row, state->held[i].last = -1; /* none */
  }
}

/* The journal comes first, so that undo() finds it without laying out the rest. */
static uint64_t journal_bytes(const fl_pass *pass, fl_rect tile) {
  if (!pass->in_place) return 0;
  uint64_t row = fl_mul(fl_span_length(tile.columns), pixel_bytes(&pass->stages[pass->count - 1]));
  return fl_align(fl_mul(row, fl_span_length(tile.rows)), ROW_ALIGNMENT);
}

static uint64_t lay_out(const fl_pass *pass, fl_rect tile, const fl_extent *extents, uint8_t *base, tile_state *out) {
  layout at = {.base = base};
  uint8_t *journal = take(&at, journal_bytes(pass, tile));
  fl_extent *kept = take(&at, pass->count * sizeof *kept);
  stage_state *stages = take(&at, pass->count * sizeof *stages);
  if (base && !extents) {
    fl_pipeline_pass_extents(pass, tile, kept);
    extents = kept;
  }
  for (uint32_t s = 0; s < pass->count; s++) lay_out_stage(&at, pass, s, extents, base ? &stages[s] : NULL);
  if (out) *out = (tile_state){pass, stages, journal};
  return at.used;
}

uint64_t fl_pipeline_pass_scratch(const fl_pass *pass, fl_rect tile, const fl_extent *extents) {
  return lay_out(pass, tile, extents, NULL, NULL);
}

/* ---- rows ---- */

static uint8_t *image_row(const fl_image *image, uint32_t y, uint32_t column) {
  return fl_frame_image_row(image, 0, y) + (size_t)column * fl_bytes_per_pixel(image->format);
}

/* Pixel extent.columns.first of row y of this stage: one of the last depth rows made, or the next one. */
static uint8_t *row_of(const stage_state *state, uint32_t y) {
  if (!state->ring) return image_row(&state->image, y, state->extent.columns.first);
  uint32_t back = state->next - y;
  uint32_t slot = state->slot >= back ? state->slot - back : state->slot + state->stage->depth - back;
  return state->ring + (size_t)slot * state->row_bytes;
}

static void make_until(tile_state *tile, stage_state *state, uint32_t y);

/* Points rows[] at the rows of a window, by the border where they lie outside. Those that the row before needed too only move up. */
static void point_at_rows(stage_state *state, uint32_t i, const stage_state *input, fl_window window) {
  const fl_node *node = fl_pass_head(state->stage);
  const uint8_t **rows = state->rows[i];
  fl_window held = state->held[i];
  int32_t next = window.first, height = (int32_t)input->stage->out.height;
  if (window.first >= held.first && window.first <= held.last) {
    next = held.last + 1;
    memmove(rows, rows + (window.first - held.first), (size_t)(next - window.first) * sizeof *rows);
  }
  size_t offset = (state->links[0].call.in[i].columns.first - input->extent.columns.first) * pixel_bytes(input->stage);
  for (; next <= window.last; next++) {
    int32_t inside = next >= 0 && next < height ? next : fl_border_index(next, height, node->border);
    rows[next - window.first] = inside < 0 ? state->constant[i] : row_of(input, (uint32_t)inside) + offset;
  }
  state->held[i] = window;
}

/* Makes the rows of input i that row y needs and points rows[] at them. */
static void gather_rows(tile_state *tile, stage_state *state, uint32_t i, uint32_t y) {
  stage_state *input = &tile->stages[state->stage->from[i]];
  fl_window window = fl_pipeline_rows_needed(fl_pass_head(state->stage), i, y);
  if (!input->stage->image) make_until(tile, input, fl_pipeline_clip(window, input->stage->out.height).end - 1);
  point_at_rows(state, i, input, window);
}

static void apply_link(const link_state *link, const fl_pass_stage *stage, uint8_t *dst, const uint8_t *src, uint32_t rows, size_t stride) {
  uint32_t pixels = fl_span_length(link->call.columns);
  for (uint32_t r = 0; r < rows; r++)
    fl_kernels_lut(link->call.node->simd)
        ->apply(dst + r * stride, src + r * stride, pixels, fl_bytes_per_pixel(stage->out.format), link->lut->entry);
}

/* Applies link l in place on rows that were just made. */
static void work_in_place(stage_state *state, uint32_t l, uint32_t y, uint32_t count, uint8_t *dst, size_t stride) {
  link_state *link = &state->links[l];
  if (link->lut) {
    apply_link(link, state->stage, dst, dst, count, stride);
    return;
  }
  for (uint32_t r = 0; r < count; r++) {
    const uint8_t *row = dst + r * stride;
    link->call.y = y + r;
    link->call.dst = dst + r * stride;
    link->call.in[0].rows = &row;
    link->call.node->op->row(&link->call);
  }
}

/* From here on so many rows are one to the operations. */
static void join_rows(stage_state *state, uint32_t count) {
  for (uint32_t l = 0; l < state->stage->link_count; l++) {
    fl_stage *call = &state->links[l].call;
    call->columns.end = state->extent.columns.end * count;
    for (uint32_t i = 0; i < FL_OP_INPUTS_MAX; i++) call->in[i].columns = call->columns;
  }
}

static void make_rows(tile_state *tile, stage_state *state, uint32_t y, uint32_t count) {
  const fl_pass_stage *stage = state->stage;
  const fl_node *node = fl_pass_head(stage);
  if (node->kind != FL_KIND_RANDOM)
    for (uint32_t i = 0; i < stage->inputs; i++) gather_rows(tile, state, i, y);
  if (state->joined) {
    join_rows(state, count);
    count = 1;
  }
  uint8_t *dst = row_of(state, y);
  size_t stride = state->ring ? state->row_bytes : state->image.plane[0].stride;
  link_state *first = &state->links[0];
  if (first->lut) {
    apply_link(first, stage, dst, state->rows[0][0], 1, stride);
  } else {
    first->call.y = y, first->call.count = count;
    first->call.dst = dst, first->call.dst_stride = stride;
    node->op->row(&first->call);
  }
  for (uint32_t l = 1; l < stage->link_count; l++) work_in_place(state, l, y, count, dst, stride);
}

static void make_until(tile_state *tile, stage_state *state, uint32_t y) {
  if (state->next > y) return;
  y = fl_max_u32(y, fl_min_u32(state->next + state->stage->ahead, state->extent.rows.end) - 1);
  while (state->next <= y) {
    uint32_t count = fl_min_u32(state->band, state->extent.rows.end - state->next);
    make_rows(tile, state, state->next, count);
    state->next += count;
    state->slot += count;
    if (state->slot >= state->stage->depth) state->slot = 0;
  }
}

/* ---- a tile ---- */

static void compose(const fl_link *link, fl_lut *out) {
  *out = *(const fl_lut *)link->nodes[0]->tables;
  for (uint32_t n = 1; n < link->count; n++) {
    const fl_lut *next = link->nodes[n]->tables;
    for (uint32_t c = 0; c < 4; c++)
      for (uint32_t v = 0; v < 256; v++) out->entry[c][v] = next->entry[c][out->entry[c][v]];
  }
}

static void begin_stage(const tile_state *tile, stage_state *state) {
  const fl_pass_stage *stage = state->stage;
  for (uint32_t l = 0; l < stage->link_count; l++) {
    link_state *link = &state->links[l];
    fl_stage *call = &link->call;
    const fl_node *node = call->node;
    for (uint32_t i = 0; i < node->inputs; i++) {
      call->in[i].columns = l == 0 && node->kind != FL_KIND_RANDOM ? fl_pipeline_columns_needed(node, i, call->columns) : call->columns;
      if (l == 0) call->in[i].rows = state->rows[i];
      if (node->kind == FL_KIND_RANDOM) call->in[i].image = &tile->stages[stage->from[i]].image;
    }
    call->y = state->extent.rows.first;
    if (fl_frame_format(stage->out.format)->planes > 1) call->out = &state->image;
    if (link->lut) compose(&stage->links[l], link->lut);
    else if (node->op->begin) node->op->begin(call);
  }
  for (uint32_t i = 0; i < stage->inputs; i++) {
    if (!state->constant[i]) continue;
    const fl_node *node = fl_pass_head(stage);
    uint32_t bytes = fl_bytes_per_pixel(node->in[i].format);
    size_t length = (size_t)fl_span_length(state->links[0].call.in[i].columns) * bytes;
    for (size_t b = 0; b < length; b++) state->constant[i][b] = node->border_color[b % bytes];
  }
}

static void copy_rect(const fl_image *image, fl_rect tile, uint8_t *journal, bool restore) {
  size_t row = (size_t)fl_span_length(tile.columns) * fl_bytes_per_pixel(image->format);
  for (uint32_t y = tile.rows.first; y < tile.rows.end; y++, journal += row) {
    uint8_t *pixels = image_row(image, y, tile.columns.first);
    memcpy(restore ? pixels : journal, restore ? journal : pixels, row);
  }
}

/* Keeps the tile's input and makes the stages read what was kept. */
static bool keep_input(tile_state *tile, fl_rect rect, fl_task *task) {
  const fl_image *output = tile->pass->output;
  copy_rect(output, rect, tile->journal, false);
  if (!task->commit(task)) return false;
  size_t pixel = fl_bytes_per_pixel(output->format), row = fl_span_length(rect.columns) * pixel;
  for (uint32_t s = 0; s < tile->pass->count; s++) {
    fl_plane *plane = &tile->stages[s].image.plane[0];
    if (!tile->pass->stages[s].image || plane->data != output->plane[0].data) continue;
    plane->stride = (uint32_t)row;
    plane->data = (uint8_t *)((uintptr_t)tile->journal - (uintptr_t)(rect.rows.first * row + rect.columns.first * pixel));
  }
  return true;
}

static bool is_anywhere(const fl_pass_stage *stage) {
  for (uint32_t l = 0; l < stage->link_count; l++) {
    const fl_node *node = stage->links[l].nodes[0];
    bool anywhere = node->kind == FL_KIND_POINT && node->op->anywhere && !node->op->state_bytes;
    if (!anywhere && !fl_node_is_table(node)) return false;
  }
  return true;
}

static bool has_gaps(const fl_image *image) {
  return image->plane[0].stride != (uint64_t)image->width * fl_bytes_per_pixel(image->format);
}

/* Where rows follow one another without a gap in every image, point operations make several at once. */
static void choose_joined(const tile_state *tile, fl_rect rect) {
  uint32_t last = tile->pass->count - 1;
  stage_state *state = &tile->stages[last];
  if (fl_span_length(rect.columns) < state->image.width || has_gaps(&state->image) || !is_anywhere(state->stage)) return;
  for (uint32_t s = 0; s < last; s++)
    if (!tile->stages[s].stage->image || has_gaps(&tile->stages[s].image)) return;
  uint32_t most = state->stage->link_count > 1 ? HOT_ROW_BYTES : LONG_ROW_BYTES;
  state->band = fl_max_u32(1, (uint32_t)(most / state->row_bytes));
  state->joined = true;
}

bool fl_pipeline_pass_run(const fl_pass *pass, fl_rect rect, uint8_t *scratch, fl_task *task) {
  tile_state tile;
  lay_out(pass, rect, NULL, scratch, &tile);
  if (pass->in_place && !keep_input(&tile, rect, task)) return false;
  for (uint32_t s = 0; s < pass->count; s++)
    if (!pass->stages[s].image) begin_stage(&tile, &tile.stages[s]);
  choose_joined(&tile, rect);
  stage_state *last = &tile.stages[pass->count - 1];
  while (last->next < rect.rows.end) {
    if (!task->pulse(task)) return false;
    make_until(&tile, last, fl_min_u32(last->next + ROWS_PER_PULSE, rect.rows.end) - 1);
  }
  return true;
}

void fl_pipeline_pass_undo(const fl_pass *pass, fl_rect tile, const uint8_t *scratch) {
  if (pass->in_place) copy_rect(pass->output, tile, (uint8_t *)scratch, true);
}
