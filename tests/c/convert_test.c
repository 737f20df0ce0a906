#include "apply.h"
#include "kernels/yuv.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_to_rgba;

/* ---- twins ---- */

static void compare_yuv(uint32_t first, uint32_t count, uint32_t pattern, uint32_t step, const fl_yuv_matrix *matrix) {
  uint32_t chroma = (first + count + 1) / 2;
  fl_test_row y = fl_test_row_make(first + count, count % 3, pattern, count);
  fl_test_row u = fl_test_row_make(chroma * step, count % 5, 3 - pattern, count + 1);
  fl_test_row v = fl_test_row_make(chroma, 1, pattern, count + 2);
  fl_test_row expected = fl_test_row_make(count * 4, 1, 0, 0), got = fl_test_row_make(count * 4, 3, 1, 0);
  fl_yuv_rows rows = {y.bytes, u.bytes, step == 2 ? u.bytes + 1 : v.bytes, step};
  fl_kernels_yuv(false)->yuv_to_rgba(expected.bytes, &rows, first, count, matrix);
  fl_kernels_yuv(true)->yuv_to_rgba(got.bytes, &rows, first, count, matrix);
  CHECK(memcmp(expected.bytes, got.bytes, count * 4) == 0);
  fl_test_row_free(&y), fl_test_row_free(&u), fl_test_row_free(&v), fl_test_row_free(&expected), fl_test_row_free(&got);
}

static void yuv_twins_agree(void) {
  for (uint32_t kind = 0; kind < 4; kind++) {
    const fl_yuv_matrix *matrix = fl_kernels_yuv_matrix((fl_yuv_standard)(kind / 2), (fl_yuv_range)(kind % 2));
    for (uint32_t first = 0; first < 4; first++)
      for (uint32_t count = 1; count <= 67; count++)
        for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++)
          for (uint32_t step = 1; step <= 2; step++) compare_yuv(first, count, pattern, step, matrix);
  }
}

static void packed_twins_agree(void) {
  for (uint32_t count = 1; count <= 67; count++) {
    fl_test_row src = fl_test_row_make(count * 4, count % 5, 3, count);
    fl_test_row expected = fl_test_row_make(count * 4, 1, 0, 0), got = fl_test_row_make(count * 4, count % 3, 1, 0);
    fl_kernels_yuv(false)->swap_red_blue(expected.bytes, src.bytes, count);
    fl_kernels_yuv(true)->swap_red_blue(got.bytes, src.bytes, count);
    CHECK(memcmp(expected.bytes, got.bytes, count * 4) == 0);
    fl_test_row gray = fl_test_row_make(count, count % 3, 3, count);
    fl_kernels_yuv(true)->swap_red_blue(src.bytes, src.bytes, count);
    CHECK(memcmp(expected.bytes, src.bytes, count * 4) == 0);
    fl_kernels_yuv(false)->gray_to_rgba(expected.bytes, gray.bytes, count);
    fl_kernels_yuv(true)->gray_to_rgba(got.bytes, gray.bytes, count);
    CHECK(memcmp(expected.bytes, got.bytes, count * 4) == 0);
    fl_test_row_free(&src), fl_test_row_free(&expected), fl_test_row_free(&got), fl_test_row_free(&gray);
  }
}

/* ---- the operation against the standards' formulas ---- */

static uint8_t to_byte(double v) { return (uint8_t)fmin(255, fmax(0, floor(v + 0.5))); }

/* One pixel by ITU-R BT.601-7 or BT.709-6: luma is Kr·R + (1 − Kr − Kb)·G + Kb·B, the chroma are B − luma and R − luma, scaled. */
static void convert(double y, double u, double v, bool hd, bool full, uint8_t rgb[3]) {
  double kr = hd ? 0.2126 : 0.299, kb = hd ? 0.0722 : 0.114, kg = 1 - kr - kb;
  if (!hd && !full) y = fmax(y, 16);
  double luma = full ? y : (y - 16) * 255 / 219, scale = full ? 1 : 255.0 / 224;
  double red = luma + (v - 128) * scale * 2 * (1 - kr), blue = luma + (u - 128) * scale * 2 * (1 - kb);
  rgb[0] = to_byte(red), rgb[1] = to_byte((luma - kr * red - kb * blue) / kg), rgb[2] = to_byte(blue);
}

static bool matches_formula(const fl_image *out, const fl_image *in, bool hd, bool full) {
  for (uint32_t y = 0; y < in->height; y++)
    for (uint32_t x = 0; x < in->width; x++) {
      const uint8_t *chroma = fl_frame_image_row(in, 1, y / 2), *got = fl_frame_image_row(out, 0, y) + x * 4;
      uint8_t u = in->format == FL_NV12 ? chroma[x / 2 * 2] : chroma[x / 2], expected[3];
      uint8_t v = in->format == FL_NV12 ? chroma[x / 2 * 2 + 1] : fl_frame_image_row(in, 2, y / 2)[x / 2];
      convert(fl_frame_image_row(in, 0, y)[x], u, v, hd, full, expected);
      for (int c = 0; c < 3; c++)
        if (abs(expected[c] - got[c]) > 1) return false;
      if (got[3] != 255) return false;
    }
  return true;
}

