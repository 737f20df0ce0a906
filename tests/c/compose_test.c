#include "apply.h"
#include "kernels/compose.h"
#include "rows.h"

extern const fl_op fl_op_blend;

static const float opacities[] = {0, 0.001f, 0.3f, 0.5f, 0.999f, 1};
#define MODES (FL_BLEND_LIGHTER + 1)

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
        for (uint32_t alphas = (uint32_t)pixels % 3; alphas < 16; alphas += 3)
          compare_twins(pixels, (uint32_t)(pixels + alphas) % FL_TEST_PATTERNS, alphas,
                        &(fl_blend){(fl_blend_mode)mode, opacities[o], pixels % 2});
}

/* Longer than what is mixed at a time. */
static void long_rows_agree(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t alphas = 0; alphas < 16; alphas += 5) compare_twins(1100, 3, alphas, &(fl_blend){(fl_blend_mode)mode, 0.8f, false});
}

/* ---- the formula ---- */

static double hard_light(double b, double s) { return s <= 0.5 ? b * 2 * s : b + (2 * s - 1) - b * (2 * s - 1); }

static double soft_light(double b, double s) {
  double d = b <= 0.25 ? ((16 * b - 12) * b + 4) * b : sqrt(b);
  return s <= 0.5 ? b - (1 - 2 * s) * b * (1 - b) : b + (2 * s - 1) * (d - b);
}

/* B(cb, cs) of the W3C's Compositing and Blending, chapter 10.1. */
static double mix_channel(int mode, double b, double s) {
  switch (mode) {
    case FL_BLEND_MULTIPLY: return b * s;
    case FL_BLEND_SCREEN: return b + s - b * s;
    case FL_BLEND_OVERLAY: return hard_light(s, b);
    case FL_BLEND_DARKEN: return fmin(b, s);
    case FL_BLEND_LIGHTEN: return fmax(b, s);
    case FL_BLEND_COLOR_DODGE: return b == 0 ? 0 : s == 1 ? 1 : fmin(1, b / (1 - s));
    case FL_BLEND_COLOR_BURN: return b == 1 ? 1 : s == 0 ? 0 : 1 - fmin(1, (1 - b) / s);
    case FL_BLEND_HARD_LIGHT: return hard_light(b, s);
    case FL_BLEND_SOFT_LIGHT: return soft_light(b, s);
    case FL_BLEND_DIFFERENCE: return fabs(b - s);
    case FL_BLEND_EXCLUSION: return b + s - 2 * b * s;
    default: return s;
  }
}

static double lum(const double c[3]) { return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]; }
static double least(const double c[3]) { return fmin(fmin(c[0], c[1]), c[2]); }
static double most(const double c[3]) { return fmax(fmax(c[0], c[1]), c[2]); }

/* SetLum and ClipColor, and SetSat, of chapter 10.2. */
static void set_lum(double c[3], double wanted) {
  double step = wanted - lum(c);
  for (int i = 0; i < 3; i++) c[i] += step;
  double l = lum(c), low = least(c), high = most(c);
  for (int i = 0; i < 3; i++) {
    if (low < 0) c[i] = l + (c[i] - l) * l / (l - low);
    if (high > 1) c[i] = l + (c[i] - l) * (1 - l) / (high - l);
  }
}

static void set_sat(double c[3], double wanted) {
  double low = least(c), range = most(c) - low;
  for (int i = 0; i < 3; i++) c[i] = range > 0 ? (c[i] - low) * wanted / range : 0;
}

static void mix_colour(int mode, const double b[3], const double s[3], double out[3]) {
  bool from_source = mode == FL_BLEND_HUE || mode == FL_BLEND_COLOR;
  memcpy(out, from_source ? s : b, 3 * sizeof *out);
  if (mode == FL_BLEND_HUE) set_sat(out, most(b) - least(b));
  if (mode == FL_BLEND_SATURATION) set_sat(out, most(s) - least(s));
  set_lum(out, lum(mode == FL_BLEND_LUMINOSITY ? s : b));
}

