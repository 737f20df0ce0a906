#include "ops/wide_gaussian.h"

#include <string.h>

#define CUT_OFF 5.0 /* sigma: what lies beyond is nothing */
#define EARLIER 0.25 /* of a step: where the coarse weights end before the radius, for the smallest error over all sigmas */

typedef struct wide_shape {
  uint32_t step, reach, smooth_radius;
  double end; /* where the coarse weights end, in pixels */
} wide_shape;

static wide_shape shape_for(double sigma, uint32_t radius) {
  wide_shape shape = {.step = 2};
  while (shape.step * 4 <= sigma) shape.step *= 2;
  shape.end = fmin(radius, CUT_OFF * sigma) - EARLIER * shape.step;
  shape.reach = (uint32_t)ceil(shape.end / shape.step + 0.5) - 1;
  shape.smooth_radius = 2 * (shape.step - 1);
  return shape;
}

bool fl_wide_gaussian_suits(double sigma, uint32_t radius) { return sigma >= FL_WIDE_GAUSSIAN_SIGMA && radius >= 3 * sigma; }

uint32_t fl_wide_gaussian_halo(double sigma, uint32_t radius) {
  wide_shape shape = shape_for(sigma, radius);
  return (shape.reach + 2) * shape.step + shape.smooth_radius;
}

/* ---- tables ---- */

static double choose3(double n) { return n < 3 ? 0 : n * (n - 1) * (n - 2) / 6; }

/* Four boxes `step` wide, one after the other, at distance k from the middle: how many ways there are to sum up to it. */
static double four_boxes(uint32_t k, const void *context) {
  static const double sign[] = {1, -4, 6, -4};
  double step = *(const uint32_t *)context, at = k + 2 * (step - 1), ways = 0;
  for (int i = 0; i < 4 && at - i * step >= 0; i++) ways += sign[i] * choose3(at - i * step + 3);
  return ways;
}

static double spline(double t) {
  t = fabs(t);
  return t < 1 ? 2.0 / 3 - t * t + t * t * t / 2 : t < 2 ? (2 - t) * (2 - t) * (2 - t) / 6 : 0;
}

static void fill_splines(fl_wide_gaussian *tables) {
  for (uint32_t phase = 0; phase < tables->step; phase++) {
    int32_t left = 1 << FL_DECIMATE_BITS;
    for (int t = 0; t < FL_DECIMATE_TAPS; t++) {
      double value = spline((double)phase / tables->step - (t - 1));
      uint32_t at = phase * FL_DECIMATE_TAPS + (uint32_t)t;
      tables->across[(uint32_t)t * tables->step + phase] = (float)value;
      tables->down[at] = (int16_t)(value * (1 << FL_DECIMATE_BITS) + 0.5);
      left -= tables->down[at];
    }
    tables->down[phase * FL_DECIMATE_TAPS + 1] = (int16_t)(tables->down[phase * FL_DECIMATE_TAPS + 1] + left);
  }
}

/* A coarse tap stands for the pixels half a step around it: the last one counts for as many as lie before the end. */
static void fill_weights(fl_wide_gaussian *tables, double sigma, double end) {
  double step = tables->step, total = 0, value[FL_WIDE_GAUSSIAN_REACH + 1];
  double variance = sigma * sigma - (step * step - 1) / 3 - step * step / 3; /* less that of the boxes and of the spline */
  for (uint32_t k = 0; k <= tables->reach; k++) {
    double at = k * step, part = (end - (at - step / 2)) / step;
    value[k] = exp(-0.5 * at * at / variance) * fmin(part, 1);
    total += k == 0 ? value[k] : 2 * value[k];
  }
  for (uint32_t k = 0; k <= tables->reach; k++) tables->weight[k] = (float)(value[k] / total);
}

size_t fl_wide_gaussian_bytes(double sigma) {
  return offsetof(fl_wide_gaussian, smooth) + fl_separable_bytes(shape_for(sigma, 0).smooth_radius + FL_DECIMATE_SLACK);
}

void fl_wide_gaussian_fill(fl_wide_gaussian *tables, double sigma, uint32_t radius) {
  wide_shape shape = shape_for(sigma, radius);
  tables->step = shape.step, tables->reach = shape.reach, tables->smooth_radius = shape.smooth_radius;
  fl_separable_fill(&tables->smooth, shape.smooth_radius, four_boxes, &shape.step);
  memset(tables->smooth.weight + tables->smooth.radius + 1, 0, FL_DECIMATE_SLACK * sizeof(int16_t));
  fill_splines(tables);
  fill_weights(tables, sigma, shape.end);
}

/* ---- a tile ---- */

typedef struct wide_state {
  _Alignas(64) int32_t coarse_next, wide_next; /* the coarse rows to be made next */
  bool started;
} wide_state;

/* Where things lie in the state, after the above. */
typedef struct wide_layout {
  fl_stencil_scratch scratch; /* the columns of `between` */
  size_t channels, first_column; /* first_column: of the first coarse pixel, in values from the start of `between` */
  size_t coarse, kept; /* values of a coarse row, with and without the reach at its ends */
  size_t between, ring, weighed, narrowed, wide, wide_row, bytes; /* offsets in bytes; wide_row in values */
} wide_layout;

static size_t take(size_t *used, size_t bytes) {
  size_t at = *used;
  *used = fl_align(at + bytes, 64);
  return at;
}

