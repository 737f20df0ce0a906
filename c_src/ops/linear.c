#include "kernels/tone.h"
#include "ops/op.h"

enum { SCALE, OFFSET };

static const fl_param params[] = {
    [SCALE] = {.name = "scale", .doc = "what each value is multiplied by", .type = FL_PARAM_NUMBER, .min = -255, .max = 255,
               .preset = 1},
    [OFFSET] = {.name = "offset", .doc = "what is added then, in levels", .type = FL_PARAM_NUMBER, .min = -65535, .max = 65535},
};

static size_t tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_tone_line);
}

/* The coarsest that is right: a sum is exact, 16 bits are at most 1/50 of a level off, 32 bits 255/2²¹ of a level for everyday values and
 * 255/2¹⁵ for extreme ones. */
static uint32_t shift_for(double scale, double offset) {
  if (scale == 1) return FL_TONE_SHIFT_NONE;
  if (fabs(scale) < 1.98 && fabs(128 * scale + offset + 0.5) < 255.4) return FL_TONE_SHIFT_NARROW;
  return fabs(scale) <= 4 && fabs(offset) < 1023 ? FL_TONE_SHIFT_FINE : FL_TONE_SHIFT_COARSE;
}

static void fill(const fl_node *node, void *tables) {
  fl_tone_line *line = tables;
  double scale = node->params[SCALE].number, offset = node->params[OFFSET].number;
  line->shift = shift_for(scale, offset);
  int bits = line->shift == FL_TONE_SHIFT_NARROW ? 15 : (int)line->shift;
  bool color = fl_bytes_per_pixel(node->out.format) == 4;
  for (uint32_t c = 0; c < 4; c++) {
    bool keep = color && c == 3;
    line->scale[c] = (int32_t)round(ldexp(keep ? 1 : scale, bits));
    line->offset[c] = (int32_t)floor(ldexp(keep ? 0.5 : offset + 0.5, (int)line->shift) + (line->shift > 0 ? 0.5 : 0));
  }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  size_t bytes = (size_t)fl_span_length(stage->columns) * fl_bytes_per_pixel(node->out.format);
  fl_kernels_tone(node->simd)->linear(stage->dst, stage->in[0].rows[0], bytes, node->tables);
}

const fl_op fl_op_linear = {
    .name = "linear",
    .family = "tone",
    .doc = "scale · v + offset in every colour channel, rounded and clamped; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
};
