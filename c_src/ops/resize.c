#include "kernels/halve.h"
#include "kernels/resample.h"
#include "ops/op.h"

#include <string.h>

enum { WIDTH, HEIGHT, FILTER, ANTIALIAS };

static const fl_param params[] = {
    [WIDTH] = {.name = "width", .doc = "New width in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1,
               .max = FL_DIMENSION_MAX, .preset_doc = "what keeps the aspect ratio; width or height must be given"},
    [HEIGHT] = {.name = "height", .doc = "New height in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1,
                .max = FL_DIMENSION_MAX, .preset_doc = "what keeps the aspect ratio; width or height must be given"},
    [FILTER] = {.name = "filter", .doc = "How new pixels are made of old ones.", .type = FL_PARAM_CHOICE,
                .preset = FL_FILTER_LANCZOS3, .choices = FL_FILTER_CHOICES},
    [ANTIALIAS] = {.name = "antialias", .doc = "When shrinking, stretch the filter over all pixels that fall together.",
                   .type = FL_PARAM_BOOLEAN, .min = 0, .max = 1, .preset = 1},
};

/* What fill() makes, and behind it the arrays. */
typedef struct tables {
  _Alignas(8) fl_phases columns;
  fl_phases rows;
  const uint32_t *index; /* nearest: the source column of each output column; else NULL */
  bool halves;           /* all weights are one half */
} tables;

static fl_axis find_axis(const fl_node *node, bool vertical) {
  const fl_shape *in = &node->in[0], *out = &node->out;
  return (fl_axis){
      .source = vertical ? in->height : in->width,
      .target = vertical ? out->height : out->width,
      .filter = (fl_filter)node->params[FILTER].number,
      .antialias = node->params[ANTIALIAS].number != 0,
      .grows = out->width > in->width || out->height > in->height,
  };
}

/* The side left out, from the other's change: at least 1. Beyond the limit it is an error, not a distorted image. */
static fl_status keep_aspect(double given, uint32_t given_source, uint32_t source, const char *name, uint32_t *side,
                             fl_report *report) {
  double exact = floor(given * source / given_source + 0.5);
  if (exact > FL_DIMENSION_MAX) {
    fl_report_fail(report, FL_BAD_ARGUMENT, "resize", name);
    fl_text_add(&report->text, ", left out to keep the aspect ratio, would be ");
    fl_text_add_number(&report->text, exact);
    fl_text_add(&report->text, ", more than ");
    fl_text_add_number(&report->text, FL_DIMENSION_MAX);
    return FL_BAD_ARGUMENT;
  }
  *side = exact < 1 ? 1 : (uint32_t)exact;
  return FL_OK;
}

/* Exactly half the size, where an area filter and plain bilinear are the mean of a 2×2 block. */
static bool is_halving(const fl_node *node) {
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  bool means = across.filter == FL_FILTER_AREA || (across.filter == FL_FILTER_BILINEAR && !across.antialias);
  return means && across.source == 2 * across.target && down.source == 2 * down.target;
}

/* ns per output pixel, from the weights that are applied for it in both directions. */
static float cost_of(const fl_node *node) {
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  float wide = (float)fl_kernels_axis_taps_at_most(&across), high = (float)fl_kernels_axis_taps_at_most(&down);
  float columns = (float)across.source / (float)across.target, rows = (float)down.source / (float)down.target;
  if (across.filter == FL_FILTER_NEAREST || is_halving(node)) return 0.8f;
  return 0.5f + 0.3f * (across.filter == FL_FILTER_LANCZOS3 ? rows * wide + high : columns * high + wide);
}

static fl_status resolve(fl_node *node, fl_report *report) {
  double width = node->params[WIDTH].number, height = node->params[HEIGHT].number;
  const fl_shape *in = &node->in[0];
  if (isnan(width) && isnan(height))
    return fl_report_fail(report, FL_BAD_ARGUMENT, "resize", "give width or height, or both");
  node->out = *in;
  fl_status status = FL_OK;
  if (isnan(width)) status = keep_aspect(height, in->height, in->width, "width", &node->out.width, report);
  else node->out.width = (uint32_t)width;
  if (status != FL_OK) return status;
  if (isnan(height)) status = keep_aspect(width, in->width, in->height, "height", &node->out.height, report);
  else node->out.height = (uint32_t)height;
  node->cost = cost_of(node);
  bool same = node->out.width == in->width && node->out.height == in->height;
  node->kind = same ? FL_KIND_POINT : FL_KIND_RESAMPLE;
  return status;
}

