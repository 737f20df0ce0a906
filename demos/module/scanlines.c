/* A kernel of one's own: every few rows are darkened, as on an old screen. Built by `npx framelane build scanlines.c -o scanlines.wasm`. */
#include <framelane_module.h>

enum { EVERY, DARKNESS };

static const fl_param params[] = {
    [EVERY] = {.name = "every", .doc = "rows from one dark line to the next", .type = FL_PARAM_INTEGER, .min = 2, .max = 64, .preset = 4},
    [DARKNESS] = {.name = "darkness", .doc = "0: nothing changes, 1: the lines are black", .type = FL_PARAM_NUMBER, .max = 1, .preset = 0.5},
};

/* v · light / 256, rounded down; alpha stays. dst may be src. */
static void darken(uint8_t *dst, const uint8_t *src, uint32_t n, uint32_t light, bool has_alpha) {
  for (uint32_t i = 0; i < n; i++) dst[i] = has_alpha && i % 4 == 3 ? src[i] : (uint8_t)(src[i] * light >> 8);
}

static void row(fl_stage *stage) {
  const fl_value *value = stage->node->params;
  uint32_t pixel = fl_bytes_per_pixel(stage->node->out.format), n = fl_span_length(stage->columns) * pixel;
  const uint8_t *src = stage->in[0].rows[0];
  if (stage->y % (uint32_t)value[EVERY].number == 0) darken(stage->dst, src, n, (uint32_t)(256 * (1 - value[DARKNESS].number)), pixel == 4);
  else if (stage->dst != src) memcpy(stage->dst, src, n);
}

static const fl_op scanlines = {
    .name = "scanlines",
    .family = "look",
    .doc = "Darkens every few rows, as on an old screen.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.3f,
    .params = params,
    .param_count = FL_COUNT(params),
    .row = row,
};

FL_MODULE("scanlines", &scanlines)
