#include "kernels/box.h"
#include "ops/stencil.h"

enum { RADIUS, RADIUS_X, RADIUS_Y, BORDER, BORDER_COLOR };

/* The tile's state: this, then the sums of the scratch row's columns. */
typedef struct box_state {
  _Alignas(64) bool started; /* the sums hold the window of the row before */
} box_state;

static fl_status resolve(fl_node *node, fl_report *report) {
  double both = node->params[RADIUS].number, x = node->params[RADIUS_X].number, y = node->params[RADIUS_Y].number;
  if (isnan(both) && (isnan(x) || isnan(y)))
    return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "radius must be given, or both radiusX and radiusY");
  uint32_t across = (uint32_t)(isnan(x) ? both : x), down = (uint32_t)(isnan(y) ? both : y);
  /* One row more above: the one that leaves the window. */
  node->halo = (fl_halo){.left = across, .right = across, .above = down + 1, .below = down};
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static fl_box_window window_of(const fl_node *node) {
  return (fl_box_window){.columns = 2 * node->halo.left + 1, .rows = 2 * node->halo.below + 1};
}

static size_t state_bytes(const fl_node *node, fl_span columns) {
  fl_box_window window = window_of(node);
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, columns);
  size_t sums = (size_t)(scratch.end - scratch.first) * fl_bytes_per_pixel(node->out.format);
  return sizeof(box_state) + sums * fl_box_sum_bytes(&window);
}

static void begin(fl_stage *stage) { ((box_state *)stage->state)->started = false; }

/* Column i of the scratch row, in bytes from its start. */
static size_t offset_of(const fl_stencil_scratch *scratch, uint32_t column, size_t pixel) {
  return (size_t)((int32_t)column - scratch->first) * pixel;
}

/* rows[0] leaves the window, rows[1] … rows[window.rows] are in it. */
static void move_down(fl_stage *stage, void *sums, const fl_box_window *window) {
  const fl_box_kernels *kernels = fl_kernels_box(stage->node->simd);
  const uint8_t *const *rows = stage->in[0].rows;
  box_state *state = stage->state;
  size_t n = (size_t)fl_span_length(stage->in[0].columns) * fl_bytes_per_pixel(stage->node->out.format);
  if (state->started) kernels->slide(sums, rows[window->rows], rows[0], n, window);
  else kernels->start(sums, rows + 1, n, window);
  state->started = true;
}

/* The sums of a column beyond the image that has the border's colour. */
static void sums_of_color(const fl_node *node, const fl_box_window *window, void *sums) {
  uint16_t *narrow = sums;
  uint32_t *wide = sums;
  for (uint32_t c = 0; c < fl_bytes_per_pixel(node->out.format); c++) {
    uint32_t sum = node->border_color[c] * window->rows;
    if (fl_box_sum_bytes(window) == 2) narrow[c] = (uint16_t)sum;
    else wide[c] = sum;
  }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  fl_box_window window = window_of(node);
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, stage->columns);
  uint32_t channels = fl_bytes_per_pixel(node->out.format);
  size_t pixel = channels * fl_box_sum_bytes(&window);
  uint8_t *sums = (uint8_t *)((box_state *)stage->state + 1);
  move_down(stage, sums + offset_of(&scratch, scratch.margin.known.first, pixel), &window);
  _Alignas(16) uint8_t color[FL_MARGIN_PIXEL_MAX];
  sums_of_color(node, &window, color);
  fl_margin_fill(sums, scratch.first, scratch.end, pixel, &scratch.margin, color);
  const uint8_t *from = sums + offset_of(&scratch, stage->columns.first, pixel) - node->halo.left * pixel;
  fl_kernels_box(node->simd)->mean(stage->dst, from, fl_span_length(stage->columns), channels, &window);
}

static const fl_param params[] = {
    [RADIUS] = {.name = "radius", .doc = "pixels averaged on every side", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED,
                .max = FL_BOX_RADIUS_MAX, .preset_doc = "radiusX and radiusY"},
    [RADIUS_X] = {.name = "radiusX", .doc = "pixels averaged to the left and to the right", .type = FL_PARAM_INTEGER,
                  .flags = FL_COMPUTED, .max = FL_BOX_RADIUS_MAX, .preset_doc = "radius"},
    [RADIUS_Y] = {.name = "radiusY", .doc = "pixels averaged above and below", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED,
                  .max = FL_BOX_RADIUS_MAX, .preset_doc = "radius"},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_box_blur = {
    .name = "boxBlur",
    .family = "blur",
    .doc = "The mean of the rectangle around each pixel, in every channel; takes as long for a large radius as for a small one.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
