/* Cells of size × size pixels lie at multiples of size from the image's origin, narrower at its right and lower edges; a pixel is the
 * mean of its cell, rounded half up. A row of cells is made once and then copied. */
#include "kernels/box.h"
#include "kernels/cells.h"
#include "ops/op.h"

#include <string.h>

enum { SIZE };

/* The tile's state: this, the row of cells, then the sums of columns. */
typedef struct cells_state {
  _Alignas(64) uint32_t made; /* which row of cells; UINT32_MAX for none */
} cells_state;

static uint32_t size_of(const fl_node *node) { return (uint32_t)node->params[SIZE].number; }

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  node->cost = 0.5f + 4.0f / (float)size_of(node);
  return FL_OK;
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  uint32_t first = y - y % size_of(node);
  return (fl_window){(int32_t)first, (int32_t)fl_min_u32(first + size_of(node), node->in[input].height) - 1};
}

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  uint32_t size = size_of(node), end = out.end + size - 1;
  return (fl_span){out.first - out.first % size, fl_min_u32(end - end % size, node->in[input].width)};
}

static size_t made_bytes(const fl_node *node, fl_span out) {
  return fl_align((uint64_t)fl_span_length(columns(node, 0, out)) * fl_bytes_per_pixel(node->out.format), 64);
}

static size_t state_bytes(const fl_node *node, fl_span out) {
  return sizeof(cells_state) + made_bytes(node, out) * (1 + sizeof(uint32_t));
}

static void begin(fl_stage *stage) { ((cells_state *)stage->state)->made = UINT32_MAX; }

static void make(fl_stage *stage, uint8_t *made, void *sums) {
  const fl_node *node = stage->node;
  fl_window window = rows(node, 0, stage->y);
  fl_box_window box = {1, (uint32_t)(window.last - window.first + 1)};
  fl_cells cells = {size_of(node), box.rows, fl_bytes_per_pixel(node->out.format), fl_box_sum_bytes(&box) == 2};
  size_t n = fl_span_length(stage->in[0].columns);
  fl_kernels_box(node->simd)->start(sums, stage->in[0].rows, n * cells.channels, &box);
  fl_kernels_cells(node->simd)->mean(made, sums, n, &cells);
}

static void row(fl_stage *stage) {
  cells_state *state = stage->state;
  size_t pixel = fl_bytes_per_pixel(stage->node->out.format);
  uint8_t *made = (uint8_t *)(state + 1);
  uint32_t which = stage->y / size_of(stage->node);
  if (state->made != which) make(stage, made, made + made_bytes(stage->node, stage->columns));
  state->made = which;
  memcpy(stage->dst, made + (stage->columns.first - stage->in[0].columns.first) * pixel, fl_span_length(stage->columns) * pixel);
}

static const fl_param params[] = {
    [SIZE] = {.name = "size", .doc = "side of a cell, in pixels", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED, .min = 1,
              .max = FL_CELLS_SIZE_MAX},
};

const fl_op fl_op_pixelate = {
    .name = "pixelate",
    .family = "blur",
    .doc = "A mosaic: the mean of each cell of size × size pixels, counted from the image's origin.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
