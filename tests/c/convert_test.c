#include "apply.h"
#include "kernels/yuv.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_to_rgba, fl_op_to_bgra, fl_op_to_i420, fl_op_to_nv12;

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

static void compare_planes(uint32_t count, uint32_t pattern, const fl_yuv_weights *weights) {
  uint32_t samples = (count + 1) / 2;
  fl_test_row top = fl_test_row_make(count * 4, count % 3, pattern, count), bottom = fl_test_row_make(count * 4, 1, 3 - pattern, count + 1);
  fl_test_row expected = fl_test_row_make(count, 1, 0, 0), got = fl_test_row_make(count, 2, 1, 0);
  fl_kernels_yuv(false)->rgba_to_luma(expected.bytes, top.bytes, count, weights);
  fl_kernels_yuv(true)->rgba_to_luma(got.bytes, top.bytes, count, weights);
  CHECK(memcmp(expected.bytes, got.bytes, count) == 0);
  for (uint32_t step = 1; step <= 2; step++) {
    fl_test_row u[2] = {fl_test_row_make(samples * step, 1, 0, 0), fl_test_row_make(samples * step, 0, 1, 0)};
    fl_test_row v[2] = {fl_test_row_make(samples, 2, 0, 0), fl_test_row_make(samples, 1, 1, 0)};
    for (int simd = 0; simd < 2; simd++) {
      uint8_t *second = step == 2 ? u[simd].bytes + 1 : v[simd].bytes;
      fl_kernels_yuv(simd)->rgba_to_chroma(u[simd].bytes, second, step, top.bytes, bottom.bytes, count, weights);
    }
    CHECK(memcmp(u[0].bytes, u[1].bytes, samples * step) == 0);
    CHECK(step == 2 || memcmp(v[0].bytes, v[1].bytes, samples) == 0);
    for (int i = 0; i < 2; i++) fl_test_row_free(&u[i]), fl_test_row_free(&v[i]);
  }
  fl_test_row_free(&top), fl_test_row_free(&bottom), fl_test_row_free(&expected), fl_test_row_free(&got);
}

static void planes_twins_agree(void) {
  for (uint32_t kind = 0; kind < 8; kind++) {
    const fl_yuv_weights weights = fl_kernels_yuv_weights((fl_yuv_standard)(kind / 4), (fl_yuv_range)(kind / 2 % 2), kind % 2);
    for (uint32_t count = 1; count <= 67; count++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) compare_planes(count, pattern, &weights);
  }
}

