#include "kernels/arithmetic.h"

#include "apply.h"
#include "rows.h"
#include "stencil_oracle.h"

extern const fl_op fl_op_add, fl_op_subtract, fl_op_abs_diff, fl_op_min, fl_op_max, fl_op_multiply, fl_op_mix, fl_op_mask;

static const float scales[] = {1, FL_MULTIPLY_UNIT, 0.5f, 0.7f, -1, 0, 255, -255, 0.0001f, 3.01f, 0.0078f, -0.0079f, 0.99999f};
#define OPERATORS (FL_MULTIPLY + 1)

/* ---- twins ---- */

static void compare_twins(size_t n, uint32_t pattern, const fl_arithmetic *how) {
  fl_test_row a = fl_test_row_make(n, n % 5, pattern, 1), b = fl_test_row_make(n, 2, 3 - pattern, 2);
  fl_test_row expected = fl_test_row_make(n, 1, 0, 0), got = fl_test_row_make(n, n % 3, 1, 0);
  fl_kernels_arithmetic(false)->combine(expected.bytes, a.bytes, b.bytes, n, how);
  fl_kernels_arithmetic(true)->combine(got.bytes, a.bytes, b.bytes, n, how);
  CHECK(memcmp(expected.bytes, got.bytes, n) == 0);
  fl_kernels_arithmetic(true)->combine(a.bytes, a.bytes, b.bytes, n, how);
  CHECK(memcmp(expected.bytes, a.bytes, n) == 0);
  fl_test_row_free(&a), fl_test_row_free(&b), fl_test_row_free(&expected), fl_test_row_free(&got);
}

static void combine_twins_agree(void) {
  for (uint32_t operator = 0; operator < OPERATORS; operator++)
    for (uint32_t s = 0; s < FL_COUNT(scales); s++)
      for (size_t n = 1; n <= 67; n++)
        for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++)
          compare_twins(n, pattern, &(fl_arithmetic){(fl_arithmetic_operator)operator, scales[s], (n + pattern) % 2});
}

static void mix_and_mask_twins_agree(void) {
  static const int16_t weights[] = {0, 1, 5000, 8192, 16383, 16384};
  for (uint32_t n = 1; n <= 67; n++)
    for (uint32_t round = 0; round < FL_COUNT(weights); round++) {
      uint32_t pattern = round % FL_TEST_PATTERNS;
      fl_test_row a = fl_test_row_make(n * 4, n % 5, pattern, n), b = fl_test_row_make(n * 4, 1, 3, round);
      fl_test_row mask = fl_test_row_make(n, n % 3, round == 5 ? 1 : 3 - pattern, 7);
      fl_test_row out[2] = {fl_test_row_make(n * 4, 1, 0, 0), fl_test_row_make(n * 4, 3, 1, 0)};
      for (int simd = 0; simd < 2; simd++) fl_kernels_arithmetic(simd)->mix(out[simd].bytes, a.bytes, b.bytes, n * 4, weights[round]);
      CHECK(memcmp(out[0].bytes, out[1].bytes, n * 4) == 0);
      for (int simd = 0; simd < 2; simd++) fl_kernels_arithmetic(simd)->mask_by_alpha(out[simd].bytes, a.bytes, b.bytes, n);
      CHECK(memcmp(out[0].bytes, out[1].bytes, n * 4) == 0);
      for (int simd = 0; simd < 2; simd++) fl_kernels_arithmetic(simd)->mask(out[simd].bytes, a.bytes, mask.bytes, n);
      CHECK(memcmp(out[0].bytes, out[1].bytes, n * 4) == 0);
      fl_kernels_arithmetic(true)->mask(a.bytes, a.bytes, mask.bytes, n);
      CHECK(memcmp(out[0].bytes, a.bytes, n * 4) == 0);
      fl_test_row_free(&a), fl_test_row_free(&b), fl_test_row_free(&mask), fl_test_row_free(&out[0]), fl_test_row_free(&out[1]);
    }
}

