#include "kernels/bilateral.h"
#include "ops/rows_ring.h"

enum { RADIUS, SIGMA_COLOR, SIGMA_SPACE, BORDER, BORDER_COLOR };

#define PAIRS_MAX 126u /* of the 253 places within radius 9 */

typedef struct bilateral_tables {
  uint32_t count;
  fl_bilateral_pair pairs[PAIRS_MAX];
  _Alignas(64) int16_t weights[]; /* a table for each distance that occurs */
} bilateral_tables;

static uint32_t radius_of(const fl_node *node) { return (uint32_t)node->params[RADIUS].number; }
static uint32_t entries_of(const fl_node *node) {
  return fl_bytes_per_pixel(node->in[0].format) == 1 ? FL_BILATERAL_GRAY : FL_BILATERAL_COLOR;
}

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  uint32_t radius = radius_of(node);
  node->halo = (fl_halo){radius, radius, radius, radius};
  node->cost = 3.0f + 4.0f * (float)(radius * radius);
  if (entries_of(node) == FL_BILATERAL_GRAY) node->cost *= 2; /* a quarter of the bytes, half of the weights to look up */
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

/* Calls back for half of the places within the radius, the other half being opposite. */
#define EACH_PAIR(radius, row, column)                      \
  for (int32_t row = 0; row <= (int32_t)(radius); row++)    \
    for (int32_t column = row ? -(int32_t)(radius) : 1; column <= (int32_t)(radius); column++) \
      if (row * row + column * column <= (int32_t)((radius) * (radius)))

/* Distances (squared) that occur; at[d] is the number of its table. */
static uint32_t number_distances(uint32_t radius, uint8_t at[FL_BILATERAL_RADIUS_MAX * FL_BILATERAL_RADIUS_MAX + 1]) {
  uint32_t count = 0;
  for (uint32_t d = 0; d <= radius * radius; d++) at[d] = UINT8_MAX;
  EACH_PAIR(radius, row, column) {
    uint8_t *number = &at[row * row + column * column];
    if (*number == UINT8_MAX) *number = (uint8_t)count++;
  }
  return count;
}

static size_t tables_bytes(const fl_node *node) {
  uint8_t at[FL_BILATERAL_RADIUS_MAX * FL_BILATERAL_RADIUS_MAX + 1];
  return sizeof(bilateral_tables) + (size_t)number_distances(radius_of(node), at) * entries_of(node) * sizeof(int16_t);
}

static void fill_weights(const fl_node *node, int16_t *weights, double distance_squared) {
  double color = node->params[SIGMA_COLOR].number, space = node->params[SIGMA_SPACE].number;
  for (uint32_t d = 0; d < entries_of(node); d++) {
    double exponent = d * d / (2 * color * color) + distance_squared / (2 * space * space);
    weights[d] = (int16_t)(FL_BILATERAL_ONE * exp(-exponent) + 0.5);
  }
}

static void fill(const fl_node *node, void *made) {
  bilateral_tables *tables = made;
  uint8_t at[FL_BILATERAL_RADIUS_MAX * FL_BILATERAL_RADIUS_MAX + 1];
  uint32_t radius = radius_of(node);
  number_distances(radius, at);
  for (uint32_t d = 1; d <= radius * radius; d++)
    if (at[d] != UINT8_MAX) fill_weights(node, tables->weights + at[d] * entries_of(node), d);
  tables->count = 0;
  EACH_PAIR(radius, row, column) {
    const int16_t *weights = tables->weights + at[row * row + column * column] * entries_of(node);
    tables->pairs[tables->count++] = (fl_bilateral_pair){row, column, weights};
  }
}

static void row(fl_stage *stage) {
  const fl_bilateral_kernels *kernels = fl_kernels_bilateral(stage->node->simd);
  const bilateral_tables *tables = stage->node->tables;
  fl_bilateral_filter *filter = entries_of(stage->node) == FL_BILATERAL_GRAY ? kernels->gray : kernels->color;
  filter(stage->dst, fl_rows_ring_advance(stage), fl_span_length(stage->columns), tables->pairs, tables->count);
}

static const fl_param params[] = {
    [RADIUS] = {.name = "radius", .doc = "pixels on every side of a round window", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
                .min = 1, .max = FL_BILATERAL_RADIUS_MAX},
    [SIGMA_COLOR] = {.name = "sigmaColor", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = 0.1, .max = 10000,
                     .doc = "how different colours may be that are blurred together, in levels; of rgba8 the differences of red, "
                            "green and blue are added up"},
    [SIGMA_SPACE] = {.name = "sigmaSpace", .doc = "how fast the weight falls with the distance, in pixels", .type = FL_PARAM_NUMBER,
                     .flags = FL_REQUIRED, .min = 0.1, .max = 10000},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_bilateral = {
    .name = "bilateral",
    .family = "blur",
    .doc = "Blurs each pixel with those around it that have a similar colour: smooths areas and keeps edges. Alpha stays.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 19.0f,
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
