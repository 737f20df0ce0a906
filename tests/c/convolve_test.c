#include "rows.h"
#include "stencil_oracle.h"

#include "kernels/convolve.h"
#include "ops/convolution_weights.h"

#include <math.h>

extern const fl_op fl_op_convolve, fl_op_separable;

static const double color_items[4] = {77, 3, 250, 128};
static const uint8_t color[4] = {77, 3, 250, 128};

/* ---- the kernels ---- */

enum { SIDE = 5 };

/* Sums of weights that just fit, in one sum of 16 bits or two; finished in 32 bits or in 16. */
static void make_small(fl_convolve_taps *taps, uint32_t seed) {
  bool plain = seed % 4 < 2;
  taps->first = plain || seed % 3 == 1 ? taps->count : 11;
  int32_t limit = plain && seed % 2 ? 124 : 255, size[2] = {0, 0};
  for (uint32_t k = 0; k < taps->count; k++) {
    uint32_t sum = k >= taps->first;
    int32_t weight = taps->weight[k] * (seed % 3 == 0 ? 1 : seed % 5 ? 3 : 40) % (limit - size[sum] + 1);
    if (k + 1 == taps->first || k + 1 == taps->count) weight = limit - size[sum];
    taps->weight[k] = (int16_t)weight, taps->total[sum] += weight, size[sum] += abs(weight);
  }
  CHECK(size[0] == limit && size[1] <= limit);
  taps->scale = plain ? 1 : seed % 2 ? 8191 : -777;
  if (plain) taps->finish.bias = seed % 2 ? 1000 : -3, taps->finish.shift = seed % 2 ? 4 : 0;
}

/* Weights whose sums just fit each way. */
static void make_taps(fl_convolve_taps *taps, uint32_t seed, bool small) {
  uint8_t noise[SIDE * SIDE * 2];
  fl_test_noise(noise, sizeof noise, seed);
  memset(taps, 0, sizeof *taps);
  taps->count = SIDE * SIDE + 1;
  for (uint32_t k = 0; k < taps->count - 1; k++) {
    taps->row[k] = (uint16_t)(k / SIDE), taps->column[k] = (int16_t)(k % SIDE) - SIDE / 2;
    taps->weight[k] = small ? (int16_t)(noise[k] % 20 - 10) : (int16_t)((noise[k] - 128) * 255);
    if (seed % 3 == 0) taps->weight[k] = small ? 10 : 32767;
    taps->loose_weight[k] = (noise[k] - 100) / 333.0;
  }
  taps->offset = seed;
  taps->finish = (fl_convolve_finish){.bias = small ? 1 << 20 : -(1 << 24), .shift = small ? 13 : 20,
                                      .mask = seed % 2 ? 0x00ffffff : 0xffffffff, .absolute = seed % 8 > 3};
  if (small) make_small(taps, seed);
}

static void check_taps(size_t pixels, size_t pixel, uint32_t seed) {
  static fl_convolve_taps taps;
  size_t reach = SIDE / 2 * pixel, n = pixels * pixel;
  fl_test_row rows[SIDE];
  const uint8_t *at[SIDE];
  for (uint32_t k = 0; k < SIDE; k++) {
    rows[k] = fl_test_row_make(n + 2 * reach, k, seed % 5 < 4 ? seed % 5 : 3, seed + k);
    at[k] = rows[k].bytes + reach;
  }
  uint8_t *a = malloc(n), *b = malloc(n);
  for (int way = 0; way < 3; way++) {
    make_taps(&taps, seed, way == 0);
    const fl_convolve_kernels *reference = &fl_convolve_reference, *simd = &fl_convolve_simd;
    (way == 0 ? reference->small : way == 1 ? reference->fine : reference->loose)(a, at, at[2], n, pixel, &taps);
    (way == 0 ? simd->small : way == 1 ? simd->fine : simd->loose)(b, at, at[2], n, pixel, &taps);
    CHECK(memcmp(a, b, n) == 0);
  }
  free(a), free(b);
  for (uint32_t k = 0; k < SIDE; k++) fl_test_row_free(&rows[k]);
}

