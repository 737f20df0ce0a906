#include "stencil_oracle.h"

#include "kernels/separable.h"
#include "ops/wide_gaussian.h"

#include <math.h>

extern const fl_op fl_op_gaussian_blur;

static const double color_items[4] = {200, 30, 90, 250};
static const uint8_t color_rgba[4] = {200, 30, 90, 250}, color_bgra[4] = {90, 30, 200, 250};

static const uint8_t *color_for(fl_format format) { return format == FL_BGRA8 ? color_bgra : color_rgba; }

/* A copy in a block of its exact size: ASan sees one byte too far. */
static void *exact_copy(const void *bytes, size_t size) { return memcpy(malloc(size ? size : 1), bytes, size); }

/* ---- separable kernels ---- */

static double gaussian(uint32_t k, const void *sigma) {
  double distance = k / *(const double *)sigma;
  return exp(-0.5 * distance * distance);
}

static fl_separable_weights *weights_for(double sigma, uint32_t radius) {
  fl_separable_weights *weights = malloc(fl_separable_bytes(radius));
  fl_separable_fill(weights, radius, gaussian, &sigma);
  return weights;
}

static void check_separable(size_t n, size_t step, double sigma, uint32_t radius, bool extreme) {
  fl_separable_weights *weights = weights_for(sigma, radius);
  uint8_t *rows[64], noise[512];
  for (uint32_t k = 0; k < 2 * radius + 1; k++) {
    fl_test_noise(noise, sizeof noise, k + 1);
    if (extreme) memset(noise, 255, sizeof noise);
    rows[k] = exact_copy(noise, n);
  }
  int16_t *a = malloc(2 * n), *b = malloc(2 * n);
  fl_separable_reference.vertical(a, (const uint8_t *const *)rows + radius, n, weights);
  fl_separable_simd.vertical(b, (const uint8_t *const *)rows + radius, n, weights);
  CHECK(memcmp(a, b, 2 * n) == 0);
  size_t margin = weights->radius * step;
  int16_t *between = malloc(2 * (n + 2 * margin));
  fl_test_noise(noise, sizeof noise, 77);
  for (size_t i = 0; i < n + 2 * margin; i++) {
    int32_t value = extreme ? INT16_MAX : noise[i % 251] * FL_SEPARABLE_LEVEL + (int32_t)(i % 64);
    between[i] = (int16_t)fl_min_i32(value, 255 * FL_SEPARABLE_LEVEL);
  }
  uint8_t *c = malloc(n), *d = malloc(n);
  fl_separable_reference.horizontal(c, between + margin, n, step, weights);
  fl_separable_simd.horizontal(d, between + margin, n, step, weights);
  CHECK(memcmp(c, d, n) == 0);
  if (extreme) CHECK(a[0] == 255 * FL_SEPARABLE_LEVEL && d[n - 1] == 255);
  for (uint32_t k = 0; k < 2 * radius + 1; k++) free(rows[k]);
  free(a), free(b), free(c), free(d), free(between), free(weights);
}

static void separable_twin(void) {
  static const struct {
    double sigma;
    uint32_t radius;
  } kernels[] = {{0.1, 0}, {0.1, 1}, {0.4, 1}, {0.7, 2}, {1, 3}, {2, 6}, {2.3, 7}, {9, 27}};
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t k = 0; k < FL_COUNT(kernels); k++)
      for (size_t step = 1; step <= 4; step += 3)
        for (int extreme = 0; extreme < 2; extreme++) check_separable(n, step, kernels[k].sigma, kernels[k].radius, extreme);
}

/* What the weights' rounding can do to an image at worst, both ways: half of Σ|error| · 255 in each. */
static void weights_are_close(void) {
  for (double sigma = 0.1; sigma <= 250; sigma *= 1.07) {
    uint32_t radius = (uint32_t)ceil(3 * sigma);
    fl_separable_weights *weights = weights_for(sigma, radius);
    double total = 0, error = 0, one = 1 << weights->bits;
    int32_t sum = 0;
    for (int32_t k = -(int32_t)radius; k <= (int32_t)radius; k++) total += gaussian((uint32_t)abs(k), &sigma);
    for (int32_t k = -(int32_t)radius; k <= (int32_t)radius; k++) {
      int32_t weight = abs(k) <= (int32_t)weights->radius ? weights->weight[abs(k)] : 0;
      CHECK(weight >= 0);
      sum += weight;
      error += fabs(weight / one - gaussian((uint32_t)abs(k), &sigma) / total);
    }
    CHECK(sum == 1 << weights->bits);
    CHECK(error * 127.5 * 2 < 0.97);
    free(weights);
  }
}

/* ---- gaussianBlur ---- */

