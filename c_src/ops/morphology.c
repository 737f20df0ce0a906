/* Erosion and dilation by any element that is wider in the middle than above and below: a union of rectangles about its centre, each
 * taller and narrower than the one before. The extreme over a rectangle is one over its rows, then one along the row that makes.
 * The rectangles' rows are nested, and so are their columns: each step adds the rows that the next rectangle has more, to what the
 * wider ones have made, and then narrows that by as much as the next one is narrower.
 *
 * Repeating an element is a larger element of this kind: its half-width d rows away is the largest sum of half-widths of rows whose
 * distances sum to d. Pixels outside the image are ignored, which stays true: whatever can be reached in several steps can be
 * reached by steps inside the image. */
#include "ops/morphology.h"

#include "kernels/morphology.h"
#include "ops/stencil.h"

#include <string.h>

#define SLIDE_ROWS 8u /* new rows from which a window that slides down is cheaper than looking at them all */

const fl_param fl_morphology_params[FL_MORPHOLOGY_PARAMS] = {
    [FL_MORPHOLOGY_RADIUS] = {.name = "radius", .doc = "pixels from the element's centre to its sides: 1 for 3×3",
                              .type = FL_PARAM_INTEGER, .max = FL_MORPHOLOGY_RADIUS_MAX, .preset = 1},
    [FL_MORPHOLOGY_SHAPE] = {.name = "shape", .doc = "the element's shape, as in OpenCV", .type = FL_PARAM_CHOICE,
                             .choices = "rect|cross|ellipse"},
    [FL_MORPHOLOGY_ITERATIONS] = {.name = "iterations", .doc = "how many times erosion and dilation are repeated", .type = FL_PARAM_INTEGER,
                                  .min = 1, .max = FL_MORPHOLOGY_ITERATIONS_MAX, .preset = 1},
};

/* ---- the element: made once per pipeline, so small rather than fast ---- */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

typedef struct rectangle {
  uint32_t across, down; /* half its width and height, the centre left out */
} rectangle;

typedef struct element {
  uint32_t count;
  rectangle part[]; /* narrower and taller each */
} element;

static uint32_t reach_of(const fl_node *node) {
  return (uint32_t)(node->params[FL_MORPHOLOGY_RADIUS].number * node->params[FL_MORPHOLOGY_ITERATIONS].number);
}

static bool is_rect(const fl_node *node) { return node->params[FL_MORPHOLOGY_SHAPE].number == FL_MORPHOLOGY_RECT; }

/* Half the width of the element's row that is `down` away from the centre; an ellipse's is rounded to even. */
static uint32_t half_width(const fl_node *node, uint32_t down) {
  uint32_t radius = (uint32_t)node->params[FL_MORPHOLOGY_RADIUS].number;
  if (is_rect(node) || down == 0) return radius;
  if (node->params[FL_MORPHOLOGY_SHAPE].number == FL_MORPHOLOGY_CROSS) return 0;
  double share = 1.0 / ((double)radius * radius);
  return (uint32_t)lrint(radius * sqrt((double)(radius * radius - down * down) * share));
}

/* Half-widths of the rows of the element repeated once more; both arrays have room for all rows of the last one. */
static void repeat(const fl_node *node, const uint32_t *width, uint32_t reach, uint32_t *out) {
  uint32_t radius = (uint32_t)node->params[FL_MORPHOLOGY_RADIUS].number;
  for (uint32_t down = 0; down <= reach + radius; down++) {
    out[down] = 0;
    for (uint32_t step = down > reach ? down - reach : 0; step <= fl_min_u32(down, radius); step++)
      out[down] = fl_max_u32(out[down], half_width(node, step) + width[down - step]);
  }
}

size_t fl_morphology_tables_bytes(const fl_node *node) {
  size_t rows = reach_of(node) + 1;
  return sizeof(element) + rows * (sizeof(rectangle) + 2 * sizeof(uint32_t));
}

