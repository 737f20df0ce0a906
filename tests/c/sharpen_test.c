#include "stencil_oracle.h"

#include "kernels/sharpen.h"

#include <math.h>

extern const fl_op fl_op_unsharp_mask, fl_op_sharpen_combine, fl_op_gaussian_blur;

static const double color_items[1] = {77};

/* ---- the kernel ---- */

static void check_twin(size_t n, size_t skew, const fl_sharpen_strength *strength) {
  uint8_t src[512], blurred[512];
  fl_test_noise(src, sizeof src, (uint32_t)n), fl_test_noise(blurred, sizeof blurred, (uint32_t)n + 1000);
  for (size_t i = 0; i < 512; i += 5) src[i] = i % 2 ? 0 : 255, blurred[i] = i % 3 ? 255 : 0;
  uint8_t *in = memcpy(malloc(n + skew), src, n + skew), *low = memcpy(malloc(n + skew), blurred, n + skew);
  uint8_t *a = malloc(n), *b = malloc(n);
  fl_sharpen_reference.combine(a, in + skew, low + skew, n, strength);
  fl_sharpen_simd.combine(b, in + skew, low + skew, n, strength);
  CHECK(memcmp(a, b, n) == 0);
  fl_sharpen_simd.combine(in + skew, in + skew, low + skew, n, strength);
  CHECK(memcmp(a, in + skew, n) == 0);
  free(in), free(low), free(a), free(b);
}

static void combine_twin(void) {
  static const fl_sharpen_strength strengths[] = {
      {FL_SHARPEN_ONE, 0, 0x00ffffff}, {FL_SHARPEN_ONE / 3, 7, 0xffffffff}, {10 * FL_SHARPEN_ONE, 0, 0xffffffff},
      {0, 0, 0xffffffff},              {5000, 255, 0x00ffffff}};
  for (size_t n = 1; n <= 67; n++)
    for (size_t skew = 0; skew < 3; skew++)
      for (uint32_t s = 0; s < FL_COUNT(strengths); s++)
        if (n % 4 == 0 || strengths[s].mask == 0xffffffff) check_twin(n, skew, &strengths[s]);
}

/* ---- the operation: its parts are taken from the expansion and run one after the other ---- */

static fl_image unsharp(const fl_image *in, const fl_value *params, bool simd) {
  fl_test_parts parts;
  fl_node node = {.op = &fl_op_unsharp_mask, .params = params, .inputs = 1, .in = {{in->width, in->height, in->format}}};
  CHECK(fl_test_expand(&node, &parts) == FL_OK);
  CHECK(parts.count == 2 && parts.part[0].op == &fl_op_gaussian_blur && parts.part[1].op == &fl_op_sharpen_combine);
  CHECK(parts.part[0].from[0] == FL_EXPANSION_INPUT && parts.part[1].from[0] == FL_EXPANSION_INPUT && parts.part[1].from[1] == 0);
  fl_image blurred = fl_test_apply(&fl_op_gaussian_blur, parts.value[0], in, simd, 0, 0);
  const fl_image both[] = {*in, blurred};
  fl_image out = fl_test_apply(&fl_op_sharpen_combine, parts.value[1], both, simd, 0, 0);
  fl_test_image_free(&blurred);
  return out;
}

/* The blurred pixel, in float64 and rounded: what the difference is taken to. */
static int blurred_pixel(const fl_image *in, int x, int y, int c, double sigma, fl_border border) {
  static const uint8_t color[4] = {77, 77, 77, 255};
  int radius = (int)ceil(3 * sigma);
  double sum = 0, total = 0;
  for (int dy = -radius; dy <= radius; dy++)
    for (int dx = -radius; dx <= radius; dx++) {
      double weight = exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      sum += weight * oracle_pixel(in, x + dx, y + dy, c, border, color), total += weight;
    }
  return (int)floor(sum / total + 0.5);
}

/* Within 1 where the blurred pixel is what the formula gives; where that is a rounding away, amount times more. */
static void check_pixel(const fl_image *in, const fl_image *out, int x, int y, int c, const fl_value *params) {
  int v = oracle_pixel(in, x, y, c, FL_BORDER_REPLICATE, NULL), got = oracle_pixel(out, x, y, c, FL_BORDER_REPLICATE, NULL);
  if (c == 3) {
    CHECK(got == v);
    return;
  }
  int blurred = blurred_pixel(in, x, y, c, params[0].number, (fl_border)params[3].number), nearest = 255;
  for (int b = blurred - 1; b <= blurred + 1; b++) {
    bool sharpened = abs(v - b) > params[2].number;
    double exact = sharpened ? fmin(255, fmax(0, v + params[1].number * (v - b))) : v;
    int distance = abs(got - (int)floor(exact + 0.5));
    if (distance < nearest) nearest = distance;
  }
  CHECK(nearest <= 1);
}

static void check_unsharp(const fl_image *in, const fl_value *params) {
  fl_image plain = unsharp(in, params, false), simd = unsharp(in, params, true);
  CHECK(fl_test_image_equal(&plain, &simd));
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++) check_pixel(in, &simd, i / channels, y, i % channels, params);
  fl_test_image_free(&plain), fl_test_image_free(&simd);
}

static void unsharp_is_the_formula(void) {
  static const double settings[][3] = {{1, 1, 0}, {0.8, 0.5, 3}, {2, 3.3, 20}, {1.5, 10, 0}, {1, 0, 0}, {1, 2, 255}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(settings); k++) {
        const double *set = settings[k];
        const fl_value params[] = {{.number = set[0]}, {.number = set[1]}, {.number = set[2]}, {.number = k % 5}, {0, color_items, 1}};
        check_unsharp(&in, params);
      }
      fl_test_image_free(&in);
    }
}

void test_sharpen(void) {
  TEST(combine_twin, "sharpening is the same from the SIMD kernel, for every width, in place too");
  TEST(unsharp_is_the_formula, "unsharpMask is v + amount·(v − blurred) beyond the threshold and keeps alpha");
}
