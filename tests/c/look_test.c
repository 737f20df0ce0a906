#include "kernels/look.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_vignette, fl_op_dither;

/* ---- twins ---- */

typedef void run_row(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, bool simd, const void *settings);

static void compare_twins(run_row *run, const void *settings) {
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t pixels = 1; pixels <= 67; pixels++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
        size_t size = pixels * channels;
        fl_test_row src = fl_test_row_make(size, pixels % 5, pattern, pixels), in_place = fl_test_row_make(size, 3, pattern, pixels);
        fl_test_row a = fl_test_row_make(size, 1, 0, 0), b = fl_test_row_make(size, pixels % 3, 1, 0);
        run(a.bytes, src.bytes, pixels, channels, false, settings);
        run(b.bytes, src.bytes, pixels, channels, true, settings);
        run(in_place.bytes, in_place.bytes, pixels, channels, true, settings);
        CHECK(memcmp(a.bytes, b.bytes, size) == 0 && memcmp(a.bytes, in_place.bytes, size) == 0);
        fl_test_row_free(&src), fl_test_row_free(&in_place), fl_test_row_free(&a), fl_test_row_free(&b);
      }
}

/* Distances from below 0 to above 1. */
static void run_vignette(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, bool simd, const void *settings) {
  float *across = malloc(pixels * sizeof *across);
  for (size_t i = 0; i < pixels; i++) across[i] = (float)(i * 37 % 67) / 50;
  fl_vignette vignette = *(const fl_vignette *)settings;
  vignette.across = across;
  fl_kernels_look(simd)->vignette(dst, src, pixels, channels, &vignette);
  free(across);
}

static void vignette_twins_agree(void) {
  static const float amounts[] = {FL_VIGNETTE_AMOUNT_MIN, -0.3f, 0, 0.001f, 0.77f, 1};
  for (uint32_t a = 0; a < FL_COUNT(amounts); a++) {
    compare_twins(run_vignette, &(fl_vignette){.down = -0.2f, .amount = amounts[a]});
    compare_twins(run_vignette, &(fl_vignette){.down = -3, .amount = amounts[a]});
    compare_twins(run_vignette, &(fl_vignette){.down = 1, .amount = amounts[a]});
  }
}

static void run_dither(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channels, bool simd, const void *settings) {
  fl_kernels_look(simd)->dither(dst, src, pixels, channels, settings);
}

static void dither_twins_agree(void) {
  for (uint32_t steps = 1; steps <= 255; steps += steps < 9 ? 1 : 41)
    compare_twins(run_dither, &(fl_dither){steps, {0, 254, 1, 128, 77, 253, 3, 200}});
}

/* Every value, every number of levels, every threshold in turn. */
static void dither_divides_right(void) {
  uint8_t src[2048], a[2048], b[2048];
  for (uint32_t i = 0; i < 2048; i++) src[i] = (uint8_t)(i / 8);
  for (uint32_t steps = 1; steps <= 255; steps++)
    for (uint32_t first = 0; first <= 247; first += 13) {
      fl_dither dither = {.steps = steps};
      for (uint32_t i = 0; i < 8; i++) dither.threshold[i] = (uint8_t)(first + i);
      fl_look_reference.dither(a, src, 2048, 1, &dither);
      fl_look_simd.dither(b, src, 2048, 1, &dither);
      CHECK(memcmp(a, b, sizeof a) == 0);
    }
}

/* ---- operations: any against a formula of (value, x, y, image) ---- */

typedef double expected_value(double v, int x, int y, const fl_image *in, const fl_value *params);

