#include "kernels/colour.h"
#include "ops/op.h"

enum { MATRIX };

/* Factors up to this are within one level of exact arithmetic and their sums fit i32, at the coarsest shift. */
#define FACTOR_MAX 1000

static const fl_param params[] = {
    [MATRIX] = {.name = "matrix",
                .doc = "4 rows of 5: the factors of R, G, B, A and an offset (1 is 255 levels) that make R, then G, B, A",
                .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = -FACTOR_MAX, .max = FACTOR_MAX, .count_min = 20,
                .count_max = 20},
};

static size_t tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_colour_matrix);
}

/* May the factors be i16 and the sums i32 with this shift? */
static bool fits(const double *matrix, uint32_t shift) {
  for (uint32_t o = 0; o < 4; o++) {
    double sum = 1 + 255 * fabs(matrix[o * 5 + 4]);
    for (uint32_t c = 0; c < 4; c++) {
      double factor = fabs(matrix[o * 5 + c]);
      if (ldexp(factor, (int)shift) > 32767) return false;
      sum += 255 * factor;
    }
    if (ldexp(sum, (int)shift) > 2147480000.0) return false;
  }
  return true;
}

/* Fixed point: an error of at most 4·255/2¹⁵ levels for factors below 2, 4·255/2¹³ below 8, 4·255/2¹¹ beyond. */
static void fill(const fl_node *node, void *tables) {
  static const uint32_t rgba[4] = {0, 1, 2, 3}, bgra[4] = {2, 1, 0, 3};
  const uint32_t *place = node->in[0].format == FL_BGRA8 ? bgra : rgba;
  const double *matrix = node->params[MATRIX].items;
  fl_colour_matrix *m = tables;
  m->shift = fits(matrix, 14) ? 14 : fits(matrix, 12) ? 12 : 10;
  for (uint32_t o = 0; o < 4; o++) {
    for (uint32_t c = 0; c < 4; c++) m->factor[place[o]][place[c]] = (int32_t)round(ldexp(matrix[o * 5 + c], (int)m->shift));
    m->offset[place[o]] = (int32_t)round(ldexp(255 * matrix[o * 5 + 4] + 0.5, (int)m->shift));
  }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  fl_kernels_colour(node->simd)->matrix(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), node->tables);
}

const fl_op fl_op_color_matrix = {
    .name = "colorMatrix",
    .family = "colour",
    .doc = "Every channel a weighted sum of all four and an offset, as SVG's feColorMatrix; alpha is straight, not premultiplied.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 0.7f,
    .params = params,
    .param_count = FL_COUNT(params),
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
