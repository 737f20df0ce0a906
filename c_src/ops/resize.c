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
    [ANTIALIAS] = {.name = "antialias", .doc = "When shrinking, average over all pixels that fall together.",
                   .type = FL_PARAM_BOOLEAN, .min = 0, .max = 1, .preset = 1},
};

/* What fill() makes, and behind it the arrays. */
typedef struct tables {
  _Alignas(8) fl_phases columns;
  fl_phases rows;
  const uint32_t *index; /* nearest: the source column of each output column; else NULL */
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
  bool same = node->out.width == in->width && node->out.height == in->height;
  node->kind = same ? FL_KIND_POINT : FL_KIND_RESAMPLE;
  return status;
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)input;
  fl_axis axis = find_axis(node, true);
  fl_span window = fl_kernels_axis_window(&axis, y);
  return (fl_window){(int32_t)window.first, (int32_t)window.end - 1};
}

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  fl_axis axis = find_axis(node, false);
  return (fl_span){fl_kernels_axis_window(&axis, out.first).first, fl_kernels_axis_window(&axis, out.end - 1).end};
}

static uint32_t padded_taps(const fl_node *node, const fl_axis *axis, bool vertical) {
  uint32_t taps = fl_kernels_axis_taps(axis);
  return vertical ? taps : fl_kernels_resample_taps(taps, fl_bytes_per_pixel(node->out.format));
}

/* Rounded and clamped to bytes between the two steps, as in Pillow; the other filters' steps keep a fraction. */
static bool is_in_bytes(const fl_node *node) { return find_axis(node, false).filter == FL_FILTER_LANCZOS3; }

/* A byte along the row that is one level off Pillow's may end up as two. With few weights, none of them small, that happens: they
 * get a finer rest. */
#define RESTLESS_TAPS 8
static bool has_rest(const fl_node *node, uint32_t taps) { return is_in_bytes(node) && taps <= RESTLESS_TAPS; }

static size_t tables_bytes(const fl_node *node) {
  if (node->kind == FL_KIND_POINT) return 0;
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  if (across.filter == FL_FILTER_NEAREST) return sizeof(tables) + across.target * sizeof(uint32_t);
  uint32_t taps = padded_taps(node, &across, false);
  return sizeof(tables) + fl_kernels_phases_bytes(&across, taps, has_rest(node, taps)) +
         fl_kernels_phases_bytes(&down, padded_taps(node, &down, true), false);
}

static void fill(const fl_node *node, void *memory) {
  if (node->kind == FL_KIND_POINT) return;
  tables *made = memory;
  uint8_t *rest = (uint8_t *)(made + 1);
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  if (across.filter == FL_FILTER_NEAREST) {
    uint32_t *index = (uint32_t *)(void *)rest;
    for (uint32_t x = 0; x < across.target; x++) index[x] = fl_kernels_axis_window(&across, x).first;
    *made = (tables){.index = index};
    return;
  }
  uint32_t taps = padded_taps(node, &across, false);
  made->columns = fl_kernels_phases_fill(&across, taps, has_rest(node, taps), rest);
  rest += fl_kernels_phases_bytes(&across, taps, has_rest(node, taps));
  made->rows = fl_kernels_phases_fill(&down, padded_taps(node, &down, true), false, rest);
  made->index = NULL;
}

/* In bytes: rows done along wait here, for the next output rows need most of them again. Behind it the pointers to them, the rows
 * themselves, and the end of an input row with room behind it. */
typedef struct waiting {
  uint32_t next;       /* the first input row not done yet */
  fl_span direct;      /* output columns whose weights stay within the input row, those beyond 0 as well */
  fl_span tail;        /* the input columns of the others */
  size_t row_bytes;
  uint8_t *rows, *end;
} waiting;

static size_t fine_bytes(const fl_node *node, fl_span out) {
  fl_axis axis = find_axis(node, false);
  uint32_t pixels = fl_span_length(columns(node, 0, out)) + padded_taps(node, &axis, false);
  return (size_t)pixels * fl_bytes_per_pixel(node->out.format) * sizeof(int16_t);
}

static size_t waiting_bytes(const fl_node *node, fl_span out) {
  fl_axis across = find_axis(node, false), down = find_axis(node, true);
  size_t taps = padded_taps(node, &down, true), channels = fl_bytes_per_pixel(node->out.format);
  return sizeof(waiting) + taps * (sizeof(uint8_t *) + fl_span_length(out) * channels) +
         2 * padded_taps(node, &across, false) * channels;
}

static size_t state_bytes(const fl_node *node, fl_span out) {
  if (node->kind == FL_KIND_POINT || node->params[FILTER].number == FL_FILTER_NEAREST) return 0;
  return is_in_bytes(node) ? waiting_bytes(node, out) : fine_bytes(node, out);
}

