#include "pipeline/params.h"

#include <string.h>

#define SHOWN_MAX 60u /* characters of a user's text that a message repeats */

typedef struct given {
  fl_tag tag;
  double number; /* number, boolean */
  fl_slice text; /* text, other */
  const double *items;
  uint32_t count;
} given;

static void show_text(fl_report *report, fl_slice text) {
  fl_text_add_bytes(&report->text, text.bytes, fl_min_u32(text.length, SHOWN_MAX));
}

static void show_given(fl_report *report, const given *value) {
  fl_text_add(&report->text, ", got ");
  switch (value->tag) {
    case FL_TAG_NUMBER: fl_text_add_number(&report->text, value->number); break;
    case FL_TAG_BOOLEAN: fl_text_add(&report->text, value->number ? "true" : "false"); break;
    case FL_TAG_LIST:
      fl_text_add(&report->text, "a list of ");
      fl_text_add_number(&report->text, value->count);
      break;
    case FL_TAG_TEXT:
      fl_text_add(&report->text, "'");
      show_text(report, value->text);
      fl_text_add(&report->text, "'");
      break;
    default: show_text(report, value->text);
  }
}

static void show_range(fl_report *report, double min, double max) {
  fl_text_add(&report->text, " between ");
  fl_text_add_number(&report->text, min);
  fl_text_add(&report->text, " and ");
  fl_text_add_number(&report->text, max);
}

static void show_choices(fl_report *report, const char *choices) {
  fl_text_add(&report->text, " '");
  for (const char *c = choices; *c; c++) {
    if (*c == '|') fl_text_add(&report->text, "', '");
    else fl_text_add_bytes(&report->text, c, 1);
  }
  fl_text_add(&report->text, "'");
}

/* «op: name must be a whole number between 1 and 7, got 2.5» */
static fl_status refuse(fl_report *report, const fl_op *op, const fl_param *param, const given *value) {
  fl_report_fail(report, FL_BAD_ARGUMENT, op->name, param->name);
  fl_text_add(&report->text, " must be ");
  switch (param->type) {
    case FL_PARAM_BOOLEAN: fl_text_add(&report->text, "true or false"); break;
    case FL_PARAM_CHOICE:
      fl_text_add(&report->text, "one of");
      show_choices(report, param->choices);
      break;
    case FL_PARAM_NUMBERS:
      fl_text_add(&report->text, "a list of ");
      fl_text_add_number(&report->text, param->count_min);
      if (param->count_max != param->count_min) {
        fl_text_add(&report->text, " to ");
        fl_text_add_number(&report->text, param->count_max);
      }
      fl_text_add(&report->text, " numbers");
      show_range(report, param->min, param->max);
      break;
    default:
      fl_text_add(&report->text, param->type == FL_PARAM_INTEGER ? "a whole number" : "a number");
      show_range(report, param->min, param->max);
  }
  show_given(report, value);
  return FL_BAD_ARGUMENT;
}

static bool in_range(const fl_param *param, double number) { return number >= param->min && number <= param->max; /* NaN is not */ }

static fl_status refuse_item(fl_report *report, const fl_op *op, const fl_param *param, const given *value, uint32_t i) {
  refuse(report, op, param, value);
  fl_text_add(&report->text, " of which item ");
  fl_text_add_number(&report->text, i);
  fl_text_add(&report->text, " is ");
  fl_text_add_number(&report->text, value->items[i]);
  return FL_BAD_ARGUMENT;
}

static int choice_index(const char *choices, fl_slice text) {
  for (int index = 0;; index++) {
    const char *end = strchr(choices, '|');
    size_t length = end ? (size_t)(end - choices) : strlen(choices);
    if (length == text.length && memcmp(choices, text.bytes, length) == 0) return index;
    if (!end) return -1;
    choices = end + 1;
  }
}

static fl_status accept(fl_report *report, const fl_op *op, const fl_param *param, const given *value, fl_value *out) {
  switch (param->type) {
    case FL_PARAM_BOOLEAN:
      if (value->tag != FL_TAG_BOOLEAN) return refuse(report, op, param, value);
      out->number = value->number;
      return FL_OK;
    case FL_PARAM_CHOICE: {
      int index = value->tag == FL_TAG_TEXT ? choice_index(param->choices, value->text) : -1;
      if (index < 0) return refuse(report, op, param, value);
      out->number = index;
      return FL_OK;
    }
    case FL_PARAM_NUMBERS:
      if (value->tag != FL_TAG_LIST || value->count < param->count_min || value->count > param->count_max)
        return refuse(report, op, param, value);
      for (uint32_t i = 0; i < value->count; i++)
        if (!in_range(param, value->items[i])) return refuse_item(report, op, param, value, i);
      out->items = value->items, out->count = value->count;
      return FL_OK;
    default:
      if (value->tag != FL_TAG_NUMBER || !in_range(param, value->number)) return refuse(report, op, param, value);
      if (param->type == FL_PARAM_INTEGER && value->number != floor(value->number)) return refuse(report, op, param, value);
      out->number = value->number;
      return FL_OK;
  }
}