static double *gaussian_rows(const fl_image *in, const double *kernel, int radius, fl_border border) {
  int channels = (int)fl_bytes_per_pixel(in->format), width = (int)in->width + 2 * radius;
  double *between = malloc(sizeof *between * (size_t)(width * channels * (int)in->height));
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < width * channels; i++) {
      double sum = 0;
      for (int k = -radius; k <= radius; k++)
        sum += kernel[abs(k)] * oracle_pixel(in, i / channels - radius, y + k, i % channels, border, color_for(in->format));
      between[y * width * channels + i] = sum;
    }
  return between;
}

static fl_image gaussian_oracle(const fl_image *in, double sigma, int radius, fl_border border) {
  double kernel[1024], total = 0;
  for (int k = -radius; k <= radius; k++) total += exp(-k * k / (2 * sigma * sigma));
  for (int k = 0; k <= radius; k++) kernel[k] = exp(-k * k / (2 * sigma * sigma)) / total;
  double *between = gaussian_rows(in, kernel, radius, border);
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format), stride = ((int)in->width + 2 * radius) * channels;
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++) {
      double sum = 0;
      for (int k = -radius; k <= radius; k++) sum += kernel[abs(k)] * between[y * stride + i + (radius + k) * channels];
      fl_frame_image_row(&out, 0, (uint32_t)y)[i] = (uint8_t)floor(sum + 0.5);
    }
  free(between);
  return out;
}

static void check_gaussian(const fl_image *in, double sigma, double radius, fl_border border) {
  const fl_value params[] = {{.number = sigma}, {.number = radius}, {.number = border}, {0, color_items, 4}};
  fl_image expected = gaussian_oracle(in, sigma, (int)(isnan(radius) ? ceil(3 * sigma) : radius), border);
  fl_image plain = fl_test_apply(&fl_op_gaussian_blur, params, in, false, 0, 0);
  fl_image simd = fl_test_apply(&fl_op_gaussian_blur, params, in, true, 0, 0);
  CHECK(fl_test_image_equal(&plain, &simd));
  CHECK(oracle_distance(&simd, &expected) <= 1);
  fl_test_image_free(&expected), fl_test_image_free(&plain), fl_test_image_free(&simd);
}

static void gaussian_is_the_formula(void) {
  static const double kernels[][2] = {{0.1, NAN}, {0.6, NAN}, {1, NAN}, {1.6, NAN}, {2, NAN}, {2, 2}, {5.5, NAN}, {1, 20}, {3, 0}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = f == 0 ? oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s)
                           : oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(kernels); k++)
        for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
          check_gaussian(&in, kernels[k][0], kernels[k][1], (fl_border)border);
      fl_test_image_free(&in);
    }
}

static void gaussian_with_large_sigma(void) {
  fl_image in = oracle_extremes(37, 11, FL_GRAY8, 5);
  check_gaussian(&in, 20, NAN, FL_BORDER_REFLECT101);
  check_gaussian(&in, 50.5, NAN, FL_BORDER_REFLECT);
  check_gaussian(&in, 250, NAN, FL_BORDER_WRAP);
  fl_test_image_free(&in);
}

static void gaussian_keeps_flat_images(void) {
  for (int level = 0; level < 256; level += 51)
    for (double sigma = 0.3; sigma < 40; sigma *= 3) {
      fl_image in = fl_test_image(20, 9, FL_RGBA8, 0);
      memset(in.plane[0].data, level, (size_t)in.plane[0].stride * 9);
      const fl_value params[] = {{.number = sigma}, {.number = NAN}, {0}, {0}};
      fl_image out = fl_test_apply(&fl_op_gaussian_blur, params, &in, true, 0, 0);
      CHECK(fl_test_image_equal(&in, &out));
      fl_test_image_free(&in), fl_test_image_free(&out);
    }
}

static void gaussian_in_tiles(void) {
  for (uint32_t f = 0; f < 2; f++) {
    fl_image in = oracle_noise(43, 19, oracle_formats[f], 7);
    for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
      for (double sigma = 0.5; sigma < 20; sigma *= 3) {
        const fl_value params[] = {{.number = sigma}, {.number = NAN}, {.number = border}, {0, color_items, 2}};
        CHECK(oracle_same_in_tiles(&fl_op_gaussian_blur, params, &in, true));
      }
    fl_test_image_free(&in);
  }
}

/* ---- the Gaussian at a lower resolution ---- */

static fl_wide_gaussian *wide_for(double sigma, uint32_t radius) {
  fl_wide_gaussian *tables = aligned_alloc(64, (fl_wide_gaussian_bytes(sigma) + 63) / 64 * 64);
  fl_wide_gaussian_fill(tables, sigma, radius);
  return tables;
}