/* ---- the formulas ---- */

static double exact(uint32_t operator, double a, double b) {
  switch (operator) {
    case FL_ADD: return a + b;
    case FL_SUBTRACT: return a - b;
    case FL_ABS_DIFF: return fabs(a - b);
    case FL_MIN: return fmin(a, b);
    case FL_MAX: return fmax(a, b);
    default: return a * b;
  }
}

static double to_level(double v) { return fmin(255, fmax(0, floor(v + 0.5))); }

/* Of all pairs of bytes: exactly where the scale is one that floats hold, else a level where the sum is all but in the middle. */
static void all_pairs_follow_the_formula(void) {
  for (uint32_t operator = 0; operator < OPERATORS; operator++)
    for (uint32_t s = 0; s < FL_COUNT(scales); s++) {
      double worst = 0, scale = scales[s] == FL_MULTIPLY_UNIT ? 1 / 255.0 : (double)scales[s];
      for (uint32_t a = 0; a < 256; a++) {
        uint8_t left[256], right[256], out[256];
        for (uint32_t b = 0; b < 256; b++) left[b] = (uint8_t)a, right[b] = (uint8_t)b;
        fl_kernels_arithmetic(true)->combine(out, left, right, 256, &(fl_arithmetic){(fl_arithmetic_operator)operator, scales[s], false});
        for (uint32_t b = 0; b < 256; b++) worst = fmax(worst, fabs(out[b] - to_level(exact(operator, a, b) * scale)));
      }
      bool held = scale == 1 || scale == 0.5 || scale == -1 || scale == 0 || fabs(scale) == 255;
      CHECK(worst <= (held || (operator == FL_MULTIPLY && s == 1) ? 0 : 1));
    }
}

static void mixes_follow_the_formula(void) {
  static const double amounts[] = {0, 0.25, 0.3, 0.5, 1};
  for (uint32_t m = 0; m < FL_COUNT(amounts); m++)
    for (uint32_t a = 0; a < 256; a++) {
      uint8_t left[256], right[256], out[256];
      for (uint32_t b = 0; b < 256; b++) left[b] = (uint8_t)a, right[b] = (uint8_t)b;
      fl_kernels_arithmetic(true)->mix(out, left, right, 256, (int16_t)lrint(amounts[m] * 16384));
      double worst = 0;
      for (uint32_t b = 0; b < 256; b++) worst = fmax(worst, fabs(out[b] - to_level(a * (1 - amounts[m]) + b * amounts[m])));
      CHECK(worst <= (m == 2 ? 1 : 0));
    }
}

/* ---- the operations ---- */

static const fl_op *const combining[] = {&fl_op_add, &fl_op_subtract, &fl_op_abs_diff, &fl_op_min, &fl_op_max, &fl_op_multiply, &fl_op_mix};
#define MIX (FL_COUNT(combining) - 1)

static double expected_of(uint32_t op, double a, double b, bool is_alpha, double parameter) {
  if (op == MIX) return to_level(a * (1 - parameter) + b * parameter);
  if (is_alpha) return a;
  return to_level(exact(op, a, b) * (isnan(parameter) ? 1 / 255.0 : parameter));
}

