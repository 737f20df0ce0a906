#include "kernels/adaptive.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_adaptive_threshold, fl_op_adaptive_compare, fl_op_box_blur, fl_op_gaussian_blur;

/* ---- the kernel ---- */

static void compare_is_the_formula(void) {
  static const int32_t offsets[] = {-255, -254, -7, -1, 0, 1, 2, 100, 254, 255};
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t o = 0; o < FL_COUNT(offsets); o++) {
      uint32_t pattern = (uint32_t)(n + o) % FL_TEST_PATTERNS;
      fl_test_row src = fl_test_row_make(n, n % 5, pattern, (uint32_t)n), mean = fl_test_row_make(n, o % 3, 3, o);
      fl_test_row a = fl_test_row_make(n, 1, 0, 0), b = fl_test_row_make(n, 3, 1, 0);
      for (size_t i = 0; i < n; i += 3) mean.bytes[i] = (uint8_t)(src.bytes[i] + offsets[o]);
      fl_adaptive_reference.compare(a.bytes, src.bytes, mean.bytes, n, offsets[o], 200);
      fl_adaptive_simd.compare(b.bytes, src.bytes, mean.bytes, n, offsets[o], 200);
      for (size_t i = 0; i < n; i++) CHECK(a.bytes[i] == (src.bytes[i] - mean.bytes[i] > -offsets[o] ? 200 : 0));
      CHECK(memcmp(a.bytes, b.bytes, n) == 0);
      fl_adaptive_simd.compare(src.bytes, src.bytes, mean.bytes, n, offsets[o], 200);
      CHECK(memcmp(a.bytes, src.bytes, n) == 0);
      fl_test_row_free(&src), fl_test_row_free(&mean), fl_test_row_free(&a), fl_test_row_free(&b);
    }
}

static void every_pair_is_compared_right(void) {
  uint8_t src[256], mean[256], out[256];
  for (int v = 0; v < 256; v++) mean[v] = (uint8_t)v;
  for (int32_t offset = -255; offset <= 255; offset += 15)
    for (int v = 0; v < 256; v += 5) {
      int wrong = 0;
      memset(src, v, 256);
      fl_adaptive_simd.compare(out, src, mean, 256, offset, 255);
      for (int m = 0; m < 256; m++) wrong += out[m] != (v > m - offset ? 255 : 0);
      CHECK(wrong == 0);
    }
}

/* ---- the operation: its parts are taken from the expansion and run one after the other ---- */

static fl_image adapted(const fl_image *in, const fl_value *params, bool simd) {
  fl_test_parts parts;
  fl_node node = {.op = &fl_op_adaptive_threshold, .params = params, .inputs = 1, .in = {{in->width, in->height, in->format}}};
  CHECK(fl_test_expand(&node, &parts) == FL_OK);
  CHECK(parts.count == 2 && parts.part[0].op == (params[2].number == 0 ? &fl_op_box_blur : &fl_op_gaussian_blur));
  CHECK(parts.part[1].from[0] == FL_EXPANSION_INPUT && parts.part[1].from[1] == 0);
  fl_image mean = fl_test_apply(parts.part[0].op, parts.value[0], in, simd, 0, 0);
  const fl_image both[] = {*in, mean};
  fl_image out = fl_test_apply(&fl_op_adaptive_compare, parts.value[1], both, simd, 7, 5);
  fl_test_image_free(&mean);
  return out;
}

static double weight_at(int dx, int dy, int radius, bool gaussian) {
  double sigma = 0.3 * (radius - 1) + 0.8;
  return gaussian ? exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)) : 1;
}

static double mean_around(const fl_image *in, int x, int y, int radius, bool gaussian) {
  double sum = 0, total = 0;
  for (int dy = -radius; dy <= radius; dy++)
    for (int dx = -radius; dx <= radius; dx++) {
      double weight = weight_at(dx, dy, radius, gaussian);
      sum += weight * oracle_pixel(in, x + dx, y + dy, 0, FL_BORDER_REPLICATE, NULL), total += weight;
    }
  return sum / total;
}

/* The mean is rounded before it is compared, and a Gaussian one may be a level off. */
static void check_adapted(const fl_image *in, const fl_value *params) {
  fl_image plain = adapted(in, params, false), out = adapted(in, params, true);
  CHECK(fl_test_image_equal(&plain, &out));
  bool gaussian = params[2].number == 1;
  int wrong = 0;
  for (int y = 0; y < (int)in->height; y++)
    for (int x = 0; x < (int)in->width; x++) {
      int v = oracle_pixel(in, x, y, 0, FL_BORDER_REPLICATE, NULL), got = oracle_pixel(&out, x, y, 0, FL_BORDER_REPLICATE, NULL);
      double limit = floor(mean_around(in, x, y, (int)params[0].number, gaussian) + 0.5) - params[1].number;
      if (gaussian && fabs(v - limit) <= 1) continue;
      wrong += got != (v > limit ? params[3].number : 0);
    }
  CHECK(wrong == 0);
  fl_test_image_free(&plain), fl_test_image_free(&out);
}

static void threshold_is_the_formula(void) {
  static const double settings[][4] = {{1, 0, 0, 255}, {1, 3, 0, 200}, {2, -4.5, 0, 255}, {5, 10.5, 0, 1},  {9, 0, 0, 255},
                                       {1, 0, 1, 255}, {3, 2, 1, 99},  {6, -7, 1, 255},   {1, 255, 0, 255}, {1, -255, 0, 255}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++) {
    fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], FL_GRAY8, s);
    for (uint32_t k = 0; k < FL_COUNT(settings); k++) {
      fl_value params[4];
      for (int p = 0; p < 4; p++) params[p] = (fl_value){.number = settings[k][p]};
      check_adapted(&in, params);
    }
    fl_test_image_free(&in);
  }
}

static void the_flat_is_split_by_the_offset_alone(void) {
  fl_image in = oracle_noise(20, 9, FL_GRAY8, 1);
  memset(in.plane[0].data, 90, in.plane[0].stride * in.height);
  for (int method = 0; method < 2; method++)
    for (int offset = -2; offset <= 2; offset++) {
      const fl_value params[] = {{.number = 4}, {.number = offset}, {.number = method}, {.number = 255}};
      fl_image out = adapted(&in, params, true);
      for (uint32_t i = 0; i < 20 * 9; i++) CHECK(out.plane[0].data[i] == (offset > 0 ? 255 : 0));
      fl_test_image_free(&out);
    }
  fl_test_image_free(&in);
}

void test_adaptive(void) {
  TEST(compare_is_the_formula, "adaptiveThreshold's comparison: SIMD equals the reference and the formula, in place too");
  TEST(every_pair_is_compared_right, "adaptiveThreshold's comparison: right at both ends of the range, for every offset");
  TEST(threshold_is_the_formula, "adaptiveThreshold: v > mean - offset, by a mean and a Gaussian, edges replicated");
  TEST(the_flat_is_split_by_the_offset_alone, "adaptiveThreshold: flat areas go by the sign of the offset");
}
