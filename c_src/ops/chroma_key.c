#include "kernels/key.h"
#include "ops/op.h"

enum { COLOR, TOLERANCE, SOFTNESS };

#define DISTANCE_MAX 300   /* the farthest colours, green and magenta, are 273 apart */
#define SOFTNESS_MIN 0.01  /* a softness of 0 is this: the edge then lies within one step of the distance */

static const fl_param params[] = {
    [COLOR] = {.name = "color", .doc = "the backdrop's colour: [red, green, blue], 0–255", .type = FL_PARAM_NUMBERS,
               .flags = FL_REQUIRED, .min = 0, .max = 255, .count_min = 3, .count_max = 3},
    [TOLERANCE] = {.name = "tolerance",
                   .doc = "colours up to this distance from the backdrop's become transparent, in levels of chroma",
                   .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .max = DISTANCE_MAX},
    [SOFTNESS] = {.name = "softness", .doc = "over how many more levels opacity rises to full; 0 is a hard edge",
                  .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .max = DISTANCE_MAX},
};

static size_t tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_key);
}

static int32_t sum(const double *color, const int16_t factor[3]) {
  return (int32_t)floor(factor[0] * color[0] + factor[1] * color[1] + factor[2] * color[2] + 0.5);
}

/* Cb and Cr of BT.601, full range, of R, G and B in 1/2¹⁵; each triple's sum is 0, so that grays have no chroma at all. */
static void fill(const fl_node *node, void *tables) {
  static const int16_t blue[3] = {-5529, -10855, 16384}, red[3] = {16384, -13720, -2664};
  static const uint32_t rgba[3] = {0, 1, 2}, bgra[3] = {2, 1, 0};
  const uint32_t *place = node->in[0].format == FL_BGRA8 ? bgra : rgba;
  const double *color = node->params[COLOR].items;
  double softness = fmax(node->params[SOFTNESS].number, SOFTNESS_MIN);
  fl_key *key = tables;
  *key = (fl_key){.blue_center = sum(color, blue), .red_center = sum(color, red)};
  key->slope = (float)ldexp(1 / softness, -FL_KEY_SHIFT);
  key->offset = (float)(-node->params[TOLERANCE].number / softness);
  for (uint32_t c = 0; c < 3; c++) key->blue[place[c]] = blue[c], key->red[place[c]] = red[c];
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  fl_kernels_key(node->simd)->apply(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), node->tables);
}

const fl_op fl_op_chroma_key = {
    .name = "chromaKey",
    .family = "colour",
    .doc = "Makes a backdrop of one colour transparent. With d the distance from the backdrop's colour in the plane of Cb and Cr "
           "(BT.601, full range; brightness does not count), alpha is multiplied by (d − tolerance) / softness, between 0 and 1.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8),
    .cost = 1.2f,
    .params = params,
    .param_count = FL_COUNT(params),
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