static wide_layout layout_for(const fl_node *node, fl_span columns, uint32_t step, uint32_t reach) {
  wide_layout at = {.scratch = fl_stencil_scratch_for(node, columns), .channels = fl_bytes_per_pixel(node->out.format)};
  int32_t first = (int32_t)(columns.first / step) - 1 - (int32_t)reach, last = (int32_t)((columns.end - 1) / step + 2 + reach);
  at.first_column = (size_t)(first * (int32_t)step - at.scratch.first) * at.channels;
  at.coarse = (size_t)(last - first + 1) * at.channels;
  at.kept = at.coarse - 2 * reach * at.channels;
  at.wide_row = fl_align(fl_span_length(columns) * at.channels, 32);
  at.bytes = sizeof(wide_state);
  at.between = take(&at.bytes, (2 * FL_DECIMATE_SLACK + (size_t)(at.scratch.end - at.scratch.first) * at.channels) * sizeof(int16_t));
  at.between += FL_DECIMATE_SLACK * sizeof(int16_t);
  at.ring = take(&at.bytes, (2 * reach + 1) * at.coarse * sizeof(float));
  at.weighed = take(&at.bytes, at.coarse * sizeof(float));
  at.narrowed = take(&at.bytes, at.kept * sizeof(float));
  at.wide = take(&at.bytes, FL_DECIMATE_TAPS * at.wide_row * sizeof(int16_t));
  return at;
}

size_t fl_wide_gaussian_state_bytes(const fl_node *node, fl_span columns, double sigma, uint32_t radius) {
  wide_shape shape = shape_for(sigma, radius);
  return layout_for(node, columns, shape.step, shape.reach).bytes;
}

void fl_wide_gaussian_begin(fl_stage *stage) { ((wide_state *)stage->state)->started = false; }

static float *ring_row(const fl_stage *stage, const wide_layout *at, const fl_wide_gaussian *tables, int32_t row) {
  int32_t count = (int32_t)(2 * tables->reach + 1), slot = row % count;
  return (float *)((uint8_t *)stage->state + at->ring) + (size_t)(slot < 0 ? slot + count : slot) * at->coarse;
}

static int16_t *wide_row(const fl_stage *stage, const wide_layout *at, int32_t row) {
  return (int16_t *)((uint8_t *)stage->state + at->wide) + (size_t)(row & (FL_DECIMATE_TAPS - 1)) * at->wide_row;
}

/* Coarse row `row`, from the image's rows around it. */
static void make_coarse(const fl_stage *stage, const wide_layout *at, int32_t row) {
  const fl_node *node = stage->node;
  const fl_wide_gaussian *tables = node->tables;
  int16_t *between = (int16_t *)((uint8_t *)stage->state + at->between), color[4];
  fl_span known = at->scratch.margin.known;
  int32_t middle = row * (int32_t)tables->step - (int32_t)stage->y + (int32_t)node->halo.above;
  fl_kernels_separable(node->simd)->vertical(between + (size_t)((int32_t)known.first - at->scratch.first) * at->channels,
                                             stage->in[0].rows + middle, fl_span_length(known) * at->channels, &tables->smooth);
  for (size_t c = 0; c < at->channels; c++) color[c] = (int16_t)(node->border_color[c] * FL_SEPARABLE_LEVEL);
  fl_margin_fill(between, at->scratch.first, at->scratch.end, at->channels * sizeof(int16_t), &at->scratch.margin, color);
  fl_kernels_decimate(node->simd)->shrink(ring_row(stage, at, tables, row), between + at->first_column, at->coarse / at->channels,
                                          at->channels, tables->step, &tables->smooth);
}

/* Coarse row `row`, weighed in both directions and spread along the row. */
static void make_wide(const fl_stage *stage, const wide_layout *at, int32_t row) {
  const fl_wide_gaussian *tables = stage->node->tables;
  const fl_decimate_kernels *kernels = fl_kernels_decimate(stage->node->simd);
  const float *taps[2 * FL_WIDE_GAUSSIAN_REACH + 1];
  int32_t reach = (int32_t)tables->reach;
  float *weighed = (float *)((uint8_t *)stage->state + at->weighed), *narrowed = (float *)((uint8_t *)stage->state + at->narrowed);
  for (int32_t k = -reach; k <= reach; k++) taps[reach + k] = ring_row(stage, at, tables, row + k);
  kernels->weigh(weighed, taps + reach, at->coarse, tables->weight, tables->reach);
  for (int32_t k = 0; k <= 2 * reach; k++) taps[k] = weighed + (size_t)k * at->channels;
  kernels->weigh(narrowed, taps + reach, at->kept, tables->weight, tables->reach);
  kernels->widen(wide_row(stage, at, row), narrowed + at->channels, fl_span_length(stage->columns), at->channels, tables->step,
                 stage->columns.first % tables->step, tables->across);
}

void fl_wide_gaussian_row(fl_stage *stage) {
  const fl_wide_gaussian *tables = stage->node->tables;
  wide_layout at = layout_for(stage->node, stage->columns, tables->step, tables->reach);
  wide_state *state = stage->state;
  int32_t row = (int32_t)(stage->y / tables->step), reach = (int32_t)tables->reach;
  if (!state->started) state->wide_next = row - 1, state->coarse_next = row - 1 - reach, state->started = true;
  for (; state->wide_next <= row + 2; state->wide_next++) {
    for (; state->coarse_next <= state->wide_next + reach; state->coarse_next++) make_coarse(stage, &at, state->coarse_next);
    make_wide(stage, &at, state->wide_next);
  }
  const int16_t *rows[FL_DECIMATE_TAPS];
  for (int32_t t = 0; t < FL_DECIMATE_TAPS; t++) rows[t] = wide_row(stage, &at, row - 1 + t);
  fl_kernels_decimate(stage->node->simd)->lift(stage->dst, rows, fl_span_length(stage->columns) * at.channels,
                                               tables->down + stage->y % tables->step * FL_DECIMATE_TAPS);
}