/* The input rows of an output row: asked for often, so looked up where that has been worked out already. */
static fl_span rows_of(const fl_node *node, uint32_t y) {
  const tables *made = node->kind == FL_KIND_RESAMPLE ? node->tables : NULL;
  if (made && made->halves) return (fl_span){2 * y, 2 * y + 2};
  if (made && made->rows.first) return fl_kernels_phase_window(&made->rows, y);
  fl_axis axis = find_axis(node, true);
  return fl_kernels_axis_window(&axis, y);
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)input;
  fl_span window = rows_of(node, y);
  return (fl_window){(int32_t)window.first, (int32_t)window.end - 1};
}

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  fl_axis axis = find_axis(node, false);
  return (fl_span){fl_kernels_axis_window(&axis, out.first).first, fl_kernels_axis_window(&axis, out.end - 1).end};
}

static uint32_t channels_of(const fl_node *node) { return fl_bytes_per_pixel(node->out.format); }

/* Along the rows first, and clamped between the two steps, as in Pillow; the other filters go down first and clamp at the end. */
static bool is_along_first(const fl_node *node) { return find_axis(node, false).filter == FL_FILTER_LANCZOS3; }

/* The mean of 2×2 needs no weights: neither their tables nor a row between. */
static size_t tables_bytes(const fl_node *node) {
  if (node->kind == FL_KIND_POINT) return 0;
  if (is_halving(node)) return sizeof(tables);
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  if (across.filter == FL_FILTER_NEAREST) return sizeof(tables) + across.target * sizeof(uint32_t);
  uint32_t taps = fl_kernels_resample_taps(fl_kernels_axis_taps_at_most(&across), channels_of(node));
  return sizeof(tables) + fl_kernels_phases_bytes(&across, taps) + fl_kernels_phases_bytes(&down, fl_kernels_axis_taps_at_most(&down));
}

static void fill(const fl_node *node, void *memory) {
  if (node->kind == FL_KIND_POINT) return;
  tables *made = memory;
  *made = (tables){.halves = is_halving(node)};
  if (made->halves) return;
  uint8_t *rest = (uint8_t *)(made + 1);
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  if (across.filter == FL_FILTER_NEAREST) {
    uint32_t *index = (uint32_t *)(void *)rest;
    for (uint32_t x = 0; x < across.target; x++) index[x] = fl_kernels_axis_window(&across, x).first;
    made->index = index;
    return;
  }
  made->columns = fl_kernels_phases_windows(&across, rest);
  made->columns.taps = fl_kernels_resample_taps(made->columns.taps, channels_of(node));
  fl_kernels_phases_weights(&across, &made->columns);
  made->rows = fl_kernels_phases_windows(&down, rest + fl_kernels_phases_bytes(&across, made->columns.taps));
  fl_kernels_phases_weights(&down, &made->rows);
}

/* Along first: rows done wait here, for the next output rows need most of them again. Behind it the pointers to them, the rows
 * themselves, and the end of an input row with room behind it. */
typedef struct waiting {
  uint32_t next;  /* the first input row not done yet */
  fl_span direct; /* output columns whose weights stay within the input row, those beyond 0 as well */
  fl_span tail;   /* the input columns of the others */
  size_t row_samples;
  int16_t *rows;
  uint8_t *end;
} waiting;

/* Samples behind a row that weights of 0 may meet, at most. */
static size_t room_samples(const fl_node *node) {
  fl_axis across = find_axis(node, false);
  uint32_t channels = channels_of(node);
  return (size_t)fl_kernels_resample_taps(fl_kernels_axis_taps_at_most(&across), channels) * channels;
}

static size_t row_bytes(const fl_node *node, fl_span out) {
  return ((size_t)fl_span_length(columns(node, 0, out)) * channels_of(node) + room_samples(node)) * sizeof(int16_t);
}

static size_t waiting_bytes(const fl_node *node, fl_span out) {
  fl_axis down = find_axis(node, true);
  size_t row = sizeof(int16_t *) + (size_t)fl_span_length(out) * channels_of(node) * sizeof(int16_t);
  return sizeof(waiting) + fl_kernels_axis_taps_at_most(&down) * row + 2 * room_samples(node);
}

/* Straight from input pixels to output pixels, with no samples between. */
static bool is_direct(const fl_node *node) {
  return node->kind == FL_KIND_POINT || node->params[FILTER].number == FL_FILTER_NEAREST || is_halving(node);
}

static size_t state_bytes(const fl_node *node, fl_span out) {
  if (is_direct(node)) return 0;
  return is_along_first(node) ? waiting_bytes(node, out) : row_bytes(node, out);
}

/* What is read but meets only weights of 0 is zeroed once, so that a tile is the same every time. */
static void begin_row(fl_stage *stage) {
  const tables *made = stage->node->tables;
  size_t channels = channels_of(stage->node), used = fl_span_length(stage->in[0].columns) * channels;
  memset((int16_t *)stage->state + used, 0, made->columns.taps * channels * sizeof(int16_t));
}

