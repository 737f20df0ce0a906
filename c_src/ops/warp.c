#include "ops/warp.h"

#include "kernels/fill.h"
#include "kernels/warp.h"

#include <string.h>

#define STEEPEST 16.0 /* how much the scale of a line may change over a stretch */
#define MARGIN 16     /* of a pixel's 1024 parts */

size_t fl_warp_tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_warp_map);
}

fl_status fl_warp_resolve_size(fl_node *node, fl_report *report) {
  (void)report;
  const fl_value *width = &node->params[FL_WARP_WIDTH], *height = &node->params[FL_WARP_HEIGHT];
  node->out = node->in[0];
  if (!isnan(width->number)) node->out.width = (uint32_t)width->number;
  if (!isnan(height->number)) node->out.height = (uint32_t)height->number;
  return FL_OK;
}

void fl_warp_fill(const fl_node *node, void *tables, const double *matrix, uint32_t entries, int sampling) {
  static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  fl_warp_map *map = tables;
  for (uint32_t i = 0; i < 9; i++) map->matrix[i] = i < entries ? matrix[i] : identity[i];
  map->nearest = node->params[sampling].number != 0;
  fl_node copy = *node;
  fl_stencil_border(&copy, (uint32_t)sampling + 1);
  map->border = copy.border;
  memcpy(map->border_color, copy.border_color, sizeof map->border_color);
}

/* An aligned stretch of an output row. Which pixels of it a tile has must not show: positions are found from its beginning. */
typedef struct stretch {
  uint32_t x, y;        /* its first pixel; x is a multiple of FL_WARP_STRETCH */
  uint32_t first, count; /* the pixels wanted */
} stretch;

/* The numerators and the denominator of a position. */
typedef struct homogeneous {
  double x, y, w;
} homogeneous;

static homogeneous project(const fl_warp_map *map, double x, double y) {
  const double *m = map->matrix;
  return (homogeneous){m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5], m[6] * x + m[7] * y + m[8]};
}

static bool is_near(double v, double limit) { return fabs(v) < limit; }

/* The stretch as a line in single precision, counted from a whole pixel near its beginning. False: it bends too much, or leads too far. */
static bool find_line(const fl_warp_map *map, const stretch *s, fl_warp_line *line) {
  const double *m = map->matrix, end = FL_WARP_STRETCH - 1;
  homogeneous at = project(map, s->x, s->y);
  double x = floor(at.x / at.w), y = floor(at.y / at.w), bend = 1 + end * (m[6] / at.w);
  if (!is_near(x, FL_WARP_FAR) || !is_near(y, FL_WARP_FAR) || !(bend > 1 / STEEPEST && bend < STEEPEST)) return false;
  double start_x = (at.x - x * at.w) / at.w, start_y = (at.y - y * at.w) / at.w;
  double step_x = (m[0] - x * m[6]) / at.w, step_y = (m[3] - y * m[6]) / at.w;
  if (!is_near((start_x + end * step_x) / bend, FL_WARP_REACH) || !is_near((start_y + end * step_y) / bend, FL_WARP_REACH)) return false;
  *line = (fl_warp_line){(int32_t)x, (int32_t)y, (float)start_x, (float)start_y, (float)step_x, (float)step_y, (float)(m[6] / at.w)};
  return true;
}

static int32_t fix(double v) {
  if (!(v > -FL_WARP_FAR)) v = -FL_WARP_FAR; /* which catches 0/0 too */
  if (v > FL_WARP_FAR) v = FL_WARP_FAR;
  return (int32_t)floor(v * FL_WARP_ONE + 0.5);
}

static void trace_one_by_one(const fl_warp_map *map, const stretch *s, int32_t *x, int32_t *y) {
  for (uint32_t i = 0; i < s->count; i++) {
    homogeneous at = project(map, s->x + s->first + i, s->y);
    x[i] = fix(at.x / at.w), y[i] = fix(at.y / at.w);
  }
}

typedef enum side { BEFORE, WITHIN, BEYOND, UNCLEAR } side;

