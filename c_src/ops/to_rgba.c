#include "kernels/yuv.h"
#include "ops/op.h"

#include <string.h>

enum { MATRIX, RANGE };

static const fl_param params[] = {
    [MATRIX] = {.name = "matrix", .doc = "How i420 and nv12 mix their colours: bt601 (standard definition, JPEG) or bt709 (HD).",
                .type = FL_PARAM_CHOICE, .preset = FL_YUV_BT601, .choices = FL_YUV_STANDARD_CHOICES},
    [RANGE] = {.name = "range", .doc = "Which luma is black and white in i420 and nv12: 16 and 235 (limited) or 0 and 255 (full).",
               .type = FL_PARAM_CHOICE, .preset = FL_YUV_LIMITED, .choices = FL_YUV_RANGE_CHOICES},
};

static bool is_planar(fl_format format) { return fl_frame_format(format)->planes > 1; }

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  const fl_shape *in = &node->in[0];
  node->kind = is_planar(in->format) ? FL_KIND_RANDOM : FL_KIND_POINT;
  node->out = (fl_shape){in->width, in->height, FL_RGBA8};
  return FL_OK;
}

static void convert_planar(const fl_stage *stage, const fl_yuv_kernels *kernels) {
  const fl_node *node = stage->node;
  const fl_image *image = stage->in[0].image;
  const fl_yuv_matrix *matrix =
      fl_kernels_yuv_matrix((fl_yuv_standard)node->params[MATRIX].number, (fl_yuv_range)node->params[RANGE].number);
  fl_yuv_rows rows = {.y = fl_frame_image_row(image, 0, stage->y), .u = fl_frame_image_row(image, 1, stage->y / 2), .step = 1};
  if (image->format == FL_NV12) rows.v = rows.u + 1, rows.step = 2;
  else rows.v = fl_frame_image_row(image, 2, stage->y / 2);
  kernels->yuv_to_rgba(stage->dst, &rows, stage->columns.first, fl_span_length(stage->columns), matrix);
}

static void row(fl_stage *stage) {
  const fl_yuv_kernels *kernels = fl_kernels_yuv(stage->node->simd);
  fl_format format = stage->node->in[0].format;
  size_t count = fl_span_length(stage->columns);
  if (is_planar(format)) convert_planar(stage, kernels);
  else if (format == FL_GRAY8) kernels->gray_to_rgba(stage->dst, stage->in[0].rows[0], count);
  else if (format == FL_BGRA8) kernels->swap_red_blue(stage->dst, stage->in[0].rows[0], count);
  else memmove(stage->dst, stage->in[0].rows[0], count * 4);
}

const fl_op fl_op_to_rgba = {
    .name = "toRgba",
    .family = "convert",
    .doc = "Any format as rgba8. Each chroma sample serves its four pixels as it is; an image without alpha becomes opaque.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_TONE | FL_FORMAT_BIT(FL_I420) | FL_FORMAT_BIT(FL_NV12),
    .cost = 0.6f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .row = row,
};
