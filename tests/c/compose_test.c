#include "apply.h"
#include "kernels/compose.h"
#include "rows.h"

extern const fl_op fl_op_blend;

static const float opacities[] = {0, 0.001f, 0.3f, 0.5f, 0.999f, 1};
#define MODES 3

/* ---- twins ---- */

/* Alphas as images have them: all opaque, all clear, runs of either and of something between. */
static void set_alphas(fl_test_row *row, uint32_t kind, uint32_t seed) {
  if (kind == 3) return;
  for (size_t i = 3; i < row->size; i += 4) {
    uint32_t run = ((uint32_t)(i / 4) + seed) / 5 % 4;
    row->bytes[i] = kind == 0 ? 255 : kind == 1 ? 0 : run == 0 ? row->bytes[i] : run == 1 ? 0 : 255;
  }
}

static void compare_twins(size_t pixels, uint32_t pattern, uint32_t alphas, const fl_blend *blend) {
  size_t size = pixels * 4;
  fl_test_row backdrop = fl_test_row_make(size, pixels % 5, pattern, 1), source = fl_test_row_make(size, 2, pattern ? 3 : 1, 2);
  fl_test_row expected = fl_test_row_make(size, 1, 0, 0), got = fl_test_row_make(size, pixels % 3, 1, 0);
  set_alphas(&backdrop, alphas % 4, 0), set_alphas(&source, alphas / 4, 3);
  fl_kernels_compose(false)->blend(expected.bytes, backdrop.bytes, source.bytes, pixels, blend);
  fl_kernels_compose(true)->blend(got.bytes, backdrop.bytes, source.bytes, pixels, blend);
  CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
  fl_kernels_compose(false)->blend_gray(expected.bytes, backdrop.bytes, source.bytes, pixels, blend);
  fl_kernels_compose(true)->blend_gray(got.bytes, backdrop.bytes, source.bytes, pixels, blend);
  CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
  fl_kernels_compose(false)->blend(expected.bytes, backdrop.bytes, source.bytes, pixels, blend);
  fl_kernels_compose(true)->blend(backdrop.bytes, backdrop.bytes, source.bytes, pixels, blend);
  CHECK(memcmp(expected.bytes, backdrop.bytes, size) == 0);
  fl_test_row_free(&backdrop), fl_test_row_free(&source), fl_test_row_free(&expected), fl_test_row_free(&got);
}

static void blend_twins_agree(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t o = 0; o < FL_COUNT(opacities); o++)
      for (size_t pixels = 1; pixels <= 67; pixels++)
        for (uint32_t alphas = 0; alphas < 16; alphas++)
          compare_twins(pixels, (uint32_t)(pixels + alphas) % FL_TEST_PATTERNS, alphas, &(fl_blend){(fl_blend_mode)mode, opacities[o]});
}

/* ---- the formula ---- */

static double mixed(int mode, double backdrop, double source) {
  return mode == 0 ? source : mode == 1 ? backdrop * source : backdrop + source - backdrop * source;
}

/* One channel 0 to 255, and the alpha 0 to 255 of the whole, in doubles. */
static double exact_color(int mode, double cb, double cs, double ab, double as) {
  double alpha = as + ab - as * ab;
  if (alpha == 0) return 0;
  return 255 * ((1 - ab) * as * cs + ab * as * mixed(mode, cb, cs) + (1 - as) * ab * cb) / alpha;
}

/* The most that a row's result is off the formula, rounded. */
static double worst_of_row(const uint8_t *out, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend) {
  double worst = 0;
  for (size_t i = 0; i < pixels * 4; i += 4) {
    double ab = backdrop[i + 3] / 255.0, as = source[i + 3] / 255.0 * (double)blend->opacity;
    worst = fmax(worst, fabs(out[i + 3] - floor(255 * (as + ab - as * ab) + 0.5)));
    for (size_t c = 0; c < 3; c++) {
      double exact = exact_color((int)blend->mode, backdrop[i + c] / 255.0, source[i + c] / 255.0, ab, as);
      worst = fmax(worst, fabs(out[i + c] - floor(exact + 0.5)));
    }
  }
  return worst;
}

/* Every pair of alphas, with colours that come to all sorts. */
static void all_alphas_are_within_a_level(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t o = 0; o < FL_COUNT(opacities); o++) {
      const fl_blend blend = {(fl_blend_mode)mode, opacities[o]};
      for (uint32_t ab = 0; ab < 256; ab++) {
        uint8_t backdrop[1024], source[1024], out[1024];
        fl_test_noise(backdrop, 1024, ab * 2 + o), fl_test_noise(source, 1024, ab * 2 + 1 + o);
        for (uint32_t as = 0; as < 256; as++) backdrop[as * 4 + 3] = (uint8_t)ab, source[as * 4 + 3] = (uint8_t)as;
        for (uint32_t i = 0; i < 1024 && ab % 4 == 0; i++) /* extreme colours */
          if (i % 4 < 3) backdrop[i] = backdrop[i] & 128 ? 255 : 0, source[i] = source[i] & 64 ? 255 : 0;
        fl_kernels_compose(true)->blend(out, backdrop, source, 256, &blend);
        CHECK(worst_of_row(out, backdrop, source, 256, &blend) <= 1);
      }
    }
}

