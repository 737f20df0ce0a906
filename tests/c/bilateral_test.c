#include "stencil_oracle.h"

#include "kernels/bilateral.h"

#include <math.h>

extern const fl_op fl_op_bilateral;

static const double color_items[4] = {200, 30, 90, 250};
static const uint8_t color_rgba[4] = {200, 30, 90, 250}, color_bgra[4] = {90, 30, 200, 250};

/* ---- kernels ---- */

static void check_twin(size_t n, size_t channels, uint32_t seed) {
  static int16_t weights[2][FL_BILATERAL_COLOR];
  for (int i = 0; i < (int)FL_BILATERAL_COLOR; i++)
    weights[0][i] = (int16_t)(FL_BILATERAL_ONE * exp(-i * i / 5e3)), weights[1][i] = (int16_t)(FL_BILATERAL_ONE - 40 * i);
  const fl_bilateral_pair pairs[] = {{0, 1, weights[0]}, {1, 0, weights[0]}, {1, -1, weights[1]}, {2, 0, weights[1]}};
  size_t size = (n + 2) * channels;
  uint8_t *rows[5], *a = malloc(n * channels), *b = malloc(n * channels);
  for (uint32_t k = 0; k < 5; k++) {
    rows[k] = malloc(size), fl_test_noise(rows[k], size, seed + k);
    for (size_t i = 0; i < size && seed % 3; i++) rows[k][i] = seed % 3 == 1 ? 255 * (rows[k][i] & 1) : 255;
  }
  const uint8_t *middle[5];
  for (int k = 0; k < 5; k++) middle[k] = rows[k] + channels;
  fl_bilateral_filter *plain = channels == 1 ? fl_bilateral_reference.gray : fl_bilateral_reference.color;
  fl_bilateral_filter *simd = channels == 1 ? fl_bilateral_simd.gray : fl_bilateral_simd.color;
  plain(a, middle + 2, n, pairs, FL_COUNT(pairs)), simd(b, middle + 2, n, pairs, FL_COUNT(pairs));
  CHECK(memcmp(a, b, n * channels) == 0);
  for (int k = 0; k < 5; k++) free(rows[k]);
  free(a), free(b);
}

static void bilateral_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t seed = 0; seed < 3; seed++) check_twin(n, 1, 3 * (uint32_t)n + seed), check_twin(n, 4, 3 * (uint32_t)n + seed);
}

/* ---- the operation ---- */

typedef struct settings {
  int radius;
  double color, space;
  fl_border border;
} settings;

static void filter_pixel(const fl_image *in, int x, int y, const settings *by, uint8_t *out) {
  int channels = (int)fl_bytes_per_pixel(in->format), colors = channels == 1 ? 1 : 3;
  const uint8_t *constant = in->format == FL_BGRA8 ? color_bgra : color_rgba;
  double sum[3] = {0}, total = 0;
  for (int dy = -by->radius; dy <= by->radius; dy++)
    for (int dx = -by->radius; dx <= by->radius; dx++) {
      if (dx * dx + dy * dy > by->radius * by->radius) continue;
      int apart = 0, value[3];
      for (int c = 0; c < colors; c++) {
        value[c] = oracle_pixel(in, x + dx, y + dy, c, by->border, constant);
        apart += abs(value[c] - oracle_pixel(in, x, y, c, by->border, constant));
      }
      double weight = exp(-apart * apart / (2 * by->color * by->color) - (dx * dx + dy * dy) / (2 * by->space * by->space));
      for (int c = 0; c < colors; c++) sum[c] += weight * value[c];
      total += weight;
    }
  for (int c = 0; c < colors; c++) out[c] = (uint8_t)floor(sum[c] / total + 0.5);
  if (channels == 4) out[3] = (uint8_t)oracle_pixel(in, x, y, 3, by->border, constant);
}

static void check_bilateral(const fl_image *in, const settings *by) {
  const fl_value params[] = {
      {.number = by->radius}, {.number = by->color}, {.number = by->space}, {.number = by->border}, {0, color_items, 4}};
  fl_image expected = fl_test_image(in->width, in->height, in->format, 0);
  for (uint32_t y = 0; y < in->height; y++)
    for (uint32_t x = 0; x < in->width; x++)
      filter_pixel(in, (int)x, (int)y, by, fl_frame_image_row(&expected, 0, y) + x * fl_bytes_per_pixel(in->format));
  fl_image plain = fl_test_apply(&fl_op_bilateral, params, in, false, 0, 0);
  fl_image simd = fl_test_apply(&fl_op_bilateral, params, in, true, 0, 0);
  CHECK(fl_test_image_equal(&plain, &simd));
  CHECK(oracle_distance(&simd, &expected) <= 1);
  fl_test_image_free(&expected), fl_test_image_free(&plain), fl_test_image_free(&simd);
}

static void bilateral_is_the_formula(void) {
  static const settings all[] = {{1, 10, 1, 0}, {2, 50, 2, 0}, {3, 200, 5, 0}, {5, 30, 0.7, 0}, {9, 1000, 100, 0}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = s % 2 ? oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s)
                          : oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(all); k++)
        for (int border = 0; border <= FL_BORDER_CONSTANT; border += k < 3 ? 1 : 4) {
          settings by = all[k];
          by.border = (fl_border)border;
          check_bilateral(&in, &by);
        }
      fl_test_image_free(&in);
    }
}

/* Where the pixel alone has its colour, all others weigh the same little: what rounding their weights does adds up at worst. */
static void bilateral_of_a_speck(void) {
  for (double color = 20; color < 80; color *= 1.1)
    for (int radius = 2; radius <= 9; radius += 7) {
      fl_image in = fl_test_image(19, 19, FL_GRAY8, 0);
      memset(in.plane[0].data, 0, 19 * 19);
      in.plane[0].data[9 * 19 + 9] = 255;
      check_bilateral(&in, &(settings){radius, color, 1e4, FL_BORDER_REFLECT101});
      fl_test_image_free(&in);
    }
}

static void bilateral_keeps_flat_images(void) {
  for (int level = 0; level < 256; level += 51) {
    fl_image in = fl_test_image(20, 9, FL_RGBA8, 0);
    memset(in.plane[0].data, level, (size_t)in.plane[0].stride * 9);
    const fl_value params[] = {{.number = 9}, {.number = 30}, {.number = 3}, {0}, {0}};
    fl_image out = fl_test_apply(&fl_op_bilateral, params, &in, true, 0, 0);
    CHECK(fl_test_image_equal(&in, &out));
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

static void bilateral_in_tiles(void) {
  for (uint32_t f = 0; f < 2; f++) {
    fl_image in = oracle_noise(43, 19, oracle_formats[f], 7);
    for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
      const fl_value params[] = {{.number = 3}, {.number = 60}, {.number = 2}, {.number = border}, {0, color_items, 3}};
      CHECK(oracle_same_in_tiles(&fl_op_bilateral, params, &in, true));
    }
    fl_test_image_free(&in);
  }
}

void test_bilateral(void) {
  TEST(bilateral_twin, "bilateral filters are the same from the SIMD kernels, for every width");
  TEST(bilateral_is_the_formula, "bilateral is within 1 of the float64 formula, for every border; alpha stays");
  TEST(bilateral_of_a_speck, "bilateral is within 1 where all neighbours weigh very little");
  TEST(bilateral_keeps_flat_images, "bilateral leaves a flat image as it is");
  TEST(bilateral_in_tiles, "bilateral gives the same in tiles");
}
