#include "apply.h"
#include "kernels/pyramid.h"
#include "rows.h"
#include "stencil_oracle.h"

extern const fl_op fl_op_pyr_down, fl_op_pyr_up;

/* ---- twins ---- */

/* Samples of 16 bits up to `most`. */
static uint16_t *make_samples(size_t n, uint32_t pattern, uint32_t seed, uint32_t most) {
  fl_test_row bytes = fl_test_row_make(2 * n, 0, pattern, seed);
  uint16_t *samples = malloc(n * sizeof *samples);
  for (size_t i = 0; i < n; i++) samples[i] = (uint16_t)((bytes.bytes[2 * i] * 256u + bytes.bytes[2 * i + 1]) * most / 65535);
  fl_test_row_free(&bytes);
  return samples;
}

static void compare_down(uint32_t n, uint32_t pattern) {
  fl_test_row in[5];
  const uint8_t *rows[5];
  for (uint32_t k = 0; k < 5; k++) in[k] = fl_test_row_make(n, (n + k) % 5, pattern, n * 5 + k), rows[k] = in[k].bytes;
  uint16_t *expected = malloc(2 * n), *got = malloc(2 * n);
  fl_kernels_pyramid(false)->shrink_down(expected, rows, n);
  fl_kernels_pyramid(true)->shrink_down(got, rows, n);
  CHECK(memcmp(expected, got, 2 * n) == 0);
  for (int between = 0; between < 2; between++) {
    fl_kernels_pyramid(false)->grow_down(expected, between ? NULL : rows[0], rows[1], rows[2], n);
    fl_kernels_pyramid(true)->grow_down(got, between ? NULL : rows[0], rows[1], rows[2], n);
    CHECK(memcmp(expected, got, 2 * n) == 0);
  }
  free(expected), free(got);
  for (uint32_t k = 0; k < 5; k++) fl_test_row_free(&in[k]);
}

static void compare_along(uint32_t n, uint32_t channels, uint32_t pattern) {
  uint16_t *wide = make_samples((2 * n + 3) * channels, pattern, n, 4080), *narrow = make_samples((n + 2) * channels, pattern, n, 2040);
  fl_test_row expected = fl_test_row_make(n * channels, 1, 0, 0), got = fl_test_row_make(n * channels, n % 3, 1, 0);
  fl_kernels_pyramid(false)->shrink_along(expected.bytes, wide + 2 * channels, n, channels);
  fl_kernels_pyramid(true)->shrink_along(got.bytes, wide + 2 * channels, n, channels);
  CHECK(memcmp(expected.bytes, got.bytes, n * channels) == 0);
  fl_test_row_free(&expected), fl_test_row_free(&got);
  expected = fl_test_row_make(2 * n * channels, 1, 0, 0), got = fl_test_row_make(2 * n * channels, n % 3, 1, 0);
  fl_kernels_pyramid(false)->grow_along(expected.bytes, narrow + channels, n, channels);
  fl_kernels_pyramid(true)->grow_along(got.bytes, narrow + channels, n, channels);
  CHECK(memcmp(expected.bytes, got.bytes, 2 * n * channels) == 0);
  fl_test_row_free(&expected), fl_test_row_free(&got);
  free(wide), free(narrow);
}

static void twins_agree(void) {
  for (uint32_t n = 1; n <= 67; n++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      compare_down(n, pattern);
      compare_along(n, 1, pattern);
      compare_along(n, 4, pattern);
    }
}

/* ---- operations ---- */

static const int five[5] = {1, 4, 6, 4, 1};

static int smaller(const fl_image *in, int x, int y, int c) {
  int sum = 128;
  for (int dy = -2; dy <= 2; dy++)
    for (int dx = -2; dx <= 2; dx++)
      sum += five[dy + 2] * five[dx + 2] * oracle_pixel(in, 2 * x + dx, 2 * y + dy, c, FL_BORDER_REFLECT101, NULL);
  return sum / 256;
}

/* The image with zeros between its pixels, mirrored at its even size, under the same weights times four. */
static int larger(const fl_image *in, int x, int y, int c) {
  int sum = 32, width = 2 * (int)in->width, height = 2 * (int)in->height;
  for (int dy = -2; dy <= 2; dy++)
    for (int dx = -2; dx <= 2; dx++) {
      if ((x + dx) % 2 || (y + dy) % 2) continue;
      int sx = in->width == 1 ? 0 : oracle_index(x + dx, width, FL_BORDER_REFLECT101) / 2;
      int sy = in->height == 1 ? 0 : oracle_index(y + dy, height, FL_BORDER_REFLECT101) / 2;
      sum += five[dy + 2] * five[dx + 2] * fl_frame_image_row(in, 0, (uint32_t)sy)[sx * (int)fl_bytes_per_pixel(in->format) + c];
    }
  return sum / 64;
}

typedef int formula(const fl_image *in, int x, int y, int c);

static bool follows(const fl_image *out, const fl_image *in, formula *find) {
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)out->height; y++)
    for (int x = 0; x < (int)out->width; x++)
      for (int c = 0; c < channels; c++)
        if (fl_frame_image_row(out, 0, (uint32_t)y)[x * channels + c] != find(in, x, y, c)) return false;
  return true;
}

static void check_op(const fl_op *op, const fl_image *in, formula *find, uint32_t width, uint32_t height) {
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(op, NULL, in, simd, 0, 0);
    CHECK(out.width == width && out.height == height && out.format == in->format);
    CHECK(follows(&out, in, find));
    CHECK(oracle_same_in_tiles(op, NULL, in, simd));
    fl_test_image_free(&out);
  }
}

static void operations_follow_their_formulas(void) {
  for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
      for (int extreme = 0; extreme < 2; extreme++) {
        uint32_t width = oracle_sizes[s][0], height = oracle_sizes[s][1];
        fl_image in = extreme ? oracle_extremes(width, height, oracle_formats[f], s) : oracle_noise(width, height, oracle_formats[f], s);
        check_op(&fl_op_pyr_down, &in, smaller, (width + 1) / 2, (height + 1) / 2);
        check_op(&fl_op_pyr_up, &in, larger, 2 * width, 2 * height);
        fl_test_image_free(&in);
      }
}

static void pyr_up_refuses_what_would_be_too_large(void) {
  fl_report report = {0};
  fl_node node = {.op = &fl_op_pyr_up, .inputs = 1, .in = {{32768, 10, FL_GRAY8}}};
  CHECK(fl_op_pyr_up.resolve(&node, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "pyrUp: the width must be between 1 and 32767, got 32768") == 0);
  node.in[0] = (fl_shape){10, 40000, FL_GRAY8};
  CHECK(fl_op_pyr_up.resolve(&node, &report) == FL_BAD_ARGUMENT);
}

void test_pyramid(void) {
  TEST(twins_agree, "the steps of a pyramid: the SIMD twins equal the references");
  TEST(operations_follow_their_formulas, "pyrDown and pyrUp are the weights 1 4 6 4 1 in both directions, at any size, in any tiles");
  TEST(pyr_up_refuses_what_would_be_too_large, "pyrUp says which side would be too long");
}
