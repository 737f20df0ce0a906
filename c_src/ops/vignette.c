#include "kernels/look.h"
#include "ops/op.h"

enum { AMOUNT, RADIUS };

static const fl_param params[] = {
    [AMOUNT] = {.name = "amount", .doc = "how dark the corners become: 1 is black, below 0 they become lighter", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .min = -1, .max = 1},
    [RADIUS] = {.name = "radius", .doc = "where it begins, as a part of the way from the centre to a corner", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .max = 0.99},
};

static double square(double v) { return v * v; }

/* Along one side of the image: the square of the distance from its middle, in half diagonals. */
static double part_of(const fl_node *node, uint32_t at, uint32_t length) {
  double width = node->in[0].width, height = node->in[0].height;
  return square(2 * (at + 0.5) - length) / (square(width) + square(height));
}

static size_t tables_bytes(const fl_node *node) { return node->in[0].width * sizeof(float); }

/* t = (d² − radius²) / (1 − radius²), its part that columns give. */
static void fill(const fl_node *node, void *tables) {
  float *across = tables;
  double range = 1 - square(node->params[RADIUS].number);
  for (uint32_t x = 0; x < node->in[0].width; x++) across[x] = (float)(part_of(node, x, node->in[0].width) / range);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  double inner = square(node->params[RADIUS].number);
  const fl_vignette vignette = {
      .across = (const float *)node->tables + stage->columns.first,
      .down = (float)((part_of(node, stage->y, node->in[0].height) - inner) / (1 - inner)),
      .amount = fmaxf((float)node->params[AMOUNT].number, FL_VIGNETTE_AMOUNT_MIN),
  };
  fl_kernels_look(node->simd)
      ->vignette(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), fl_bytes_per_pixel(node->out.format), &vignette);
}

const fl_op fl_op_vignette = {
    .name = "vignette",
    .family = "look",
    .doc = "Darkens the picture towards its corners: v·(1 − amount·t²(3 − 2t)), where t = (d² − radius²) / (1 − radius²), cut to 0…1, "
           "and d is the distance from the centre, 1 at a corner; alpha stays.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
