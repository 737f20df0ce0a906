#include "apply.h"
#include "kernels/colour.h"
#include "rows.h"

extern const fl_op fl_op_grayscale, fl_op_color_matrix;

/* ---- twins ---- */

static void gray_twins_agree(void) {
  static const int16_t weights[][4] = {{9798, 19235, 3735, 0}, {0, 0, 0, 32767}, {8192, 8192, 8192, 8192}};
  for (uint32_t w = 0; w < FL_COUNT(weights); w++)
    for (uint32_t pixels = 1; pixels <= 67; pixels++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
        fl_test_row src = fl_test_row_make(pixels * 4, pixels % 5, pattern, pixels);
        fl_test_row expected = fl_test_row_make(pixels, 1, 0, 0), got = fl_test_row_make(pixels, pixels % 3, 1, 0);
        fl_kernels_colour(false)->gray(expected.bytes, src.bytes, pixels, weights[w]);
        fl_kernels_colour(true)->gray(got.bytes, src.bytes, pixels, weights[w]);
        CHECK(memcmp(expected.bytes, got.bytes, pixels) == 0);
        fl_test_row_free(&src), fl_test_row_free(&expected), fl_test_row_free(&got);
      }
}

static void compare_matrix_twins(const fl_colour_matrix *m) {
  for (uint32_t pixels = 1; pixels <= 67; pixels++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      size_t size = pixels * 4;
      fl_test_row src = fl_test_row_make(size, pixels % 5, pattern, pixels), in_place = fl_test_row_make(size, 3, pattern, pixels);
      fl_test_row expected = fl_test_row_make(size, 1, 0, 0), got = fl_test_row_make(size, pixels % 3, 1, 0);
      fl_kernels_colour(false)->matrix(expected.bytes, src.bytes, pixels, m);
      fl_kernels_colour(true)->matrix(got.bytes, src.bytes, pixels, m);
      fl_kernels_colour(true)->matrix(in_place.bytes, in_place.bytes, pixels, m);
      CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
      CHECK(memcmp(expected.bytes, in_place.bytes, size) == 0);
      fl_test_row_free(&src), fl_test_row_free(&in_place), fl_test_row_free(&expected), fl_test_row_free(&got);
    }
}

static void matrix_twins_agree(void) {
  static const uint32_t shifts[] = {10, 12, 14};
  for (uint32_t s = 0; s < FL_COUNT(shifts); s++)
    for (int32_t kind = 0; kind < 6; kind++) {
      fl_colour_matrix m = {.shift = shifts[s]};
      uint8_t noise[40];
      fl_test_noise(noise, sizeof noise, s * 4 + (uint32_t)kind);
      int32_t range = kind == 2 ? 1000 << 10 : 32767;
      for (uint32_t i = 0; i < 16; i++) m.factor[i / 4][i % 4] = (noise[2 * i] * 256 + noise[2 * i + 1] - 32768) * (range / 32767);
      for (uint32_t o = 0; o < 4; o++) m.offset[o] = (noise[32 + o] - 128) * (1 << 20);
      if (kind == 1) m.factor[3][0] = m.factor[3][1] = m.factor[3][2] = 0, m.factor[3][3] = 1 << m.shift, m.offset[3] = 5;
      if (kind >= 4) { /* alpha almost kept */
        m.factor[3][0] = m.factor[3][1] = m.factor[3][2] = 0, m.factor[3][3] = 1 << m.shift;
        m.offset[3] = kind == 4 ? -1 : 1 << m.shift;
      }
      if (kind == 3)
        for (uint32_t i = 0; i < 16; i++) m.factor[i / 4][i % 4] = i % 3 ? 32767 : -32768;
      compare_matrix_twins(&m);
    }
}

/* ---- operations ---- */

static const uint32_t sizes[][2] = {{1, 1}, {1, 19}, {23, 1}, {17, 5}, {40, 9}};

/* Applies op with the reference, the twin and tiles, checks that they agree, and gives the result. */
static fl_image apply_all_ways(const fl_op *op, const fl_value *params, const fl_image *in) {
  fl_image simd = fl_test_apply(op, params, in, true, 0, 0), reference = fl_test_apply(op, params, in, false, 0, 0);
  fl_image tiled = fl_test_apply(op, params, in, true, 7, 5), wide = fl_test_apply(op, params, in, true, 16, 3);
  CHECK(fl_test_image_equal(&simd, &reference) && fl_test_image_equal(&simd, &tiled) && fl_test_image_equal(&simd, &wide));
  fl_test_image_free(&reference), fl_test_image_free(&tiled), fl_test_image_free(&wide);
  return simd;
}

static double rounded(double v) { return fmin(255, fmax(0, floor(v + 0.5))); }

