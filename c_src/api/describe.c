/* The operation table in JSON: where the methods, types, reference and controls come from. */
#include "api/engine.h"
#include "api/framelane.h"
#include "modules/framelane_module.h"

static char text_bytes[16 << 10];

static const char *const kinds[] = {
    [FL_KIND_POINT] = "point",   [FL_KIND_TABLE] = "table",   [FL_KIND_STENCIL] = "stencil",    [FL_KIND_RESAMPLE] = "resample",
    [FL_KIND_RANDOM] = "random", [FL_KIND_REDUCE] = "reduce", [FL_KIND_EXPANSION] = "expansion",
};
static const char *const types[] = {
    [FL_PARAM_NUMBER] = "number", [FL_PARAM_INTEGER] = "integer", [FL_PARAM_BOOLEAN] = "boolean",
    [FL_PARAM_CHOICE] = "choice", [FL_PARAM_NUMBERS] = "numbers",
};

static void add_text(fl_text *out, const char *name, const char *value) {
  fl_text_add_quoted(out, name);
  fl_text_add(out, ":");
  fl_text_add_quoted(out, value);
  fl_text_add(out, ",");
}

static void add_number(fl_text *out, const char *name, double value) {
  fl_text_add_quoted(out, name);
  fl_text_add(out, ":");
  fl_text_add_number(out, value);
  fl_text_add(out, ",");
}

/* The choices as a JSON list, or only the one with this index. */
static void add_choices(fl_text *out, const char *choices, int only) {
  if (only < 0) fl_text_add(out, "[\"");
  else fl_text_add(out, "\"");
  int index = 0;
  for (const char *c = choices; *c; c++) {
    if (*c == '|') {
      index++;
      if (only < 0) fl_text_add(out, "\",\"");
    } else if (only < 0 || index == only) {
      fl_text_add_bytes(out, c, 1);
    }
  }
  fl_text_add(out, only < 0 ? "\"]" : "\"");
}

static void add_default(fl_text *out, const fl_param *param) {
  if (param->flags & (FL_REQUIRED | FL_COMPUTED)) {
    if (param->preset_doc) add_text(out, "computed", param->preset_doc);
    return;
  }
  fl_text_add(out, "\"default\":");
  if (param->type == FL_PARAM_CHOICE) {
    add_choices(out, param->choices, (int)param->preset);
  } else if (param->type == FL_PARAM_BOOLEAN) {
    fl_text_add(out, param->preset != 0 ? "true" : "false");
  } else if (param->type == FL_PARAM_NUMBERS) {
    fl_text_add(out, "[");
    for (uint32_t i = 0; param->preset_items && i < param->count_min; i++) {
      if (i) fl_text_add(out, ",");
      fl_text_add_number(out, param->preset_items[i]);
    }
    fl_text_add(out, "]");
  } else {
    fl_text_add_number(out, param->preset);
  }
  fl_text_add(out, ",");
}

static void add_param(fl_text *out, const fl_param *param) {
  fl_text_add(out, "{");
  add_text(out, "name", param->name);
  add_text(out, "type", types[param->type]);
  if (param->type == FL_PARAM_NUMBER || param->type == FL_PARAM_INTEGER || param->type == FL_PARAM_NUMBERS) {
    add_number(out, "min", param->min);
    add_number(out, "max", param->max);
  }
  if (param->type == FL_PARAM_NUMBERS) {
    add_number(out, "minCount", param->count_min);
    add_number(out, "maxCount", param->count_max);
  }
  if (param->type == FL_PARAM_CHOICE) {
    fl_text_add(out, "\"choices\":");
    add_choices(out, param->choices, -1);
    fl_text_add(out, ",");
  }
  fl_text_add(out, param->flags & FL_REQUIRED ? "\"required\":true," : "\"required\":false,");
  add_default(out, param);
  fl_text_add(out, "\"doc\":");
  fl_text_add_quoted(out, param->doc);
  fl_text_add(out, "}");
}

static void add_params(fl_text *out, const fl_param *params, uint32_t count) {
  fl_text_add(out, "\"params\":[");
  for (uint32_t p = 0; p < count; p++) {
    if (p) fl_text_add(out, ",");
    add_param(out, &params[p]);
  }
  fl_text_add(out, "]}");
}

FL_EXPORT(fl_stage_json) const char *fl_stage_json(uintptr_t module, uint32_t index) {
  if (index >= ((const fl_module *)module)->stage_count) return NULL;
  const fl_stage_type *type = ((const fl_module *)module)->stages[index];
  fl_text out;
  fl_text_start(&out, text_bytes, sizeof text_bytes);
  fl_text_add(&out, "{");
  add_text(&out, "name", type->name);
  add_text(&out, "doc", type->doc);
  fl_text_add(&out, type->role == FL_STAGE_SOURCE ? "\"source\":true," : "\"source\":false,");
  add_params(&out, type->params, type->param_count);
  return out.overflowed ? NULL : text_bytes;
}

FL_EXPORT(fl_op_json) const char *fl_op_json(uint32_t index) {
  const fl_op *op = fl_ops_at(index);
  if (!op) return NULL;
  fl_text out;
  fl_text_start(&out, text_bytes, sizeof text_bytes);
  fl_text_add(&out, "{");
  add_text(&out, "name", op->name);
  add_text(&out, "family", op->family ? op->family : "module");
  add_text(&out, "doc", op->doc);
  add_text(&out, "kind", kinds[op->kind]);
  add_number(&out, "inputs", op->inputs);
  fl_text_add(&out, op->internal ? "\"internal\":true," : "\"internal\":false,");
  fl_text_add(&out, "\"formats\":[");
  bool first = true;
  for (uint32_t f = 0; f < FL_FORMATS; f++) {
    if (!(op->formats & FL_FORMAT_BIT(f))) continue;
    if (!first) fl_text_add(&out, ",");
    fl_text_add_quoted(&out, fl_frame_format((fl_format)f)->name);
    first = false;
  }
  fl_text_add(&out, "],");
  add_params(&out, op->params, op->param_count);
  return out.overflowed ? NULL : text_bytes;
}