static void regrouping_twins_agree(void) {
  for (uint32_t count = 1; count <= 67; count++) {
    fl_test_row u = fl_test_row_make(count, count % 3, 3, count), v = fl_test_row_make(count, 1, 3, count + 1);
    fl_test_row pairs[2] = {fl_test_row_make(count * 2, 1, 0, 0), fl_test_row_make(count * 2, 0, 1, 0)};
    fl_test_row luma[2] = {fl_test_row_make(count, 1, 0, 0), fl_test_row_make(count, 0, 1, 0)};
    for (int simd = 0; simd < 2; simd++) {
      fl_kernels_yuv(simd)->pair(pairs[simd].bytes, u.bytes, v.bytes, count);
      fl_kernels_yuv(simd)->gray_to_luma(luma[simd].bytes, u.bytes, count);
    }
    CHECK(memcmp(pairs[0].bytes, pairs[1].bytes, count * 2) == 0 && memcmp(luma[0].bytes, luma[1].bytes, count) == 0);
    for (int simd = 0; simd < 2; simd++) {
      fl_kernels_yuv(simd)->part(luma[0].bytes, luma[1].bytes, pairs[0].bytes, count);
      CHECK(memcmp(luma[0].bytes, u.bytes, count) == 0 && memcmp(luma[1].bytes, v.bytes, count) == 0);
    }
    fl_test_row_free(&u), fl_test_row_free(&v);
    for (int i = 0; i < 2; i++) fl_test_row_free(&pairs[i]), fl_test_row_free(&luma[i]);
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

/* The mean of the pixels of the image's block that begins at (x, y); 1 × 1 or 2 × 2, less at the edges. */
static void mean_of_block(const fl_image *in, uint32_t x, uint32_t y, uint32_t side, double rgb[3]) {
  uint32_t pixel = fl_bytes_per_pixel(in->format), count = 0;
  rgb[0] = rgb[1] = rgb[2] = 0;
  for (uint32_t j = y; j < y + side && j < in->height; j++)
    for (uint32_t i = x; i < x + side && i < in->width; i++, count++)
      for (uint32_t c = 0; c < 3; c++)
        rgb[c] += fl_frame_image_row(in, 0, j)[i * pixel + (pixel == 1 ? 0 : in->format == FL_BGRA8 ? 2 - c : c)];
  for (uint32_t c = 0; c < 3; c++) rgb[c] /= count;
}

/* Y, U, V of a colour, by the same standards. */
static void convert_back(const double rgb[3], bool hd, bool full, uint8_t yuv[3]) {
  double kr = hd ? 0.2126 : 0.299, kb = hd ? 0.0722 : 0.114, luma = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  double scale = full ? 1 : 224.0 / 255;
  yuv[0] = to_byte(full ? luma : 16 + luma * 219 / 255);
  yuv[1] = to_byte(128 + scale * (rgb[2] - luma) / 2 / (1 - kb));
  yuv[2] = to_byte(128 + scale * (rgb[0] - luma) / 2 / (1 - kr));
}

static bool planes_match_formula(const fl_image *out, const fl_image *in, bool hd, bool full) {
  for (uint32_t y = 0; y < in->height; y++)
    for (uint32_t x = 0; x < in->width; x++) {
      double rgb[3];
      uint8_t expected[3];
      mean_of_block(in, x, y, 1, rgb), convert_back(rgb, hd, full, expected);
      if (abs(fl_frame_image_row(out, 0, y)[x] - expected[0]) > 1) return false;
      if (x % 2 || y % 2) continue;
      const uint8_t *chroma = fl_frame_image_row(out, 1, y / 2);
      uint8_t u = out->format == FL_NV12 ? chroma[x] : chroma[x / 2];
      uint8_t v = out->format == FL_NV12 ? chroma[x + 1] : fl_frame_image_row(out, 2, y / 2)[x / 2];
      mean_of_block(in, x, y, 2, rgb), convert_back(rgb, hd, full, expected);
      if (abs(u - expected[1]) > 1 || abs(v - expected[2]) > 1) return false;
    }
  return true;
}

static const uint32_t awkward[][2] = {{1, 1}, {1, 5}, {5, 1}, {2, 2}, {33, 7}, {64, 4}, {67, 9}};
static const fl_op *const to_planes[] = {&fl_op_to_i420, &fl_op_to_nv12};

static void planes_follow_the_formula(void) {
  for (uint32_t n = 0; n < FL_COUNT(awkward) * 3 * 2 * 4; n++) {
    const uint32_t *size = awkward[n % FL_COUNT(awkward)];
    fl_format from = oracle_formats[n / FL_COUNT(awkward) % 3];
    fl_image in = n % 2 ? oracle_noise(size[0], size[1], from, n) : oracle_extremes(size[0], size[1], from, n);
    const fl_op *op = to_planes[n / 3 / FL_COUNT(awkward) % 2];
    uint32_t kind = n / 6 / FL_COUNT(awkward);
    fl_value params[] = {{.number = kind / 2}, {.number = kind % 2}};
    for (int simd = 0; simd < 2; simd++) {
      fl_image out = fl_test_apply(op, params, &in, simd, 0, 0);
      CHECK(out.format == (op == &fl_op_to_nv12 ? FL_NV12 : FL_I420) && out.width == size[0] && out.height == size[1]);
      CHECK(planes_match_formula(&out, &in, kind / 2, kind % 2));
      CHECK(oracle_same_in_tiles(op, params, &in, simd));
      fl_test_image_free(&out);
    }
    fl_test_image_free(&in);
  }
}

/* Luma and chroma of every colour in steps, every gray among them. */
static void colours_come_back(void) {
  for (uint32_t kind = 0; kind < 4; kind++) {
    fl_value params[] = {{.number = kind / 2}, {.number = kind % 2}};
    fl_image in = fl_test_image(512, 256, FL_RGBA8, 0);
    for (uint32_t y = 0; y < 256; y++)
      for (uint32_t x = 0; x < 512; x++) {
        uint32_t cell = y / 2 * 256 + x / 2; /* 32 × 32 × 32 colours, each 2 × 2 pixels */
        const uint8_t pixel[4] = {(uint8_t)(cell % 32 * 255 / 31), (uint8_t)(cell / 32 % 32 * 255 / 31), (uint8_t)(cell / 1024 * 255 / 31), 9};
        memcpy(fl_frame_image_row(&in, 0, y) + x * 4, pixel, 4);
      }
    fl_image yuv = fl_test_apply(&fl_op_to_nv12, params, &in, true, 0, 0), back = fl_test_apply(&fl_op_to_rgba, params, &yuv, true, 0, 0);
    int worst = 0;
    for (uint32_t i = 0; i < 512 * 256 * 4; i++)
      if (i % 4 != 3) worst = fl_max_i32(worst, abs(in.plane[0].data[i] - back.plane[0].data[i]));
    CHECK(worst <= 3); /* what rounding Y, U and V to bytes costs */
    fl_test_image_free(&in), fl_test_image_free(&yuv), fl_test_image_free(&back);
  }
}

static void planes_are_regrouped(void) {
  static const fl_value params[2] = {{.number = 1}, {.number = 1}};
  for (uint32_t s = 0; s < FL_COUNT(awkward); s++) {
    fl_image i420 = make_planar(awkward[s][0], awkward[s][1], FL_I420, 3);
    for (int simd = 0; simd < 2; simd++) {
      fl_image nv12 = fl_test_apply(&fl_op_to_nv12, params, &i420, simd, 0, 0), same = fl_test_apply(&fl_op_to_nv12, params, &nv12, simd, 0, 0);
      fl_image back = fl_test_apply(&fl_op_to_i420, params, &nv12, simd, 0, 0), equal = fl_test_apply(&fl_op_to_i420, params, &back, simd, 0, 0);
      fl_image rgba = fl_test_apply(&fl_op_to_rgba, params, &i420, simd, 0, 0), other = fl_test_apply(&fl_op_to_rgba, params, &nv12, simd, 0, 0);
      CHECK(fl_test_image_equal(&back, &i420) && fl_test_image_equal(&same, &nv12) && fl_test_image_equal(&equal, &i420));
      CHECK(fl_test_image_equal(&rgba, &other));
      CHECK(oracle_same_in_tiles(&fl_op_to_nv12, params, &i420, simd) && oracle_same_in_tiles(&fl_op_to_i420, params, &nv12, simd));
      fl_test_image_free(&nv12), fl_test_image_free(&same), fl_test_image_free(&back), fl_test_image_free(&equal);
      fl_test_image_free(&rgba), fl_test_image_free(&other);
    }
    fl_test_image_free(&i420);
  }
}

/* toBgra is toRgba with red and blue in each other's place. */
static void bgra_is_rgba_swapped(void) {
  static const fl_value params[2] = {{.number = 1}, {.number = 0}};
  static const fl_format formats[] = {FL_GRAY8, FL_RGBA8, FL_BGRA8, FL_I420, FL_NV12};
  for (uint32_t f = 0; f < FL_COUNT(formats); f++) {
    fl_image in = f < 3 ? oracle_noise(37, 5, formats[f], f) : make_planar(37, 5, formats[f], 3);
    for (int simd = 0; simd < 2; simd++) {
      fl_image rgba = fl_test_apply(&fl_op_to_rgba, params, &in, simd, 0, 0), bgra = fl_test_apply(&fl_op_to_bgra, params, &in, simd, 0, 0);
      CHECK(bgra.format == FL_BGRA8);
      for (uint32_t i = 0; i < 37 * 5 * 4; i++) CHECK(bgra.plane[0].data[i] == rgba.plane[0].data[i % 4 == 0 ? i + 2 : i % 4 == 2 ? i - 2 : i]);
      CHECK(oracle_same_in_tiles(&fl_op_to_bgra, params, &in, simd));
      fl_test_image_free(&rgba), fl_test_image_free(&bgra);
    }
    fl_test_image_free(&in);
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
  TEST(planes_twins_agree, "rgba8 to planes: the SIMD twins equal the references, odd widths too");
  TEST(regrouping_twins_agree, "chroma paired and parted, gray to luma: the SIMD twins equal the references");
  TEST(planes_follow_the_formula, "toI420 and toNv12 follow the standards' formulas within one level, odd sizes and any tiles too");
  TEST(colours_come_back, "a colour survives the way to YUV and back within three levels");
  TEST(planes_are_regrouped, "i420 and nv12 into each other lose nothing");
  TEST(bgra_is_rgba_swapped, "toBgra is toRgba with red and blue swapped, from every format");
}