static void check_lines(size_t pixels, size_t pixel, uint32_t seed) {
  size_t n = pixels * pixel;
  fl_test_row rows[6];
  const uint8_t *at[6];
  for (uint32_t k = 0; k < 6; k++) rows[k] = fl_test_row_make(n, k, seed % 5 < 4 ? seed % 5 : 3, seed + k), at[k] = rows[k].bytes;
  fl_convolve_line line = {.count = 6, .bias = 1 << 7, .shift = 8, .weight = {-32768, 32767, 9000, (int16_t)(seed * 977), -5, 0}};
  int16_t *a = malloc(2 * n), *b = malloc(2 * n), *src = malloc(2 * (n + 6 * pixel));
  fl_convolve_reference.down(a, at, n, &line), fl_convolve_simd.down(b, at, n, &line);
  CHECK(memcmp(a, b, 2 * n) == 0);
  fl_test_noise((uint8_t *)src, 2 * (n + 6 * pixel), seed);
  for (size_t i = 0; i < n + 6 * pixel; i++) src[i] /= 2;
  fl_convolve_finish finish = {.bias = 12345, .shift = 20, .mask = seed % 2 ? 0x00ffffff : 0xffffffff, .absolute = seed % 3 == 0};
  fl_convolve_reference.along((uint8_t *)a, src, at[0], n, pixel, &line, &finish);
  fl_convolve_simd.along((uint8_t *)b, src, at[0], n, pixel, &line, &finish);
  CHECK(memcmp(a, b, n) == 0);
  free(a), free(b), free(src);
  for (uint32_t k = 0; k < 6; k++) fl_test_row_free(&rows[k]);
}

static void convolve_twin(void) {
  for (size_t n = 1; n <= 80; n++)
    for (uint32_t seed = 0; seed < 12; seed++)
      check_taps(n, seed % 2 ? 4 : 1, seed), check_lines(n, seed % 2 ? 4 : 1, seed);
}

/* ---- the operations ---- */

typedef struct request {
  uint32_t width, height;
  double weight[FL_CONVOLVE_TAPS_MAX], divisor, offset;
  bool absolute, keeps_alpha;
} request;

static fl_image oracle(const fl_image *in, const request *r, fl_border border) {
  int pixel = (int)fl_bytes_per_pixel(in->format);
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  for (int y = 0; y < (int)in->height; y++)
    for (int x = 0; x < (int)in->width; x++)
      for (int c = 0; c < pixel; c++) {
        double sum = 0;
        for (uint32_t k = 0; k < r->width * r->height; k++)
          sum += r->weight[k] * oracle_pixel(in, x + (int)(k % r->width) - (int)(r->width / 2),
                                             y + (int)(k / r->width) - (int)(r->height / 2), c, border, color);
        double v = sum / r->divisor + r->offset;
        if (r->absolute) v = fabs(v);
        fl_frame_image_row(&out, 0, (uint32_t)y)[x * pixel + c] =
            r->keeps_alpha && c == 3 ? fl_frame_image_row(in, 0, (uint32_t)y)[x * 4 + 3] : (uint8_t)fmin(255, fmax(0, floor(v + 0.5)));
      }
  return out;
}

static void check_convolve(const request *r, uint32_t s, int border) {
  const fl_value params[] = {{0, r->weight, r->width * r->height}, {.number = r->width}, {.number = r->height},
                             {.number = r->divisor}, {.number = r->offset}, {.number = r->absolute}, {.number = r->keeps_alpha},
                             {.number = border}, {0, color_items, 4}};
  fl_image in = s % 2 ? oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], border % 2 ? FL_GRAY8 : FL_RGBA8, s)
                      : oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], border % 2 ? FL_GRAY8 : FL_RGBA8, s);
  fl_image expected = oracle(&in, r, (fl_border)border), plain = fl_test_apply(&fl_op_convolve, params, &in, false, 0, 0);
  fl_image out = fl_test_apply(&fl_op_convolve, params, &in, true, 0, 0);
  CHECK(fl_test_image_equal(&out, &plain));
  CHECK(oracle_distance(&out, &expected) <= 1);
  CHECK(oracle_same_in_tiles(&fl_op_convolve, params, &in, true));
  fl_test_image_free(&in), fl_test_image_free(&expected), fl_test_image_free(&plain), fl_test_image_free(&out);
}

/* Which way a kernel goes. */
static fl_convolution_way way_of(const request *r) {
  static fl_convolution_tables tables;
  fl_node node = {.op = &fl_op_convolve, .out = {8, 8, FL_RGBA8}};
  fl_convolution_fill(&node, &tables, &(fl_convolution){.width = r->width, .height = r->height, .kernel = r->weight, .divisor = r->divisor,
                                                        .offset = r->offset});
  return tables.way;
}

static void check_kernel(request *r, fl_convolution_way expected) {
  CHECK(way_of(r) == expected);
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int border = 0; border < 5; border++) {
      r->absolute = s % 3 == 1, r->keeps_alpha = s % 2;
      check_convolve(r, s, border);
    }
}

