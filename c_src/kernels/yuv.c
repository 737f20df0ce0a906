#include "kernels/yuv.h"

#include "base/size.h"

/* From a standard's weights of red and blue in luma, and the steps from black to white of luma and of chroma. */
#define LUMA(steps) (int16_t)(255.0 / (steps)*16384 + 0.5)
#define CHROMA(factor, steps) (int16_t)((factor)*255.0 / (steps)*8192 + 0.5)
#define MATRIX(kr, kb, luma_steps, chroma_steps, offset_, floor_)                                      \
  {                                                                                                    \
    .luma = LUMA(luma_steps), .red_v = CHROMA(2 * (1 - (kr)), chroma_steps),                           \
    .green_u = -CHROMA(2 * (1 - (kb)) * (kb) / (1 - (kr) - (kb)), chroma_steps),                       \
    .green_v = -CHROMA(2 * (1 - (kr)) * (kr) / (1 - (kr) - (kb)), chroma_steps),                       \
    .blue_u = CHROMA(2 * (1 - (kb)), chroma_steps), .offset = offset_, .floor = floor_,                \
  }

const fl_yuv_matrix *fl_kernels_yuv_matrix(fl_yuv_standard standard, fl_yuv_range range) {
  static const fl_yuv_matrix matrices[2][2] = {
      [FL_YUV_BT601] = {[FL_YUV_LIMITED] = MATRIX(0.299, 0.114, 219, 224, 16, 16),
                        [FL_YUV_FULL] = MATRIX(0.299, 0.114, 255, 255, 0, 0)},
      [FL_YUV_BT709] = {[FL_YUV_LIMITED] = MATRIX(0.2126, 0.0722, 219, 224, 16, 0),
                        [FL_YUV_FULL] = MATRIX(0.2126, 0.0722, 255, 255, 0, 0)},
  };
  return &matrices[standard][range];
}

/* Of a pixel's first, second and third byte. The middle one's weight makes the sum of chroma's exactly 0. */
#define WEIGHT(v) (int16_t)((v)*32768 + ((v) < 0 ? -0.5 : 0.5))
#define CHROMA_WEIGHTS(first, third) {WEIGHT(first), (int16_t)(-WEIGHT(first) - WEIGHT(third)), WEIGHT(third), 0}
#define WEIGHTS(kr, kb, luma_steps, chroma_steps, offset_)                                                              \
  {                                                                                                                     \
    .luma = {WEIGHT((kr) * (luma_steps) / 255.0), WEIGHT((1 - (kr) - (kb)) * (luma_steps) / 255.0),                     \
             WEIGHT((kb) * (luma_steps) / 255.0), 0},                                                                   \
    .u = CHROMA_WEIGHTS(-(kr) / 2 / (1 - (kb)) * (chroma_steps) / 255.0, (chroma_steps) / 510.0),                       \
    .v = CHROMA_WEIGHTS((chroma_steps) / 510.0, -(kb) / 2 / (1 - (kr)) * (chroma_steps) / 255.0), .offset = offset_,    \
  }

static void swap_ends(int16_t weights[4]) {
  int16_t first = weights[0];
  weights[0] = weights[2], weights[2] = first;
}

fl_yuv_weights fl_kernels_yuv_weights(fl_yuv_standard standard, fl_yuv_range range, bool blue_first) {
  static const fl_yuv_weights all[2][2] = {
      [FL_YUV_BT601] = {[FL_YUV_LIMITED] = WEIGHTS(0.299, 0.114, 219, 224, 16), [FL_YUV_FULL] = WEIGHTS(0.299, 0.114, 255, 255, 0)},
      [FL_YUV_BT709] = {[FL_YUV_LIMITED] = WEIGHTS(0.2126, 0.0722, 219, 224, 16), [FL_YUV_FULL] = WEIGHTS(0.2126, 0.0722, 255, 255, 0)},
  };
  fl_yuv_weights weights = all[standard][range];
  if (blue_first) swap_ends(weights.luma), swap_ends(weights.u), swap_ends(weights.v);
  return weights;
}

