#include "ops/stencil.h"

void fl_stencil_border(fl_node *node, uint32_t at) {
  node->border = (fl_border)node->params[at].number;
  const fl_value *color = &node->params[at + 1];
  uint8_t item[4] = {0};
  for (uint32_t i = 0; i < color->count && i < 4; i++) item[i] = (uint8_t)(color->items[i] + 0.5);
  bool gray = color->count <= 2, opaque = color->count == 1 || color->count == 3;
  uint8_t red = item[0], green = gray ? item[0] : item[1], blue = gray ? item[0] : item[2];
  bool swapped = node->in[0].format == FL_BGRA8;
  node->border_color[0] = swapped ? blue : red;
  node->border_color[1] = green;
  node->border_color[2] = swapped ? red : blue;
  node->border_color[3] = opaque ? 255 : gray ? item[1] : item[3];
}

fl_span fl_stencil_columns(const fl_node *node, uint32_t input, fl_span out) {
  uint32_t width = node->in[input].width;
  bool clipped = out.first < node->halo.left || out.end + node->halo.right > width;
  if (clipped && node->border == FL_BORDER_WRAP) return (fl_span){0, width};
  return (fl_span){out.first - fl_min_u32(out.first, node->halo.left), fl_min_u32(out.end + node->halo.right, width)};
}

fl_stencil_scratch fl_stencil_scratch_for(const fl_node *node, fl_span out) {
  fl_span known = fl_stencil_columns(node, 0, out);
  return (fl_stencil_scratch){
      .first = fl_min_i32((int32_t)out.first - (int32_t)node->halo.left, (int32_t)known.first),
      .end = fl_max_i32((int32_t)(out.end + node->halo.right), (int32_t)known.end),
      .margin = {known, node->in[0].width, node->border},
  };
}

void fl_stencil_run3(const fl_stage *stage, fl_margin_kernel kernel) {
  const fl_node *node = stage->node;
  fl_margin margin = {stage->in[0].columns, node->in[0].width, node->border};
  fl_margin_run3(kernel, stage->dst, stage->columns, stage->in[0].rows, fl_bytes_per_pixel(node->in[0].format), &margin,
                 node->border_color);
}