static void every_way_is_the_formula(void) {
  check_kernel(&(request){3, 3, {0, -1, 0, -1, 5, -1, 0, -1, 0}, 1, 0, 0, 0}, FL_CONVOLUTION_SMALL);
  check_kernel(&(request){3, 3, {1, 2, 1, 2, 4, 2, 1, 2, 1}, 16, 0, 0, 0}, FL_CONVOLUTION_SMALL);
  check_kernel(&(request){2, 4, {1, -2, 3, -4, 5, -6, 7, -8}, -3.3, 128, 0, 0}, FL_CONVOLUTION_SMALL);
  check_kernel(&(request){1, 1, {1}, 1, 0, 0, 0}, FL_CONVOLUTION_SMALL);
  check_kernel(&(request){3, 3, {.1, .73, -.31, .51, .377, .111, -.9, .2, .1}, 1, 3.5, 0, 0}, FL_CONVOLUTION_FINE);
  check_kernel(&(request){2, 1, {1000000, -999999.5}, 1, 0, 0, 0}, FL_CONVOLUTION_LOOSE);
  check_kernel(&(request){3, 3, {0}, 1, 77.3, 0, 0}, FL_CONVOLUTION_FINE);
  request wide = {.width = 7, .height = 5, .divisor = 9.5, .offset = -12};
  for (uint32_t k = 0; k < 35; k++) wide.weight[k] = (k % 7 + 1.5) * (k / 7 % 2 ? -0.7 : 1);
  check_kernel(&wide, FL_CONVOLUTION_LINES);
  wide.weight[4] += 3;
  check_kernel(&wide, FL_CONVOLUTION_FINE);
}

/* Every pixel of the window weighs something else. */
static void the_largest_kernel(void) {
  static request r = {.width = 31, .height = 31, .divisor = 2883, .offset = 1};
  for (uint32_t k = 0; k < FL_CONVOLVE_TAPS_MAX; k++) r.weight[k] = 1 + k * 7 % 5 + (k == 480 ? 900 : 0);
  CHECK(way_of(&r) == FL_CONVOLUTION_FINE);
  check_convolve(&r, 7, 0), check_convolve(&r, 6, 4);
}

static void separable_is_the_formula(void) {
  static const double x[] = {-0.5, 0.1, 0.5}, y[] = {0.1, 0.2, 0.4, 0.2, 0.1, 0.3};
  request r = {.width = 3, .height = 6, .divisor = 0.13, .offset = 100};
  for (uint32_t k = 0; k < 18; k++) r.weight[k] = x[k % 3] * y[k / 3];
  const double *kernel_x = x, *kernel_y = y;
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int border = 0; border < 5; border++) {
      const fl_value params[] = {{0, kernel_x, 3}, {0, kernel_y, 6}, {.number = s % 2 ? NAN : 0.13}, {.number = 100}, {0}, {0},
                                 {.number = border}, {0, color_items, 4}};
      r.divisor = s % 2 ? 0.1 * 1.3 : 0.13;
      fl_image in = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], border % 2 ? FL_GRAY8 : FL_RGBA8, s);
      fl_image expected = oracle(&in, &r, (fl_border)border), out = fl_test_apply(&fl_op_separable, params, &in, true, 0, 0);
      CHECK(oracle_distance(&out, &expected) <= 1);
      CHECK(oracle_same_in_tiles(&fl_op_separable, params, &in, true));
      CHECK(oracle_same_in_tiles(&fl_op_separable, params, &in, false));
      fl_test_image_free(&in), fl_test_image_free(&expected), fl_test_image_free(&out);
    }
}

static void wrong_kernels_are_refused(void) {
  static const double nine[9] = {1};
  const fl_value short_of_one[] = {{0, nine, 8}, {.number = 3}, {.number = 3}, {.number = 1}, {0}, {0}, {0}, {0}, {0}};
  const fl_value by_nothing[] = {{0, nine, 9}, {.number = 3}, {.number = 3}, {.number = 0}, {0}, {0}, {0}, {0}, {0}};
  const fl_value *wrong[] = {short_of_one, by_nothing};
  for (int k = 0; k < 2; k++) {
    fl_node node = {.op = &fl_op_convolve, .params = wrong[k], .in = {{4, 4, FL_GRAY8}}};
    fl_report report = {0};
    CHECK(fl_op_convolve.resolve(&node, &report) == FL_BAD_ARGUMENT);
  }
}

void test_convolve(void) {
  TEST(convolve_twin, "weighted sums are the same from the SIMD kernels, for every width");
  TEST(every_way_is_the_formula, "convolve is within a level of the formula, whichever way it takes, for every border and tile");
  TEST(the_largest_kernel, "a kernel of 31×31 weights is within a level of the formula");
  TEST(separable_is_the_formula, "separable is within a level of the formula, for every border and tile");
  TEST(wrong_kernels_are_refused, "a kernel of the wrong length and a divisor of 0 are errors");
}
