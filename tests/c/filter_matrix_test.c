#include "pixelwise.h"

extern const fl_op fl_op_sepia, fl_op_saturate, fl_op_hue_rotate, fl_op_srgb_to_linear, fl_op_linear_to_srgb;

/* ---- the matrices of Filter Effects, written out ---- */

static void multiply(const double m[9], const uint8_t in[4], double out[4]) {
  for (uint32_t o = 0; o < 3; o++) out[o] = m[3 * o] * in[0] + m[3 * o + 1] * in[1] + m[3 * o + 2] * in[2];
  out[3] = in[3];
}

static void brown(const uint8_t in[4], double out[4], const void *context) {
  double rest = 1 - *(const double *)context;
  const double m[9] = {0.393 + 0.607 * rest, 0.769 - 0.769 * rest, 0.189 - 0.189 * rest, 0.349 - 0.349 * rest, 0.686 + 0.314 * rest,
                       0.168 - 0.168 * rest, 0.272 - 0.272 * rest, 0.534 - 0.534 * rest, 0.131 + 0.869 * rest};
  multiply(m, in, out);
}

static void saturated(const uint8_t in[4], double out[4], const void *context) {
  double s = *(const double *)context;
  const double m[9] = {0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s, 0.213 - 0.213 * s, 0.715 + 0.285 * s,
                       0.072 - 0.072 * s, 0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s};
  multiply(m, in, out);
}

static void rotated(const uint8_t in[4], double out[4], const void *context) {
  double angle = *(const double *)context * (acos(-1) / 180), c = cos(angle), s = sin(angle);
  const double m[9] = {0.213 + c * 0.787 - s * 0.213, 0.715 - c * 0.715 - s * 0.715, 0.072 - c * 0.072 + s * 0.928,
                       0.213 - c * 0.213 + s * 0.143, 0.715 + c * 0.285 + s * 0.140, 0.072 - c * 0.072 - s * 0.283,
                       0.213 - c * 0.213 - s * 0.787, 0.715 - c * 0.715 + s * 0.715, 0.072 + c * 0.928 + s * 0.072};
  multiply(m, in, out);
}

static double worst_of(const fl_op *op, double number, fl_test_pixel formula) {
  const fl_value value = {.number = number};
  return fmax(fl_test_worst(op, &value, FL_RGBA8, formula, &number, 0), fl_test_worst(op, &value, FL_BGRA8, formula, &number, 0));
}

static void the_filters_are_within_a_level(void) {
  static const double amounts[] = {0, 0.2, 0.75, 1}, strengths[] = {0, 0.5, 1, 1.7, 8, 100};
  static const double angles[] = {0, 30, 90, 120, 180, -45, 359.5, 7245, -36000};
  for (uint32_t i = 0; i < FL_COUNT(amounts); i++) CHECK(worst_of(&fl_op_sepia, amounts[i], brown) <= 1);
  for (uint32_t i = 0; i < FL_COUNT(strengths); i++) CHECK(worst_of(&fl_op_saturate, strengths[i], saturated) <= 1);
  for (uint32_t i = 0; i < FL_COUNT(angles); i++) CHECK(worst_of(&fl_op_hue_rotate, angles[i], rotated) <= 1);
}

static void nothing(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  for (uint32_t c = 0; c < 4; c++) out[c] = in[c];
}

static void the_neutral_parameters_change_nothing(void) {
  CHECK(worst_of(&fl_op_sepia, 0, nothing) == 0);
  CHECK(worst_of(&fl_op_saturate, 1, nothing) == 0);
  CHECK(worst_of(&fl_op_hue_rotate, 0, nothing) == 0);
  CHECK(worst_of(&fl_op_hue_rotate, 720, nothing) == 0);
}

/* ---- the curve of sRGB ---- */

static void light(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  for (uint32_t c = 0; c < 3; c++) {
    double v = in[c] / 255.0;
    out[c] = 255 * (v > 0.04045 ? pow((v + 0.055) / 1.055, 2.4) : v / 12.92);
  }
  out[3] = in[3];
}

static void encoded(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  for (uint32_t c = 0; c < 3; c++) {
    double v = in[c] / 255.0;
    out[c] = 255 * (v > 0.0031308 ? 1.055 * pow(v, 1 / 2.4) - 0.055 : v * 12.92);
  }
  out[3] = in[3];
}

static void the_curves_are_exact(void) {
  static const fl_format formats[] = {FL_RGBA8, FL_BGRA8, FL_GRAY8};
  for (uint32_t f = 0; f < FL_COUNT(formats); f++) {
    CHECK(fl_test_worst(&fl_op_srgb_to_linear, NULL, formats[f], light, NULL, 0) == 0);
    CHECK(fl_test_worst(&fl_op_linear_to_srgb, NULL, formats[f], encoded, NULL, 0) == 0);
  }
}

void test_filter_matrix(void) {
  TEST(the_filters_are_within_a_level, "sepia, saturate, hueRotate: within one level of Filter Effects' matrices, in rgba8 and bgra8");
  TEST(the_neutral_parameters_change_nothing, "sepia 0, saturate 1 and hueRotate 0 change nothing");
  TEST(the_curves_are_exact, "srgbToLinear, linearToSrgb: equal to the formula, alpha untouched");
}
