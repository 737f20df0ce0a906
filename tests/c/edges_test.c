#include "stencil_oracle.h"

#include "kernels/gradient.h"
#include "kernels/laplace.h"

#include <math.h>

extern const fl_op fl_op_sobel, fl_op_scharr, fl_op_prewitt, fl_op_derivative, fl_op_laplacian, fl_op_emboss, fl_op_sharpen;

static const double color_items[1] = {77};
static const uint8_t color[4] = {77, 77, 77, 255};

/* The kernel's twins on rows of n + 2 pixels in blocks of their own. */
static void check_kernel(fl_margin_kernel reference, fl_margin_kernel simd, size_t n, size_t pixel, int pattern) {
  uint8_t *rows[3], *a = malloc(n * pixel), *b = malloc(n * pixel);
  for (int k = 0; k < 3; k++) {
    size_t length = (n + 2) * pixel;
    rows[k] = malloc(length);
    fl_test_noise(rows[k], length, (uint32_t)(n * 3) + (uint32_t)k);
    for (size_t i = 0; i < length; i++) {
      if (pattern == 1) rows[k][i] = rows[k][i] < 128 ? 0 : 255;
      if (pattern == 2) rows[k][i] = i % 4 < 2 ? 0 : 255;
      if (pattern == 3) rows[k][i] = (uint8_t)(100 + rows[k][i] % 40);
    }
  }
  const uint8_t *const middle[3] = {rows[0] + pixel, rows[1] + pixel, rows[2] + pixel};
  reference(a, middle, n), simd(b, middle, n);
  CHECK(memcmp(a, b, n * pixel) == 0);
  for (int k = 0; k < 3; k++) free(rows[k]);
  free(a), free(b);
}

static void check_twin(size_t n, int pattern) {
  const fl_margin_kernel *reference = &fl_gradient_reference.sobel_l1, *simd = &fl_gradient_simd.sobel_l1;
  for (size_t k = 0; k < sizeof fl_gradient_simd / sizeof *simd; k++) check_kernel(reference[k], simd[k], n, 1, pattern);
  reference = &fl_laplace_reference.sides_of_one, simd = &fl_laplace_simd.sides_of_one;
  for (size_t k = 0; k < sizeof fl_laplace_simd / sizeof *simd; k++) check_kernel(reference[k], simd[k], n, k % 2 ? 4 : 1, pattern);
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

/* ---- sobel, scharr, prewitt ---- */

static int derivative(const fl_image *in, int x, int y, bool across, fl_border border, int side, int middle) {
  int sum = 0;
  for (int k = -1; k <= 1; k++) {
    int weight = k ? side : middle;
    sum += across ? weight * (oracle_pixel(in, x + 1, y + k, 0, border, color) - oracle_pixel(in, x - 1, y + k, 0, border, color))
                  : weight * (oracle_pixel(in, x + k, y + 1, 0, border, color) - oracle_pixel(in, x + k, y - 1, 0, border, color));
  }
  return sum;
}

static fl_image gradient_oracle(const fl_image *in, bool root, fl_border border, int side, int middle) {
  fl_image out = fl_test_image(in->width, in->height, FL_GRAY8, 0);
  for (int y = 0; y < (int)in->height; y++)
    for (int x = 0; x < (int)in->width; x++) {
      int dx = derivative(in, x, y, true, border, side, middle), dy = derivative(in, x, y, false, border, side, middle);
      double length = root ? sqrt(dx * dx + dy * dy) : abs(dx) + abs(dy);
      fl_frame_image_row(&out, 0, (uint32_t)y)[x] = (uint8_t)fmin(255, floor(length + 0.5));
    }
  return out;
}

static void check_gradient(const fl_op *op, int side, int middle) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int k = 0; k < 20; k++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], FL_GRAY8, s);
      if (k >= 10) for (size_t i = 0; i < (size_t)in.plane[0].stride * in.height; i++) in.plane[0].data[i] /= 6;
      const fl_value params[] = {{.number = k % 2}, {.number = k / 2 % 5}, {0, color_items, 1}};
      fl_image expected = gradient_oracle(&in, k % 2, (fl_border)(k / 2 % 5), side, middle);
      for (int simd = 0; simd < 2; simd++) {
        fl_image out = fl_test_apply(op, params, &in, simd, 0, 0);
        CHECK(fl_test_image_equal(&out, &expected));
        fl_test_image_free(&out);
      }
      CHECK(oracle_same_in_tiles(op, params, &in, true));
      fl_test_image_free(&expected), fl_test_image_free(&in);
    }
}

static void gradients_are_the_formula(void) {
  check_gradient(&fl_op_sobel, 1, 2), check_gradient(&fl_op_scharr, 3, 10), check_gradient(&fl_op_prewitt, 1, 1);
}

/* ---- those that are one kernel ---- */

/* |Σ kernel · v| or the sum itself, saturated; alpha stays. */
static fl_image kernel_oracle(const fl_image *in, int size, const double *kernel, bool absolute, fl_border border) {
  int pixel = (int)fl_bytes_per_pixel(in->format);
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  for (int y = 0; y < (int)in->height; y++)
    for (int x = 0; x < (int)in->width; x++)
      for (int c = 0; c < pixel; c++) {
        double sum = 0;
        for (int k = 0; k < size * size; k++)
          sum += kernel[k] * oracle_pixel(in, x + k % size - size / 2, y + k / size - size / 2, c, border, color);
        if (absolute) sum = fabs(sum);
        fl_frame_image_row(&out, 0, (uint32_t)y)[x * pixel + c] =
            c == 3 ? fl_frame_image_row(in, 0, (uint32_t)y)[x * 4 + 3] : (uint8_t)fmin(255, fmax(0, floor(sum + 0.5)));
      }
  return out;
}

