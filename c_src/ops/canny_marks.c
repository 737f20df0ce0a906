#include "kernels/canny.h"
#include "ops/stencil.h"

#include <string.h>

enum { LOW, HIGH, L2 };

#define MAGNITUDES_MAX 32767.0

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->halo = (fl_halo){2, 2, 2, 2};
  node->border = FL_BORDER_REPLICATE;
  return FL_OK;
}

static fl_canny_limits limits_of(const fl_node *node) {
  double low = fmin(node->params[LOW].number, node->params[HIGH].number), high = fmax(node->params[LOW].number, node->params[HIGH].number);
  bool squares = node->params[L2].number != 0;
  low = fmin(low, MAGNITUDES_MAX), high = fmin(high, MAGNITUDES_MAX);
  return (fl_canny_limits){(int32_t)(squares ? low * low : low), (int32_t)(squares ? high * high : high), squares};
}

/* A tile's state: this, then three rows of gradients, each one pixel wider than the tile on both sides: magnitudes, then both
 * derivatives. Row y is in place y % 3. */
typedef struct marks_state {
  _Alignas(64) bool started;
} marks_state;

static size_t pixels_of(fl_span columns) { return fl_span_length(columns) + 2; }

static size_t state_bytes(const fl_node *node, fl_span columns) {
  (void)node;
  return sizeof(marks_state) + 3 * pixels_of(columns) * (sizeof(int32_t) + 2 * sizeof(int16_t));
}

static void begin(fl_stage *stage) { ((marks_state *)stage->state)->started = false; }

/* The gradients of row y; pixel 0 is one left of the tile. */
static fl_canny_gradient gradients_of(const fl_stage *stage, uint32_t y) {
  size_t pixels = pixels_of(stage->columns);
  uint8_t *at = (uint8_t *)((marks_state *)stage->state + 1) + y % 3 * pixels * (sizeof(int32_t) + 2 * sizeof(int16_t));
  int16_t *x = (int16_t *)(at + pixels * sizeof(int32_t));
  return (fl_canny_gradient){at, x, x + pixels};
}

static fl_canny_gradient skip(fl_canny_gradient from, size_t pixels, bool squares) {
  size_t bytes = squares ? sizeof(int32_t) : sizeof(int16_t);
  return (fl_canny_gradient){(uint8_t *)from.magnitude + pixels * bytes, from.x + pixels, from.y + pixels};
}

/* One pixel at the image's edge, from a copy of its surroundings. */
static void run_patch(const fl_stage *stage, fl_canny_gradient dst, const uint8_t *const *rows, uint32_t column, bool squares) {
  uint32_t first = stage->in[0].columns.first, width = stage->node->in[0].width;
  uint8_t patch[3][3];
  for (int k = 0; k < 3; k++)
    for (int32_t dx = -1; dx <= 1; dx++)
      patch[k][dx + 1] = rows[k][(uint32_t)fl_border_index((int32_t)column + dx, (int32_t)width, FL_BORDER_REPLICATE) - first];
  const uint8_t *const middle[3] = {patch[0] + 1, patch[1] + 1, patch[2] + 1};
  fl_kernels_canny(stage->node->simd)->gradient(&dst, middle, 1, squares);
}

/* Gradients of row y, which may lie outside the image: nothing is steep there. rows: the row above it and two more. */
static void make_gradients(const fl_stage *stage, int32_t y, const uint8_t *const *rows, bool squares) {
  uint32_t width = stage->node->in[0].width, known = stage->in[0].columns.first;
  fl_canny_gradient all = gradients_of(stage, (uint32_t)(y + 3));
  size_t pixels = pixels_of(stage->columns), bytes = squares ? sizeof(int32_t) : sizeof(int16_t);
  if (y < 0 || y >= (int32_t)stage->node->in[0].height) {
    memset(all.magnitude, 0, pixels * bytes);
    return;
  }
  /* Columns first … end are wanted and in the image; `left` is that of pixel 0. */
  int32_t left = (int32_t)stage->columns.first - 1;
  uint32_t first = (uint32_t)fl_max_i32(left, 0), end = fl_min_u32(stage->columns.end + 1, width);
  if (left < 0) memset(all.magnitude, 0, bytes);
  if (stage->columns.end == width) memset((uint8_t *)all.magnitude + (pixels - 1) * bytes, 0, bytes);
  uint32_t inner = fl_max_u32(first, 1), inner_end = fl_min_u32(end, width - 1);
  if (inner < inner_end) {
    const uint8_t *const at[3] = {rows[0] + (inner - known), rows[1] + (inner - known), rows[2] + (inner - known)};
    fl_canny_gradient dst = skip(all, (size_t)((int32_t)inner - left), squares);
    fl_kernels_canny(stage->node->simd)->gradient(&dst, at, inner_end - inner, squares);
  }
  if (first == 0) run_patch(stage, skip(all, (size_t)-left, squares), rows, 0, squares);
  int32_t last = (int32_t)width - 1;
  if (end == width && last > 0) run_patch(stage, skip(all, (size_t)(last - left), squares), rows, width - 1, squares);
}

static void row(fl_stage *stage) {
  marks_state *state = stage->state;
  fl_canny_limits limits = limits_of(stage->node);
  const uint8_t *const *rows = stage->in[0].rows;
  int32_t y = (int32_t)stage->y;
  for (int32_t k = state->started ? 2 : 0; k < 3; k++) make_gradients(stage, y + k - 1, rows + k, limits.squares);
  state->started = true;
  const void *magnitude[3];
  for (uint32_t k = 0; k < 3; k++) magnitude[k] = skip(gradients_of(stage, stage->y + k + 2), 1, limits.squares).magnitude;
  fl_canny_gradient own = skip(gradients_of(stage, stage->y), 1, limits.squares);
  fl_kernels_canny(stage->node->simd)->thin(stage->dst, magnitude, own.x, own.y, fl_span_length(stage->columns), &limits);
}

static const fl_param params[] = {
    [LOW] = {.name = "low", .doc = "magnitude above which an edge is marked", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .max = 32767},
    [HIGH] = {.name = "high", .doc = "magnitude above which it is strong", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .max = 32767},
    [L2] = {.name = "l2", .doc = "magnitudes are roots of sums of squares", .type = FL_PARAM_BOOLEAN},
};

const fl_op fl_op_canny_marks = {
    .name = "cannyMarks",
    .family = "edges",
    .doc = "The first part of canny: weak and strong edges, marked by their bits 7 and 6.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .internal = true,
    .formats = FL_FORMAT_BIT(FL_GRAY8),
    .cost = 1.8f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