void fl_morphology_fill(const fl_node *node, void *tables) {
  element *all = tables;
  uint32_t reach = reach_of(node), radius = (uint32_t)node->params[FL_MORPHOLOGY_RADIUS].number;
  if (is_rect(node)) {
    all->count = 1, all->part[0] = (rectangle){reach, reach};
    return;
  }
  uint32_t *width = (uint32_t *)(all->part + reach + 1), *next = width + reach + 1;
  for (uint32_t down = 0; down <= radius; down++) width[down] = half_width(node, down);
  for (uint32_t done = radius; done < reach; done += radius) {
    repeat(node, width, done, next);
    memcpy(width, next, (done + radius + 1) * sizeof *width);
  }
  all->count = 0;
  for (uint32_t down = 0; down <= reach; down++)
    if (down == reach || width[down + 1] < width[down]) all->part[all->count++] = (rectangle){width[down], down};
}

fl_status fl_morphology_resolve(fl_node *node, fl_report *report) {
  (void)report;
  uint32_t reach = reach_of(node);
  node->halo = (fl_halo){reach, reach, reach, reach};
  node->border = FL_BORDER_REPLICATE; /* of rows: the outermost is in every window that meets those beyond it */
  if (node->params[FL_MORPHOLOGY_SHAPE].number == FL_MORPHOLOGY_ELLIPSE) node->cost = 1.0f + 0.9f * (float)reach;
  return FL_OK;
}

#pragma clang attribute pop

/* ---- a tile ---- */

/* The tile's state: this, then a row with its margins, a row of the input's columns, and for a sliding window the extreme of the
 * newest rows and a table of those of the older ones. */
typedef struct morphology_state {
  _Alignas(64) uint32_t phase; /* rows since the table was made */
} morphology_state;

typedef struct workplace {
  const fl_morphology_kernels *kernels;
  const uint8_t *const *rows;
  size_t pixel, n, stride;      /* bytes of a pixel, of the input's columns, and that rounded up */
  fl_span known;                /* the input's columns */
  uint8_t *row;                 /* column `left` is at its start; `length` columns are there */
  int32_t left, length;
  uint8_t *tall, *newest, *table;
  uint32_t reach;
} workplace;

static size_t row_stride(const fl_node *node, fl_span columns) {
  return ((fl_span_length(columns) + 2 * node->halo.left) * fl_bytes_per_pixel(node->out.format) + 63) / 64 * 64;
}

static bool slides(const fl_node *node) {
  return 2 * node->halo.above >= SLIDE_ROWS && node->params[FL_MORPHOLOGY_SHAPE].number != FL_MORPHOLOGY_ELLIPSE;
}

size_t fl_morphology_state_bytes(const fl_node *node, fl_span columns) {
  size_t rows = slides(node) ? 2 + 1 + 2 * node->halo.above + 1 : 2;
  return sizeof(morphology_state) + rows * row_stride(node, columns);
}

static workplace set_up(const fl_stage *stage, const fl_morphology_kernels *kernels) {
  const fl_node *node = stage->node;
  size_t pixel = fl_bytes_per_pixel(node->out.format), stride = row_stride(node, stage->columns);
  uint8_t *own = (uint8_t *)stage->state + sizeof(morphology_state);
  return (workplace){
      .kernels = kernels, .rows = stage->in[0].rows, .pixel = pixel, .stride = stride,
      .known = stage->in[0].columns, .n = fl_span_length(stage->in[0].columns) * pixel,
      .row = own, .left = (int32_t)stage->columns.first - (int32_t)node->halo.left,
      .length = (int32_t)(fl_span_length(stage->columns) + 2 * node->halo.left),
      .tall = own + stride, .newest = own + 2 * stride, .table = own + 3 * stride, .reach = node->halo.above,
  };
}

void fl_morphology_begin(fl_stage *stage) { ((morphology_state *)stage->state)->phase = 0; }

/* All rows, in a window that slides down: every so many rows the table is made, and each one in between costs a look at a row of it
 * and a look at the newest. */
static void slide_down(const workplace *w, morphology_state *state, uint8_t *dst) {
  uint32_t window = 2 * w->reach + 1, phase = state->phase;
  if (phase == 0) {
    w->kernels->suffixes(w->table, w->stride, w->rows, window, w->n);
    memcpy(dst, w->table, w->n);
  } else {
    w->kernels->slide(dst, w->newest, w->table + phase * w->stride, w->rows[window - 1], w->n, phase == 1);
  }
  state->phase = (phase + 1) % window;
}