/* OpenCV 4's own integers; within one level of the definition by themselves. */
static void grayscale_is_opencvs(void) {
  for (uint32_t s = 0; s < FL_COUNT(sizes); s++)
    for (int bgra = 0; bgra < 2; bgra++) {
      fl_image in = fl_test_image(sizes[s][0], sizes[s][1], bgra ? FL_BGRA8 : FL_RGBA8, 0);
      fl_test_noise(in.plane[0].data, in.plane[0].stride * in.height, s);
      fl_image out = apply_all_ways(&fl_op_grayscale, NULL, &in);
      CHECK(out.format == FL_GRAY8 && out.width == in.width && out.height == in.height);
      int wrong = 0, far = 0;
      for (uint32_t i = 0; i < in.width * in.height; i++) {
        const uint8_t *p = in.plane[0].data + 4 * i;
        uint32_t r = p[bgra ? 2 : 0], g = p[1], b = p[bgra ? 0 : 2], got = out.plane[0].data[i];
        wrong += got != (r * 9798 + g * 19235 + b * 3735 + 16384) / 32768;
        far += fabs(got - rounded(0.299 * r + 0.587 * g + 0.114 * b)) > 1;
      }
      CHECK(wrong == 0 && far == 0);
      fl_test_image_free(&in), fl_test_image_free(&out);
    }
}

/* Levels between the result and the formula in doubles, at most, over all sizes. */
static double worst_of_matrix(const double matrix[20], fl_format format) {
  static const uint32_t rgba[4] = {0, 1, 2, 3}, bgra[4] = {2, 1, 0, 3};
  const uint32_t *place = format == FL_BGRA8 ? bgra : rgba;
  double worst = 0;
  for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
    fl_image in = fl_test_image(sizes[s][0], sizes[s][1], format, 0);
    fl_test_noise(in.plane[0].data, in.plane[0].stride * in.height, s);
    fl_image out = apply_all_ways(&fl_op_color_matrix, &(fl_value){.items = matrix, .count = 20}, &in);
    for (uint32_t i = 0; i < in.width * in.height * 4; i += 4)
      for (uint32_t o = 0; o < 4; o++) {
        double sum = 255 * matrix[o * 5 + 4];
        for (uint32_t c = 0; c < 4; c++) sum += matrix[o * 5 + c] * in.plane[0].data[i + place[c]];
        worst = fmax(worst, fabs(out.plane[0].data[i + place[o]] - rounded(sum)));
      }
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
  return worst;
}

static void matrix_is_within_a_level(void) {
  static const double ranges[] = {0.3, 1.2, 1.99, 7.9, 31.9, 33, 1000};
  for (uint32_t r = 0; r < FL_COUNT(ranges); r++)
    for (uint32_t seed = 0; seed < 6; seed++) {
      uint8_t noise[40];
      double matrix[20];
      fl_test_noise(noise, sizeof noise, r * 6 + seed);
      for (uint32_t i = 0; i < 20; i++) matrix[i] = ((noise[2 * i] * 256 + noise[2 * i + 1]) / 32767.5 - 1) * ranges[r];
      if (seed % 2) /* offsets that bring the sums back into range */
        for (uint32_t o = 0; o < 4; o++) {
          const double *f = matrix + o * 5;
          matrix[o * 5 + 4] = fmin(1000, fmax(-1000, 0.5 - (f[0] + f[1] + f[2] + f[3]) / 2));
        }
      CHECK(worst_of_matrix(matrix, seed < 3 ? FL_RGBA8 : FL_BGRA8) <= 1);
    }
}

static void the_ends_of_the_range_are_within_a_level(void) {
  double matrix[20];
  for (uint32_t i = 0; i < 20; i++) matrix[i] = i % 5 == 4 ? -1000 : i % 2 ? 1000 : -1000;
  CHECK(worst_of_matrix(matrix, FL_RGBA8) <= 1);
  for (uint32_t i = 0; i < 20; i++) matrix[i] = 1000;
  CHECK(worst_of_matrix(matrix, FL_RGBA8) <= 1);
  for (uint32_t i = 0; i < 20; i++) matrix[i] = i % 5 < 4 ? 0.5 : i % 2 ? -1000 : 1000;
  CHECK(worst_of_matrix(matrix, FL_RGBA8) == 0);
}

static void identity_and_swaps_are_exact(void) {
  static const double identity[20] = {[0] = 1, [6] = 1, [12] = 1, [18] = 1};
  static const double swap[20] = {[1] = 1, [5] = 1, [12] = 1, [15] = 0.5, [16] = -0.5, [19] = 0.5};
  CHECK(worst_of_matrix(identity, FL_RGBA8) == 0);
  CHECK(worst_of_matrix(identity, FL_BGRA8) == 0);
  CHECK(worst_of_matrix(swap, FL_BGRA8) == 0);
}

void test_colour(void) {
  TEST(gray_twins_agree, "gray: SIMD equals the reference");
  TEST(matrix_twins_agree, "colour matrix: SIMD equals the reference, with small and large factors, keeping alpha or not");
  TEST(grayscale_is_opencvs, "grayscale: equals OpenCV's integers, from rgba8 and bgra8");
  TEST(matrix_is_within_a_level, "colorMatrix: within one level of exact arithmetic for factors of any size");
  TEST(the_ends_of_the_range_are_within_a_level, "colorMatrix: nothing overflows at the ends of the range");
  TEST(identity_and_swaps_are_exact, "colorMatrix: identity, swaps and halves are exact");
}
