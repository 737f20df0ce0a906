#include "kernels/histogram.h"
#include "ops/op.h"

#include <string.h>

static size_t partial_bytes(const fl_node *node) { return fl_bytes_per_pixel(node->in[0].format) * 256 * sizeof(uint32_t); }

static void gather(const fl_node *node, const fl_image *image, fl_rect tile, void *partial) {
  uint32_t channels = fl_bytes_per_pixel(image->format);
  fl_histogram_of(node->simd, fl_frame_image_row(image, 0, tile.rows.first) + (size_t)tile.columns.first * channels,
                  image->plane[0].stride, fl_span_length(tile.columns), fl_span_length(tile.rows), channels, partial);
}

/* 255 · (values above the darkest, up to v) / (values above the darkest), in float and rounded to even as OpenCV has it;
 * a channel of one value stays. */
static void equalize(const uint32_t histogram[256], uint8_t entry[256]) {
  uint32_t darkest = 0, above = 0, sum = 0;
  while (darkest < 255 && histogram[darkest] == 0) darkest++;
  for (uint32_t v = darkest + 1; v < 256; v++) above += histogram[v];
  float scale = above ? 255.0f / (float)above : 0;
  for (uint32_t v = 0; v < 256; v++) {
    if (v > darkest) sum += histogram[v];
    entry[v] = above ? fl_clamp_u8((int32_t)lrintf((float)sum * scale)) : (uint8_t)v;
  }
}

static void conclude(const fl_node *node, const void *partials, uint32_t count, void *tables) {
  fl_lut *lut = tables;
  uint32_t channels = fl_bytes_per_pixel(node->in[0].format);
  for (uint32_t c = 0; c < 4; c++) {
    uint32_t histogram[256] = {0};
    for (uint32_t i = 0; i < count && c < channels; i++)
      for (uint32_t v = 0; v < 256; v++) histogram[v] += ((const uint32_t *)partials)[(i * channels + c) * 256 + v];
    if (c < 3) equalize(histogram, lut->entry[c]);
    else for (uint32_t v = 0; v < 256; v++) lut->entry[c][v] = (uint8_t)v;
  }
}

const fl_op fl_op_equalize = {
    .name = "equalize",
    .family = "tone",
    .doc = "Spreads each colour channel's values evenly over 0 to 255, by its own histogram; alpha stays.",
    .kind = FL_KIND_REDUCE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 3.0f,
    .partial_bytes = partial_bytes,
    .gather = gather,
    .conclude = conclude,
};
