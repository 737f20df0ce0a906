#include "kernels/fill.h"
#include "kernels/resample.h"
#include "ops/stencil.h"

#include <string.h>

/* Rows that are made of rows above them wait in a ring; where that would be more than so many the input is read as a whole. */
#define WAITING_ROWS_MAX 64u

enum { TOP, RIGHT, BOTTOM, LEFT, BORDER, BORDER_COLOR };

#define SIDE(side) {.name = side, .doc = "How many pixels are added at the " side ".", .type = FL_PARAM_INTEGER, .min = 0, .max = FL_DIMENSION_MAX - 1}
static const fl_param params[] = {
    [TOP] = SIDE("top"), [RIGHT] = SIDE("right"), [BOTTOM] = SIDE("bottom"), [LEFT] = SIDE("left"), FL_STENCIL_BORDER_PARAMS,
};

static uint32_t side(const fl_node *node, int which) { return (uint32_t)node->params[which].number; }

/* «pad: the new width must be between 1 and 65535, got 70000», or FL_OK. */
static fl_status check_side(uint64_t length, const char *name, fl_report *report) {
  return length > FL_DIMENSION_MAX ? fl_report_range(report, "pad", name, 1, FL_DIMENSION_MAX, (double)length) : FL_OK;
}

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_shape *in = &node->in[0];
  uint64_t width = (uint64_t)side(node, LEFT) + in->width + side(node, RIGHT);
  uint64_t height = (uint64_t)side(node, TOP) + in->height + side(node, BOTTOM);
  fl_status status = check_side(width, "the new width", report);
  if (status == FL_OK) status = check_side(height, "the new height", report);
  if (status != FL_OK) return status;
  fl_stencil_border(node, BORDER);
  node->out = (fl_shape){(uint32_t)width, (uint32_t)height, in->format};
  uint32_t far = fl_max_u32(side(node, TOP), side(node, BOTTOM));
  bool mirrors = node->border == FL_BORDER_REFLECT || node->border == FL_BORDER_REFLECT101;
  bool whole = (mirrors && far > WAITING_ROWS_MAX) || (node->border == FL_BORDER_WRAP && far > 0);
  node->kind = whole ? FL_KIND_RANDOM : FL_KIND_RESAMPLE;
  return FL_OK;
}

/* The input row that output row y shows; -1: the border's colour. */
static int32_t row_shown(const fl_node *node, uint32_t y) {
  return fl_border_index((int32_t)y - (int32_t)side(node, TOP), (int32_t)node->in[0].height, node->border);
}

/* Rows mirrored above the image are shown before those they mirror: everything from the first row of the image to the last one
 * mirrored is asked for at once, so that the window only moves on. Below, the window keeps what will be mirrored. */
static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)input;
  int32_t here = (int32_t)y - (int32_t)side(node, TOP), bottom = (int32_t)node->in[0].height - 1;
  if (node->border == FL_BORDER_CONSTANT || node->border == FL_BORDER_REPLICATE) {
    int32_t row = fl_clamp_i32(here, 0, bottom);
    return (fl_window){row, row};
  }
  int32_t above = fl_min_i32((int32_t)side(node, TOP), bottom), below = fl_min_i32((int32_t)side(node, BOTTOM), bottom);
  return (fl_window){fl_clamp_i32(here, 0, bottom - below), fl_clamp_i32(here, above, bottom)};
}

/* Those shown and, beside the image, all that could stand in for them. */
static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  int32_t width = (int32_t)node->in[0].width, left = (int32_t)side(node, LEFT);
  int32_t first = (int32_t)out.first - left, last = (int32_t)out.end - 1 - left;
  fl_span shown = {(uint32_t)fl_clamp_i32(first, 0, width - 1), (uint32_t)fl_clamp_i32(last, 0, width - 1) + 1};
  if ((first >= 0 && last < width) || node->border == FL_BORDER_CONSTANT || node->border == FL_BORDER_REPLICATE) return shown;
  if (node->border == FL_BORDER_WRAP) return (fl_span){0, (uint32_t)width};
  if (first < 0) shown = (fl_span){0, fl_max_u32(shown.end, (uint32_t)fl_min_i32(width, 1 - first))};
  if (last >= width) shown = (fl_span){fl_min_u32(shown.first, (uint32_t)fl_max_i32(0, 2 * (width - 1) - last)), (uint32_t)width};
  return shown;
}

/* The input column of each output column, for those beside the image; with a constant border there is none. */
static size_t tables_bytes(const fl_node *node) { return node->out.width * sizeof(uint32_t); }

static void fill(const fl_node *node, void *tables) {
  uint32_t *index = tables;
  for (uint32_t x = 0; x < node->out.width; x++) {
    int32_t from = fl_border_index((int32_t)x - (int32_t)side(node, LEFT), (int32_t)node->in[0].width, node->border);
    index[x] = from < 0 ? 0 : (uint32_t)from;
  }
}

/* Columns `out`, all beside the image. src is column `origin`. */
static void make_margin(const fl_stage *stage, fl_span out, const uint8_t *src, uint32_t origin, uint32_t bytes) {
  const fl_node *node = stage->node;
  if (out.first >= out.end) return;
  uint8_t *dst = stage->dst + (size_t)(out.first - stage->columns.first) * bytes;
  if (node->border == FL_BORDER_CONSTANT) fl_kernels_fill(dst, fl_span_length(out), node->border_color, bytes);
  else fl_kernels_resample(node->simd)->nearest(dst, src, node->tables, out, origin, bytes);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  uint32_t bytes = fl_bytes_per_pixel(node->out.format);
  int32_t shown = row_shown(node, stage->y);
  fl_span out = stage->columns;
  if (shown < 0) {
    fl_kernels_fill(stage->dst, fl_span_length(out), node->border_color, bytes);
    return;
  }
  bool whole = node->kind == FL_KIND_RANDOM;
  const uint8_t *src = whole ? fl_frame_image_row(stage->in[0].image, 0, (uint32_t)shown)
                             : stage->in[0].rows[shown - rows(node, 0, stage->y).first];
  uint32_t origin = whole ? 0 : stage->in[0].columns.first, left = side(node, LEFT), right = left + node->in[0].width;
  fl_span inner = {fl_min_u32(fl_max_u32(out.first, left), out.end), fl_max_u32(fl_min_u32(out.end, right), out.first)};
  make_margin(stage, (fl_span){out.first, inner.first}, src, origin, bytes);
  if (inner.first < inner.end)
    memcpy(stage->dst + (size_t)(inner.first - out.first) * bytes, src + (size_t)(inner.first - left - origin) * bytes,
           (size_t)fl_span_length(inner) * bytes);
  make_margin(stage, (fl_span){inner.end, out.end}, src, origin, bytes);
}

const fl_op fl_op_pad = {
    .name = "pad",
    .family = "geometry",
    .doc = "Pixels added around the image, made as the border says.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.4f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