/* Opaque on opaque: all pairs of colours. */
static void all_colours_are_within_a_level(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t o = 0; o < FL_COUNT(opacities); o++) {
      const fl_blend blend = {(fl_blend_mode)mode, opacities[o]};
      double worst = 0, worst_gray = 0;
      for (uint32_t cb = 0; cb < 256; cb++) {
        uint8_t backdrop[1024], source[1024], out[1024], gray[1024];
        for (uint32_t i = 0; i < 1024; i++)
          backdrop[i] = i % 4 == 3 ? 255 : (uint8_t)cb, source[i] = i % 4 == 3 ? 255 : (uint8_t)(i / 4);
        fl_kernels_compose(true)->blend(out, backdrop, source, 256, &blend);
        fl_kernels_compose(true)->blend_gray(gray, backdrop, source, 1024, &blend);
        worst = fmax(worst, worst_of_row(out, backdrop, source, 256, &blend));
        worst_gray = fmax(worst_gray, worst_of_row(gray, backdrop, source, 256, &blend));
      }
      CHECK(worst <= (o == FL_COUNT(opacities) - 1 ? 0 : 1));
      CHECK(worst_gray <= (o == FL_COUNT(opacities) - 1 ? 0 : 1));
    }
}

static void clear_and_opaque_sources_are_exact(void) {
  uint8_t backdrop[1024], source[1024], out[1024];
  fl_test_noise(backdrop, 1024, 1), fl_test_noise(source, 1024, 2);
  for (uint32_t i = 3; i < 1024; i += 4) source[i] = 0, backdrop[i] = backdrop[i] ? backdrop[i] : 1;
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_SCREEN, 1});
  CHECK(memcmp(out, backdrop, 1024) == 0);
  for (uint32_t i = 3; i < 1024; i += 4) source[i] = 255;
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_MULTIPLY, 0});
  CHECK(memcmp(out, backdrop, 1024) == 0);
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_NORMAL, 1});
  CHECK(memcmp(out, source, 1024) == 0);
}

/* ---- the operation ---- */

static void the_other_frame_is_on_top(void) {
  static const uint32_t sizes[][2] = {{1, 1}, {1, 19}, {23, 1}, {17, 5}, {40, 9}};
  static const fl_format formats[] = {FL_RGBA8, FL_BGRA8, FL_GRAY8};
  for (uint32_t n = 0; n < FL_COUNT(sizes) * FL_COUNT(formats) * MODES; n++) {
    const uint32_t *size = sizes[n % FL_COUNT(sizes)], mode = n % MODES;
    fl_format format = formats[n / MODES % FL_COUNT(formats)];
    fl_image in[2] = {fl_test_image(size[0], size[1], format, 0), fl_test_image(size[0], size[1], format, 0)};
    size_t bytes = in[0].plane[0].stride * in[0].height;
    fl_test_noise(in[0].plane[0].data, bytes, n), fl_test_noise(in[1].plane[0].data, bytes, n + 100);
    const fl_value params[] = {{.number = mode}, {.number = 0.7}};
    fl_image simd = fl_test_apply(&fl_op_blend, params, in, true, 0, 0);
    fl_image reference = fl_test_apply(&fl_op_blend, params, in, false, 0, 0);
    fl_image tiled = fl_test_apply(&fl_op_blend, params, in, true, 7, 5), wide = fl_test_apply(&fl_op_blend, params, in, true, 16, 3);
    CHECK(fl_test_image_equal(&simd, &reference) && fl_test_image_equal(&simd, &tiled) && fl_test_image_equal(&simd, &wide));
    const fl_blend blend = {(fl_blend_mode)mode, 0.7f};
    double worst = 0;
    if (format == FL_GRAY8)
      for (size_t i = 0; i < bytes; i++) {
        double exact = exact_color((int)mode, in[0].plane[0].data[i] / 255.0, in[1].plane[0].data[i] / 255.0, 1, 0.7);
        worst = fmax(worst, fabs(simd.plane[0].data[i] - floor(exact + 0.5)));
      }
    else worst = worst_of_row(simd.plane[0].data, in[0].plane[0].data, in[1].plane[0].data, bytes / 4, &blend);
    CHECK(worst <= 1);
    fl_test_image_free(&in[0]), fl_test_image_free(&in[1]), fl_test_image_free(&simd), fl_test_image_free(&reference);
    fl_test_image_free(&tiled), fl_test_image_free(&wide);
  }
}

void test_compose(void) {
  TEST(blend_twins_agree, "blend: SIMD equals the reference, in place too");
  TEST(all_alphas_are_within_a_level, "blend: every pair of alphas is within one level of the W3C's formula");
  TEST(all_colours_are_within_a_level, "blend: every pair of opaque colours too, and exact at full opacity");
  TEST(clear_and_opaque_sources_are_exact, "blend: a clear source changes nothing, an opaque one covers");
  TEST(the_other_frame_is_on_top, "blend: the other frame is the source, in every format and tile");
}