static void begin_waiting(fl_stage *stage) {
  const tables *made = stage->node->tables;
  const fl_phases *phases = &made->columns;
  size_t channels = channels_of(stage->node);
  fl_span out = stage->columns, in = stage->in[0].columns;
  waiting *state = stage->state;
  state->next = made->rows.first[stage->y];
  state->direct = out;
  while (state->direct.end > out.first && phases->first[state->direct.end - 1] + phases->taps > in.end) state->direct.end--;
  state->tail = (fl_span){state->direct.end < out.end ? phases->first[state->direct.end] : in.end, in.end};
  state->row_samples = fl_span_length(out) * channels;
  state->rows = (int16_t *)(void *)((const int16_t **)(void *)(state + 1) + made->rows.taps);
  state->end = (uint8_t *)(state->rows + made->rows.taps * state->row_samples);
  memset(state->end, 0, 2 * phases->taps * channels);
}

static void begin(fl_stage *stage) {
  if (is_direct(stage->node)) return;
  if (is_along_first(stage->node)) begin_waiting(stage);
  else begin_row(stage);
}

/* The rows of an output row, and their weights. */
typedef struct down {
  fl_span window;
  uint32_t count;
  const int16_t *weights;
  int bits;
} down;

static down find_down(const fl_stage *stage) {
  const fl_phases *phases = &((const tables *)stage->node->tables)->rows;
  fl_span window = fl_kernels_phase_window(phases, stage->y);
  return (down){window, fl_span_length(window), phases->weights + (size_t)stage->y * phases->taps,
                fl_kernels_phase_bits(phases, stage->y)};
}

static void resize_down_first(fl_stage *stage, const fl_resample_kernels *kernels) {
  const tables *made = stage->node->tables;
  const fl_stage_input *in = &stage->in[0];
  uint32_t channels = channels_of(stage->node);
  down down = find_down(stage);
  kernels->down_first(stage->state, in->rows, down.count, down.weights, down.bits, (size_t)fl_span_length(in->columns) * channels);
  kernels->along_last(stage->dst, stage->state, &made->columns, stage->columns, in->columns.first, channels);
}

/* An input row along into a waiting one. */
static void resize_along(const fl_stage *stage, const fl_resample_kernels *kernels, int16_t *dst, const uint8_t *src) {
  const tables *made = stage->node->tables;
  const waiting *state = stage->state;
  uint32_t channels = channels_of(stage->node);
  fl_span in = stage->in[0].columns, rest = {state->direct.end, stage->columns.end};
  kernels->along_first(dst, src, &made->columns, state->direct, in.first, channels);
  if (rest.first == rest.end) return;
  memcpy(state->end, src + (size_t)(state->tail.first - in.first) * channels, (size_t)fl_span_length(state->tail) * channels);
  dst += (size_t)fl_span_length(state->direct) * channels;
  kernels->along_first(dst, state->end, &made->columns, rest, state->tail.first, channels);
}

static void resize_along_first(fl_stage *stage, const fl_resample_kernels *kernels) {
  uint32_t taps = ((const tables *)stage->node->tables)->rows.taps;
  waiting *state = stage->state;
  const int16_t **waits = (const int16_t **)(void *)(state + 1);
  down down = find_down(stage);
  for (uint32_t k = 0; k < down.count; k++) {
    uint32_t source = down.window.first + k;
    int16_t *slot = state->rows + source % taps * state->row_samples;
    waits[k] = slot;
    if (source >= state->next) resize_along(stage, kernels, slot, stage->in[0].rows[k]);
  }
  state->next = down.window.end;
  kernels->down_last(stage->dst, waits, down.count, down.weights, down.bits, state->row_samples);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const tables *made = node->tables;
  const fl_resample_kernels *kernels = fl_kernels_resample(node->simd);
  const fl_stage_input *in = &stage->in[0];
  uint32_t channels = channels_of(node);
  if (node->kind == FL_KIND_POINT) memmove(stage->dst, in->rows[0], (size_t)fl_span_length(stage->columns) * channels);
  else if (made->index) kernels->nearest(stage->dst, in->rows[0], made->index, stage->columns, in->columns.first, channels);
  else if (made->halves) fl_kernels_halve(node->simd)(stage->dst, in->rows[0], in->rows[1], fl_span_length(stage->columns), channels);
  else if (is_along_first(node)) resize_along_first(stage, kernels);
  else resize_down_first(stage, kernels);
}

const fl_op fl_op_resize = {
    .name = "resize",
    .family = "geometry",
    .doc = "Another size; pixel centres are at half integers. nearest and area are OpenCV's (area interpolates both sides when one "
           "grows), bicubic has its a = −0.75, lanczos3 is Pillow's.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 5,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
