#include "stencil_oracle.h"

#include "kernels/box.h"

#include <math.h>

extern const fl_op fl_op_box_blur;

static const double color_items[4] = {200, 30, 90, 250};
static const uint8_t color_rgba[4] = {200, 30, 90, 250}, color_bgra[4] = {90, 30, 200, 250};

static const uint8_t *color_for(fl_format format) { return format == FL_BGRA8 ? color_bgra : color_rgba; }

/* A copy in a block of its exact size, at an odd offset where asked: ASan sees one byte too far. */
static void *exact_copy(const void *bytes, size_t size) { return memcpy(malloc(size ? size : 1), bytes, size); }

/* ---- box kernels ---- */

static void check_sums(size_t n, uint32_t rows, size_t skew) {
  fl_box_window window = {3, rows};
  size_t size = n * fl_box_sum_bytes(&window);
  uint8_t noise[512], **copies = malloc(rows * sizeof *copies);
  const uint8_t **from = malloc(rows * sizeof *from);
  for (uint32_t k = 0; k < rows; k++) {
    fl_test_noise(noise, sizeof noise, k < 4 ? k : (uint32_t)n);
    if (n % 3 == 0) memset(noise, 255, sizeof noise);
    copies[k] = exact_copy(noise, n + skew), from[k] = copies[k] + skew;
  }
  uint8_t *a = malloc(size), *b = malloc(size);
  fl_box_reference.start(a, from, n, &window), fl_box_simd.start(b, from, n, &window);
  CHECK(memcmp(a, b, size) == 0);
  fl_box_reference.slide(a, from[0], from[1], n, &window), fl_box_simd.slide(b, from[0], from[1], n, &window);
  CHECK(memcmp(a, b, size) == 0);
  for (uint32_t k = 0; k < rows; k++) free(copies[k]);
  free(copies), free(from), free(a), free(b);
}

static void box_sums_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (size_t skew = 0; skew < 3; skew++) check_sums(n, 9, skew), check_sums(n, n % 8 ? 259 : 257, skew);
  check_sums(135, 5, 1), check_sums(135, 515, 1);
}

/* Sums as a column of `rows` noise or all-255 bytes would give. */
static void check_mean(size_t n, uint32_t channels, fl_box_window window, bool full) {
  size_t count = (n + window.columns - 1) * channels, each = fl_box_sum_bytes(&window);
  void *sums = malloc(count * each);
  uint8_t *noise = malloc(count);
  fl_test_noise(noise, count, (uint32_t)n);
  for (size_t i = 0; i < count; i++) {
    uint32_t sum = (full ? 255 : noise[i]) * window.rows;
    if (each == 2) ((uint16_t *)sums)[i] = (uint16_t)sum;
    else ((uint32_t *)sums)[i] = sum;
  }
  uint8_t *a = malloc(n * channels), *b = malloc(n * channels);
  fl_box_reference.mean(a, sums, n, channels, &window), fl_box_simd.mean(b, sums, n, channels, &window);
  CHECK(memcmp(a, b, n * channels) == 0);
  if (full) CHECK(b[0] == 255 && b[n * channels - 1] == 255);
  free(sums), free(noise), free(a), free(b);
}

static void box_mean_twin(void) {
  static const fl_box_window windows[] = {{1, 1},     {3, 3},     {5, 1},   {31, 21},  {127, 127},
                                          {129, 127}, {201, 257}, {9, 259}, {77, 2001}};
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t w = 0; w < FL_COUNT(windows); w++)
      for (uint32_t channels = 1; channels <= 4; channels += 3) {
        check_mean(n, channels, windows[w], false);
        check_mean(n, channels, windows[w], true);
      }
}

/* Sums just below, at and above every point where the mean rounds to the next level. */
static void check_division(fl_box_window window, uint32_t level, int32_t beside) {
  uint32_t area = window.columns * window.rows, rest = level * area + area / 2 + (uint32_t)beside, most = 255 * window.rows;
  size_t each = fl_box_sum_bytes(&window);
  uint8_t *sums = calloc((size_t)window.columns + 1, 4 * each), dst[8];
  for (size_t x = 0; x < window.columns; x++) {
    uint32_t part = fl_min_u32(rest, most);
    for (size_t c = 0; c < 4; c++) memcpy(sums + (x * 4 + c) * each, &part, each);
    rest -= part;
  }
  fl_box_simd.mean(dst, sums, 1, 4, &window);
  CHECK(dst[0] == level + (beside > 0) && dst[3] == dst[0]);
  free(sums);
}