static fl_status read_given(fl_reader *reader, fl_arena *arena, given *out) {
  out->tag = (fl_tag)fl_read_u32(reader);
  switch (out->tag) {
    case FL_TAG_NUMBER: out->number = fl_read_f64(reader); break;
    case FL_TAG_BOOLEAN: out->number = fl_read_u32(reader) != 0; break;
    case FL_TAG_TEXT:
    case FL_TAG_OTHER: out->text = fl_read_text(reader); break;
    case FL_TAG_LIST: {
      out->count = fl_read_u32(reader);
      const uint8_t *bytes = fl_read_bytes(reader, (uint64_t)out->count * sizeof(double));
      if (!bytes || out->count == 0) break;
      double *items = fl_memory_arena_take_raw(arena, (uint64_t)out->count * sizeof(double)); /* the input may lie unaligned */
      if (!items) return FL_OUT_OF_MEMORY;
      memcpy(items, bytes, (size_t)out->count * sizeof(double));
      out->items = items;
      break;
    }
    default: reader->broken = true;
  }
  return FL_OK;
}

static fl_status unknown_name(fl_report *report, const fl_op *op, fl_slice name) {
  fl_report_fail(report, FL_BAD_ARGUMENT, op->name, "there is no parameter '");
  show_text(report, name);
  fl_text_add(&report->text, op->param_count ? "'; it takes " : "'; it takes none");
  for (uint32_t p = 0; p < op->param_count; p++) {
    if (p) fl_text_add(&report->text, ", ");
    fl_text_add(&report->text, op->params[p].name);
  }
  return FL_BAD_ARGUMENT;
}

static fl_value preset(const fl_param *param) {
  if (param->flags & FL_COMPUTED) return (fl_value){.number = NAN};
  if (param->type == FL_PARAM_NUMBERS) return (fl_value){.items = param->preset_items, .count = param->preset_items ? param->count_min : 0};
  return (fl_value){.number = param->preset};
}

fl_status fl_pipeline_read_params(fl_reader *reader, const fl_op *op, fl_arena *arena, const fl_value **out, fl_report *report) {
  fl_value *values = fl_memory_arena_take(arena, (op->param_count + 1) * sizeof *values);
  if (!values) return fl_report_fail(report, FL_OUT_OF_MEMORY, op->name, "no memory for its parameters");
  bool seen[FL_OP_PARAMS_MAX] = {false};
  for (uint32_t p = 0; p < op->param_count; p++) values[p] = preset(&op->params[p]);
  uint32_t count = fl_read_u32(reader);
  for (uint32_t i = 0; i < count && !reader->broken; i++) {
    fl_slice name = fl_read_text(reader);
    given value = {0};
    if (read_given(reader, arena, &value) != FL_OK) return fl_report_fail(report, FL_OUT_OF_MEMORY, op->name, "no memory for its parameters");
    if (reader->broken) break;
    uint32_t p = 0;
    while (p < op->param_count && !fl_slice_is(name, op->params[p].name)) p++;
    if (p == op->param_count) return unknown_name(report, op, name);
    if (seen[p]) return fl_report_fail(report, FL_BAD_ARGUMENT, op->name, "a parameter is given twice");
    seen[p] = true;
    fl_status status = accept(report, op, &op->params[p], &value, &values[p]);
    if (status != FL_OK) return status;
  }
  if (reader->broken) return fl_report_fail(report, FL_BAD_ARGUMENT, op->name, "the encoded parameters are cut off or malformed");
  for (uint32_t p = 0; p < op->param_count; p++)
    if ((op->params[p].flags & FL_REQUIRED) && !seen[p]) {
      given missing = {.tag = FL_TAG_OTHER, .text = {"nothing", 7}};
      return refuse(report, op, &op->params[p], &missing);
    }
  *out = values;
  return FL_OK;
}
