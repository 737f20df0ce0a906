#include "ops/convolution.h"

#include "ops/convolution_weights.h"
#include "ops/stencil.h"

#include <string.h>

void fl_convolution_measure(fl_node *node, uint32_t width, uint32_t height, bool separable) {
  /* As far to both sides, also where the kernel has no middle: what stands in for columns outside is then always at hand. */
  node->halo = (fl_halo){.left = width / 2, .right = width / 2, .above = height / 2, .below = height / 2};
  node->cost = separable ? 1.5f + 0.25f * (float)(width + height) : 1.0f + 0.25f * (float)(width * height);
}

size_t fl_convolution_tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_convolution_tables);
}

/* Columns made of a patch: those whose surroundings reach beyond the edge, and so many more that a kernel has a vector to do. */
static uint32_t patch_columns(const fl_node *node) { return fl_max_u32(node->halo.left, 16 / fl_bytes_per_pixel(node->out.format)); }

/* A tile's state: the row between the two directions, with its margins, or the surroundings of pixels at an edge. */
static size_t patch_stride(const fl_node *node) {
  return (patch_columns(node) + 2 * (size_t)node->halo.left) * fl_bytes_per_pixel(node->out.format);
}

size_t fl_convolution_state_bytes(const fl_node *node, fl_span columns) {
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, columns);
  size_t between = (size_t)(scratch.end - scratch.first + 2) * fl_bytes_per_pixel(node->out.format) * sizeof(int16_t);
  size_t patch = patch_stride(node) * (2 * node->halo.above + 1);
  return between > patch ? between : patch;
}

/* ---- one direction after the other ---- */

static void run_lines(const fl_stage *stage, const fl_convolve_kernels *kernels, const uint8_t *keep) {
  const fl_node *node = stage->node;
  const fl_convolution_tables *t = node->tables;
  fl_stencil_scratch scratch = fl_stencil_scratch_for(node, stage->columns);
  size_t pixel = fl_bytes_per_pixel(node->out.format);
  const uint8_t *rows[FL_CONVOLVE_SIDE_MAX + 1], *constant[FL_CONVOLVE_SIDE_MAX + 1];
  for (uint32_t k = 0; k < t->down.count; k++) {
    rows[k] = stage->in[0].rows[fl_min_u32(k, 2 * node->halo.above)];
    constant[k] = node->border_color;
  }
  int16_t *between = stage->state, color[4];
  fl_span known = scratch.margin.known;
  kernels->down(between + (size_t)((int32_t)known.first - scratch.first) * pixel, rows, fl_span_length(known) * pixel, &t->down);
  kernels->down(color, constant, pixel, &t->down);
  fl_margin_fill(between, scratch.first, scratch.end, pixel * sizeof(int16_t), &scratch.margin, color);
  memset(between + (size_t)(scratch.end - scratch.first) * pixel, 0, 2 * pixel * sizeof(int16_t));
  size_t from = (size_t)((int32_t)stage->columns.first - (int32_t)node->halo.left - scratch.first);
  kernels->along(stage->dst, between + from * pixel, keep, fl_span_length(stage->columns) * pixel, pixel, &t->along, &t->taps.finish);
}

/* ---- all at once ---- */

static fl_convolve_kernel *kernel_of(const fl_convolve_kernels *kernels, fl_convolution_way way) {
  return way == FL_CONVOLUTION_SMALL ? kernels->small : way == FL_CONVOLUTION_FINE ? kernels->fine : kernels->loose;
}

/* For a few pixels per row: small rather than fast. */
__attribute__((minsize, noinline)) static void stand_in(uint8_t *to, const uint8_t *row, int32_t first, int32_t end, size_t pixel,
                                                        const fl_margin *margin, const uint8_t *constant) {
  for (int32_t x = first; x < end; x++, to += pixel) {
    int32_t index = fl_border_index(x, (int32_t)margin->width, margin->border);
    const uint8_t *from = index < 0 ? constant : row + ((uint32_t)index - margin->known.first) * pixel;
    if (pixel == 4) memcpy(to, from, 4); /* of known size: no call */
    else *to = *from;
  }
}

