/* Edges are gathered as bits and connected within strips of rows, on all threads; one thread connects the strips, a quarter of the work. */
#include "kernels/hysteresis.h"

#include "ops/op.h"

#include <string.h>

#define STRIP_ROWS 64u /* of a cell of the grid: fewer are quicker connected, but then there are more strips to connect */

static size_t words_of(const fl_node *node) { return (node->in[0].width + 63) / 64; }

static fl_rect grid(const fl_node *node) { return (fl_rect){{0, 1}, {0, (node->in[0].height + STRIP_ROWS - 1) / STRIP_ROWS}}; }

static size_t partial_bytes(const fl_node *node) { return STRIP_ROWS * 2 * words_of(node) * sizeof(uint64_t); }

/* For each row its edges, then its strong ones. */
static void gather(const fl_node *node, const fl_image *image, fl_rect cell, void *partial) {
  size_t words = words_of(node);
  uint64_t *edges = partial, *strong = edges + words, looks[2 * STRIP_ROWS];
  uint32_t first = cell.rows.first * STRIP_ROWS, count = fl_min_u32(STRIP_ROWS, image->height - first);
  for (uint32_t i = 0; i < count; i++)
    fl_kernels_hysteresis(node->simd)->pack(edges + i * 2 * words, strong + i * 2 * words, fl_frame_image_row(image, 0, first + i), image->width);
  fl_hysteresis_connect(strong, 2 * words, edges, 2 * words, words, count, 1, looks);
}

/* Bits of the whole image, row after row, and one word that unpack() may look at; then what connecting needs. */
static size_t bit_words(const fl_node *node) { return words_of(node) * node->in[0].height + 1; }
static size_t tables_bytes(const fl_node *node) { return (bit_words(node) + 2 * (size_t)node->in[0].height) * sizeof(uint64_t); }

static void conclude(const fl_node *node, const void *partials, uint32_t count, void *tables) {
  (void)count;
  size_t words = words_of(node), height = node->in[0].height;
  const uint64_t *edges = partials;
  uint64_t *strong = tables;
  for (size_t y = 0; y < height; y++) memcpy(strong + y * words, edges + (2 * y + 1) * words, words * sizeof *strong);
  fl_hysteresis_connect(strong, words, edges, 2 * words, words, height, STRIP_ROWS, strong + bit_words(node));
}

static void row(fl_stage *stage) {
  const uint64_t *bits = stage->node->tables;
  fl_kernels_hysteresis(stage->node->simd)
      ->unpack(stage->dst, bits + stage->y * words_of(stage->node), stage->columns.first, fl_span_length(stage->columns));
}

const fl_op fl_op_hysteresis = {
    .name = "hysteresis",
    .family = "edges",
    .doc = "The second part of canny: 255 where an edge is strong or connected to a strong one.",
    .kind = FL_KIND_REDUCE,
    .inputs = 1,
    .internal = true,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 0.4f,
    .tables_bytes = tables_bytes,
    .partial_bytes = partial_bytes,
    .gather = gather,
    .conclude = conclude,
    .grid = grid,
    .row = row,
};
