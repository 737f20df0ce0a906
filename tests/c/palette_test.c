#include "kernels/palette.h"
#include "pixelwise.h"

extern const fl_op fl_op_gradient_map;

static void map(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *palette) {
  fl_kernels_palette(simd)->map(dst, src, pixels, palette);
}

static void map_gray(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *palette) {
  fl_kernels_palette(simd)->map_gray(dst, src, pixels, palette);
}

static void twins_agree(void) {
  static const int16_t weights[][4] = {{9798, 19235, 3735, 0}, {3735, 19235, 9798, 0}, {8192, 8192, 8192, 8192}};
  for (uint32_t w = 0; w < FL_COUNT(weights); w++) {
    fl_palette palette;
    fl_test_noise(&palette.color[0][0], sizeof palette.color, w);
    memcpy(palette.weight, weights[w], sizeof palette.weight);
    fl_test_row_twins(map, &palette, 4, 4);
    fl_test_row_twins(map_gray, &palette, 1, 4);
  }
}

typedef struct gradient {
  const double *stops;
  uint32_t count;
} gradient;

/* From the last stop towards the first. */
static void coloured(const uint8_t in[4], double out[4], const void *context) {
  const gradient *given = context;
  uint32_t luma = (in[0] * 9798u + in[1] * 19235u + in[2] * 3735u + 16384) / 32768, k = given->count / 4;
  double t = luma / 255.0;
  while (k > 0 && given->stops[4 * (k - 1)] > t) k--;
  const double *from = given->stops + 4 * (k > 0 ? k - 1 : 0), *to = k > 0 && k < given->count / 4 ? from + 4 : from;
  double length = to[0] - from[0], share = length > 0 ? (t - from[0]) / length : 0;
  for (uint32_t c = 0; c < 3; c++) out[c] = floor(from[1 + c] * (1 - share) + to[1 + c] * share + 0.5 + 1e-9);
  out[3] = in[3];
}

static const double ramp[] = {0, 0, 0, 0, 1, 255, 255, 255};
static const double heat[] = {0, 0, 0, 64, 0.25, 120, 0, 140.5, 0.6, 255, 100, 0, 1, 255, 255, 220};
static const double steps[] = {0.2, 10, 20, 30, 0.5, 90, 90, 90, 0.5, 200, 0, 200, 0.8, 255, 255, 0};
static const double late[] = {1, 5, 6, 7, 1, 100, 110, 120};

static void colours_follow_the_gradient(void) {
  static const gradient gradients[] = {{ramp, 8}, {heat, 16}, {steps, 16}, {late, 8}};
  static const fl_format formats[] = {FL_RGBA8, FL_BGRA8, FL_GRAY8};
  for (uint32_t g = 0; g < FL_COUNT(gradients); g++)
    for (uint32_t f = 0; f < FL_COUNT(formats); f++) {
      const fl_value stops = {.items = gradients[g].stops, .count = gradients[g].count};
      CHECK(fl_test_worst(&fl_op_gradient_map, &stops, formats[f], coloured, &gradients[g], 0) == 0);
    }
}

static void gray_frames_become_colour(void) {
  fl_image in = fl_test_noise_image((const uint32_t[2]){5, 3}, FL_GRAY8, 1);
  fl_image out = fl_test_all_ways(&fl_op_gradient_map, &(fl_value){.items = ramp, .count = 8}, &in);
  CHECK(out.format == FL_RGBA8);
  for (uint32_t i = 0; i < 15; i++) CHECK(out.plane[0].data[4 * i + 2] == in.plane[0].data[i] && out.plane[0].data[4 * i + 3] == 255);
  fl_test_image_free(&in), fl_test_image_free(&out);
}

static void bad_stops_are_refused(void) {
  static const double falling[] = {0.5, 0, 0, 0, 0.4, 1, 1, 1}, beyond[] = {0, 0, 0, 0, 2, 9, 9, 9}, cut[9] = {0};
  CHECK(fl_test_resolve(&fl_op_gradient_map, &(fl_value){.items = falling, .count = 8}, FL_RGBA8) == FL_BAD_ARGUMENT);
  CHECK(fl_test_resolve(&fl_op_gradient_map, &(fl_value){.items = beyond, .count = 8}, FL_RGBA8) == FL_BAD_ARGUMENT);
  CHECK(fl_test_resolve(&fl_op_gradient_map, &(fl_value){.items = cut, .count = 9}, FL_RGBA8) == FL_BAD_ARGUMENT);
  CHECK(fl_test_resolve(&fl_op_gradient_map, &(fl_value){.items = late, .count = 8}, FL_RGBA8) == FL_OK);
}

void test_palette(void) {
  TEST(twins_agree, "palette: SIMD equals the reference, in place too");
  TEST(colours_follow_the_gradient, "gradientMap: exactly the gradient at the luma, alpha untouched, in all formats");
  TEST(gray_frames_become_colour, "gradientMap: a gray8 frame becomes an opaque rgba8 one");
  TEST(bad_stops_are_refused, "gradientMap: refuses falling positions, positions beyond 1 and halves of stops");
}