static void operations_keep_alpha(void) {
  for (uint32_t n = 0; n < FL_COUNT(oracle_sizes) * FL_COUNT(oracle_formats) * FL_COUNT(combining); n++) {
    const uint32_t *size = oracle_sizes[n % FL_COUNT(oracle_sizes)], op = n % FL_COUNT(combining);
    fl_format format = oracle_formats[n / FL_COUNT(combining) % FL_COUNT(oracle_formats)];
    uint32_t pixel = fl_bytes_per_pixel(format);
    const fl_value params[] = {{.number = op == MIX ? 0.25 : op == FL_MULTIPLY ? (double)NAN : 0.5}};
    fl_image in[2] = {oracle_noise(size[0], size[1], format, n), oracle_noise(size[0], size[1], format, n + 1)};
    for (int simd = 0; simd < 2; simd++) {
      fl_image out = fl_test_apply(combining[op], params, in, simd, 0, 0);
      double worst = 0;
      for (uint32_t y = 0; y < size[1]; y++)
        for (uint32_t i = 0; i < size[0] * pixel; i++) {
          double a = fl_frame_image_row(&in[0], 0, y)[i], b = fl_frame_image_row(&in[1], 0, y)[i];
          worst = fmax(worst, fabs(fl_frame_image_row(&out, 0, y)[i] - expected_of(op, a, b, pixel == 4 && i % 4 == 3, params[0].number)));
        }
      CHECK(worst == 0);
      CHECK(oracle_same_in_tiles(combining[op], params, in, simd));
      fl_test_image_free(&out);
    }
    fl_test_image_free(&in[0]), fl_test_image_free(&in[1]);
  }
}

/* What the mask's pixel lets through, 0 to 1. */
static double share_of(const uint8_t *mask, fl_format format, bool luminance) {
  if (format == FL_GRAY8) return mask[0] / 255.0;
  if (!luminance) return mask[3] / 255.0;
  uint32_t red = format == FL_BGRA8 ? 2 : 0;
  return (0.299 * mask[red] + 0.587 * mask[1] + 0.114 * mask[2 - red]) / 255 * mask[3] / 255;
}

static void check_mask(const uint32_t size[2], fl_format format, fl_format other, uint32_t mode, uint32_t seed) {
  fl_image in[2] = {oracle_noise(size[0], size[1], format, seed), oracle_noise(size[0], size[1], other, seed + 1)};
  const fl_value params[] = {{.number = mode}};
  uint32_t pixel = fl_bytes_per_pixel(format);
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_mask, params, in, simd, 0, 0);
    double worst = 0;
    for (uint32_t y = 0; y < size[1]; y++)
      for (uint32_t x = 0; x < size[0]; x++) {
        const uint8_t *src = fl_frame_image_row(&in[0], 0, y) + x * pixel, *got = fl_frame_image_row(&out, 0, y) + x * pixel;
        double share = share_of(fl_frame_image_row(&in[1], 0, y) + x * fl_bytes_per_pixel(other), other, mode == 1);
        CHECK(memcmp(src, got, pixel - 1) == 0);
        worst = fmax(worst, fabs(got[pixel - 1] - to_level(src[pixel - 1] * share)));
      }
    CHECK(worst <= (mode == 1 && other != FL_GRAY8 ? 1 : 0));
    CHECK(oracle_same_in_tiles(&fl_op_mask, params, in, simd));
    fl_test_image_free(&out);
  }
  fl_test_image_free(&in[0]), fl_test_image_free(&in[1]);
}

static void masks_multiply_alpha(void) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t mode = 0; mode < 2; mode++)
      for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
        check_mask(oracle_sizes[s], oracle_formats[f], FL_GRAY8, mode, s + f);
        check_mask(oracle_sizes[s], oracle_formats[f], oracle_formats[f], mode, s + f);
      }
}

void test_arithmetic(void) {
  TEST(combine_twins_agree, "add to multiply: SIMD equals the reference at any scale, in place too");
  TEST(mix_and_mask_twins_agree, "mix and mask: SIMD equals the reference, in place too");
  TEST(all_pairs_follow_the_formula, "add to multiply: every pair of bytes is what the formula says, saturated");
  TEST(mixes_follow_the_formula, "mix: every pair of bytes is the weighted mean");
  TEST(operations_keep_alpha, "add to multiply keep alpha, mix mixes it; any size, format and tile");
  TEST(masks_multiply_alpha, "mask multiplies alpha by a gray8 mask, by alpha or by luminance, and gray8 by gray8");
}
