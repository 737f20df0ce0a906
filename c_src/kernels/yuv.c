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

const fl_yuv_kernels fl_yuv_reference = {
    .yuv_to_rgba = yuv_to_rgba, .gray_to_rgba = gray_to_rgba, .swap_red_blue = swap_red_blue};