/* Where a position is, with a margin for what rounding may move it. */
static side side_of(int32_t position, uint32_t size) {
  int32_t last = (int32_t)(size - 1) * FL_WARP_ONE;
  if (position < -FL_WARP_ONE - MARGIN) return BEFORE;
  if (position > last + FL_WARP_ONE + MARGIN) return BEYOND;
  return position >= MARGIN && position < last - MARGIN ? WITHIN : UNCLEAR;
}

/* Where all positions of a line are: between two that are on one side the others are too. */
static side side_of_all(const int32_t *positions, uint32_t n, uint32_t size) {
  side first = side_of(positions[0], size);
  return first == side_of(positions[n - 1], size) ? first : UNCLEAR;
}

typedef void sampler(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n);

/* Runs of positions inside and outside. */
static void sample_runs(uint8_t *dst, const fl_warp_source *source, const fl_warp_edge *edge, bool nearest, sampler *sample, const int32_t *x,
                        const int32_t *y, uint32_t n) {
  for (uint32_t i = 0, end; i < n; i = end) {
    bool inside = fl_warp_is_inside(source, x[i], y[i]);
    for (end = i + 1; end < n && fl_warp_is_inside(source, x[end], y[end]) == inside;) end++;
    uint8_t *to = dst + (size_t)i * source->channels;
    if (inside) sample(to, source, x + i, y + i, end - i);
    else fl_warp_beyond(to, source, edge, nearest, x + i, y + i, end - i);
  }
}

/* Positions that do not all lie inside. */
static void sample_beyond(uint8_t *dst, const fl_warp_source *source, const fl_warp_map *map, sampler *sample, int32_t *x, int32_t *y,
                          uint32_t n) {
  bool folds = map->border != FL_BORDER_CONSTANT && !map->nearest && source->width > 1 && source->height > 1;
  if (folds) {
    fl_warp_fold(x, n, source->width, map->border);
    fl_warp_fold(y, n, source->height, map->border);
  }
  fl_warp_edge edge = {map->border, map->border_color};
  if (folds && map->border != FL_BORDER_WRAP) sample(dst, source, x, y, n);
  else sample_runs(dst, source, &edge, map->nearest, sample, x, y, n);
}

static void make_stretch(const fl_stage *stage, const fl_warp_source *source, const stretch *s, uint8_t *dst) {
  const fl_warp_map *map = stage->node->tables;
  int32_t x[FL_WARP_STRETCH], y[FL_WARP_STRETCH];
  fl_warp_line line;
  side across = UNCLEAR, down = UNCLEAR;
  bool straight = find_line(map, s, &line), simd = stage->node->simd;
  if (straight) {
    fl_kernels_warp(simd)->trace(x, y, &line, s->first, s->count);
    across = side_of_all(x, s->count, source->width), down = side_of_all(y, s->count, source->height);
  } else {
    trace_one_by_one(map, s, x, y);
  }
  bool inside = across == WITHIN && down == WITHIN, outside = across == BEFORE || across == BEYOND || down == BEFORE || down == BEYOND;
  /* The twin takes positions that are near each other. */
  const fl_warp_kernels *kernels = fl_kernels_warp(simd && straight && (inside || map->border != FL_BORDER_WRAP));
  sampler *sample = map->nearest ? kernels->nearest : kernels->bilinear;
  if (inside) sample(dst, source, x, y, s->count);
  else if (outside && map->border == FL_BORDER_CONSTANT) fl_kernels_fill(dst, s->count, map->border_color, source->channels);
  else sample_beyond(dst, source, map, sample, x, y, s->count);
}

void fl_warp_row(fl_stage *stage) {
  const fl_image *image = stage->in[0].image;
  uint32_t channels = fl_bytes_per_pixel(stage->node->out.format);
  fl_warp_source source = {image->plane[0].data, image->plane[0].stride, image->width, image->height, channels};
  for (uint32_t x = stage->columns.first; x < stage->columns.end;) {
    uint32_t begin = x - x % FL_WARP_STRETCH, end = fl_min_u32(begin + FL_WARP_STRETCH, stage->columns.end);
    for (uint32_t i = 0; i < stage->count; i++) {
      stretch s = {begin, stage->y + i, x - begin, end - x};
      make_stretch(stage, &source, &s, stage->dst + i * stage->dst_stride + (size_t)(x - stage->columns.first) * channels);
    }
    x = end;
  }
}