static void check_kernel_op(const fl_op *op, fl_value *params, uint32_t border_at, int size, const double *kernel, bool absolute,
                            int within) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int border = 0; border < 5; border++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], border % 2 ? FL_GRAY8 : FL_RGBA8, s);
      params[border_at] = (fl_value){.number = border}, params[border_at + 1] = (fl_value){0, color_items, 1};
      fl_image expected = kernel_oracle(&in, size, kernel, absolute, (fl_border)border);
      for (int simd = 0; simd < 2; simd++) {
        fl_image out = fl_test_apply(op, params, &in, simd, 0, 0);
        CHECK(oracle_distance(&out, &expected) <= within);
        fl_test_image_free(&out);
      }
      CHECK(oracle_same_in_tiles(op, params, &in, true));
      fl_test_image_free(&expected), fl_test_image_free(&in);
    }
}

static void laplacian_is_the_formula(void) {
  static const double sides[9] = {0, 1, 0, 1, -4, 1, 0, 1, 0}, corners[9] = {2, 0, 2, 0, -8, 0, 2, 0, 2};
  static const double five[25] = {2, 4, 4, 4, 2, 4, 0, -8, 0, 4, 4, -8, -24, -8, 4, 4, 0, -8, 0, 4, 2, 4, 4, 4, 2};
  check_kernel_op(&fl_op_laplacian, (fl_value[3]){{.number = 1}}, 1, 3, sides, true, 0);
  check_kernel_op(&fl_op_laplacian, (fl_value[3]){{.number = 3}}, 1, 3, corners, true, 0);
  check_kernel_op(&fl_op_laplacian, (fl_value[3]){{.number = 5}}, 1, 5, five, true, 0);
}

/* (−1 0 1) and (1 2 1), smoothed once more by (1 2 1) for size 5. */
static void derivative_is_the_formula(void) {
  static const double first[9] = {-1, 0, 1, -2, 0, 2, -1, 0, 1}, mixed[9] = {1, 0, -1, 0, 0, 0, -1, 0, 1};
  static const double line[5] = {-1, -2, 0, 2, 1}, smooth[5] = {1, 4, 6, 4, 1};
  double five[25];
  for (int k = 0; k < 25; k++) five[k] = line[k / 5] * smooth[k % 5];
  check_kernel_op(&fl_op_derivative, (fl_value[5]){{.number = 1}, {.number = 0}, {.number = 3}}, 3, 3, first, true, 0);
  check_kernel_op(&fl_op_derivative, (fl_value[5]){{.number = 1}, {.number = 1}, {.number = 3}}, 3, 3, mixed, true, 0);
  check_kernel_op(&fl_op_derivative, (fl_value[5]){{.number = 0}, {.number = 1}, {.number = 5}}, 3, 5, five, true, 0);
}

static void emboss_and_sharpen_are_their_kernels(void) {
  static const double relief[9] = {-2, -1, 0, -1, 1, 1, 0, 1, 2};
  check_kernel_op(&fl_op_emboss, (fl_value[2]){{0}}, 0, 3, relief, false, 0);
  static const double amounts[] = {0, 0.3, 1, 2.5, 10};
  for (uint32_t k = 0; k < FL_COUNT(amounts); k++) {
    double a = amounts[k], kernel[9] = {0, -a, 0, -a, 1 + 4 * a, -a, 0, -a, 0};
    check_kernel_op(&fl_op_sharpen, (fl_value[3]){{.number = a}}, 1, 3, kernel, false, a == 0 || a == 1 || a == 10 ? 0 : 1);
  }
}

static void impossible_derivatives_are_refused(void) {
  static const int wrong[][3] = {{0, 0, 3}, {3, 0, 3}, {0, 5, 5}, {1, 0, 4}};
  for (uint32_t k = 0; k < FL_COUNT(wrong); k++) {
    const fl_value params[] = {{.number = wrong[k][0]}, {.number = wrong[k][1]}, {.number = wrong[k][2]}, {0}, {0}};
    fl_node node = {.op = &fl_op_derivative, .params = params, .in = {{4, 4, FL_GRAY8}}};
    fl_report report = {0};
    CHECK(fl_op_derivative.resolve(&node, &report) == FL_BAD_ARGUMENT);
  }
}

void test_edges(void) {
  TEST(gradient_twin, "gradient magnitudes and Laplacians are the same from the SIMD kernels, for every width");
  TEST(roots_are_exact, "the root of the squared derivatives is rounded exactly");
  TEST(gradients_are_the_formula, "sobel, scharr and prewitt are the saturated magnitude of both derivatives, for every norm, border and tile");
  TEST(laplacian_is_the_formula, "laplacian is the absolute sum with its kernel, for every size, border and tile");
  TEST(derivative_is_the_formula, "derivative is the absolute sum with its kernel, for every border and tile");
  TEST(emboss_and_sharpen_are_their_kernels, "emboss and sharpen are sums with their kernels, for every amount, border and tile");
  TEST(impossible_derivatives_are_refused, "derivatives of no order, or of too high an order for their size, are errors");
}
