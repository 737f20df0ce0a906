#include "ops/op.h"

enum { TABLE };

static const fl_param params[] = {
    [TABLE] = {.name = "table",
               .doc = "256 values for every colour channel alike, or 256 for each channel, one channel after the other, alpha too",
               .type = FL_PARAM_NUMBERS, .flags = FL_REQUIRED, .min = 0, .max = 255, .count_min = 256, .count_max = 1024},
};

static fl_status resolve(fl_node *node, fl_report *report) {
  uint32_t count = node->params[TABLE].count, all = 256 * fl_bytes_per_pixel(node->in[0].format);
  if (count == 256 || count == all) return FL_OK;
  fl_report_fail(report, FL_BAD_ARGUMENT, "lut", "table must have 256 values");
  if (all > 256) fl_text_add(&report->text, " or 1024 (256 for each channel of the frame)");
  fl_text_add(&report->text, ", got ");
  fl_text_add_number(&report->text, count);
  return FL_BAD_ARGUMENT;
}

static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  const fl_value *table = &node->params[TABLE];
  for (uint32_t c = 0; c < 4; c++)
    for (uint32_t v = 0; v < 256; v++)
      if (table->count == 256) lut->entry[c][v] = c == 3 ? (uint8_t)v : (uint8_t)(table->items[v] + 0.5);
      else lut->entry[c][v] = (uint8_t)(table->items[c * 256 + v] + 0.5);
}

const fl_op fl_op_lut = {
    .name = "lut",
    .family = "tone",
    .doc = "Replaces every value by an entry of a table. One table serves all colour channels and alpha stays; four are taken in the "
           "order of the frame's channels.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
