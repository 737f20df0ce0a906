#include "stencil_oracle.h"

#include "kernels/rank.h"

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

static int ascending(const void *a, const void *b) { return *(const uint8_t *)a - *(const uint8_t *)b; }

static fl_image median_oracle(const fl_image *in) {
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)in->height; y++)
    for (int i = 0; i < (int)in->width * channels; i++) {
      uint8_t window[9];
      for (int k = 0; k < 9; k++)
        window[k] = (uint8_t)oracle_pixel(in, i / channels + k % 3 - 1, y + k / 3 - 1, i % channels, FL_BORDER_REPLICATE, NULL);
      qsort(window, 9, 1, ascending);
      fl_frame_image_row(&out, 0, (uint32_t)y)[i] = window[4];
    }
  return out;
}

static void median_is_the_middle(void) {
  const fl_value params[] = {{.number = 1}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s), expected = median_oracle(&in);
      for (int simd = 0; simd < 2; simd++) {
        fl_image out = fl_test_apply(&fl_op_median, params, &in, simd, 0, 0);
        CHECK(fl_test_image_equal(&out, &expected));
        CHECK(oracle_same_in_tiles(&fl_op_median, params, &in, simd));
        fl_test_image_free(&out);
      }
      fl_test_image_free(&in), fl_test_image_free(&expected);
    }
}

void test_median(void) {
  TEST(median_twin, "medians are the same from the SIMD kernels, for every width");
  TEST(median_is_the_middle, "median is the middle of the sorted window, the edge repeated, in tiles too");
}