static void check_formula(const fl_op *op, const fl_value *params, expected_value *expected, double allowed) {
  for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], f * 10 + s);
      fl_image out = fl_test_apply(op, params, &in, true, 0, 0), plain = fl_test_apply(op, params, &in, false, 0, 0);
      CHECK(fl_test_image_equal(&out, &plain) && oracle_same_in_tiles(op, params, &in, true));
      int channels = (int)fl_bytes_per_pixel(in.format), wrong = 0;
      for (int y = 0; y < (int)in.height; y++)
        for (int i = 0; i < (int)in.width * channels; i++) {
          double v = fl_frame_image_row(&in, 0, (uint32_t)y)[i], got = fl_frame_image_row(&out, 0, (uint32_t)y)[i];
          bool alpha = i % 4 == 3 && channels == 4;
          double want = alpha ? v : fmin(255, fmax(0, expected(v, i / channels, y, &in, params)));
          wrong += alpha ? got != v : fabs(got - want) > allowed;
        }
      CHECK(wrong == 0);
      fl_test_image_free(&in), fl_test_image_free(&out), fl_test_image_free(&plain);
    }
}

static double darkened(double v, int x, int y, const fl_image *in, const fl_value *params) {
  double across = x + 0.5 - in->width / 2.0, down = y + 0.5 - in->height / 2.0;
  double distance = hypot(across, down) / hypot(in->width / 2.0, in->height / 2.0), radius = params[1].number;
  double t = (distance * distance - radius * radius) / (1 - radius * radius);
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  return v * (1 - params[0].number * t * t * (3 - 2 * t));
}

/* 0.5 for the rounding, the rest for the gain's. */
static void vignette_is_the_formula(void) {
  static const double settings[][2] = {{0, 0}, {1, 0}, {0.5, 0.75}, {0.8, 0.3}, {1, 0.99}, {-1, 0}, {-0.4, 0.5}};
  for (uint32_t s = 0; s < FL_COUNT(settings); s++)
    check_formula(&fl_op_vignette, (fl_value[]){{.number = settings[s][0]}, {.number = settings[s][1]}}, darkened, 0.53);
}

/* The place in the pattern by its definition: bits of x ^ y and y, interleaved, the lowest first. */
static int bayer_at(int x, int y) {
  int value = 0;
  for (int bit = 0; bit < 3; bit++) value = value * 4 + ((x ^ y) >> bit & 1) * 2 + (y >> bit & 1);
  return value;
}

static double dithered(double v, int x, int y, const fl_image *in, const fl_value *params) {
  (void)in;
  double steps = params[0].number - 1, k = floor(v * steps / 255 + (bayer_at(x % 8, y % 8) + 0.5) / 64);
  return floor(255 * k / steps + 0.5 + 1e-9);
}

static void dither_is_the_formula(void) {
  static const double levels[] = {2, 3, 4, 7, 16, 58, 100, 255, 256};
  for (uint32_t l = 0; l < FL_COUNT(levels); l++) check_formula(&fl_op_dither, &(fl_value){.number = levels[l]}, dithered, 0);
}

/* A flat area keeps its mean to half a sixty-fourth of a step. */
static void dither_keeps_the_mean(void) {
  for (int v = 0; v < 256; v += 3) {
    fl_image in = fl_test_image(64, 16, FL_GRAY8, 0);
    memset(in.plane[0].data, v, 64 * 16);
    fl_image out = fl_test_apply(&fl_op_dither, &(fl_value){.number = 2}, &in, true, 0, 0);
    double sum = 0;
    for (uint32_t i = 0; i < 64 * 16; i++) sum += out.plane[0].data[i];
    CHECK(fabs(sum / (64 * 16) - v) <= 2);
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

void test_look(void) {
  TEST(vignette_twins_agree, "vignette: SIMD equals the reference, in place too");
  TEST(dither_twins_agree, "dither: SIMD equals the reference, in place too");
  TEST(dither_divides_right, "dither: SIMD equals the reference for every value and number of levels");
  TEST(vignette_is_the_formula, "vignette: within rounding of the formula in float64, tiles do not show");
  TEST(dither_is_the_formula, "dither: Bayer's pattern by the pixel's place, tiles do not show");
  TEST(dither_keeps_the_mean, "dither: a flat area keeps its mean");
}