static void box_rounding(void) {
  static const fl_box_window windows[] = {{3, 3}, {127, 127}, {129, 127}, {257, 257}, {1001, 1001}, {2001, 1999}, {2001, 2001}};
  for (uint32_t w = 0; w < FL_COUNT(windows); w++)
    for (uint32_t level = 0; level < 255; level += windows[w].columns > 300 ? 17 : 1)
      for (int32_t beside = -1; beside <= 1; beside++) check_division(windows[w], level, beside);
}

/* ---- boxBlur ---- */

static fl_image box_oracle(const fl_image *in, int rx, int ry, fl_border border) {
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++) {
      double sum = 0;
      for (int dy = -ry; dy <= ry; dy++)
        for (int dx = -rx; dx <= rx; dx++)
          sum += oracle_pixel(in, i / channels + dx, y + dy, i % channels, border, color_for(in->format));
      fl_frame_image_row(&out, 0, (uint32_t)y)[i] = (uint8_t)floor(sum / ((2 * rx + 1) * (2 * ry + 1)) + 0.5);
    }
  return out;
}

static void check_box(const fl_image *in, int rx, int ry, fl_border border) {
  const fl_value params[] = {{.number = NAN}, {.number = rx}, {.number = ry}, {.number = border}, {0, color_items, 4}};
  fl_image expected = box_oracle(in, rx, ry, border);
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_box_blur, params, in, simd, 0, 0);
    CHECK(fl_test_image_equal(&out, &expected));
    fl_test_image_free(&out);
  }
  fl_test_image_free(&expected);
}

static void box_is_the_mean(void) {
  static const int radii[][2] = {{0, 0}, {1, 1}, {2, 0}, {0, 3}, {4, 2}, {11, 12}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s + 1);
      for (uint32_t r = 0; r < FL_COUNT(radii); r++)
        for (int border = 0; border <= FL_BORDER_CONSTANT; border++) check_box(&in, radii[r][0], radii[r][1], (fl_border)border);
      fl_test_image_free(&in);
    }
}

static void box_with_large_radii(void) {
  fl_image in = oracle_extremes(9, 3, FL_RGBA8, 5);
  for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
    check_box(&in, 3, 130, (fl_border)border);
    check_box(&in, 60, 140, (fl_border)border);
  }
  fl_test_image_free(&in);
}

static void box_in_tiles(void) {
  for (uint32_t f = 0; f < 2; f++) {
    fl_image in = oracle_noise(43, 19, oracle_formats[f], 7);
    for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
      for (int radius = 1; radius <= 49; radius += 24) {
        const fl_value params[] = {{.number = radius}, {.number = NAN}, {.number = NAN}, {.number = border}, {0, color_items, 3}};
        CHECK(oracle_same_in_tiles(&fl_op_box_blur, params, &in, true));
      }
    fl_test_image_free(&in);
  }
}

static fl_status resolve_box(double radius, double x, double y, fl_report *report) {
  const fl_value params[] = {{.number = radius}, {.number = x}, {.number = y}, {0}, {0}};
  fl_node node = {.op = &fl_op_box_blur, .params = params, .inputs = 1, .in = {{9, 9, FL_GRAY8}}};
  return fl_op_box_blur.resolve(&node, report);
}

static void box_needs_a_radius(void) {
  fl_report report;
  CHECK(resolve_box(NAN, NAN, NAN, &report) == FL_BAD_ARGUMENT);
  CHECK(strstr(report.message, "boxBlur: ") && strstr(report.message, "radiusX"));
  CHECK(resolve_box(NAN, 3, NAN, &report) == FL_BAD_ARGUMENT);
  CHECK(resolve_box(2, NAN, NAN, &report) == FL_OK);
  CHECK(resolve_box(NAN, 3, 0, &report) == FL_OK);
  CHECK(resolve_box(2, 3, NAN, &report) == FL_OK);
}

void test_blur(void) {
  TEST(box_sums_twin, "sums of columns are the same from the SIMD kernels, for every width and both sum sizes");
  TEST(box_mean_twin, "the mean of sums is the same from the SIMD kernel");
  TEST(box_rounding, "the mean is rounded half up exactly, up to windows of 2001 × 2001");
  TEST(box_is_the_mean, "boxBlur is the rounded mean of the window, for every border");
  TEST(box_with_large_radii, "boxBlur with sums beyond 16 bits is still exact");
  TEST(box_in_tiles, "boxBlur gives the same in tiles");
  TEST(box_needs_a_radius, "boxBlur without a radius for both directions is an error");
}