/* The rows that part k has more than the one before, over the input's columns. */
static void add_rows(const workplace *w, const element *all, uint32_t k, uint8_t *dst) {
  const uint8_t *const *middle = w->rows + w->reach;
  uint32_t down = all->part[k].down;
  if (k == 0) {
    w->kernels->stack(dst, middle - down, 2 * down + 1, w->n, false);
    return;
  }
  uint32_t before = all->part[k - 1].down;
  w->kernels->stack(dst, middle - down, down - before, w->n, true);
  w->kernels->stack(dst, middle + before + 1, down - before, w->n, true);
}

static void put_margins(const workplace *w, uint8_t neutral) {
  size_t before = (size_t)((int32_t)w->known.first - w->left) * w->pixel, all = (size_t)w->length * w->pixel;
  memset(w->row, neutral, before);
  memset(w->row + before + w->n, neutral, all - before - w->n);
}

/* Adds the tall row to the one at work, where both are. */
static void join(const workplace *w, uint8_t *dst, bool more) {
  int32_t first = fl_max_i32((int32_t)w->known.first, w->left), end = fl_min_i32((int32_t)w->known.end, w->left + w->length);
  const uint8_t *tall = w->tall + (size_t)(first - (int32_t)w->known.first) * w->pixel;
  w->kernels->stack(dst + (size_t)(first - w->left) * w->pixel, &tall, 1, (size_t)(end - first) * w->pixel, more);
}

/* The extreme of 2·by + 1 columns, into dst or in place: runs of 4, 16, 64 … columns, and at last those that overlap as needed. */
static void narrow(workplace *w, uint32_t by, uint8_t *dst) {
  uint32_t window = 2 * by + 1, run = 1, most = FL_MORPHOLOGY_ALONG_MAX;
  int32_t left = w->length;
  for (; window > most * run; run *= 4) {
    size_t step = run * w->pixel;
    left -= 3 * (int32_t)run;
    w->kernels->along(w->row, w->row, (size_t)left * w->pixel, (size_t[]){0, step, 2 * step, 3 * step}, 4);
  }
  if (window == 1) { /* the last rectangle of a cross */
    memcpy(dst, w->row, (size_t)left * w->pixel);
    return;
  }
  uint32_t count = (window + run - 1) / run;
  size_t offsets[FL_MORPHOLOGY_ALONG_MAX];
  for (uint32_t k = 0; k < count; k++) offsets[k] = fl_min_u32(k * run, window - run) * w->pixel;
  w->left += (int32_t)by, w->length -= 2 * (int32_t)by;
  w->kernels->along(dst, w->row, (size_t)w->length * w->pixel, offsets, count);
}

void fl_morphology_row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_morphology_family *family = fl_kernels_morphology(node->simd);
  bool greatest = node->op == &fl_op_dilate;
  workplace w = set_up(stage, greatest ? &family->greatest : &family->least);
  const element *all = node->tables;
  put_margins(&w, greatest ? 0 : 255);
  uint8_t *inner = w.row + (size_t)((int32_t)w.known.first - w.left) * w.pixel;
  for (uint32_t k = 0; k < all->count; k++) {
    bool last = k + 1 == all->count;
    uint8_t *dst = all->count == 1 ? inner : w.tall;
    if (last && slides(node)) slide_down(&w, stage->state, dst);
    else add_rows(&w, all, k, dst);
    if (all->count > 1) join(&w, w.row, k > 0);
    uint32_t by = all->part[k].across - (last ? 0 : all->part[k + 1].across);
    narrow(&w, by, last ? stage->dst : w.row);
  }
}

/* ---- what is made of both ---- */

uint32_t fl_morphology_add_two(const fl_node *node, fl_expansion *expansion, const fl_op *first, const fl_op *second) {
  uint32_t half = expansion->add(expansion, &(fl_expansion_part){first, node->params, {FL_EXPANSION_INPUT}});
  return expansion->add(expansion, &(fl_expansion_part){second, node->params, {half}});
}

void fl_morphology_add_difference(fl_expansion *expansion, uint32_t greater, uint32_t less, bool keeps_less) {
  const fl_value params[] = {{.number = keeps_less}};
  expansion->add(expansion, &(fl_expansion_part){&fl_op_morphology_difference, params,
                                                 {keeps_less ? less : greater, keeps_less ? greater : less}});
}