/* Fa and Fb of the operators, chapter 9.1. */
static void find_fractions(int mode, double as, double ab, double *fa, double *fb) {
  switch (mode) {
    case FL_BLEND_CLEAR: *fa = 0, *fb = 0; break;
    case FL_BLEND_COPY: *fa = 1, *fb = 0; break;
    case FL_BLEND_DESTINATION: *fa = 0, *fb = 1; break;
    case FL_BLEND_DESTINATION_OVER: *fa = 1 - ab, *fb = 1; break;
    case FL_BLEND_SOURCE_IN: *fa = ab, *fb = 0; break;
    case FL_BLEND_DESTINATION_IN: *fa = 0, *fb = as; break;
    case FL_BLEND_SOURCE_OUT: *fa = 1 - ab, *fb = 0; break;
    case FL_BLEND_DESTINATION_OUT: *fa = 0, *fb = 1 - as; break;
    case FL_BLEND_SOURCE_ATOP: *fa = ab, *fb = 1 - as; break;
    case FL_BLEND_DESTINATION_ATOP: *fa = 1 - ab, *fb = as; break;
    case FL_BLEND_XOR: *fa = 1 - ab, *fb = 1 - as; break;
    case FL_BLEND_LIGHTER: *fa = 1, *fb = 1; break;
    default: *fa = 1, *fb = 1 - as; /* the blend modes go with source-over */
  }
}

/* Straight colours and alphas, 0 to 1, in doubles. */
static void exact_pixel(int mode, const double b[4], const double s[4], double out[4]) {
  double as = s[3], ab = b[3], fa, fb, mixed[3] = {s[0], s[1], s[2]};
  if (mode >= FL_BLEND_HUE && mode <= FL_BLEND_LUMINOSITY) mix_colour(mode, b, s, mixed);
  else for (int c = 0; c < 3; c++) mixed[c] = mix_channel(mode, b[c], s[c]);
  find_fractions(mode, as, ab, &fa, &fb);
  out[3] = fmin(1, as * fa + ab * fb);
  for (int c = 0; c < 3; c++) {
    double colour = mode < FL_BLEND_CLEAR ? (1 - ab) * s[c] + ab * mixed[c] : s[c];
    out[c] = out[3] > 0 ? fmin(1, as * fa * colour + ab * fb * b[c]) / out[3] : 0;
  }
}

/* The most that a row's result is off the formula, rounded; gray: one byte per pixel. */
static double worst_of_row(const uint8_t *out, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend,
                           bool gray) {
  double worst = 0;
  uint32_t bytes = gray ? 1 : 4;
  for (size_t i = 0; i < pixels * bytes; i += bytes) {
    double b[4], s[4], exact[4];
    for (uint32_t c = 0; c < 4; c++) {
      uint32_t from = gray ? 0 : blend->blue_first && c < 3 ? 2 - c : c;
      b[c] = gray && c == 3 ? 1 : backdrop[i + from] / 255.0, s[c] = gray && c == 3 ? 1 : source[i + from] / 255.0;
    }
    s[3] *= (double)blend->opacity;
    exact_pixel((int)blend->mode, b, s, exact);
    for (uint32_t c = 0; c < bytes; c++)
      worst = fmax(worst, fabs(out[i + (!gray && blend->blue_first && c < 3 ? 2 - c : c)] - floor(255 * exact[c] + 0.5 + 1e-9)));
  }
  return worst;
}

/* Those whose rounding is not of integers may go either way in the middle. */
static bool is_exact(int mode) {
  return mode != FL_BLEND_COLOR_DODGE && mode != FL_BLEND_COLOR_BURN && mode != FL_BLEND_SOFT_LIGHT &&
         !(mode >= FL_BLEND_HUE && mode <= FL_BLEND_LUMINOSITY);
}

