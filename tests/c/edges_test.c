#include "stencil_oracle.h"

#include "kernels/gradient.h"

#include <math.h>

extern const fl_op fl_op_sobel;

static const double color_items[1] = {77};
static const uint8_t color[4] = {77, 77, 77, 255};

/* rows of n + 2 bytes in blocks of their own */
static void check_twin(size_t n, int pattern) {
  uint8_t *rows[3], *a = malloc(n), *b = malloc(n);
  for (int k = 0; k < 3; k++) {
    rows[k] = malloc(n + 2);
    fl_test_noise(rows[k], n + 2, (uint32_t)(n * 3) + (uint32_t)k);
    for (size_t i = 0; i < n + 2; i++) {
      if (pattern == 1) rows[k][i] = rows[k][i] < 128 ? 0 : 255;
      if (pattern == 2) rows[k][i] = i % 4 < 2 ? 0 : 255;
      if (pattern == 3) rows[k][i] = (uint8_t)(100 + rows[k][i] % 40);
    }
  }
  const uint8_t *const middle[3] = {rows[0] + 1, rows[1] + 1, rows[2] + 1};
  fl_gradient_reference.sobel_l1(a, middle, n), fl_gradient_simd.sobel_l1(b, middle, n);
  CHECK(memcmp(a, b, n) == 0);
  fl_gradient_reference.sobel_l2(a, middle, n), fl_gradient_simd.sobel_l2(b, middle, n);
  CHECK(memcmp(a, b, n) == 0);
  for (int k = 0; k < 3; k++) free(rows[k]);
  free(a), free(b);
}

static void gradient_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (int pattern = 0; pattern < 4; pattern++) check_twin(n, pattern);
}

/* Every pair of derivatives that can occur: one row of windows that are black but for three bytes. */
static void roots_are_exact(void) {
  enum { N = 256 };
  uint8_t rows[3][N + 2] = {{0}}, dst[N];
  for (int strong = 0; strong < 256; strong++) {
    for (int i = 1; i <= N; i += 3) rows[1][i + 1 < N + 2 ? i + 1 : i] = (uint8_t)strong, rows[2][i] = (uint8_t)(i - 1);
    const uint8_t *const middle[3] = {rows[0] + 1, rows[1] + 1, rows[2] + 1};
    fl_gradient_simd.sobel_l2(dst, middle, N);
    for (int i = 0; i < N; i++) {
      const uint8_t *a = middle[0] + i, *b = middle[1] + i, *c = middle[2] + i;
      double x = (a[1] + 2 * b[1] + c[1]) - (a[-1] + 2 * b[-1] + c[-1]), y = (c[-1] + 2 * c[0] + c[1]) - (a[-1] + 2 * a[0] + a[1]);
      CHECK(dst[i] == (int)fmin(255, floor(hypot(x, y) + 0.5)));
    }
  }
}

/* ---- sobel ---- */

static int derivative(const fl_image *in, int x, int y, bool across, fl_border border) {
  static const int smooth[3] = {1, 2, 1};
  int sum = 0;
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++)
      sum += (across ? dx * smooth[dy + 1] : dy * smooth[dx + 1]) * oracle_pixel(in, x + dx, y + dy, 0, border, color);
  return sum;
}

static fl_image sobel_oracle(const fl_image *in, bool root, fl_border border) {
  fl_image out = fl_test_image(in->width, in->height, FL_GRAY8, 0);
  for (int y = 0; y < (int)in->height; y++)
    for (int x = 0; x < (int)in->width; x++) {
      int dx = derivative(in, x, y, true, border), dy = derivative(in, x, y, false, border);
      double length = root ? sqrt(dx * dx + dy * dy) : abs(dx) + abs(dy);
      fl_frame_image_row(&out, 0, (uint32_t)y)[x] = (uint8_t)fmin(255, floor(length + 0.5));
    }
  return out;
}

static void sobel_is_the_formula(void) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int k = 0; k < 20; k++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], FL_GRAY8, s);
      if (k >= 10) for (size_t i = 0; i < (size_t)in.plane[0].stride * in.height; i++) in.plane[0].data[i] /= 6;
      const fl_value params[] = {{.number = k % 2}, {.number = k / 2 % 5}, {0, color_items, 1}};
      fl_image expected = sobel_oracle(&in, k % 2, (fl_border)(k / 2 % 5));
      for (int simd = 0; simd < 2; simd++) {
        fl_image out = fl_test_apply(&fl_op_sobel, params, &in, simd, 0, 0);
        CHECK(fl_test_image_equal(&out, &expected));
        fl_test_image_free(&out);
      }
      CHECK(oracle_same_in_tiles(&fl_op_sobel, params, &in, true));
      fl_test_image_free(&expected), fl_test_image_free(&in);
    }
}

void test_edges(void) {
  TEST(gradient_twin, "gradient magnitudes are the same from the SIMD kernels, for every width");
  TEST(roots_are_exact, "the root of the squared derivatives is rounded exactly");
  TEST(sobel_is_the_formula, "sobel is the saturated magnitude of both derivatives, for every norm, border and tile");
}