/* The columns [first, end) of a row, of which some lie outside the image. */
static void copy_pixels(uint8_t *to, const uint8_t *row, int32_t first, int32_t end, size_t pixel, const fl_margin *margin,
                        const uint8_t *constant) {
  fl_span inside = {(uint32_t)fl_max_i32(first, 0), fl_min_u32((uint32_t)end, margin->width)};
  memcpy(to + (size_t)((int32_t)inside.first - first) * pixel, row + (inside.first - margin->known.first) * pixel,
         fl_span_length(inside) * pixel);
  stand_in(to, row, first, (int32_t)inside.first, pixel, margin, constant);
  stand_in(to + (size_t)((int32_t)inside.end - first) * pixel, row, (int32_t)inside.end, end, pixel, margin, constant);
}

/* The output columns `out`, at most patch_columns(), from copies of their surroundings. */
static void run_patch(const fl_stage *stage, fl_convolve_kernel *kernel, fl_span out, const uint8_t *keep) {
  const fl_node *node = stage->node;
  const fl_convolution_tables *t = node->tables;
  const fl_margin margin = {stage->in[0].columns, node->in[0].width, node->border};
  size_t pixel = fl_bytes_per_pixel(node->out.format), stride = patch_stride(node), skip = (out.first - stage->columns.first) * pixel;
  int32_t reach = (int32_t)node->halo.left, first = (int32_t)out.first - reach, end = (int32_t)out.end + reach;
  const uint8_t *rows[FL_CONVOLVE_SIDE_MAX];
  for (uint32_t k = 0; k <= 2 * node->halo.above && k < FL_CONVOLVE_SIDE_MAX; k++) {
    uint8_t *patch = (uint8_t *)stage->state + k * stride;
    copy_pixels(patch, stage->in[0].rows[k], first, end, pixel, &margin, node->border_color);
    rows[k] = patch + (size_t)reach * pixel;
  }
  kernel(stage->dst + skip, rows, keep + skip, fl_span_length(out) * pixel, pixel, &t->taps);
}

static void run_taps(const fl_stage *stage, const fl_convolve_kernels *kernels, const uint8_t *keep) {
  const fl_node *node = stage->node;
  const fl_convolution_tables *t = node->tables;
  fl_convolve_kernel *kernel = kernel_of(kernels, t->way);
  size_t pixel = fl_bytes_per_pixel(node->out.format);
  uint32_t reach = node->halo.left, width = node->in[0].width;
  fl_span out = stage->columns;
  fl_span inner = {fl_max_u32(out.first, fl_min_u32(reach, out.end)), out.end};
  inner.end = fl_max_u32(inner.first, fl_min_u32(out.end, width > reach ? width - reach : 0));
  uint32_t edge = fl_min_u32(patch_columns(node), fl_span_length(out));
  if (out.first < inner.first) run_patch(stage, kernel, (fl_span){out.first, out.first + edge}, keep);
  if (inner.first < inner.end) {
    const uint8_t *rows[FL_CONVOLVE_SIDE_MAX];
    for (uint32_t k = 0; k <= 2 * node->halo.above && k < FL_CONVOLVE_SIDE_MAX; k++)
      rows[k] = stage->in[0].rows[k] + (inner.first - stage->in[0].columns.first) * pixel;
    size_t skip = (inner.first - out.first) * pixel;
    kernel(stage->dst + skip, rows, keep + skip, fl_span_length(inner) * pixel, pixel, &t->taps);
  }
  if (inner.end < out.end) run_patch(stage, kernel, (fl_span){out.end - edge, out.end}, keep);
}

void fl_convolution_row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_convolution_tables *t = node->tables;
  const fl_convolve_kernels *kernels = fl_kernels_convolve(node->simd);
  const uint8_t *keep = stage->in[0].rows[node->halo.above] +
                        (stage->columns.first - stage->in[0].columns.first) * (size_t)fl_bytes_per_pixel(node->out.format);
  if (t->way == FL_CONVOLUTION_LINES) run_lines(stage, kernels, keep);
  else run_taps(stage, kernels, keep);
}
