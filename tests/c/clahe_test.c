#include "kernels/clahe.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_clahe;

/* ---- twins ---- */

static void count_twins_agree(void) {
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t pixels = 0; pixels <= 67; pixels++) {
      uint32_t rows = pixels % 4, pattern = pixels % FL_TEST_PATTERNS;
      size_t stride = pixels * channels + pixels % 3, colours = channels == 4 ? 3 : 1;
      fl_test_row in = fl_test_row_make(rows ? stride * (rows - 1) + pixels * channels : 1, pixels % 5, pattern, pixels);
      uint32_t a[3][256], b[3][256], expected[3][256];
      for (uint32_t i = 0; i < 768; i++) a[i / 256][i % 256] = b[i / 256][i % 256] = expected[i / 256][i % 256] = i * 7;
      fl_clahe_reference.count(in.bytes, stride, pixels, rows, channels, a);
      fl_clahe_simd.count(in.bytes, stride, pixels, rows, channels, b);
      for (uint32_t y = 0; y < rows; y++)
        for (uint32_t i = 0; i < pixels * channels; i++)
          if (i % channels < colours) expected[i % channels][in.bytes[y * stride + i]]++;
      CHECK(memcmp(a, expected, sizeof a) == 0 && memcmp(b, expected, sizeof b) == 0);
      fl_test_row_free(&in);
    }
}

static void check_apply(uint32_t pixels, uint32_t channels, uint32_t pattern, uint16_t below) {
  fl_clahe_quad(*quads)[256] = malloc(3 * sizeof *quads);
  fl_clahe_across *across = malloc(pixels * sizeof *across);
  fl_test_pattern((uint8_t *)quads, 3 * sizeof *quads, (pattern + 1) % FL_TEST_PATTERNS, pixels);
  for (uint32_t x = 0; x < pixels; x++) {
    int16_t right = (int16_t)(x == 1 ? FL_CLAHE_ACROSS : x * 7919 % (FL_CLAHE_ACROSS + 1));
    across[x] = (fl_clahe_across){(int16_t)(FL_CLAHE_ACROSS - right), right};
  }
  fl_clahe_mix mix = {(const fl_clahe_quad(*)[256])quads, across, (uint16_t)(FL_CLAHE_DOWN - below), below};
  size_t size = pixels * channels;
  fl_test_row src = fl_test_row_make(size, pixels % 5, pattern, pixels), in_place = fl_test_row_make(size, 3, pattern, pixels);
  fl_test_row a = fl_test_row_make(size, 1, 0, 0), b = fl_test_row_make(size, pixels % 3, 1, 0);
  fl_clahe_reference.apply(a.bytes, src.bytes, pixels, channels, &mix);
  fl_clahe_simd.apply(b.bytes, src.bytes, pixels, channels, &mix);
  fl_clahe_simd.apply(in_place.bytes, in_place.bytes, pixels, channels, &mix);
  CHECK(memcmp(a.bytes, b.bytes, size) == 0 && memcmp(a.bytes, in_place.bytes, size) == 0);
  fl_test_row_free(&src), fl_test_row_free(&in_place), fl_test_row_free(&a), fl_test_row_free(&b);
  free(quads), free(across);
}

static void apply_twins_agree(void) {
  static const uint16_t weights[] = {0, 1, 100, 255, 256};
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t pixels = 1; pixels <= 67; pixels++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) check_apply(pixels, channels, pattern, weights[(pixels + pattern) % 5]);
}

/* ---- the operation, on one channel and in float64 ---- */

typedef struct plain {
  int across, down, width, height; /* regions and the pixels of one */
  double *table;                   /* 256 for each region */
} plain;

static void equalize_region(const fl_image *in, int c, int first_x, int first_y, double limit, const plain *all, double *table) {
  long counts[256] = {0}, excess = 0, area = (long)all->width * all->height, sum = 0;
  for (int y = first_y; y < first_y + all->height; y++)
    for (int x = first_x; x < first_x + all->width; x++) counts[oracle_pixel(in, x, y, c, FL_BORDER_REFLECT101, NULL)]++;
  long most = limit > 0 ? (long)fmax(1, floor(limit * (double)area / 256)) : area;
  for (int v = 0; v < 256; v++)
    if (counts[v] > most) excess += counts[v] - most, counts[v] = most;
  for (int v = 0; v < 256; v++) counts[v] += excess / 256;
  for (long i = 0, rest = excess % 256; i < rest; i++) counts[i * (256 / rest)]++;
  for (int v = 0; v < 256; v++) sum += counts[v], table[v] = fmin(255, rint((double)((float)sum * (255.0f / (float)area))));
}