/* What is read but meets only weights of 0 is zeroed once, so that a tile is the same every time. */
static void begin_fine(fl_stage *stage) {
  size_t used = (size_t)fl_span_length(stage->in[0].columns) * fl_bytes_per_pixel(stage->node->out.format) * sizeof(int16_t);
  memset((uint8_t *)stage->state + used, 0, fine_bytes(stage->node, stage->columns) - used);
}

static void begin_waiting(fl_stage *stage) {
  const fl_node *node = stage->node;
  const tables *made = node->tables;
  const fl_phases *phases = &made->columns;
  size_t channels = fl_bytes_per_pixel(node->out.format);
  fl_span out = stage->columns, in = stage->in[0].columns;
  waiting *state = stage->state;
  state->next = rows(node, 0, stage->y).first;
  state->direct = out;
  while (state->direct.end > out.first && phases->first[state->direct.end - 1] + phases->taps > in.end) state->direct.end--;
  state->tail = (fl_span){state->direct.end < out.end ? phases->first[state->direct.end] : in.end, in.end};
  state->row_bytes = fl_span_length(out) * channels;
  state->rows = (uint8_t *)(state + 1) + made->rows.taps * sizeof(uint8_t *);
  state->end = state->rows + made->rows.taps * state->row_bytes;
  memset(state->end, 0, 2 * phases->taps * channels);
}

static void begin(fl_stage *stage) {
  if (stage->node->kind == FL_KIND_POINT || stage->node->params[FILTER].number == FL_FILTER_NEAREST) return;
  if (is_in_bytes(stage->node)) begin_waiting(stage);
  else begin_fine(stage);
}

static void resize_fine(fl_stage *stage, const fl_resample_kernels *kernels, fl_window window, uint32_t channels) {
  const tables *made = stage->node->tables;
  const fl_stage_input *in = &stage->in[0];
  kernels->down_fine(stage->state, in->rows, (uint32_t)(window.last - window.first + 1),
                     made->rows.weights + (size_t)stage->y * made->rows.taps, fl_kernels_phase_bits(&made->rows, stage->y),
                     (size_t)fl_span_length(in->columns) * channels);
  kernels->along_fine(stage->dst, stage->state, &made->columns, stage->columns, in->columns.first, channels);
}

/* An input row along into a waiting one. */
static void resize_along(const fl_stage *stage, const fl_resample_kernels *kernels, uint8_t *dst, const uint8_t *src, uint32_t channels) {
  const tables *made = stage->node->tables;
  const waiting *state = stage->state;
  fl_span in = stage->in[0].columns, rest = {state->direct.end, stage->columns.end};
  kernels->along_bytes(dst, src, &made->columns, state->direct, in.first, channels);
  if (rest.first == rest.end) return;
  memcpy(state->end, src + (size_t)(state->tail.first - in.first) * channels, (size_t)fl_span_length(state->tail) * channels);
  dst += (size_t)fl_span_length(state->direct) * channels;
  kernels->along_bytes(dst, state->end, &made->columns, rest, state->tail.first, channels);
}

static void resize_in_bytes(fl_stage *stage, const fl_resample_kernels *kernels, fl_window window, uint32_t channels) {
  const tables *made = stage->node->tables;
  waiting *state = stage->state;
  const uint8_t **waits = (const uint8_t **)(void *)(state + 1);
  for (uint32_t r = (uint32_t)window.first; r <= (uint32_t)window.last; r++) {
    uint8_t *slot = state->rows + r % made->rows.taps * state->row_bytes;
    waits[r - (uint32_t)window.first] = slot;
    if (r >= state->next) resize_along(stage, kernels, slot, stage->in[0].rows[r - (uint32_t)window.first], channels);
  }
  state->next = (uint32_t)window.last + 1;
  kernels->down_bytes(stage->dst, waits, (uint32_t)(window.last - window.first + 1),
                      made->rows.weights + (size_t)stage->y * made->rows.taps, fl_kernels_phase_bits(&made->rows, stage->y),
                      state->row_bytes);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const tables *made = node->tables;
  const fl_resample_kernels *kernels = fl_kernels_resample(node->simd);
  const fl_stage_input *in = &stage->in[0];
  uint32_t channels = fl_bytes_per_pixel(node->out.format);
  if (node->kind == FL_KIND_POINT) memmove(stage->dst, in->rows[0], (size_t)fl_span_length(stage->columns) * channels);
  else if (made->index) kernels->nearest(stage->dst, in->rows[0], made->index, stage->columns, in->columns.first, channels);
  else if (is_in_bytes(node)) resize_in_bytes(stage, kernels, rows(node, 0, stage->y), channels);
  else resize_fine(stage, kernels, rows(node, 0, stage->y), channels);
}

const fl_op fl_op_resize = {
    .name = "resize",
    .family = "geometry",
    .doc = "Another size. Pixel centres are at half integers, the edge is repeated beyond itself, all channels are alike. nearest and area "
           "are OpenCV's (area interpolates both ways where either side grows), bicubic has its a = −0.75; lanczos3 is Pillow's.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 4,
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
