/* render: a decoded picture as a screen wants it. An expansion: toRgba, then resize and stamp where they are asked for. */
#include <framelane_module.h>

extern const fl_op fl_op_stamp;

enum { WIDTH, HEIGHT, FILTER, MATRIX, RANGE, STAMP, NUMBER, TIME, POSITION };

/* A part's parameter is the one of the same name here, with the same choices. */
static const fl_param params[] = {
    [WIDTH] = {.name = "width", .doc = "new width in pixels", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1,
               .max = FL_DIMENSION_MAX, .preset_doc = "what keeps the aspect ratio; without width and height the size stays"},
    [HEIGHT] = {.name = "height", .doc = "new height in pixels", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED, .min = 1,
                .max = FL_DIMENSION_MAX, .preset_doc = "what keeps the aspect ratio; without width and height the size stays"},
    [FILTER] = {.name = "filter", .doc = "how resize makes new pixels of old ones", .type = FL_PARAM_CHOICE, .preset = 5,
                .choices = "nearest|bilinear|bicubic|mitchell|lanczos3|area"},
    [MATRIX] = {.name = "matrix", .doc = "how i420 and nv12 mix their colours: bt601 (JPEG, standard definition) or bt709 (HD)",
                .type = FL_PARAM_CHOICE, .choices = "bt601|bt709"},
    [RANGE] = {.name = "range", .doc = "luma of black and white in i420 and nv12: 0 and 255 (full, as in JPEG) or 16 and 235 (limited)",
               .type = FL_PARAM_CHOICE, .preset = 1, .choices = "limited|full"},
    [STAMP] = {.name = "stamp", .doc = "writes the frame's number and time into a corner", .type = FL_PARAM_BOOLEAN, .max = 1, .preset = 1},
    [NUMBER] = {.name = "number", .doc = "the frame's number; in a flow it is filled in", .type = FL_PARAM_INTEGER, .flags = FL_BOUND_NUMBER,
                .max = UINT32_MAX},
    [TIME] = {.name = "time", .doc = "when the frame is shown, in seconds; in a flow it is filled in", .type = FL_PARAM_NUMBER,
              .flags = FL_BOUND_TIME, .max = 999999},
    [POSITION] = {.name = "position", .doc = "the corner of the stamp", .type = FL_PARAM_CHOICE, .preset = 2,
                  .choices = "topLeft|topRight|bottomLeft|bottomRight"},
};

static bool is_same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

/* What render was given under this name; else the part's own default. */
static fl_value value_for(const fl_param *param, const fl_value *own) {
  for (uint32_t i = 0; i < FL_COUNT(params); i++)
    if (is_same(params[i].name, param->name)) return own[i];
  if (param->flags & FL_COMPUTED) return (fl_value){.number = NAN};
  return (fl_value){.number = param->preset};
}

/* Adds a part behind what `from` says; its number. */
static uint32_t add(fl_expansion *expansion, const fl_op *op, const fl_value *own, uint32_t from) {
  fl_value values[FL_OP_PARAMS_MAX];
  for (uint32_t i = 0; i < op->param_count; i++) values[i] = value_for(&op->params[i], own);
  return expansion->add(expansion, &(fl_expansion_part){op, values, {from}});
}

static fl_status resolve(fl_node *node, fl_report *report) {
  if (fl_ops_find("toRgba") && fl_ops_find("resize")) return FL_OK;
  return fl_report_fail(report, FL_UNSUPPORTED, node->op->name, "needs an engine with toRgba and resize");
}

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  const fl_value *own = node->params;
  uint32_t at = add(expansion, fl_ops_find("toRgba"), own, FL_EXPANSION_INPUT);
  if (!isnan(own[WIDTH].number) || !isnan(own[HEIGHT].number)) at = add(expansion, fl_ops_find("resize"), own, at);
  if (own[STAMP].number != 0) add(expansion, &fl_op_stamp, own, at);
  return FL_OK;
}

const fl_op fl_op_render = {
    .name = "render",
    .family = "convert",
    .doc = "A decoded picture as a screen wants it: toRgba, then resize, then stamp. In JPEG's full range unless range says otherwise.",
    .kind = FL_KIND_EXPANSION,
    .inputs = 1,
    .formats = FL_FORMATS_TONE | FL_FORMAT_BIT(FL_I420) | FL_FORMAT_BIT(FL_NV12),
    .cost = 6,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .expand = expand,
};