/* 1/64 of a level, from 1/2¹⁴ and 1/2¹³. */
static int32_t luma_part(const fl_yuv_matrix *matrix, int32_t y) {
  if (y < matrix->floor) y = matrix->floor;
  return ((y - matrix->offset) * matrix->luma + 128) >> 8;
}

static int32_t chroma_part(int32_t sum) { return (sum + 64) >> 7; }

static void yuv_to_rgba(uint8_t *dst, const fl_yuv_rows *rows, size_t first, size_t count, const fl_yuv_matrix *matrix) {
  for (size_t x = first; x < first + count; x++, dst += 4) {
    int32_t luma = luma_part(matrix, rows->y[x]);
    int32_t u = rows->u[x / 2 * rows->step] - 128, v = rows->v[x / 2 * rows->step] - 128;
    dst[0] = fl_clamp_u8((luma + chroma_part(matrix->red_v * v) + 32) >> 6);
    dst[1] = fl_clamp_u8((luma + chroma_part(matrix->green_u * u + matrix->green_v * v) + 32) >> 6);
    dst[2] = fl_clamp_u8((luma + chroma_part(matrix->blue_u * u) + 32) >> 6);
    dst[3] = 255;
  }
}

static void gray_to_rgba(uint8_t *dst, const uint8_t *src, size_t count) {
  for (size_t i = 0; i < count; i++, dst += 4) {
    dst[0] = dst[1] = dst[2] = src[i];
    dst[3] = 255;
  }
}

static void swap_red_blue(uint8_t *dst, const uint8_t *src, size_t count) {
  for (size_t i = 0; i < count * 4; i += 4) {
    uint8_t first = src[i];
    dst[i] = src[i + 2];
    dst[i + 1] = src[i + 1];
    dst[i + 2] = first;
    dst[i + 3] = src[i + 3];
  }
}

static int32_t weighted_sum(const int16_t weights[4], const int32_t pixel[3]) {
  return weights[0] * pixel[0] + weights[1] * pixel[1] + weights[2] * pixel[2];
}

static void rgba_to_luma(uint8_t *dst, const uint8_t *src, size_t count, const fl_yuv_weights *weights) {
  for (size_t i = 0; i < count; i++, src += 4) {
    int32_t sum = weighted_sum(weights->luma, (const int32_t[]){src[0], src[1], src[2]});
    dst[i] = fl_clamp_u8((sum + (weights->offset << 15) + 16384) >> 15);
  }
}

static void rgba_to_chroma(uint8_t *u, uint8_t *v, uint32_t step, const uint8_t *top, const uint8_t *bottom, size_t count,
                           const fl_yuv_weights *weights) {
  for (size_t x = 0; x < count; x += 2, u += step, v += step) {
    size_t left = x * 4, right = x + 1 < count ? left + 4 : left;
    int32_t four[3];
    for (size_t c = 0; c < 3; c++) four[c] = top[left + c] + top[right + c] + bottom[left + c] + bottom[right + c];
    *u = fl_clamp_u8((weighted_sum(weights->u, four) + (128 << 17) + 65536) >> 17);
    *v = fl_clamp_u8((weighted_sum(weights->v, four) + (128 << 17) + 65536) >> 17);
  }
}

static void gray_to_luma(uint8_t *dst, const uint8_t *src, size_t count) {
  for (size_t i = 0; i < count; i++) dst[i] = (uint8_t)(16 + ((src[i] * FL_YUV_GRAY_WEIGHT + 16384) >> 15));
}

static void pair(uint8_t *pairs, const uint8_t *u, const uint8_t *v, size_t count) {
  for (size_t i = 0; i < count; i++) pairs[2 * i] = u[i], pairs[2 * i + 1] = v[i];
}

static void part(uint8_t *u, uint8_t *v, const uint8_t *pairs, size_t count) {
  for (size_t i = 0; i < count; i++) u[i] = pairs[2 * i], v[i] = pairs[2 * i + 1];
}

const fl_yuv_kernels fl_yuv_reference = {
    .yuv_to_rgba = yuv_to_rgba, .gray_to_rgba = gray_to_rgba, .swap_red_blue = swap_red_blue,
    .rgba_to_luma = rgba_to_luma, .rgba_to_chroma = rgba_to_chroma, .gray_to_luma = gray_to_luma,
    .pair = pair, .part = part,
};
