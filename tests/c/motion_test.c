#include "stencil_oracle.h"

#include "kernels/cells.h"
#include "kernels/taps.h"

#include <math.h>

extern const fl_op fl_op_motion_blur, fl_op_pixelate;

static const double color_items[4] = {200, 30, 90, 250};
static const uint8_t color_rgba[4] = {200, 30, 90, 250}, color_bgra[4] = {90, 30, 200, 250};

/* ---- taps ---- */

static void check_taps(size_t n, size_t channels, bool full) {
  static const fl_tap_pair pairs[] = {
      {{0, 1}, {-2, 2}, {9000, 5}}, {{-1, -1}, {0, 1}, {16000, 4000}}, {{0, 0}, {0, 0}, {3763, 0}}};
  fl_taps *taps = malloc(sizeof *taps + sizeof pairs);
  taps->count = FL_COUNT(pairs), taps->bits = 15;
  memcpy(taps->pairs, pairs, sizeof pairs);
  size_t size = (n + 4) * channels;
  uint8_t *rows[3], *a = malloc(n * channels), *b = malloc(n * channels);
  const uint8_t *middle[3];
  for (uint32_t k = 0; k < 3; k++) {
    rows[k] = malloc(size), middle[k] = rows[k] + 2 * channels;
    fl_test_noise(rows[k], size, (uint32_t)n + k);
    if (full) memset(rows[k], 255, size);
  }
  fl_taps_reference.filter(a, middle + 1, n * channels, channels, taps);
  fl_taps_simd.filter(b, middle + 1, n * channels, channels, taps);
  CHECK(memcmp(a, b, n * channels) == 0);
  if (full) CHECK(a[0] == 255);
  for (int k = 0; k < 3; k++) free(rows[k]);
  free(taps), free(a), free(b);
}

static void taps_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (int full = 0; full < 2; full++) check_taps(n, 1, full), check_taps(n, 4, full);
}

/* ---- motionBlur ---- */

static double line_value(const fl_image *in, double length, double angle, int x, int y, int c, fl_border border) {
  const uint8_t *constant = in->format == FL_BGRA8 ? color_bgra : color_rgba;
  double across = cos(angle * acos(-1) / 180), down = sin(angle * acos(-1) / 180), sum = 0, total = 0;
  bool upright = fabs(down) > fabs(across);
  double half = length * fmax(fabs(across), fabs(down)) / 2, slope = upright ? across / down : down / across;
  for (int i = -(int)ceil(half + 1); i <= (int)ceil(half + 1); i++) {
    double covered = fmin(fmax(half + 0.5 - abs(i), 0), 1), place = i * slope, t = place - floor(place);
    int f = (int)floor(place);
    if (covered == 0) continue;
    double near = oracle_pixel(in, upright ? x + f : x + i, upright ? y + i : y + f, c, border, constant);
    double far = oracle_pixel(in, upright ? x + f + 1 : x + i, upright ? y + i : y + f + 1, c, border, constant);
    sum += covered * ((1 - t) * near + t * far), total += covered;
  }
  return sum / total;
}

static void check_motion(const fl_image *in, double length, double angle, fl_border border) {
  const fl_value params[] = {{.number = length}, {.number = angle}, {.number = border}, {0, color_items, 4}};
  fl_image expected = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++)
      fl_frame_image_row(&expected, 0, (uint32_t)y)[i] =
          (uint8_t)floor(line_value(in, length, angle, i / channels, y, i % channels, border) + 0.5 + 1e-9);
  fl_image plain = fl_test_apply(&fl_op_motion_blur, params, in, false, 0, 0);
  fl_image simd = fl_test_apply(&fl_op_motion_blur, params, in, true, 0, 0);
  CHECK(fl_test_image_equal(&plain, &simd));
  CHECK(oracle_distance(&simd, &expected) <= 1);
  fl_test_image_free(&expected), fl_test_image_free(&plain), fl_test_image_free(&simd);
}

static void motion_is_the_mean_along_a_line(void) {
  static const double lines[][2] = {{1, 0}, {1, 45}, {2, 90}, {3, 0}, {4.3, -90}, {7, 45}, {7, 135}, {9.5, 20}, {12, 250}, {31, -77}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = s % 2 ? oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s)
                          : oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(lines); k++)
        for (int border = 0; border <= FL_BORDER_CONSTANT; border++) check_motion(&in, lines[k][0], lines[k][1], (fl_border)border);
      fl_test_image_free(&in);
    }
  fl_image in = oracle_extremes(23, 14, FL_GRAY8, 3);
  check_motion(&in, 500, 33, FL_BORDER_REFLECT), check_motion(&in, 500, 0, FL_BORDER_WRAP);
  fl_test_image_free(&in);
}

static void motion_of_length_one_changes_nothing(void) {
  fl_image in = oracle_noise(21, 8, FL_RGBA8, 4);
  for (int angle = -360; angle <= 360; angle += 15) {
    const fl_value params[] = {{.number = 1}, {.number = angle}, {0}, {0}};
    fl_image out = fl_test_apply(&fl_op_motion_blur, params, &in, true, 0, 0);
    CHECK(fl_test_image_equal(&in, &out));
    fl_test_image_free(&out);
  }
  fl_test_image_free(&in);
}

