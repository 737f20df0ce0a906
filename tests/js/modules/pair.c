/* Two operations that need what the small example does not: tables, a window, thread-local data, calls into the core. */
#include <framelane_module.h>

enum { POWER };
static const fl_param params[] = {
    [POWER] = {.name = "power", .doc = "exponent", .type = FL_PARAM_NUMBER, .flags = FL_REQUIRED, .min = 0.1, .max = 10},
};

static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  for (uint32_t v = 0; v < 256; v++)
    fl_lut_set_colour(lut, v, (uint8_t)(255 * pow(v / 255.0, node->params[POWER].number) + 0.5));
}

static fl_status refuse_six(fl_node *node, fl_report *report) {
  if (node->params[POWER].number == 6) return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "does not like 6");
  return FL_OK;
}

static const fl_op curve = {
    .name = "curve", .family = "tone", .doc = "255·(v/255)^power.", .kind = FL_KIND_TABLE, .inputs = 1, .formats = FL_FORMATS_TONE,
    .cost = 0.3f, .params = params, .param_count = FL_COUNT(params), .resolve = refuse_six, .fill = fill,
};

/* A thread's own: whatever a row leaves there, the next one starts from 0. */
static _Thread_local uint32_t sum;

static fl_status look_up_and_down(fl_node *node, fl_report *report) {
  (void)report;
  node->halo = (fl_halo){.above = 1, .below = 1};
  return FL_OK;
}

static void row(fl_stage *stage) {
  const uint8_t *const *rows = stage->in[0].rows;
  uint32_t n = fl_span_length(stage->columns) * fl_bytes_per_pixel(stage->node->out.format);
  for (uint32_t i = 0; i < n; i++) {
    sum = 0;
    for (uint32_t k = 0; k < 3; k++) sum += rows[k][i];
    stage->dst[i] = (uint8_t)(sum / 3);
  }
}

static const fl_op column_mean = {
    .name = "columnMean", .family = "blur", .doc = "The mean of a pixel and those above and below it, rounded down.",
    .kind = FL_KIND_STENCIL, .inputs = 1, .formats = FL_FORMATS_TONE, .cost = 1, .resolve = look_up_and_down, .row = row,
};

FL_MODULE("pair", &curve, &column_mean)
