#include "stencil_oracle.h"

#include "kernels/rank.h"
#include "kernels/tally.h"

extern const fl_op fl_op_median;

static void check_twin(size_t n, size_t channels, int pattern) {
  size_t size = (n + 2) * channels;
  uint8_t *rows[3], *a = malloc(n * channels), *b = malloc(n * channels);
  for (int k = 0; k < 3; k++) {
    rows[k] = malloc(size);
    fl_test_noise(rows[k], size, (uint32_t)(n * 3) + (uint32_t)k);
    for (size_t i = 0; i < size; i++) {
      if (pattern == 1) rows[k][i] = rows[k][i] < 128 ? 0 : 255;
      if (pattern == 2) rows[k][i] = (uint8_t)(i + (size_t)k) % 3;
    }
  }
  const uint8_t *const middle[3] = {rows[0] + channels, rows[1] + channels, rows[2] + channels};
  fl_margin_kernel reference = channels == 4 ? fl_rank_reference.median3_four_channels : fl_rank_reference.median3_one_channel;
  fl_margin_kernel simd = channels == 4 ? fl_rank_simd.median3_four_channels : fl_rank_simd.median3_one_channel;
  reference(a, middle, n), simd(b, middle, n);
  CHECK(memcmp(a, b, n * channels) == 0);
  for (int k = 0; k < 3; k++) free(rows[k]);
  free(a), free(b);
}

static void median_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (int pattern = 0; pattern < 3; pattern++) check_twin(n, 1, pattern), check_twin(n, 4, pattern);
}

/* ---- 5×5 ---- */

static void check_sort5(size_t n, int pattern) {
  uint8_t *rows[5], *a[5], *b[5];
  for (int k = 0; k < 5; k++) {
    rows[k] = malloc(n), a[k] = malloc(n), b[k] = malloc(n);
    fl_test_noise(rows[k], n, (uint32_t)n + (uint32_t)k);
    for (size_t i = 0; i < n && pattern; i++) rows[k][i] = pattern == 1 ? rows[k][i] % 3 : (uint8_t)(40 * k);
  }
  fl_rank_reference.sort5(a, (const uint8_t *const *)rows, n), fl_rank_simd.sort5(b, (const uint8_t *const *)rows, n);
  for (int k = 0; k < 5; k++) {
    CHECK(memcmp(a[k], b[k], n) == 0);
    for (size_t i = 0; i < n && k > 0; i++) CHECK(a[k - 1][i] <= a[k][i]);
  }
  for (int k = 0; k < 5; k++) free(rows[k]), free(a[k]), free(b[k]);
}

static void check_middle25(size_t n, size_t step) {
  uint8_t *rows[5], *a = malloc(n), *b = malloc(n);
  size_t size = n + 4 * step;
  for (int k = 0; k < 5; k++) rows[k] = malloc(size), fl_test_noise(rows[k], size, (uint32_t)(n + 100) * 5 + (uint32_t)k);
  for (size_t i = 0; i < size; i++)
    for (int k = 4; k > 0; k--)
      for (int j = 0; j < k; j++)
        if (rows[j][i] > rows[j + 1][i]) {
          uint8_t swapped = rows[j][i];
          rows[j][i] = rows[j + 1][i], rows[j + 1][i] = swapped;
        }
  const uint8_t *middle[5];
  for (int k = 0; k < 5; k++) middle[k] = rows[k] + 2 * step;
  fl_rank_reference.middle25(a, middle, n, step), fl_rank_simd.middle25(b, middle, n, step);
  CHECK(memcmp(a, b, n) == 0);
  for (int k = 0; k < 5; k++) free(rows[k]);
  free(a), free(b);
}

static void median5_twin(void) {
  for (size_t n = 1; n <= 67; n++) {
    for (int pattern = 0; pattern < 3; pattern++) check_sort5(n, pattern);
    check_middle25(n, 1), check_middle25(n, 4);
  }
}

/* Every way to fill five sorted columns with zeros and ones, sixteen at once, each a column's height of ones in base 6. */
static void network_is_right(void) {
  enum { ALL = 6 * 6 * 6 * 6 * 6 };
  static uint8_t bytes[5][5 * ALL];
  const uint8_t *rows[5];
  static uint8_t out[5 * ALL];
  for (int i = 0; i < ALL; i++)
    for (int x = 0, heights = i; x < 5; x++, heights /= 6)
      for (int k = 0; k < 5; k++) bytes[k][5 * i + x] = k >= 5 - heights % 6;
  for (int k = 0; k < 5; k++) rows[k] = bytes[k] + 2;
  fl_rank_simd.middle25(out, rows, 5 * ALL - 4, 1);
  for (int i = 0; i < ALL; i++) {
    int ones = 0;
    for (int k = 0; k < 25; k++) ones += bytes[k / 5][5 * i + k % 5];
    CHECK(out[5 * i] == (ones >= 13));
  }
}

