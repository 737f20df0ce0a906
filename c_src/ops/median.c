#include "kernels/rank.h"
#include "kernels/tally.h"
#include "ops/stencil.h"

#include <string.h>

enum { RADIUS };

#define ALIGNMENT 64u

static uint32_t radius_of(const fl_node *node) { return (uint32_t)node->params[RADIUS].number; }

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  uint32_t radius = radius_of(node);
  /* From radius 3 on one row more above: the one that leaves the window. */
  node->halo = (fl_halo){radius, radius, radius + (radius > 2), radius};
  node->border = FL_BORDER_REPLICATE;
  node->cost = radius == 1 ? 1.0f : radius == 2 ? 6.0f : 21.0f + 2.7f * (float)radius;
  node->start = radius > 2 ? (float)radius : 0;
  return FL_OK;
}

/* ---- radius 2: the columns sorted, with their margins, then the middle of five columns ---- */

static size_t scratch_row_bytes(const fl_node *node, fl_span columns) {
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, columns);
  return fl_align((uint64_t)(scratch.end - scratch.first) * fl_bytes_per_pixel(node->in[0].format), ALIGNMENT);
}

static void row_of_25(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_rank_kernels *kernels = fl_kernels_rank(node->simd);
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, stage->columns);
  fl_span known = scratch.margin.known;
  size_t pixel = fl_bytes_per_pixel(node->in[0].format), step = scratch_row_bytes(node, stage->columns);
  uint8_t *sorted[5];
  for (size_t k = 0; k < 5; k++)
    sorted[k] = (uint8_t *)stage->state + k * step + (size_t)((int32_t)known.first - scratch.first) * pixel;
  kernels->sort5(sorted, stage->in[0].rows, fl_span_length(known) * pixel);
  for (size_t k = 0; k < 5; k++) {
    fl_margin_fill((uint8_t *)stage->state + k * step, scratch.first, scratch.end, pixel, &scratch.margin, NULL);
    sorted[k] = (uint8_t *)stage->state + k * step + (size_t)((int32_t)stage->columns.first - scratch.first) * pixel;
  }
  kernels->middle25(stage->dst, (const uint8_t *const *)sorted, fl_span_length(stage->columns) * pixel, pixel);
}

/* ---- radius 3 and more: the values of each column counted ---- */

/* The tile's state: this, two rows with their margins, then the counts. */
typedef struct tally_state {
  _Alignas(ALIGNMENT) bool started; /* the counts hold the window of the row before */
} tally_state;

static fl_tally tally_of(const fl_node *node, fl_span columns) {
  uint32_t radius = radius_of(node);
  return (fl_tally){fl_span_length(columns) + 2 * radius, fl_bytes_per_pixel(node->in[0].format), radius};
}

/* Row k of the window with its margins, in `scratch` or where it is. The rows of a tile hold the columns of the tally or more. */
static const uint8_t *extended(const fl_stage *stage, uint32_t k, uint8_t *bytes) {
  fl_stencil_scratch scratch = fl_stencil_scratch_for(stage->node, stage->columns);
  fl_span known = scratch.margin.known;
  const uint8_t *row = stage->in[0].rows[k];
  size_t pixel = fl_bytes_per_pixel(stage->node->in[0].format);
  if (scratch.first == (int32_t)known.first && scratch.end == (int32_t)known.end) return row;
  memcpy(bytes + (size_t)((int32_t)known.first - scratch.first) * pixel, row, fl_span_length(known) * pixel);
  fl_margin_fill(bytes, scratch.first, scratch.end, pixel, &scratch.margin, NULL);
  return bytes;
}

static void row_by_counting(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_tally_kernels *kernels = fl_kernels_tally(node->simd);
  fl_tally tally = tally_of(node, stage->columns);
  size_t row_bytes = scratch_row_bytes(node, stage->columns);
  tally_state *state = stage->state;
  uint8_t *rows = (uint8_t *)(state + 1), *counts = rows + 2 * row_bytes;
  uint32_t last = 2 * tally.radius + 1;
  if (!state->started) {
    memset(counts, 0, fl_tally_bytes(&tally));
    for (uint32_t k = 0; k < last; k++) { /* as if the row before had been made */
      const uint8_t *row = extended(stage, k, rows);
      for (uint32_t c = 0; c < tally.channels; c++) kernels->enter(counts, row, &tally, c);
    }
    state->started = true;
  }
  const uint8_t *entering = extended(stage, last, rows), *leaving = extended(stage, 0, rows + row_bytes);
  for (uint32_t c = 0; c < tally.channels; c++) {
    kernels->slide(counts, entering, leaving, &tally, c);
    kernels->middle(stage->dst, counts, &tally, c);
  }
}

static size_t state_bytes(const fl_node *node, fl_span columns) {
  fl_tally tally = tally_of(node, columns);
  size_t row_bytes = scratch_row_bytes(node, columns);
  if (tally.radius == 1) return 0;
  return tally.radius == 2 ? 5 * row_bytes : sizeof(tally_state) + 2 * row_bytes + fl_tally_bytes(&tally);
}

static void begin(fl_stage *stage) {
  if (radius_of(stage->node) > 2) ((tally_state *)stage->state)->started = false;
}

static void row(fl_stage *stage) {
  uint32_t radius = radius_of(stage->node);
  if (radius == 2) row_of_25(stage);
  else if (radius > 2) row_by_counting(stage);
  else {
    const fl_rank_kernels *kernels = fl_kernels_rank(stage->node->simd);
    bool gray = fl_bytes_per_pixel(stage->node->in[0].format) == 1;
    fl_stencil_run3(stage, gray ? kernels->median3_one_channel : kernels->median3_four_channels);
  }
}

static const fl_param params[] = {
    [RADIUS] = {.name = "radius", .doc = "pixels on every side of the window: 1 for 3×3", .type = FL_PARAM_INTEGER, .min = 1,
                .max = FL_TALLY_RADIUS_MAX, .preset = 1},
};

const fl_op fl_op_median = {
    .name = "median",
    .family = "blur",
    .doc = "The middle of the values around each pixel, in every channel on its own: takes specks away and keeps edges.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
