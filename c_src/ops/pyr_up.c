#include "kernels/margin.h"
#include "kernels/pyramid.h"
#include "ops/op.h"

#include <string.h>

static fl_status resolve(fl_node *node, fl_report *report) {
  const fl_shape *in = &node->in[0];
  const uint32_t most = FL_DIMENSION_MAX / 2;
  if (in->width > most) return fl_report_range(report, "pyrUp", "the width", 1, most, in->width);
  if (in->height > most) return fl_report_range(report, "pyrUp", "the height", 1, most, in->height);
  node->out = (fl_shape){2 * in->width, 2 * in->height, in->format};
  return FL_OK;
}

/* Beyond the last row or column it stands in for itself; before the first one, the second one does. */
static fl_window rows(const fl_node *node, uint32_t input, uint32_t y) {
  (void)input;
  int32_t here = (int32_t)(y / 2), bottom = (int32_t)node->in[0].height - 1;
  return (fl_window){fl_max_i32(here - 1, 0), fl_min_i32(here + 1, bottom)};
}

static fl_span sources(fl_span out) { return (fl_span){out.first / 2, (out.end + 1) / 2}; }

static fl_span columns(const fl_node *node, uint32_t input, fl_span out) {
  (void)input;
  fl_span from = sources(out);
  return (fl_span){fl_max_u32(from.first, 1) - 1, fl_min_u32(from.end + 1, node->in[0].width)};
}

static size_t state_bytes(const fl_node *node, fl_span out) {
  return (size_t)(fl_span_length(sources(out)) + 2) * fl_bytes_per_pixel(node->out.format) * sizeof(uint16_t);
}

static void fill_margins(uint16_t *scratch, fl_span from, fl_span known, uint32_t width, size_t pixel) {
  int32_t first = (int32_t)from.first - 1, end = (int32_t)from.end + 1;
  fl_margin left = {known, width, FL_BORDER_REFLECT101}, right = {known, width, FL_BORDER_REPLICATE};
  fl_margin_fill(scratch, first, (int32_t)known.end, pixel, &left, NULL);
  fl_margin_fill((uint8_t *)scratch + (size_t)((int32_t)known.first - first) * pixel, (int32_t)known.first, end, pixel, &right, NULL);
}

/* Source pixels make two pixels each; where a tile begins or ends between the two, one of them is made aside. */
static void grow_along(const fl_stage *stage, const fl_pyramid_kernels *kernels, const uint16_t *src, uint32_t channels) {
  fl_span out = stage->columns;
  uint8_t *dst = stage->dst, pair[8];
  if (out.first % 2) {
    kernels->grow_along(pair, src, 1, channels);
    memcpy(dst, pair + channels, channels);
    dst += channels, src += channels, out.first++;
  }
  size_t whole = (out.end - out.first) / 2;
  kernels->grow_along(dst, src, whole, channels);
  if (out.end > out.first && out.end % 2) {
    kernels->grow_along(pair, src + whole * channels, 1, channels);
    memcpy(dst + 2 * whole * channels, pair, channels);
  }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  const fl_pyramid_kernels *kernels = fl_kernels_pyramid(node->simd);
  uint32_t channels = fl_bytes_per_pixel(node->out.format);
  fl_span from = sources(stage->columns), known = stage->in[0].columns;
  fl_window window = rows(node, 0, stage->y);
  const uint8_t *const *row = stage->in[0].rows + ((int32_t)(stage->y / 2) - window.first);
  const uint8_t *below = window.last > (int32_t)(stage->y / 2) ? row[1] : row[0];
  const uint8_t *above = stage->y % 2 ? NULL : stage->y > 0 ? row[-1] : below;
  uint16_t *scratch = stage->state;
  size_t pixel = channels * sizeof *scratch;
  kernels->grow_down(scratch + (known.first + 1 - from.first) * channels, above, row[0], below, fl_span_length(known) * channels);
  fill_margins(scratch, from, known, node->in[0].width, pixel);
  grow_along(stage, kernels, scratch + channels, channels);
}

const fl_op fl_op_pyr_up = {
    .name = "pyrUp",
    .family = "geometry",
    .doc = "The level below in a Gaussian pyramid: twice as large and smoothed with the weights 1 4 6 4 1, as OpenCV's pyrUp.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.8f,
    .resolve = resolve,
    .rows = rows,
    .columns = columns,
    .state_bytes = state_bytes,
    .row = row,
};