static fl_image make_planar(uint32_t width, uint32_t height, fl_format format, uint32_t pattern) {
  fl_image image = fl_test_image(width, height, format, 3);
  for (uint32_t p = 0; p < fl_frame_format(format)->planes; p++) {
    const fl_plane *plane = &image.plane[p];
    fl_test_pattern(plane->data, (size_t)plane->stride * plane->height, (pattern + p) % FL_TEST_PATTERNS, p + 1);
  }
  return image;
}

static void check_planar(uint32_t width, uint32_t height, fl_format format, uint32_t pattern) {
  fl_image in = make_planar(width, height, format, pattern);
  for (int kind = 0; kind < 4; kind++) {
    fl_value params[] = {{.number = kind / 2}, {.number = kind % 2}};
    for (int simd = 0; simd < 2; simd++) {
      fl_image out = fl_test_apply(&fl_op_to_rgba, params, &in, simd, 0, 0);
      CHECK(out.format == FL_RGBA8 && out.width == width && out.height == height);
      CHECK(matches_formula(&out, &in, kind / 2, kind % 2));
      CHECK(oracle_same_in_tiles(&fl_op_to_rgba, params, &in, simd));
      fl_test_image_free(&out);
    }
  }
  fl_test_image_free(&in);
}

static void planar_images_follow_the_formula(void) {
  static const uint32_t sizes[][2] = {{1, 1}, {1, 5}, {5, 1}, {2, 2}, {33, 7}, {64, 4}, {67, 9}};
  for (uint32_t s = 0; s < FL_COUNT(sizes); s++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      check_planar(sizes[s][0], sizes[s][1], FL_I420, pattern);
      check_planar(sizes[s][0], sizes[s][1], FL_NV12, pattern);
    }
}

/* All 2²⁴ colours would take long; every luma with chroma in steps, the extremes among them. */
static void every_luma_is_within_one_level(void) {
  static const uint8_t chroma[] = {0, 1, 15, 16, 17, 63, 100, 127, 128, 129, 180, 200, 239, 240, 241, 254, 255};
  for (int kind = 0; kind < 4; kind++) {
    const fl_yuv_matrix *matrix = fl_kernels_yuv_matrix((fl_yuv_standard)(kind / 2), (fl_yuv_range)(kind % 2));
    int worst = 0;
    for (uint32_t y = 0; y < 256; y++)
      for (uint32_t i = 0; i < FL_COUNT(chroma) * FL_COUNT(chroma); i++) {
        uint8_t luma = (uint8_t)y, u = chroma[i % FL_COUNT(chroma)], v = chroma[i / FL_COUNT(chroma)], expected[3], got[4];
        fl_yuv_rows rows = {&luma, &u, &v, 1};
        fl_kernels_yuv(false)->yuv_to_rgba(got, &rows, 0, 1, matrix);
        convert(y, u, v, kind / 2, kind % 2, expected);
        for (int c = 0; c < 3; c++) worst = fl_max_i32(worst, abs(expected[c] - got[c]));
      }
    CHECK(worst <= 1);
  }
}

static void packed_images_keep_their_values(void) {
  static const fl_format formats[] = {FL_GRAY8, FL_RGBA8, FL_BGRA8};
  static const fl_value params[2] = {0};
  for (uint32_t f = 0; f < FL_COUNT(formats); f++) {
    fl_image in = oracle_noise(37, 5, formats[f], f);
    for (int simd = 0; simd < 2; simd++) {
      fl_image out = fl_test_apply(&fl_op_to_rgba, params, &in, simd, 0, 0);
      bool same = out.format == FL_RGBA8;
      for (uint32_t i = 0; i < 37 * 5; i++) {
        const uint8_t *got = fl_frame_image_row(&out, 0, i / 37) + i % 37 * 4;
        const uint8_t *from = fl_frame_image_row(&in, 0, i / 37) + i % 37 * fl_bytes_per_pixel(formats[f]);
        if (formats[f] == FL_GRAY8) same = same && got[0] == *from && got[1] == *from && got[2] == *from && got[3] == 255;
        else if (formats[f] == FL_RGBA8) same = same && memcmp(got, from, 4) == 0;
        else same = same && got[0] == from[2] && got[1] == from[1] && got[2] == from[0] && got[3] == from[3];
      }
      CHECK(same);
      CHECK(oracle_same_in_tiles(&fl_op_to_rgba, params, &in, simd));
      fl_test_image_free(&out);
    }
    fl_test_image_free(&in);
  }
}

void test_convert(void) {
  TEST(yuv_twins_agree, "planar to rgba8: the SIMD twin equals the reference, from even and odd columns");
  TEST(packed_twins_agree, "gray8 and bgra8 to rgba8: the SIMD twins equal the references");
  TEST(planar_images_follow_the_formula, "toRgba follows the standards' formulas within one level, odd sizes and any tiles too");
  TEST(every_luma_is_within_one_level, "every luma with extreme chroma is within one level of the formula");
  TEST(packed_images_keep_their_values, "toRgba only moves the values of gray8, rgba8 and bgra8");
}