static void motion_keeps_flat_images(void) {
  fl_image in = fl_test_image(20, 9, FL_RGBA8, 0);
  memset(in.plane[0].data, 255, (size_t)in.plane[0].stride * 9);
  for (double length = 1; length <= 500; length *= 1.5)
    for (int angle = 0; angle < 180; angle += 23) {
      const fl_value params[] = {{.number = length}, {.number = angle}, {0}, {0}};
      fl_image out = fl_test_apply(&fl_op_motion_blur, params, &in, true, 0, 0);
      CHECK(fl_test_image_equal(&in, &out));
      fl_test_image_free(&out);
    }
  fl_test_image_free(&in);
}

static void motion_in_tiles(void) {
  for (uint32_t f = 0; f < 2; f++) {
    fl_image in = oracle_noise(43, 19, oracle_formats[f], 7);
    for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
      for (int angle = 10; angle < 180; angle += 70) {
        const fl_value params[] = {{.number = 11}, {.number = angle}, {.number = border}, {0, color_items, 3}};
        CHECK(oracle_same_in_tiles(&fl_op_motion_blur, params, &in, true));
      }
    fl_test_image_free(&in);
  }
}

/* ---- pixelate ---- */

static void check_cells(size_t n, uint32_t channels, uint32_t columns, uint32_t rows, bool full) {
  fl_cells cells = {columns, rows, channels, 255 * rows <= UINT16_MAX};
  uint8_t *noise = malloc(n * channels), *a = malloc(n * channels), *b = malloc(n * channels);
  void *sums = malloc(n * channels * (cells.narrow ? 2 : 4));
  fl_test_noise(noise, n * channels, (uint32_t)n);
  for (size_t i = 0; i < n * channels; i++) {
    uint32_t sum = (full ? 255 : noise[i]) * rows;
    if (cells.narrow) ((uint16_t *)sums)[i] = (uint16_t)sum;
    else ((uint32_t *)sums)[i] = sum;
  }
  fl_cells_reference.mean(a, sums, n, &cells), fl_cells_simd.mean(b, sums, n, &cells);
  CHECK(memcmp(a, b, n * channels) == 0);
  if (full) CHECK(b[0] == 255 && b[n * channels - 1] == 255);
  free(noise), free(sums), free(a), free(b);
}

static void cells_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t columns = 1; columns <= 17; columns += n % 3 + 1)
      for (int full = 0; full < 2; full++)
        check_cells(n, 1, columns, columns, full), check_cells(n, 4, columns, columns + 255 * full, full);
  check_cells(1999, 4, 1000, 1000, true), check_cells(1999, 4, 1000, 1000, false);
}

static void check_pixelate(const fl_image *in, int size) {
  const fl_value params[] = {{.number = size}};
  fl_image expected = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format), width = (int)in->width, height = (int)in->height;
  for (int y = 0; y < height; y++)
    for (int i = 0; i < width * channels; i++) {
      int left = i / channels / size * size, top = y / size * size, count = 0;
      double sum = 0;
      for (int cy = top; cy < top + size && cy < height; cy++)
        for (int cx = left; cx < left + size && cx < width; cx++)
          sum += oracle_pixel(in, cx, cy, i % channels, FL_BORDER_REPLICATE, NULL), count++;
      fl_frame_image_row(&expected, 0, (uint32_t)y)[i] = (uint8_t)floor(sum / count + 0.5);
    }
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_pixelate, params, in, simd, 0, 0);
    CHECK(fl_test_image_equal(&out, &expected));
    fl_test_image_free(&out);
  }
  CHECK(oracle_same_in_tiles(&fl_op_pixelate, params, in, true));
  fl_test_image_free(&expected);
}

static void pixelate_is_the_mean_of_cells(void) {
  static const int sizes[] = {1, 2, 3, 7, 16, 300, 1000};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (uint32_t k = 0; k < FL_COUNT(sizes); k++) check_pixelate(&in, sizes[k]);
      fl_test_image_free(&in);
    }
  fl_image tall = oracle_extremes(3, 530, FL_RGBA8, 1);
  check_pixelate(&tall, 257), check_pixelate(&tall, 258), check_pixelate(&tall, 1000);
  fl_test_image_free(&tall);
}

void test_motion(void) {
  TEST(taps_twin, "filters of few taps are the same from the SIMD kernel, for every width");
  TEST(motion_is_the_mean_along_a_line, "motionBlur is within 1 of the mean along a line, for every border");
  TEST(motion_of_length_one_changes_nothing, "motionBlur of length 1 changes nothing");
  TEST(motion_keeps_flat_images, "motionBlur leaves a flat image as it is");
  TEST(motion_in_tiles, "motionBlur gives the same in tiles");
  TEST(cells_twin, "means of cells are the same from the SIMD kernel, for every width");
  TEST(pixelate_is_the_mean_of_cells, "pixelate is the mean of cells that begin at the origin, in tiles too");
}
