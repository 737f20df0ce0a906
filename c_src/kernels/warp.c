#include "kernels/warp.h"

#include <string.h>

/* Added to a number below 4096 this leaves its fixed-point value in the lowest bits of the sum. */
#define MAGIC 12288.0f
#define MAGIC_BITS 0x46400000

static int32_t fix(float v, int32_t origin) {
  float sum = v + MAGIC;
  int32_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return bits - MAGIC_BITS + origin * FL_WARP_ONE;
}

static void trace(int32_t *x, int32_t *y, const fl_warp_line *line, uint32_t first, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    float u = (float)(first + i), scale = 1.0f / (1.0f + u * line->dw);
    x[i] = fix((line->x + u * line->dx) * scale, line->origin_x);
    y[i] = fix((line->y + u * line->dy) * scale, line->origin_y);
  }
}

/* The four pixels that a position is between, and their weights, which sum up to 1 << 14 whatever is rounded. */
typedef struct square {
  const uint8_t *pixel[4];
  int32_t weight[4];
} square;

#define WEIGHT_BITS 14

static void weigh(square *s, int32_t x, int32_t y) {
  int32_t right = x & (FL_WARP_ONE - 1), down = y & (FL_WARP_ONE - 1);
  s->weight[3] = (right * down + 32) >> 6;
  s->weight[2] = 16 * down - s->weight[3];
  s->weight[1] = 16 * right - s->weight[3];
  s->weight[0] = (1 << WEIGHT_BITS) - 16 * right - s->weight[2];
}

static void mix(uint8_t *dst, const square *s, uint32_t channels) {
  for (uint32_t c = 0; c < channels; c++) {
    int32_t sum = 1 << (WEIGHT_BITS - 1);
    for (int k = 0; k < 4; k++) sum += s->weight[k] * s->pixel[k][c];
    dst[c] = (uint8_t)(sum >> WEIGHT_BITS);
  }
}

static void copy_pixel(uint8_t *dst, const uint8_t *src, uint32_t channels) {
  if (channels == 4) memcpy(dst, src, 4);
  else *dst = *src;
}

static const uint8_t *pixel_at(const fl_warp_source *source, int32_t x, int32_t y) {
  return source->pixels + (size_t)y * source->stride + (size_t)x * source->channels;
}

static void bilinear(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  for (uint32_t i = 0; i < n; i++, dst += source->channels) {
    const uint8_t *above = pixel_at(source, x[i] >> FL_WARP_BITS, y[i] >> FL_WARP_BITS), *below = above + source->stride;
    square s = {.pixel = {above, above + source->channels, below, below + source->channels}};
    weigh(&s, x[i], y[i]);
    mix(dst, &s, source->channels);
  }
}

static int32_t nearest_index(int32_t position) { return (position + FL_WARP_ONE / 2) >> FL_WARP_BITS; }

static void nearest(uint8_t *dst, const fl_warp_source *source, const int32_t *x, const int32_t *y, uint32_t n) {
  for (uint32_t i = 0; i < n; i++, dst += source->channels)
    copy_pixel(dst, pixel_at(source, nearest_index(x[i]), nearest_index(y[i])), source->channels);
}

const fl_warp_kernels fl_warp_reference = {.trace = trace, .bilinear = bilinear, .nearest = nearest};

/* ---- edges ---- */

static const uint8_t *pixel_or_edge(const fl_warp_source *source, const fl_warp_edge *edge, int32_t x, int32_t y) {
  x = fl_border_index(x, (int32_t)source->width, edge->border);
  y = fl_border_index(y, (int32_t)source->height, edge->border);
  return x < 0 || y < 0 ? edge->color : pixel_at(source, x, y);
}

static bool is_nowhere(const fl_warp_source *source, int32_t x, int32_t y) {
  return x < -1 || y < -1 || x >= (int32_t)source->width || y >= (int32_t)source->height;
}

void fl_warp_beyond(uint8_t *dst, const fl_warp_source *source, const fl_warp_edge *edge, bool nearest, const int32_t *x, const int32_t *y,
                    uint32_t n) {
  for (uint32_t i = 0; i < n; i++, dst += source->channels) {
    int32_t left = x[i] >> FL_WARP_BITS, top = y[i] >> FL_WARP_BITS;
    if (edge->border == FL_BORDER_CONSTANT && is_nowhere(source, left, top)) {
      copy_pixel(dst, edge->color, source->channels);
    } else if (nearest) {
      copy_pixel(dst, pixel_or_edge(source, edge, nearest_index(x[i]), nearest_index(y[i])), source->channels);
    } else {
      square s = {.pixel = {pixel_or_edge(source, edge, left, top), pixel_or_edge(source, edge, left + 1, top),
                            pixel_or_edge(source, edge, left, top + 1), pixel_or_edge(source, edge, left + 1, top + 1)}};
      weigh(&s, x[i], y[i]);
      mix(dst, &s, source->channels);
    }
  }
}
