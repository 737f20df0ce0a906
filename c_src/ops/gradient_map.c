#include "kernels/palette.h"
#include "ops/op.h"

enum { STOPS };

#define STOP 4 /* numbers: position, red, green, blue */
#define STOPS_MAX 64

static const fl_param params[] = {
    [STOPS] = {.name = "stops",
               .doc = "the gradient, four numbers for each stop: its position from 0 (black) to 1 (white), then red, green and "
                      "blue, 0–255",
               .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = 0, .max = 255, .count_min = 2 * STOP,
               .count_max = STOPS_MAX * STOP},
};

static fl_status refuse(fl_report *report, const char *what, double number) {
  fl_report_fail(report, FL_BAD_ARGUMENT, "gradientMap", what);
  fl_text_add_number(&report->text, number);
  return FL_BAD_ARGUMENT;
}

static fl_status resolve(fl_node *node, fl_report *report) {
  const double *stops = node->params[STOPS].items;
  uint32_t count = node->params[STOPS].count;
  if (count % STOP) return refuse(report, "stops must have four numbers for each stop: position, red, green, blue; got ", count);
  for (uint32_t i = 0; i < count; i += STOP) {
    if (stops[i] > 1) return refuse(report, "the positions in stops (every fourth number) must be between 0 and 1, got ", stops[i]);
    if (i > 0 && stops[i] < stops[i - STOP]) return refuse(report, "the positions in stops must not fall, but one is ", stops[i]);
  }
  if (node->in[0].format == FL_GRAY8) node->out.format = FL_RGBA8;
  return FL_OK;
}

static size_t tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_palette);
}

/* The gradient at t, channel by channel; where stops share a position the last one holds from there on. */
static void color_at(const fl_value *stops, double t, uint8_t rgb[3]) {
  const double *items = stops->items, *last = items + stops->count - STOP, *from = NULL;
  for (const double *stop = items; stop <= last && stop[0] <= t; stop += STOP) from = stop;
  const double *to = from == NULL ? items : from == last ? last : from + STOP;
  if (from == NULL) from = items;
  double share = to[0] > from[0] ? (t - from[0]) / (to[0] - from[0]) : 0;
  for (uint32_t c = 0; c < 3; c++) rgb[c] = (uint8_t)floor(from[1 + c] + share * (to[1 + c] - from[1 + c]) + 0.5);
}

static void fill(const fl_node *node, void *tables) {
  static const int16_t luma[3] = {9798, 19235, 3735}; /* as grayscale's */
  static const uint32_t rgba[3] = {0, 1, 2}, bgra[3] = {2, 1, 0};
  fl_format format = node->in[0].format;
  const uint32_t *place = format == FL_BGRA8 ? bgra : rgba;
  fl_palette *palette = tables;
  palette->weight[3] = 0;
  for (uint32_t c = 0; c < 3; c++) palette->weight[place[c]] = luma[c];
  for (uint32_t v = 0; v < 256; v++) {
    uint8_t rgb[3];
    color_at(&node->params[STOPS], v / 255.0, rgb);
    for (uint32_t c = 0; c < 3; c++) palette->color[v][place[c]] = rgb[c];
    palette->color[v][3] = format == FL_GRAY8 ? 255 : 0; /* of rgba8 and bgra8 the pixel's own comes on top */
  }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_palette_kernels *kernels = fl_kernels_palette(node->simd);
  size_t count = fl_span_length(stage->columns);
  if (node->in[0].format == FL_GRAY8) kernels->map_gray(stage->dst, stage->in[0].rows[0], count, node->tables);
  else kernels->map(stage->dst, stage->in[0].rows[0], count, node->tables);
}

const fl_op fl_op_gradient_map = {
    .name = "gradientMap",
    .family = "colour",
    .doc = "Colours an image by its luma (BT.601): dark pixels get the start of a gradient, light ones its end. Alpha stays; a gray8 "
           "frame becomes an opaque rgba8 one.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.7f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