/* Every pair of alphas, with colours that come to all sorts. */
static void all_alphas_are_within_a_level(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t o = 0; o < FL_COUNT(opacities); o++) {
      const fl_blend blend = {(fl_blend_mode)mode, opacities[o], o % 2};
      for (uint32_t ab = 0; ab < 256; ab++) {
        uint8_t backdrop[1024], source[1024], out[1024];
        fl_test_noise(backdrop, 1024, ab * 2 + o), fl_test_noise(source, 1024, ab * 2 + 1 + o);
        for (uint32_t as = 0; as < 256; as++) backdrop[as * 4 + 3] = (uint8_t)ab, source[as * 4 + 3] = (uint8_t)as;
        for (uint32_t i = 0; i < 1024 && ab % 4 == 0; i++) /* extreme colours */
          if (i % 4 < 3) backdrop[i] = backdrop[i] & 128 ? 255 : 0, source[i] = source[i] & 64 ? 255 : 0;
        fl_kernels_compose(true)->blend(out, backdrop, source, 256, &blend);
        CHECK(worst_of_row(out, backdrop, source, 256, &blend, false) <= 1);
      }
    }
}

/* Opaque on opaque: all pairs of colours. */
static void all_colours_are_within_a_level(void) {
  for (int mode = 0; mode < MODES; mode++)
    for (uint32_t o = 0; o < FL_COUNT(opacities); o++) {
      const fl_blend blend = {(fl_blend_mode)mode, opacities[o], false};
      double worst = 0, worst_gray = 0;
      for (uint32_t cb = 0; cb < 256; cb++) {
        uint8_t backdrop[1024], source[1024], out[1024], gray[1024];
        for (uint32_t i = 0; i < 1024; i++)
          backdrop[i] = i % 4 == 3 ? 255 : (uint8_t)cb, source[i] = i % 4 == 3 ? 255 : (uint8_t)(i / 4);
        fl_kernels_compose(true)->blend(out, backdrop, source, 256, &blend);
        fl_kernels_compose(true)->blend_gray(gray, backdrop, source, 1024, &blend);
        worst = fmax(worst, worst_of_row(out, backdrop, source, 256, &blend, false));
        worst_gray = fmax(worst_gray, worst_of_row(gray, backdrop, source, 1024, &blend, true));
      }
      CHECK(worst <= (o == FL_COUNT(opacities) - 1 && is_exact(mode) ? 0 : 1));
      CHECK(worst_gray <= (o == FL_COUNT(opacities) - 1 && is_exact(mode) ? 0 : 1));
    }
}

static void clear_and_opaque_sources_are_exact(void) {
  uint8_t backdrop[1024], source[1024], out[1024];
  fl_test_noise(backdrop, 1024, 1), fl_test_noise(source, 1024, 2);
  for (uint32_t i = 3; i < 1024; i += 4) source[i] = 0, backdrop[i] = backdrop[i] ? backdrop[i] : 1;
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_SCREEN, 1, false});
  CHECK(memcmp(out, backdrop, 1024) == 0);
  for (uint32_t i = 3; i < 1024; i += 4) source[i] = 255;
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_MULTIPLY, 0, false});
  CHECK(memcmp(out, backdrop, 1024) == 0);
  fl_kernels_compose(true)->blend(out, backdrop, source, 256, &(fl_blend){FL_BLEND_NORMAL, 1, false});
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
    const fl_blend blend = {(fl_blend_mode)mode, 0.7f, format == FL_BGRA8};
    double worst = worst_of_row(simd.plane[0].data, in[0].plane[0].data, in[1].plane[0].data, bytes / fl_bytes_per_pixel(format), &blend,
                                format == FL_GRAY8);
    CHECK(worst <= 1);
    fl_test_image_free(&in[0]), fl_test_image_free(&in[1]), fl_test_image_free(&simd), fl_test_image_free(&reference);
    fl_test_image_free(&tiled), fl_test_image_free(&wide);
  }
}

void test_compose(void) {
  TEST(blend_twins_agree, "blend: SIMD equals the reference, in place too");
  TEST(long_rows_agree, "blend: long rows too");
  TEST(all_alphas_are_within_a_level, "blend: every pair of alphas is within one level of the W3C's formula");
  TEST(all_colours_are_within_a_level, "blend: every pair of opaque colours too, and exact at full opacity");
  TEST(clear_and_opaque_sources_are_exact, "blend: a clear source changes nothing, an opaque one covers");
  TEST(the_other_frame_is_on_top, "blend: the other frame is the source, in every format and tile");
}
