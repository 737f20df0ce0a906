#include "ops/planar.h"

#include "kernels/yuv.h"

#include <string.h>

enum { MATRIX, RANGE };

const fl_param fl_planar_params[FL_PLANAR_PARAMS] = {
    [MATRIX] = {.name = "matrix", .doc = "How i420 and nv12 mix their colours: bt601 (standard definition, JPEG) or bt709 (HD).",
                .type = FL_PARAM_CHOICE, .preset = FL_YUV_BT601, .choices = FL_YUV_STANDARD_CHOICES},
    [RANGE] = {.name = "range", .doc = "Which luma is black and white in i420 and nv12: 16 and 235 (limited) or 0 and 255 (full).",
               .type = FL_PARAM_CHOICE, .preset = FL_YUV_LIMITED, .choices = FL_YUV_RANGE_CHOICES},
};

static bool is_planar(fl_format format) { return fl_frame_format(format)->planes > 1; }
static fl_yuv_standard standard_of(const fl_node *node) { return (fl_yuv_standard)node->params[MATRIX].number; }
static fl_yuv_range range_of(const fl_node *node) { return (fl_yuv_range)node->params[RANGE].number; }

/* Where the chroma of image row y is. */
typedef struct chroma_rows {
  uint8_t *u, *v;
  uint32_t step;
} chroma_rows;

static chroma_rows find_chroma(const fl_image *image, uint32_t y) {
  uint8_t *u = fl_frame_image_row(image, 1, y / 2);
  if (image->format == FL_NV12) return (chroma_rows){u, u + 1, 2};
  return (chroma_rows){u, fl_frame_image_row(image, 2, y / 2), 1};
}

/* ---- packed ---- */

void fl_planar_resolve_packed(fl_node *node, fl_format out) {
  node->kind = is_planar(node->in[0].format) ? FL_KIND_RANDOM : FL_KIND_POINT;
  node->out.format = out;
}

static void unpack_planes(const fl_stage *stage, const fl_yuv_kernels *kernels) {
  const fl_node *node = stage->node;
  const fl_image *image = stage->in[0].image;
  size_t count = fl_span_length(stage->columns);
  chroma_rows chroma = find_chroma(image, stage->y);
  const fl_yuv_rows rows = {fl_frame_image_row(image, 0, stage->y), chroma.u, chroma.v, chroma.step};
  kernels->yuv_to_rgba(stage->dst, &rows, stage->columns.first, count, fl_kernels_yuv_matrix(standard_of(node), range_of(node)));
  if (node->out.format == FL_BGRA8) kernels->swap_red_blue(stage->dst, stage->dst, count);
}

void fl_planar_make_packed(fl_stage *stage) {
  const fl_yuv_kernels *kernels = fl_kernels_yuv(stage->node->simd);
  fl_format in = stage->node->in[0].format;
  size_t count = fl_span_length(stage->columns);
  if (is_planar(in)) unpack_planes(stage, kernels);
  else if (in == FL_GRAY8) kernels->gray_to_rgba(stage->dst, stage->in[0].rows[0], count);
  else if (in != stage->node->out.format) kernels->swap_red_blue(stage->dst, stage->in[0].rows[0], count);
  else memmove(stage->dst, stage->in[0].rows[0], count * 4);
}

/* ---- planes ---- */

/* A chroma row takes two rows of pixels; the last one of an odd number stands for two. */
void fl_planar_resolve_planes(fl_node *node, fl_format out) {
  node->kind = is_planar(node->in[0].format) ? FL_KIND_RANDOM : FL_KIND_RESAMPLE;
  node->border = FL_BORDER_REPLICATE;
  node->out.format = out;
}

fl_window fl_planar_rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)node, (void)input;
  int32_t top = (int32_t)(y - y % 2);
  return (fl_window){top, top + 1};
}

static void convert_rgba(const fl_stage *stage, const fl_yuv_kernels *kernels, chroma_rows chroma) {
  const fl_node *node = stage->node;
  const fl_yuv_weights weights =
      fl_kernels_yuv_weights(standard_of(node), range_of(node), node->in[0].format == FL_BGRA8);
  const uint8_t *const *rows = stage->in[0].rows;
  size_t count = fl_span_length(stage->columns);
  for (uint32_t r = 0; r < stage->count; r++)
    kernels->rgba_to_luma(stage->dst + r * stage->dst_stride, rows[r], count, &weights);
  kernels->rgba_to_chroma(chroma.u, chroma.v, chroma.step, rows[0], rows[1], count, &weights);
}

static void convert_gray(const fl_stage *stage, const fl_yuv_kernels *kernels, chroma_rows chroma) {
  size_t count = fl_span_length(stage->columns), samples = (count + 1) / 2;
  for (uint32_t r = 0; r < stage->count; r++) {
    uint8_t *dst = stage->dst + r * stage->dst_stride;
    if (range_of(stage->node) == FL_YUV_LIMITED) kernels->gray_to_luma(dst, stage->in[0].rows[r], count);
    else memcpy(dst, stage->in[0].rows[r], count);
  }
  memset(chroma.u, 128, samples * chroma.step);
  if (chroma.step == 1) memset(chroma.v, 128, samples);
}

static void regroup_planes(const fl_stage *stage, const fl_yuv_kernels *kernels, chroma_rows chroma) {
  const fl_image *image = stage->in[0].image;
  uint32_t first = stage->columns.first, count = fl_span_length(stage->columns), samples = (count + 1) / 2;
  for (uint32_t r = 0; r < stage->count; r++)
    memcpy(stage->dst + r * stage->dst_stride, fl_frame_image_row(image, 0, stage->y + r) + first, count);
  chroma_rows from = find_chroma(image, stage->y);
  from.u += first / 2 * from.step, from.v += first / 2 * from.step;
  if (from.step != chroma.step) {
    if (chroma.step == 2) kernels->pair(chroma.u, from.u, from.v, samples);
    else kernels->part(chroma.u, chroma.v, from.u, samples);
    return;
  }
  memcpy(chroma.u, from.u, samples * from.step);
  if (from.step == 1) memcpy(chroma.v, from.v, samples);
}

void fl_planar_make_planes(fl_stage *stage) {
  const fl_yuv_kernels *kernels = fl_kernels_yuv(stage->node->simd);
  fl_format in = stage->node->in[0].format;
  chroma_rows chroma = find_chroma(stage->out, stage->y);
  chroma.u += stage->columns.first / 2 * chroma.step, chroma.v += stage->columns.first / 2 * chroma.step;
  if (is_planar(in)) regroup_planes(stage, kernels, chroma);
  else if (in == FL_GRAY8) convert_gray(stage, kernels, chroma);
  else convert_rgba(stage, kernels, chroma);
}
