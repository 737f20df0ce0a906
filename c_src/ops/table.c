#include "ops/op.h"

#include <string.h>

#define FL_OPS_REGISTERED_MAX 256

/* Every built-in operation, in the order of the reference page. */
#define OPS(X) \
  X(invert) \
  X(linear) \
  X(brightness) \
  X(contrast) \
  X(gamma) \
  X(levels) \
  X(lut) \
  X(posterize) \
  X(solarize) \
  X(threshold) \
  X(equalize) \
  X(clahe) \
  X(adaptive_threshold) \
  X(adaptive_compare) \
  X(grayscale) \
  X(color_matrix) \
  X(sepia) \
  X(saturate) \
  X(hue_rotate) \
  X(swizzle) \
  X(extract_channel) \
  X(premultiply) \
  X(unpremultiply) \
  X(srgb_to_linear) \
  X(linear_to_srgb) \
  X(rgb_to_hsv) \
  X(hsv_to_rgb) \
  X(chroma_key) \
  X(gradient_map) \
  X(to_rgba) \
  X(to_bgra) \
  X(to_i420) \
  X(to_nv12) \
  X(box_blur) \
  X(gaussian_blur) \
  X(motion_blur) \
  X(pixelate) \
  X(median) \
  X(bilateral) \
  X(unsharp_mask) \
  X(sharpen_combine) \
  X(sharpen) \
  X(sobel) \
  X(scharr) \
  X(prewitt) \
  X(derivative) \
  X(laplacian) \
  X(emboss) \
  X(canny) \
  X(canny_marks) \
  X(hysteresis) \
  X(convolve) \
  X(separable) \
  X(erode) \
  X(dilate) \
  X(open) \
  X(close) \
  X(morph_gradient) \
  X(top_hat) \
  X(black_hat) \
  X(morphology_difference) \
  X(crop) \
  X(pad) \
  X(flip) \
  X(rotate90) \
  X(transpose) \
  X(resize) \
  X(affine) \
  X(rotate) \
  X(perspective) \
  X(pyr_down) \
  X(pyr_up) \
  X(blend) \
  X(add) \
  X(subtract) \
  X(abs_diff) \
  X(min) \
  X(max) \
  X(multiply) \
  X(mix) \
  X(mask) \
  X(vignette) \
  X(temperature) \
  X(dither)

#define DECLARE(name) extern const fl_op fl_op_##name;
OPS(DECLARE)

#define ADDRESS(name) &fl_op_##name,
static const fl_op *const built_in[] = {OPS(ADDRESS)};

static const fl_op *registered[FL_OPS_REGISTERED_MAX];
static uint32_t registered_count;

uint32_t fl_ops_count(void) { return FL_COUNT(built_in) + registered_count; }

const fl_op *fl_ops_at(uint32_t index) {
  if (index < FL_COUNT(built_in)) return built_in[index];
  index -= FL_COUNT(built_in);
  return index < registered_count ? registered[index] : NULL;
}

const fl_op *fl_ops_find(const char *name) {
  for (uint32_t i = 0; i < FL_COUNT(built_in); i++)
    if (strcmp(built_in[i]->name, name) == 0) return built_in[i];
  return NULL;
}

static bool is_whole(const fl_op *op) {
  if (!op->name || !op->family || !op->doc || op->inputs < 1 || op->inputs > FL_OP_INPUTS_MAX || op->param_count > FL_OP_PARAMS_MAX) return false;
  switch (op->kind) {
    case FL_KIND_TABLE: return op->fill != NULL;
    case FL_KIND_REDUCE: return op->partial_bytes && op->gather && op->conclude;
    case FL_KIND_EXPANSION: return op->expand != NULL;
    default: return op->row != NULL;
  }
}

fl_status fl_ops_register(const fl_op *op, uint32_t *index, fl_report *report) {
  if (!is_whole(op)) return fl_report_fail(report, FL_BAD_MODULE, op->name, "the fl_op lacks a function or field its kind needs");
  uint32_t at = 0;
  while (at < registered_count && registered[at]) at++;
  if (at == FL_OPS_REGISTERED_MAX) return fl_report_fail(report, FL_BAD_MODULE, op->name, "the operation table is full");
  registered[at] = op;
  registered_count = fl_max_u32(registered_count, at + 1);
  *index = FL_COUNT(built_in) + at;
  return FL_OK;
}

void fl_ops_unregister(const fl_op *op) {
  for (uint32_t at = 0; at < registered_count; at++)
    if (registered[at] == op) registered[at] = NULL;
}
