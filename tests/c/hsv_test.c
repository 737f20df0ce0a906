#include "kernels/hsv.h"
#include "pixelwise.h"

extern const fl_op fl_op_rgb_to_hsv, fl_op_hsv_to_rgb;

static void from_rgb(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *red) {
  fl_kernels_hsv(simd)->from_rgb(dst, src, pixels, *(const uint32_t *)red);
}

static void to_rgb(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *red) {
  fl_kernels_hsv(simd)->to_rgb(dst, src, pixels, *(const uint32_t *)red);
}

static void twins_agree(void) {
  for (uint32_t red = 0; red <= 2; red += 2) {
    fl_test_row_twins(from_rgb, &red, 4, 4);
    fl_test_row_twins(to_rgb, &red, 4, 4);
    fl_test_pair_twins(from_rgb, &red, 0, 1), fl_test_pair_twins(from_rgb, &red, 1, 2), fl_test_pair_twins(from_rgb, &red, 0, 2);
    fl_test_pair_twins(to_rgb, &red, 0, 1), fl_test_pair_twins(to_rgb, &red, 1, 2), fl_test_pair_twins(to_rgb, &red, 0, 2);
  }
}

/* Every difference of two channels over every range of the three: all quotients there are. */
static void every_quotient_is_the_references(void) {
  enum { PIXELS = 256 };
  static const uint8_t places[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  const uint32_t red = 0;
  uint8_t src[PIXELS * 4], expected[PIXELS * 4], got[PIXELS * 4];
  int wrong = 0;
  for (uint32_t p = 0; p < 6; p++)
    for (uint32_t high = 0; high < 256; high++)
      for (uint32_t low = 0; low <= high; low += high < 128 ? 1 : 7) {
        for (uint32_t i = 0; i < PIXELS; i++) {
          uint32_t middle = low + i < high ? low + i : high;
          src[4 * i + places[p][0]] = (uint8_t)high, src[4 * i + places[p][1]] = (uint8_t)middle;
          src[4 * i + places[p][2]] = (uint8_t)low, src[4 * i + 3] = (uint8_t)i;
        }
        from_rgb(false, expected, src, PIXELS, &red), from_rgb(true, got, src, PIXELS, &red);
        wrong += memcmp(expected, got, sizeof got) != 0;
      }
  CHECK(wrong == 0);
}

/* The textbook's: degrees, and 0 to 1. */
static void hsv_of(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  double r = in[0] / 255.0, g = in[1] / 255.0, b = in[2] / 255.0;
  double value = fmax(r, fmax(g, b)), range = value - fmin(r, fmin(g, b)), hue = 0;
  if (range > 0) {
    if (value == r) hue = fmod((g - b) / range + 6, 6);
    else hue = value == g ? (b - r) / range + 2 : (r - g) / range + 4;
  }
  out[0] = hue * 30, out[1] = value > 0 ? range / value * 255 : 0, out[2] = value * 255, out[3] = in[3];
}

static double channel_of(double n, double hue, double saturation, double value) {
  double k = fmod(n + hue / 60, 6);
  return value - value * saturation * fmax(0, fmin(k, fmin(4 - k, 1)));
}

static void rgb_of(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  double hue = in[0] % 180 * 2.0, saturation = in[1] / 255.0, value = in[2];
  out[0] = channel_of(5, hue, saturation, value), out[1] = channel_of(3, hue, saturation, value);
  out[2] = channel_of(1, hue, saturation, value), out[3] = in[3];
}

static void both_are_within_a_level(void) {
  for (fl_format format = FL_RGBA8; format <= FL_BGRA8; format++) {
    CHECK(fl_test_worst(&fl_op_rgb_to_hsv, NULL, format, hsv_of, NULL, 180) <= 1);
    CHECK(fl_test_worst(&fl_op_hsv_to_rgb, NULL, format, rgb_of, NULL, 0) <= 1);
  }
}

static void the_way_back_is_within(double limit, uint32_t step) {
  const uint32_t red = 0;
  double worst = 0;
  for (uint32_t saturation = 0; saturation < 256; saturation += step)
    for (uint32_t value = 0; value < 256; value += step)
      for (uint32_t hue = 0; hue < 256; hue++) {
        uint8_t pixel[4] = {(uint8_t)hue, (uint8_t)saturation, (uint8_t)value, 7};
        double expected[4];
        rgb_of(pixel, expected, NULL);
        to_rgb(false, pixel, pixel, 1, &red);
        for (uint32_t c = 0; c < 4; c++) worst = fmax(worst, fabs(pixel[c] - expected[c]));
      }
  CHECK(worst <= limit);
}

static void back_to_rgb_is_near_the_formula(void) { the_way_back_is_within(0.6, 5); }

static void pure_colours_are_exact_both_ways(void) {
  static const uint8_t colours[][2][4] = {
      {{255, 0, 0, 9}, {0, 255, 255, 9}},    {{255, 255, 0, 9}, {30, 255, 255, 9}}, {{0, 255, 0, 9}, {60, 255, 255, 9}},
      {{0, 255, 255, 9}, {90, 255, 255, 9}}, {{0, 0, 255, 9}, {120, 255, 255, 9}},  {{255, 0, 255, 9}, {150, 255, 255, 9}},
      {{77, 77, 77, 9}, {0, 0, 77, 9}},      {{0, 0, 0, 9}, {0, 0, 0, 9}},          {{255, 255, 255, 9}, {0, 0, 255, 9}},
  };
  const uint32_t red = 0;
  for (uint32_t i = 0; i < FL_COUNT(colours); i++) {
    uint8_t there[4], back[4];
    from_rgb(false, there, colours[i][0], 1, &red), to_rgb(false, back, colours[i][1], 1, &red);
    CHECK(memcmp(there, colours[i][1], 4) == 0);
    CHECK(memcmp(back, colours[i][0], 4) == 0);
  }
}

void test_hsv(void) {
  TEST(twins_agree, "hsv: SIMD equals the reference, in place too, with red first or last");
  TEST(every_quotient_is_the_references, "hsv: SIMD equals the reference for every hue and saturation");
  TEST(both_are_within_a_level, "rgbToHsv, hsvToRgb: within one level of the formulas, from rgba8 and bgra8");
  TEST(back_to_rgb_is_near_the_formula, "hsvToRgb: within 0.6 of the exact value, hues beyond 179 too");
  TEST(pure_colours_are_exact_both_ways, "hsv: pure colours and grays are exact both ways");
}
