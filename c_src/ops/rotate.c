#include "ops/warp.h"

#define DEGREES_MAX 1e6
#define SLACK 1e-6 /* a side this little longer than a whole number of pixels is that long */

enum { DEGREES, EXPAND, FILTER };

static const fl_param params[] = {
    [DEGREES] = {.name = "degrees", .doc = "How far it is turned, clockwise; negative: anticlockwise.", .type = FL_PARAM_NUMBER,
                 .flags = FL_REQUIRED, .min = -DEGREES_MAX, .max = DEGREES_MAX},
    [EXPAND] = {.name = "expand", .doc = "Make the result large enough for all of the turned image; else it has the input's size.",
                .type = FL_PARAM_BOOLEAN, .min = 0, .max = 1, .preset = 1},
    FL_WARP_SAMPLING_PARAMS,
};

typedef struct turn {
  double cosine, sine;
} turn;

/* Quarter turns are exact. */
static turn find_turn(const fl_node *node) {
  const double radians = 3.14159265358979323846 / 180;
  double degrees = fmod(node->params[DEGREES].number, 360);
  double quarters = floor(degrees / 90), rest = (degrees - 90 * quarters) * radians;
  turn t = {cos(rest), sin(rest)};
  for (int i = ((int)quarters + 8) % 4; i > 0; i--) t = (turn){-t.sine, t.cosine};
  return t;
}

/* «rotate: the turned width must be between 1 and 65535, got 70000», or FL_OK. */
static fl_status find_side(double exact, const char *name, uint32_t *side, fl_report *report) {
  double length = fmax(1, ceil(exact - SLACK));
  if (length > FL_DIMENSION_MAX) return fl_report_range(report, "rotate", name, 1, FL_DIMENSION_MAX, length);
  *side = (uint32_t)length;
  return FL_OK;
}

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_shape *in = &node->in[0];
  node->out = *in;
  if (node->params[EXPAND].number == 0) return FL_OK;
  turn t = find_turn(node);
  double cosine = fabs(t.cosine), sine = fabs(t.sine);
  fl_status status = find_side(in->width * cosine + in->height * sine, "the turned width", &node->out.width, report);
  if (status != FL_OK) return status;
  return find_side(in->width * sine + in->height * cosine, "the turned height", &node->out.height, report);
}

/* Centre to centre, and turned back around it: y points down. */
static void fill(const fl_node *node, void *tables) {
  turn t = find_turn(node);
  double from_x = (node->in[0].width - 1.0) / 2, from_y = (node->in[0].height - 1.0) / 2;
  double to_x = (node->out.width - 1.0) / 2, to_y = (node->out.height - 1.0) / 2;
  const double matrix[6] = {t.cosine, t.sine, from_x - t.cosine * to_x - t.sine * to_y,
                            -t.sine, t.cosine, from_y + t.sine * to_x - t.cosine * to_y};
  fl_warp_fill(node, tables, matrix, 6, FILTER);
}

const fl_op fl_op_rotate = {
    .name = "rotate",
    .doc = "Turned around its centre by any angle. For quarter turns rotate90 gives the same and is faster.",
    FL_WARP_STAGE,
    .cost = 4,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .fill = fill,
};
