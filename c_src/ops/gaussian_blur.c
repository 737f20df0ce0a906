#include "kernels/separable.h"
#include "ops/stencil.h"
#include "ops/wide_gaussian.h"

enum { SIGMA, RADIUS, BORDER, BORDER_COLOR };

#define SIGMA_MAX 250
#define RADIUS_MAX (3 * SIGMA_MAX)

static double sigma_of(const fl_node *node) { return node->params[SIGMA].number; }

static uint32_t radius_of(const fl_node *node) {
  double radius = node->params[RADIUS].number;
  return (uint32_t)(isnan(radius) ? ceil(3 * sigma_of(node)) : radius);
}

static bool is_wide(const fl_node *node) { return fl_wide_gaussian_suits(sigma_of(node), radius_of(node)); }

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  uint32_t radius = radius_of(node), reach = is_wide(node) ? fl_wide_gaussian_halo(sigma_of(node), radius) : radius;
  node->halo = (fl_halo){reach, reach, reach, reach};
  node->cost = is_wide(node) ? 4.5f : 0.8f + 0.73f * (float)reach;
  node->start = is_wide(node) ? (float)reach : 0;
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

static size_t tables_bytes(const fl_node *node) {
  return is_wide(node) ? fl_wide_gaussian_bytes(sigma_of(node)) : fl_separable_bytes(radius_of(node));
}

static double gaussian(uint32_t k, const void *sigma) {
  double distance = k / *(const double *)sigma;
  return exp(-0.5 * distance * distance);
}

static void fill(const fl_node *node, void *tables) {
  if (is_wide(node)) fl_wide_gaussian_fill(tables, sigma_of(node), radius_of(node));
  else fl_separable_fill(tables, radius_of(node), gaussian, &node->params[SIGMA].number);
}

/* The state is one row of values between the vertical and the horizontal pass, with its margins. */
static size_t state_bytes(const fl_node *node, fl_span columns) {
  if (is_wide(node)) return fl_wide_gaussian_state_bytes(node, columns, sigma_of(node), radius_of(node));
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, columns);
  return (size_t)(scratch.end - scratch.first) * fl_bytes_per_pixel(node->out.format) * sizeof(int16_t);
}

static void begin(fl_stage *stage) {
  if (is_wide(stage->node)) fl_wide_gaussian_begin(stage);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  if (is_wide(node)) {
    fl_wide_gaussian_row(stage);
    return;
  }
  const fl_separable_kernels *kernels = fl_kernels_separable(node->simd);
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, stage->columns);
  fl_span known = scratch.margin.known;
  size_t channels = fl_bytes_per_pixel(node->out.format);
  int16_t *between = stage->state, color[4];
  kernels->vertical(between + (size_t)((int32_t)known.first - scratch.first) * channels, stage->in[0].rows + node->halo.above,
                    fl_span_length(known) * channels, node->tables);
  for (size_t c = 0; c < channels; c++) color[c] = (int16_t)(node->border_color[c] * FL_SEPARABLE_LEVEL);
  fl_margin_fill(between, scratch.first, scratch.end, channels * sizeof(int16_t), &scratch.margin, color);
  kernels->horizontal(stage->dst, between + (size_t)((int32_t)stage->columns.first - scratch.first) * channels,
                      fl_span_length(stage->columns) * channels, channels, node->tables);
}

static const fl_param params[] = {
    [SIGMA] = {.name = "sigma", .doc = "standard deviation, in pixels", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = 0.1,
               .max = SIGMA_MAX},
    [RADIUS] = {.name = "radius", .doc = "pixels on every side where the kernel is cut off", .type = FL_PARAM_INTEGER,
                .flags = FL_COMPUTED, .max = RADIUS_MAX, .preset_doc = "ceil(3·sigma)"},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_gaussian_blur = {
    .name = "gaussianBlur",
    .family = "blur",
    .doc = "Blurs every channel with a Gaussian of the given standard deviation, cut off at the radius and normalised. "
           "From sigma 4 on it takes about as long for every sigma, unless the radius is below 3·sigma.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 5.2f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
