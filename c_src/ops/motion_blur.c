/* The mean along a line through the pixel. With (a, b) the longer and the shorter component of (cos angle, sin angle), the line goes
 * length·|a|/2 to both sides along its longer axis. Step i along that axis (i an integer) counts as much as the line covers of
 * [i − ½, i + ½], and takes the value at the place i·b/a along the other axis, interpolated linearly between two pixels:
 *   out = Σ c(i) · ((1 − t)·in(i, f) + t·in(i, f + 1)) / Σ c(i),  c(i) = clamp(length·|a|/2 + ½ − |i|, 0, 1),
 *   f = ⌊i·b/a⌋, t = i·b/a − f. */
#include "kernels/taps.h"
#include "ops/rows_ring.h"

#include <stdlib.h>

enum { LENGTH, ANGLE, BORDER, BORDER_COLOR };

#define LENGTH_MAX 500
#define RADIANS (3.14159265358979323846 / 180)
#define SAME 1e-9 /* of a pixel: a line that should run along pixels does, whatever sin and cos leave over */

typedef struct line {
  bool upright;  /* the longer axis is y */
  double half;   /* of the length along the longer axis */
  double slope;  /* of the other axis */
  int32_t reach; /* steps on a side that count */
} line;

static line line_of(const fl_node *node) {
  double angle = node->params[ANGLE].number * RADIANS, x = cos(angle), y = sin(angle);
  line along = {.upright = fabs(y) > fabs(x)};
  along.half = node->params[LENGTH].number * fmax(fabs(x), fabs(y)) / 2;
  along.slope = along.upright ? x / y : y / x;
  along.reach = (int32_t)ceil(along.half + 0.5 - SAME) - 1;
  return along;
}

static double coverage(const line *along, int32_t i) { return fmin(along->half + 0.5 - abs(i), 1); }

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  line along = line_of(node);
  uint32_t longer = (uint32_t)along.reach, shorter = (uint32_t)ceil(along.reach * fabs(along.slope) - SAME);
  uint32_t x = along.upright ? shorter : longer, y = along.upright ? longer : shorter;
  node->halo = (fl_halo){x, x, y, y};
  node->cost = 2.0f + 0.6f * (float)(2 * longer + 1);
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static size_t tables_bytes(const fl_node *node) {
  return sizeof(fl_taps) + (2 * (size_t)line_of(node).reach + 1) * sizeof(fl_tap_pair);
}

/* As many bits as the largest weight leaves room for. */
static uint32_t bits_for(double largest) {
  uint32_t bits = FL_TAPS_BITS_MIN;
  while (bits < FL_TAPS_BITS_MAX && largest * (2 << bits) < INT16_MAX) bits++;
  return bits;
}

/* Tap number `index`, two to a pair. What is left of the pair stays without weight until the next one comes. */
static void put_tap(fl_taps *taps, uint32_t index, int32_t row, int32_t column, double weight) {
  fl_tap_pair *pair = &taps->pairs[index / 2];
  uint32_t at = index % 2;
  if (at == 0) *pair = (fl_tap_pair){{row, row}, {column, column}, {0, 0}};
  pair->row[at] = row, pair->column[at] = column, pair->weight[at] = (int16_t)(weight + 0.5);
}

/* The taps of one step, after `index` others; how many there are then. */
static uint32_t put_step(fl_taps *taps, uint32_t index, const line *along, int32_t i, double weight) {
  double other = i * along->slope, floored = floor(other + SAME), part = other - floored;
  int32_t near = (int32_t)floored;
  if (part < SAME) part = 0;
  put_tap(taps, index++, along->upright ? i : near, along->upright ? near : i, weight * (1 - part));
  if (part > 0) put_tap(taps, index++, along->upright ? i : near + 1, along->upright ? near + 1 : i, weight * part);
  return index;
}

/* The first tap of the middle takes what rounding leaves over. */
static void fill(const fl_node *node, void *made) {
  fl_taps *taps = made;
  line along = line_of(node);
  double total = 0;
  for (int32_t i = -along.reach; i <= along.reach; i++) total += coverage(&along, i);
  taps->bits = bits_for(1 / total);
  int32_t one = 1 << taps->bits, left = one;
  uint32_t index = 0, middle = 0;
  for (int32_t i = -along.reach; i <= along.reach; i++) {
    if (i == 0) middle = index;
    index = put_step(taps, index, &along, i, coverage(&along, i) / total * one);
  }
  taps->count = (index + 1) / 2;
  for (uint32_t k = 0; k < taps->count; k++) left -= taps->pairs[k].weight[0] + taps->pairs[k].weight[1];
  int16_t *weight = &taps->pairs[middle / 2].weight[middle % 2];
  *weight = (int16_t)(*weight + left);
}

static void row(fl_stage *stage) {
  size_t channels = fl_bytes_per_pixel(stage->node->in[0].format);
  const uint8_t *const *rows = fl_rows_ring_advance(stage);
  fl_kernels_taps(stage->node->simd)->filter(stage->dst, rows, fl_span_length(stage->columns) * channels, channels,
                                             stage->node->tables);
}

static const fl_param params[] = {
    [LENGTH] = {.name = "length", .doc = "how far things move, in pixels", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = 1,
                .max = LENGTH_MAX},
    [ANGLE] = {.name = "angle", .doc = "direction in degrees, clockwise: 0 is to the right, 90 down", .type = FL_PARAM_NUMBER,
               .min = -360, .max = 360},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_motion_blur = {
    .name = "motionBlur",
    .family = "blur",
    .doc = "The mean along a straight line through each pixel, as when the camera moves.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 10.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .state_bytes = fl_rows_ring_bytes,
    .begin = fl_rows_ring_begin,
    .row = row,
};
