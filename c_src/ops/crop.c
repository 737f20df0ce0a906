#include "ops/op.h"

#include <string.h>

enum { X, Y, WIDTH, HEIGHT };

static const fl_param params[] = {
    [X] = {.name = "x", .doc = "Left edge of the rectangle, in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED, .min = 0,
           .max = FL_DIMENSION_MAX - 1},
    [Y] = {.name = "y", .doc = "Top edge of the rectangle, in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED, .min = 0,
           .max = FL_DIMENSION_MAX - 1},
    [WIDTH] = {.name = "width", .doc = "Width of the rectangle, in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
               .min = 1, .max = FL_DIMENSION_MAX},
    [HEIGHT] = {.name = "height", .doc = "Height of the rectangle, in pixels.", .type = FL_PARAM_INTEGER, .flags = FL_REQUIRED,
                .min = 1, .max = FL_DIMENSION_MAX},
};

/* «crop: x + width must be between 1 and 640, got 700», or FL_OK. */
static fl_status check_side(double first, double length, uint32_t side, const char *name, fl_report *report) {
  return first + length > side ? fl_report_range(report, "crop", name, 1, side, first + length) : FL_OK;
}

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_value *value = node->params;
  const fl_shape *in = &node->in[0];
  fl_status status = check_side(value[X].number, value[WIDTH].number, in->width, "x + width", report);
  if (status == FL_OK) status = check_side(value[Y].number, value[HEIGHT].number, in->height, "y + height", report);
  if (status != FL_OK) return status;
  node->out = (fl_shape){(uint32_t)value[WIDTH].number, (uint32_t)value[HEIGHT].number, in->format};
  return FL_OK;
}

static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)input;
  int32_t row = (int32_t)y + (int32_t)node->params[Y].number;
  return (fl_window){row, row};
}

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  uint32_t x = (uint32_t)node->params[X].number;
  return (fl_span){out.first + x, out.end + x};
}

static void row(fl_stage *stage) {
  memcpy(stage->dst, stage->in[0].rows[0],
         (size_t)fl_span_length(stage->columns) * fl_bytes_per_pixel(stage->node->out.format));
}

const fl_op fl_op_crop = {
    .name = "crop",
    .family = "geometry",
    .doc = "A rectangle of the image, which must lie within it.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.25f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .row = row,
};
