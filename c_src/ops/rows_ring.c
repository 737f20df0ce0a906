#include "ops/rows_ring.h"

#include <string.h>

#define ALIGNMENT 64u

typedef struct rows_ring {
  _Alignas(ALIGNMENT) bool started;
  uint8_t *rows[]; /* of the window, then the bytes */
} rows_ring;

static uint32_t count_of(const fl_node *node) { return node->halo.above + 1 + node->halo.below; }

static size_t head_bytes(const fl_node *node) { return fl_align(sizeof(rows_ring) + count_of(node) * sizeof(uint8_t *), ALIGNMENT); }

static size_t row_bytes(const fl_node *node, fl_span columns) {
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, columns);
  return fl_align((uint64_t)(scratch.end - scratch.first) * fl_bytes_per_pixel(node->in[0].format), ALIGNMENT);
}

size_t fl_rows_ring_bytes(const fl_node *node, fl_span columns) {
  return head_bytes(node) + count_of(node) * row_bytes(node, columns);
}

void fl_rows_ring_begin(fl_stage *stage) {
  rows_ring *ring = stage->state;
  const fl_node *node = stage->node;
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, stage->columns);
  size_t left = (size_t)((int32_t)stage->columns.first - scratch.first) * fl_bytes_per_pixel(node->in[0].format);
  ring->started = false;
  for (uint32_t k = 0; k < count_of(node); k++)
    ring->rows[k] = (uint8_t *)ring + head_bytes(node) + k * row_bytes(node, stage->columns) + left;
}

static void copy_row(const fl_stage *stage, const fl_stencil_scratch *scratch, uint32_t k, uint8_t *row) {
  const fl_node *node = stage->node;
  size_t pixel = fl_bytes_per_pixel(node->in[0].format);
  fl_span known = scratch->margin.known;
  uint8_t *start = row - (size_t)((int32_t)stage->columns.first - scratch->first) * pixel;
  memcpy(start + (size_t)((int32_t)known.first - scratch->first) * pixel, stage->in[0].rows[k], fl_span_length(known) * pixel);
  fl_margin_fill(start, scratch->first, scratch->end, pixel, &scratch->margin, node->border_color);
}

const uint8_t *const *fl_rows_ring_advance(fl_stage *stage) {
  rows_ring *ring = stage->state;
  uint32_t count = count_of(stage->node), fresh = ring->started ? 1 : count;
  fl_stencil_scratch scratch = fl_stencil_scratch_for(stage->node, stage->columns);
  if (ring->started) {
    uint8_t *oldest = ring->rows[0];
    memmove(ring->rows, ring->rows + 1, (count - 1) * sizeof *ring->rows);
    ring->rows[count - 1] = oldest;
  }
  for (uint32_t k = count - fresh; k < count; k++) copy_row(stage, &scratch, k, ring->rows[k]);
  ring->started = true;
  return (const uint8_t *const *)ring->rows + stage->node->halo.above;
}