/* The weight that the method gives to the pixel `distance` away from one at this phase; lines: down the columns, not along a row. */
static double effective(const fl_wide_gaussian *tables, int phase, int distance, bool lines) {
  double sum = 0, one = 1 << tables->smooth.bits;
  int step = (int)tables->step, reach = (int)tables->reach, smooth = (int)tables->smooth.radius;
  for (int t = 0; t < FL_DECIMATE_TAPS; t++) {
    double spline = lines ? tables->down[phase * FL_DECIMATE_TAPS + t] / (double)(1 << FL_DECIMATE_BITS)
                          : (double)tables->across[t * step + phase];
    for (int k = -reach; k <= reach; k++) {
      int from = distance + phase - (t - 1 + k) * step;
      if (abs(from) <= smooth) sum += spline * (double)tables->weight[abs(k)] * tables->smooth.weight[abs(from)] / one;
    }
  }
  return sum;
}

/* Σ |effective − formula|, of the worst phase. */
static double kernel_error(const fl_wide_gaussian *tables, double sigma, int radius, bool lines) {
  double worst = 0, total = 0;
  int step = (int)tables->step, far = radius + 6 * step;
  for (int i = -radius; i <= radius; i++) total += exp(-i * i / (2 * sigma * sigma));
  for (int phase = 0; phase < step; phase += step > 8 ? step / 8 : 1) {
    double error = 0;
    for (int i = -far; i <= far; i++) {
      double formula = abs(i) <= radius ? exp(-i * i / (2 * sigma * sigma)) / total : 0;
      error += fabs(effective(tables, phase, i, lines) - formula);
    }
    worst = fmax(worst, error);
  }
  return worst;
}

/* An image of 0 to 255 is at most 127.5 away from gray, and gray is kept: so much times the error of the two-dimensional kernel. */
static void wide_is_close_for_any_image(void) {
  double worst = 0;
  for (double sigma = FL_WIDE_GAUSSIAN_SIGMA; sigma <= 250; sigma *= sigma < 40 ? 1.017 : 1.13) {
    int radius = (int)ceil(3 * sigma);
    fl_wide_gaussian *tables = wide_for(sigma, (uint32_t)radius);
    double down = kernel_error(tables, sigma, radius, true), across = kernel_error(tables, sigma, radius, false);
    worst = fmax(worst, 127.5 * (down + across + down * across));
    free(tables);
  }
  CHECK(worst < 0.9);
  for (double sigma = 4; sigma < 40; sigma *= 1.6)
    for (int radius = (int)ceil(3 * sigma); radius < 6 * sigma; radius += 7) {
      fl_wide_gaussian *tables = wide_for(sigma, (uint32_t)radius);
      double error = kernel_error(tables, sigma, radius, false);
      CHECK(127.5 * (2 * error + error * error) < 0.9);
      free(tables);
    }
}

static void *noise_of(size_t count, size_t each, uint32_t seed) {
  uint8_t *noise = malloc(count + 1);
  void *made = malloc(count * each + 1);
  fl_test_noise(noise, count, seed);
  for (size_t i = 0; i < count; i++) {
    int value = noise[i] * FL_SEPARABLE_LEVEL;
    if (each == 2) ((int16_t *)made)[i] = (int16_t)value;
    else ((float *)made)[i] = (float)value + (float)(i % 7) / 8;
  }
  free(noise);
  return made;
}

static void check_shrink(size_t n, size_t channels, double sigma) {
  fl_wide_gaussian *tables = wide_for(sigma, (uint32_t)ceil(3 * sigma));
  size_t side = tables->smooth.radius * channels + FL_DECIMATE_SLACK, count = ((n - 1) * tables->step + 1) * channels + 2 * side;
  int16_t *src = noise_of(count, 2, (uint32_t)n);
  float *a = malloc(4 * n * channels), *b = malloc(4 * n * channels);
  fl_decimate_reference.shrink(a, src + side, n, channels, tables->step, &tables->smooth);
  fl_decimate_simd.shrink(b, src + side, n, channels, tables->step, &tables->smooth);
  CHECK(memcmp(a, b, 4 * n * channels) == 0);
  free(tables), free(src), free(a), free(b);
}

static void check_widen(size_t n, size_t channels, double sigma, size_t phase) {
  fl_wide_gaussian *tables = wide_for(sigma, (uint32_t)ceil(3 * sigma));
  size_t step = tables->step, coarse = (phase + n - 1) / step + FL_DECIMATE_TAPS;
  float *src = noise_of(coarse * channels, 4, (uint32_t)n);
  int16_t *a = malloc(2 * n * channels), *b = malloc(2 * n * channels);
  fl_decimate_reference.widen(a, src + channels, n, channels, step, phase, tables->across);
  fl_decimate_simd.widen(b, src + channels, n, channels, step, phase, tables->across);
  CHECK(memcmp(a, b, 2 * n * channels) == 0);
  free(tables), free(src), free(a), free(b);
}