static plain regions_of(const fl_image *in, int c, const fl_value *params) {
  int across = (int)params[1].number, down = (int)params[2].number, width = (int)in->width, height = (int)in->height;
  if (width % across || height % down) width += across - width % across, height += down - height % down;
  plain all = {across, down, width / across, height / down, malloc(sizeof(double) * 256 * (size_t)(across * down))};
  for (int i = 0; i < across * down; i++)
    equalize_region(in, c, i % across * all.width, i / across * all.height, params[0].number, &all, all.table + 256 * i);
  return all;
}

static int between(int i, int n) { return i < 0 ? 0 : i >= n ? n - 1 : i; }

static double mixed(const plain *all, int x, int y, int v) {
  double at_x = (double)x / all->width - 0.5, at_y = (double)y / all->height - 0.5;
  int left = (int)floor(at_x), top = (int)floor(at_y);
  double part_x = at_x - left, part_y = at_y - top, sum = 0;
  for (int i = 0; i < 4; i++) {
    int region = between(top + i / 2, all->down) * all->across + between(left + i % 2, all->across);
    sum += (i % 2 ? part_x : 1 - part_x) * (i / 2 ? part_y : 1 - part_y) * all->table[256 * region + v];
  }
  return sum;
}

/* 0.5 for the rounding, 0.5 for the weights. */
static void check_clahe(const fl_image *in, const fl_value *params) {
  fl_image out = fl_test_apply(&fl_op_clahe, params, in, true, 0, 0), reference = fl_test_apply(&fl_op_clahe, params, in, false, 0, 0);
  CHECK(fl_test_image_equal(&out, &reference) && oracle_same_in_tiles(&fl_op_clahe, params, in, true));
  int channels = (int)fl_bytes_per_pixel(in->format), wrong = 0;
  for (int c = 0; c < channels; c++) {
    plain all = regions_of(in, c, params);
    for (int y = 0; y < (int)in->height; y++)
      for (int x = 0; x < (int)in->width; x++) {
        int v = oracle_pixel(in, x, y, c, FL_BORDER_REPLICATE, NULL), got = oracle_pixel(&out, x, y, c, FL_BORDER_REPLICATE, NULL);
        wrong += c == 3 ? got != v : fabs(got - mixed(&all, x, y, v)) > 1.01;
      }
    free(all.table);
  }
  CHECK(wrong == 0);
  fl_test_image_free(&out), fl_test_image_free(&reference);
}

static void clahe_is_the_formula(void) {
  static const double settings[][3] = {{2, 8, 8}, {1, 1, 1}, {0, 2, 3}, {40, 4, 2}, {256, 3, 1}, {3.5, 7, 5}, {0.1, 32, 32}};
  static const uint32_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {5, 4}, {33, 11}, {64, 40}, {67, 41}};
  for (uint32_t s = 0; s < FL_COUNT(sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++)
      for (uint32_t k = 0; k < FL_COUNT(settings); k++) {
        fl_value params[3];
        for (int p = 0; p < 3; p++) params[p] = (fl_value){.number = settings[k][p]};
        fl_image in = ((s + k) % 3 ? oracle_noise : oracle_extremes)(sizes[s][0], sizes[s][1], oracle_formats[f], s);
        check_clahe(&in, params);
        fl_test_image_free(&in);
      }
}


static void one_region_without_limit_is_equalize_from_zero(void) {
  fl_image in = oracle_noise(50, 40, FL_GRAY8, 3);
  for (uint32_t i = 0; i < in.plane[0].stride * in.height; i++) in.plane[0].data[i] = (uint8_t)(100 + in.plane[0].data[i] / 16);
  const fl_value params[] = {{.number = 0}, {.number = 1}, {.number = 1}};
  fl_image out = fl_test_apply(&fl_op_clahe, params, &in, true, 0, 0);
  for (uint32_t y = 0; y < 40; y++)
    for (uint32_t x = 0; x < 50; x++) {
      int below = 0, v = oracle_pixel(&in, (int)x, (int)y, 0, FL_BORDER_REPLICATE, NULL);
      for (int i = 0; i < 2000; i++) below += oracle_pixel(&in, i % 50, i / 50, 0, FL_BORDER_REPLICATE, NULL) <= v;
      CHECK(abs(oracle_pixel(&out, (int)x, (int)y, 0, FL_BORDER_REPLICATE, NULL) - (int)(255 * below / 2000.0 + 0.5)) <= 1);
    }
  fl_test_image_free(&in), fl_test_image_free(&out);
}

void test_clahe(void) {
  TEST(count_twins_agree, "clahe: both count every value and keep earlier counts, alpha left out");
  TEST(apply_twins_agree, "clahe: SIMD mixes as the reference does, in place too");
  TEST(clahe_is_the_formula, "clahe: within a level of float64 for any regions and sizes, channels apart, tiles do not show");
  TEST(one_region_without_limit_is_equalize_from_zero, "clahe: one region without a limit gives each value its share of 255");
}
