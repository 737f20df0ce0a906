#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_levels, fl_op_posterize, fl_op_solarize, fl_op_temperature;

/* Channel c (of r, g, b) of a value, in float64. */
typedef double expected_value(double v, int c, const fl_value *params);

/* Every value in every colour channel against the formula, rounded half up; alpha stays. */
static void check_table(const fl_op *op, const fl_value *params, expected_value *expected) {
  for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
    fl_format format = oracle_formats[f];
    if (!(op->formats & FL_FORMAT_BIT(format))) continue;
    int channels = (int)fl_bytes_per_pixel(format), wrong = 0;
    fl_image in = fl_test_image(256, 1, format, 0);
    for (int i = 0; i < 256 * channels; i++) in.plane[0].data[i] = (uint8_t)(i / channels + i % channels * 50);
    fl_image out = fl_test_apply(op, params, &in, true, 0, 0);
    for (int i = 0; i < 256 * channels; i++) {
      int c = format == FL_BGRA8 ? 2 - i % channels : i % channels, v = in.plane[0].data[i];
      double want = i % channels == 3 ? v : fmin(255, fmax(0, floor(expected(v, c, params) + 0.5 + 1e-9)));
      wrong += out.plane[0].data[i] != want;
    }
    CHECK(wrong == 0);
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

static double levelled(double v, int c, const fl_value *params) {
  (void)c;
  double black = params[0].number, white = params[1].number, inside = v > black;
  if (black != white) inside = fmin(1, fmax(0, (v - black) / (white - black)));
  return params[3].number * (1 - pow(inside, 1 / params[2].number)) + params[4].number * pow(inside, 1 / params[2].number);
}

static void levels_is_the_formula(void) {
  static const double settings[][5] = {{0, 255, 1, 0, 255},   {20, 230, 1, 0, 255},  {0, 255, 2.2, 0, 255}, {0, 255, 0.4, 10, 200},
                                       {100, 101, 1, 0, 255}, {0, 255, 1, 255, 0},   {0, 2, 1, 0, 255},     {0, 10, 1, 0, 255},
                                       {0, 255, 100, 0, 255}, {0, 255, 0.01, 7, 7}, {99.5, 100.25, 3, 200, 20},
                                       {200, 50, 1, 0, 255},  {128, 128, 1, 0, 255}, {255, 0, 2, 0, 255}};
  for (uint32_t s = 0; s < FL_COUNT(settings); s++) {
    fl_value params[5];
    for (int p = 0; p < 5; p++) params[p] = (fl_value){.number = settings[s][p]};
    check_table(&fl_op_levels, params, levelled);
  }
}

static double posterized(double v, int c, const fl_value *params) {
  (void)c;
  double levels = params[0].number;
  return 255 * floor(v * levels / 256) / (levels - 1);
}

static double solarized(double v, int c, const fl_value *params) {
  (void)c;
  return v < params[0].number ? v : 255 - v;
}

static void posterize_is_the_formula(void) {
  for (int levels = 2; levels <= 256; levels++) check_table(&fl_op_posterize, &(fl_value){.number = levels}, posterized);
}

static void solarize_is_the_formula(void) {
  static const double thresholds[] = {0, 1, 100.5, 128, 255, 256};
  for (uint32_t t = 0; t < FL_COUNT(thresholds); t++) check_table(&fl_op_solarize, &(fl_value){.number = thresholds[t]}, solarized);
}

/* ---- temperature ---- */

static double locus(const double by[4], double v) { return by[0] * v * v * v + by[1] * v * v + by[2] * v + by[3]; }

/* Linear red, green and blue of a black body, from the published splines as they stand there. */
static void black_body(double kelvin, double out[3]) {
  static const double xs[2][4] = {{-0.2661239e9, -0.2343589e6, 0.8776956e3, 0.179910}, {-3.0258469e9, 2.1070379e6, 0.2226347e3, 0.240390}};
  static const double ys[3][4] = {{-1.1063814, -1.34811020, 2.18555832, -0.20219683},
                                  {-0.9549476, -1.37418593, 2.09137015, -0.16748867},
                                  {3.0817580, -5.87338670, 3.75112997, -0.37001483}};
  static const double matrix[3][3] = {{3.2406, -1.5372, -0.4986}, {-0.9689, 1.8758, 0.0415}, {0.0557, -0.2040, 1.0570}};
  double x = locus(xs[kelvin > 4000], 1 / kelvin), y = locus(ys[(kelvin > 2222) + (kelvin > 4000)], x);
  const double xyz[3] = {x / y, 1, (1 - x - y) / y};
  for (int c = 0; c < 3; c++) {
    out[c] = matrix[c][0] * xyz[0] + matrix[c][1] * xyz[1] + matrix[c][2] * xyz[2];
    if (out[c] < 0) out[c] = 0;
  }
}

static double lit(double v, int c, const fl_value *params) {
  double light[3], neutral[3], gain[3], linear = v / 255;
  black_body(params[0].number, light), black_body(6500, neutral);
  for (int k = 0; k < 3; k++) gain[k] = light[k] / neutral[k];
  linear = linear <= 0.04045 ? linear / 12.92 : pow((linear + 0.055) / 1.055, 2.4);
  linear *= gain[c] / (0.2126 * gain[0] + 0.7152 * gain[1] + 0.0722 * gain[2]);
  return 255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055);
}

static void temperature_is_the_formula(void) {
  static const double kelvins[] = {1667, 2000, 2222, 2800, 4000, 4001, 5000, 6500, 9000, 25000};
  for (uint32_t k = 0; k < FL_COUNT(kelvins); k++) check_table(&fl_op_temperature, &(fl_value){.number = kelvins[k]}, lit);
}

static uint8_t white_under(double kelvin, uint32_t channel) {
  fl_image in = fl_test_image(1, 1, FL_RGBA8, 0);
  memset(in.plane[0].data, 200, 4);
  fl_image out = fl_test_apply(&fl_op_temperature, &(fl_value){.number = kelvin}, &in, true, 0, 0);
  uint8_t value = out.plane[0].data[channel];
  fl_test_image_free(&in), fl_test_image_free(&out);
  return value;
}

static void lower_is_warmer(void) {
  for (uint32_t c = 0; c < 3; c++) CHECK(white_under(6500, c) == 200);
  for (double kelvin = 1800; kelvin < 12000; kelvin += 400) {
    CHECK(white_under(kelvin, 0) >= white_under(kelvin + 400, 0));
    CHECK(white_under(kelvin, 2) <= white_under(kelvin + 400, 2));
  }
}

void test_levels(void) {
  TEST(levels_is_the_formula, "levels: a power curve between two ranges, whichever end is the higher, every value, alpha kept");
  TEST(posterize_is_the_formula, "posterize: every value for every number of levels");
  TEST(solarize_is_the_formula, "solarize: 255 - v from the threshold on");
  TEST(temperature_is_the_formula, "temperature: a black body's colour in linear light, in both channel orders");
  TEST(lower_is_warmer, "temperature: 6500 changes nothing, less gives more red and less blue");
}
