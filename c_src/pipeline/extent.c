/* Which rows and columns of each stage a tile needs, and how deep the rings of rows must be. */
#include "pipeline/pass.h"

fl_span fl_pipeline_columns_needed(const fl_node *node, uint32_t input, fl_span out) {
  if (node->op->columns) return node->op->columns(node, input, out);
  uint32_t first = out.first > node->halo.left ? out.first - node->halo.left : 0;
  return (fl_span){first, fl_min_u32(out.end + node->halo.right, node->in[input].width)};
}

/* Does the stage pull rows? An image is there already, random access reads an image. */
static bool pulls(const fl_pass_stage *stage) { return !stage->image && fl_pass_head(stage)->kind != FL_KIND_RANDOM; }

static void widen(fl_span *span, fl_span by) {
  if (span->end == 0) *span = by;
  *span = (fl_span){fl_min_u32(span->first, by.first), fl_max_u32(span->end, by.end)};
}

void fl_pipeline_pass_extents(const fl_pass *pass, fl_rect tile, fl_extent *extents) {
  for (uint32_t s = 0; s < pass->count; s++) extents[s] = (fl_extent){0};
  extents[pass->count - 1] = (fl_extent){tile.columns, tile.rows};
  for (uint32_t s = pass->count; s-- > 0;) {
    const fl_pass_stage *stage = &pass->stages[s];
    for (uint32_t i = 0; pulls(stage) && i < stage->inputs; i++) {
      fl_extent *input = &extents[stage->from[i]];
      const fl_node *node = fl_pass_head(stage);
      uint32_t height = node->in[i].height;
      fl_span top = fl_pipeline_clip(fl_pipeline_rows_needed(node, i, extents[s].rows.first), height);
      fl_span bottom = fl_pipeline_clip(fl_pipeline_rows_needed(node, i, extents[s].rows.end - 1), height);
      widen(&input->columns, fl_pipeline_columns_needed(node, i, extents[s].columns));
      widen(&input->rows, (fl_span){top.first, bottom.end});
    }
  }
}

/* ---- going through the motions ---- */

#define BANDS_REHEARSED 16u

typedef struct rehearsal {
  fl_pass *pass;
  const fl_extent *extents;
  uint32_t *next; /* per stage: the next row to be made */
} rehearsal;

static void rehearse_until(rehearsal *r, uint32_t s, uint32_t y) {
  fl_pass_stage *stage = &r->pass->stages[s];
  const fl_node *node = fl_pass_head(stage);
  while (r->next[s] <= y) {
    for (uint32_t i = 0; pulls(stage) && i < stage->inputs; i++) {
      fl_window window = fl_pipeline_rows_needed(node, i, r->next[s]);
      stage->window[i] = fl_max_u32(stage->window[i], (uint32_t)(window.last - window.first + 1));
      fl_pass_stage *input = &r->pass->stages[stage->from[i]];
      if (input->image) continue;
      fl_span rows = fl_pipeline_clip(window, node->in[i].height);
      rehearse_until(r, stage->from[i], rows.end - 1);
      input->depth = fl_max_u32(input->depth, r->next[stage->from[i]] - rows.first);
    }
    r->next[s] = fl_min_u32(r->next[s] + stage->band, r->extents[s].rows.end);
  }
}

/* A tile's rows only: depth does not depend on columns. */
static void rehearse(fl_pass *pass, fl_span rows, fl_extent *extents, uint32_t *next) {
  fl_shape out = pass->stages[pass->count - 1].out;
  fl_pipeline_pass_extents(pass, (fl_rect){{0, out.width}, rows}, extents);
  for (uint32_t s = 0; s < pass->count; s++) next[s] = extents[s].rows.first;
  rehearse_until(&(rehearsal){pass, extents, next}, pass->count - 1, rows.end - 1);
}

/* Only a resample's needs vary from row to row. */
static bool is_uniform(const fl_pass *pass) {
  for (uint32_t s = 0; s < pass->count; s++)
    if (!pass->stages[s].image && fl_pass_head(&pass->stages[s])->op->rows) return false;
  return true;
}

/* Rows after which nothing new is to be seen in a tile of a uniform pass: every window has filled and every lag is there. */
static uint32_t settling_rows(const fl_pass *pass) {
  uint32_t rows = 8;
  for (uint32_t s = 0; s < pass->count; s++)
    if (!pass->stages[s].image) rows += 2 * (fl_pass_head(&pass->stages[s])->halo.above + fl_pass_head(&pass->stages[s])->halo.below);
  return rows;
}

void fl_pipeline_pass_measure(fl_pass *pass, const fl_bands *bands, fl_extent *extents) {
  uint32_t next[pass->count];
  for (uint32_t s = 0; s < pass->count; s++) pass->stages[s].depth = pass->stages[s].window[0] = pass->stages[s].window[1] = 0;
  /* Where nothing varies but at the edges, the bands near them and those in the middle tell all, and of a tall one its two ends. */
  bool uniform = is_uniform(pass), sample = uniform && bands->count > BANDS_REHEARSED;
  uint32_t settled = settling_rows(pass);
  for (uint32_t b = 0; b < bands->count; b++) {
    if (sample && b == BANDS_REHEARSED / 4) b = bands->count / 2 - BANDS_REHEARSED / 8;
    if (sample && b == bands->count / 2 + BANDS_REHEARSED / 8) b = bands->count - BANDS_REHEARSED / 4;
    fl_span rows = fl_bands_rows(bands, b);
    if (uniform && fl_span_length(rows) > 2 * settled) {
      rehearse(pass, (fl_span){rows.first, rows.first + settled}, extents, next);
      rows.first = rows.end - settled;
    }
    rehearse(pass, rows, extents, next);
  }
  for (uint32_t s = 0; s + 1 < pass->count; s++) {
    fl_pass_stage *stage = &pass->stages[s];
    /* Whole bands lie side by side: the ring is a whole number of them. */
    if (stage->band > 1 && !stage->image) stage->depth = (stage->depth + 2 * stage->band - 2) / stage->band * stage->band;
    if (!stage->image) stage->depth += stage->ahead - 1; /* made early, needed as long as ever */
  }
  pass->stages[pass->count - 1].depth = 0;
}
