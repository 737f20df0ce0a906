#include "kernels/key.h"
#include "pixelwise.h"

extern const fl_op fl_op_chroma_key;

static void apply(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *key) {
  fl_kernels_key(simd)->apply(dst, src, pixels, key);
}

static void twins_agree(void) {
  static const fl_key keys[] = {
      {{-5529, -10855, 16384, 0}, {16384, -13720, -2664, 0}, -2768025, -3498600, 1 / 32768.0f / 20, -3},
      {{16384, -10855, -5529, 0}, {-2664, -13720, 16384, 0}, 12345, 0, 1 / 32768.0f / 300, 0},
      {{-5529, -10855, 16384, 0}, {16384, -13720, -2664, 0}, 0, 0, 1 / 32768.0f / 0.01f, -6000},
  };
  for (uint32_t k = 0; k < FL_COUNT(keys); k++) {
    fl_test_row_twins(apply, &keys[k], 4, 4);
    for (uint32_t c = 0; c < 3; c++) fl_test_pair_twins(apply, &keys[k], c, 3);
  }
}

typedef struct call {
  double color[3], tolerance, softness;
} call;

static void chroma(const double rgb[3], double out[2]) {
  double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  out[0] = (rgb[2] - luma) / 1.772, out[1] = (rgb[0] - luma) / 1.402;
}

static double distance(const uint8_t rgb[3], const double color[3]) {
  double own[2], backdrop[2];
  chroma((const double[3]){rgb[0], rgb[1], rgb[2]}, own), chroma(color, backdrop);
  return hypot(own[0] - backdrop[0], own[1] - backdrop[1]);
}

static void keyed(const uint8_t in[4], double out[4], const void *context) {
  const call *given = context;
  for (uint32_t c = 0; c < 3; c++) out[c] = in[c];
  out[3] = in[3] * fmin(1, fmax(0, (distance(in, given->color) - given->tolerance) / given->softness));
}

static void alpha_follows_the_ramp(void) {
  static const call calls[] = {{{0, 255, 0}, 60, 40}, {{0, 0, 255}, 0, 200}, {{200, 30.5, 90}, 20, 10}, {{128, 128, 128}, 5, 300}};
  for (uint32_t i = 0; i < FL_COUNT(calls); i++)
    for (fl_format format = FL_RGBA8; format <= FL_BGRA8; format++) {
      const fl_value params[] = {{.items = calls[i].color, .count = 3}, {.number = calls[i].tolerance}, {.number = calls[i].softness}};
      CHECK(fl_test_worst(&fl_op_chroma_key, params, format, keyed, &calls[i], 0) <= 1);
    }
}

/* Without softness a pixel is either kept or gone; only close to the edge may it be either. */
static void a_hard_edge_is_hard(void) {
  static const double color[3] = {20, 200, 40};
  const fl_value params[] = {{.items = color, .count = 3}, {.number = 70}, {.number = 0}};
  fl_image in = fl_test_noise_image((const uint32_t[2]){97, 61}, FL_RGBA8, 5), out = fl_test_all_ways(&fl_op_chroma_key, params, &in);
  int wrong = 0, gone = 0;
  for (uint32_t i = 0; i < in.width * in.height; i++) {
    const uint8_t *from = in.plane[0].data + 4 * i, *to = out.plane[0].data + 4 * i;
    double d = distance(from, color) - 70;
    gone += d <= 0;
    wrong += d < -0.05 ? to[3] != 0 : d > 0.05 && to[3] != from[3];
  }
  CHECK(wrong == 0 && gone > 100);
  fl_test_image_free(&in), fl_test_image_free(&out);
}

static void the_backdrops_colour_goes_and_its_shades_too(void) {
  static const double color[3] = {0, 177, 64};
  const fl_value params[] = {{.items = color, .count = 3}, {.number = 0}, {.number = 0}};
  fl_image in = fl_test_noise_image((const uint32_t[2]){3, 1}, FL_RGBA8, 1);
  static const uint8_t pixels[3][4] = {{0, 177, 64, 255}, {30, 207, 94, 200}, {0, 177, 70, 99}};
  memcpy(in.plane[0].data, pixels, sizeof pixels);
  fl_image out = fl_test_all_ways(&fl_op_chroma_key, params, &in);
  CHECK(out.plane[0].data[3] == 0 && out.plane[0].data[7] == 0 && out.plane[0].data[11] == 99);
  fl_test_image_free(&in), fl_test_image_free(&out);
}

void test_key(void) {
  TEST(twins_agree, "key: SIMD equals the reference, in place too");
  TEST(alpha_follows_the_ramp, "chromaKey: alpha within one level of the formula, colours untouched, in rgba8 and bgra8");
  TEST(a_hard_edge_is_hard, "chromaKey: with softness 0 a pixel is kept or gone");
  TEST(the_backdrops_colour_goes_and_its_shades_too, "chromaKey: brightness does not count, and tolerance 0 takes nothing else");
}