static void check_weigh(size_t n, size_t reach) {
  float *rows[9], weight[5] = {0.3f, 0.2f, 0.11f, 0.05f, 0.003f}, *a = malloc(4 * n), *b = malloc(4 * n);
  for (size_t k = 0; k < 9; k++) rows[k] = noise_of(n, 4, (uint32_t)(n + k));
  fl_decimate_reference.weigh(a, (const float *const *)rows + 4, n, weight, reach);
  fl_decimate_simd.weigh(b, (const float *const *)rows + 4, n, weight, reach);
  CHECK(memcmp(a, b, 4 * n) == 0);
  for (size_t k = 0; k < 9; k++) free(rows[k]);
  free(a), free(b);
}

static void check_lift(size_t n, const int16_t weight[4]) {
  int16_t *rows[4];
  uint8_t *a = malloc(n), *b = malloc(n);
  for (size_t k = 0; k < 4; k++) rows[k] = noise_of(n, 2, (uint32_t)(n + k));
  fl_decimate_reference.lift(a, (const int16_t *const *)rows, n, weight);
  fl_decimate_simd.lift(b, (const int16_t *const *)rows, n, weight);
  CHECK(memcmp(a, b, n) == 0);
  for (size_t k = 0; k < 4; k++) free(rows[k]);
  free(a), free(b);
}

static void decimate_twin(void) {
  for (size_t n = 1; n <= 67; n++) {
    for (double sigma = 4; sigma < 250; sigma *= n % 8 ? 8 : 2)
      for (size_t channels = 1; channels <= 4; channels += 3)
        check_shrink(n, channels, sigma), check_widen(n, channels, sigma, 0), check_widen(n, channels, sigma, 1);
    check_weigh(n, 0), check_weigh(n, 4);
    check_lift(n, (const int16_t[]){2731, 10922, 2731, 0}), check_lift(n, (const int16_t[]){341, 7851, 7851, 341});
  }
  for (size_t phase = 0; phase < 8; phase++)
    check_widen(37, 1, 16, phase), check_widen(37, 4, 16, phase), check_widen(3, 1, 16, phase);
}

static void wide_is_the_formula(void) {
  static const double kernels[][2] = {{4, NAN}, {4.7, NAN}, {7.9, NAN}, {8, NAN}, {8, 40}, {8, 20}, {16, NAN}, {33, NAN}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s += 2)
    for (uint32_t f = 0; f < 2; f++) {
      fl_image in = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(kernels); k++) check_gaussian(&in, kernels[k][0], kernels[k][1], (fl_border)((s + f + k) % 5));
      fl_test_image_free(&in);
    }
  for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
    fl_image in = oracle_extremes(61, 47, FL_GRAY8, (uint32_t)border);
    for (uint32_t y = 0; y < 47; y++) memset(fl_frame_image_row(&in, 0, y), 255 * (y > 20), y < 40 ? 30 : 61); /* steps and a line */
    memset(fl_frame_image_row(&in, 0, 9), 255, 61);
    for (uint32_t k = 0; k < FL_COUNT(kernels); k++) check_gaussian(&in, kernels[k][0], kernels[k][1], (fl_border)border);
    fl_test_image_free(&in);
  }
}

static void wide_in_tiles(void) {
  fl_image in = oracle_noise(83, 37, FL_RGBA8, 7);
  for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
    const fl_value params[] = {{.number = 8}, {.number = NAN}, {.number = border}, {0, color_items, 4}};
    CHECK(oracle_same_in_tiles(&fl_op_gaussian_blur, params, &in, true));
  }
  fl_test_image_free(&in);
}

void test_gaussian(void) {
  TEST(separable_twin, "separable filters are the same from the SIMD kernels, for every width");
  TEST(weights_are_close, "a Gaussian's weights sum to one and are within a level of the formula at worst");
  TEST(gaussian_is_the_formula, "gaussianBlur is within 1 of the float64 formula, for every border");
  TEST(gaussian_with_large_sigma, "gaussianBlur with a sigma beyond the image is within 1 too");
  TEST(gaussian_keeps_flat_images, "gaussianBlur leaves a flat image as it is");
  TEST(gaussian_in_tiles, "gaussianBlur gives the same in tiles");
  TEST(wide_is_close_for_any_image, "a wide Gaussian's kernel is within a level of the formula for any image and every sigma");
  TEST(decimate_twin, "the kernels of the wide Gaussian are the same from the SIMD twin");
  TEST(wide_is_the_formula, "a wide gaussianBlur is within 1 of the float64 formula, for every border");
  TEST(wide_in_tiles, "a wide gaussianBlur gives the same in tiles");
}