/* ---- by counting ---- */

static uint8_t *zeroed(size_t size) { return memset(aligned_alloc(16, (size + 15) / 16 * 16), 0, (size + 15) / 16 * 16); }

static void check_tally(uint32_t n, uint32_t channels, uint32_t radius, uint32_t pattern) {
  fl_tally tally = {n + 2 * radius, channels, radius};
  size_t size = fl_tally_bytes(&tally), row_bytes = (size_t)tally.columns * channels;
  uint8_t *a = zeroed(size), *b = zeroed(size), *x = malloc(n * channels), *y = malloc(n * channels), *rows[16];
  for (uint32_t k = 0; k < 2 * radius + 2; k++) {
    rows[k] = malloc(row_bytes);
    fl_test_noise(rows[k], row_bytes, n * 17 + k);
    for (size_t i = 0; i < row_bytes && pattern; i++)
      rows[k][i] = pattern == 1 ? 255 * (rows[k][i] & 1) : pattern == 2 ? 255 : (uint8_t)(120 + rows[k][i] % 9);
  }
  for (uint32_t c = 0; c < channels; c++) {
    for (uint32_t k = 0; k < 2 * radius + 1; k++)
      fl_tally_reference.enter(a, rows[k], &tally, c), fl_tally_simd.enter(b, rows[k], &tally, c);
    fl_tally_reference.slide(a, rows[2 * radius + 1], rows[0], &tally, c);
    fl_tally_simd.slide(b, rows[2 * radius + 1], rows[0], &tally, c);
    fl_tally_reference.middle(x, a, &tally, c), fl_tally_simd.middle(y, b, &tally, c);
  }
  CHECK(memcmp(a, b, size) == 0);
  CHECK(memcmp(x, y, n * channels) == 0);
  for (uint32_t k = 0; k < 2 * radius + 2; k++) free(rows[k]);
  free(a), free(b), free(x), free(y);
}

static void tally_twin(void) {
  for (uint32_t n = 1; n <= 67; n += n < 20 ? 1 : 7)
    for (uint32_t radius = 1; radius <= FL_TALLY_RADIUS_MAX; radius++) check_tally(n, n % 2 ? 1 : 4, radius, (n + radius) % 4);
}

/* ---- the operation ---- */

static int ascending(const void *a, const void *b) { return *(const uint8_t *)a - *(const uint8_t *)b; }

static fl_image median_oracle(const fl_image *in, int radius) {
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++) {
      uint8_t window[225];
      int side = 2 * radius + 1, count = side * side, left = i / channels - radius;
      for (int k = 0; k < count; k++)
        window[k] = (uint8_t)oracle_pixel(in, left + k % side, y + k / side - radius, i % channels, FL_BORDER_REPLICATE, NULL);
      qsort(window, (size_t)count, 1, ascending);
      fl_frame_image_row(&out, 0, (uint32_t)y)[i] = window[count / 2];
    }
  return out;
}

static void check_median(const fl_image *in, int radius) {
  const fl_value params[] = {{.number = radius}};
  fl_image expected = median_oracle(in, radius);
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_median, params, in, simd, 0, 0);
    CHECK(fl_test_image_equal(&out, &expected));
    fl_test_image_free(&out);
  }
  CHECK(oracle_same_in_tiles(&fl_op_median, params, in, true));
  fl_test_image_free(&expected);
}

static void median_is_the_middle(void) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image noise = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      fl_image extremes = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (int radius = 1; radius <= 7; radius += s % 2 + 1) check_median(&noise, radius), check_median(&extremes, radius);
      fl_test_image_free(&noise), fl_test_image_free(&extremes);
    }
}

static void median_of_flat_images(void) {
  for (int level = 0; level < 256; level += 15) {
    fl_image in = fl_test_image(19, 9, FL_RGBA8, 0);
    memset(in.plane[0].data, level, (size_t)in.plane[0].stride * 9);
    check_median(&in, 2), check_median(&in, 3), check_median(&in, 7);
    fl_test_image_free(&in);
  }
}

void test_median(void) {
  TEST(median_twin, "medians are the same from the SIMD kernels, for every width");
  TEST(median5_twin, "medians of 5×5 are the same from the SIMD kernels, for every width");
  TEST(network_is_right, "the network for 5×5 finds the middle of all zeros and ones, and hence of all values");
  TEST(tally_twin, "counts and the medians from them are the same from the SIMD kernels, for every radius");
  TEST(median_is_the_middle, "median is the middle of the sorted window, the edge repeated, in tiles too");
  TEST(median_of_flat_images, "median leaves a flat image as it is");
}
