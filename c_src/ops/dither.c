#include "kernels/look.h"
#include "ops/op.h"

enum { LEVELS };

static const fl_param params[] = {
    [LEVELS] = {.name = "levels", .doc = "how many values are left in each channel", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
                .min = 2, .max = 256},
};

/* Source: Bayer, An optimum method for two-level rendition of continuous-tone pictures, 1973. */
static const uint8_t bayer[FL_DITHER_SIDE][FL_DITHER_SIDE] = {
    {0, 32, 8, 40, 2, 34, 10, 42},  {48, 16, 56, 24, 50, 18, 58, 26}, {12, 44, 4, 36, 14, 46, 6, 38},
    {60, 28, 52, 20, 62, 30, 54, 22}, {3, 35, 11, 43, 1, 33, 9, 41},  {51, 19, 59, 27, 49, 17, 57, 25},
    {15, 47, 7, 39, 13, 45, 5, 37},  {63, 31, 55, 23, 61, 29, 53, 21},
};

/* By the pixel's place in the image, so that tiles do not show. In 255ths of a step, rounded down: sums with it are whole. */
static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  fl_dither dither = {.steps = (uint32_t)node->params[LEVELS].number - 1};
  const uint8_t *pattern = bayer[stage->y % FL_DITHER_SIDE];
  for (uint32_t i = 0; i < FL_DITHER_SIDE; i++)
    dither.threshold[i] = (uint8_t)((2 * pattern[(stage->columns.first + i) % FL_DITHER_SIDE] + 1) * 255 / 128);
  fl_kernels_look(node->simd)
      ->dither(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns), fl_bytes_per_pixel(node->out.format), &dither);
}

const fl_op fl_op_dither = {
    .name = "dither",
    .family = "look",
    .doc = "Leaves few values in every colour channel and spreads the error in a pattern of 8×8 pixels b (Bayer): value "
           "k = floor(v·(levels − 1)/255 + (b + 0.5)/64) becomes 255·k/(levels − 1); alpha stays.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.7f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};
