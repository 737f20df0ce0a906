#include "kernels/statistics.h"
#include "ops/op.h"
#include "rows.h"


/* ---- statistics ---- */

static bool are_equal(const fl_statistics *a, const fl_statistics *b, uint32_t channels) {
  for (uint32_t c = 0; c < channels; c++)
    if (a->sum[c] != b->sum[c] || a->squares[c] != b->squares[c] || a->min[c] != b->min[c] || a->max[c] != b->max[c]) return false;
  return true;
}

static void compare_statistics(size_t pixels, uint32_t channels, uint32_t pattern) {
  fl_test_row row = fl_test_row_make(pixels * channels, pixels % 5, pattern, (uint32_t)pixels);
  fl_statistics expected = FL_STATISTICS_NONE, got = FL_STATISTICS_NONE;
  for (int twice = 0; twice < 2; twice++) {
    fl_kernels_statistics(false)->add(&expected, row.bytes, pixels, channels);
    fl_kernels_statistics(true)->add(&got, row.bytes, pixels, channels);
  }
  CHECK(are_equal(&expected, &got, channels));
  fl_test_row_free(&row);
}

static void compare_differences(size_t n, uint32_t pattern) {
  fl_test_row a = fl_test_row_make(n, n % 5, pattern, 1), b = fl_test_row_make(n, n % 3, 3 - pattern, 2);
  fl_differences expected = {0}, got = {0};
  fl_kernels_statistics(false)->add_differences(&expected, a.bytes, b.bytes, n);
  fl_kernels_statistics(true)->add_differences(&got, a.bytes, b.bytes, n);
  CHECK(expected.squares == got.squares && expected.max == got.max);
  fl_test_row_free(&a), fl_test_row_free(&b);
}

static void sums_of_rows_agree(void) {
  for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
    for (size_t n = 1; n <= 67; n++) {
      compare_statistics(n, 1, pattern);
      compare_statistics(n, 4, pattern);
      compare_differences(n, pattern);
    }
    /* More than fit in sums of 32 bits at once. */
    compare_statistics(600001, 1, pattern);
    compare_statistics(140003, 4, pattern);
    compare_differences(600001, pattern);
  }
}

static void sums_are_those_of_the_formula(void) {
  fl_test_row row = fl_test_row_make(4 * 1000, 0, 3, 9);
  fl_statistics got = FL_STATISTICS_NONE;
  fl_kernels_statistics(true)->add(&got, row.bytes, 1000, 4);
  for (uint32_t c = 0; c < 4; c++) {
    double sum = 0, squares = 0;
    uint8_t min = 255, max = 0;
    for (uint32_t i = c; i < 4000; i += 4) {
      sum += row.bytes[i], squares += row.bytes[i] * row.bytes[i];
      min = row.bytes[i] < min ? row.bytes[i] : min, max = row.bytes[i] > max ? row.bytes[i] : max;
    }
    CHECK((double)got.sum[c] == sum && (double)got.squares[c] == squares && got.min[c] == min && got.max[c] == max);
  }
  fl_test_row_free(&row);
}

/* ---- moments ---- */

static void compare_moments(uint32_t blocks, uint32_t channels, uint32_t pattern) {
  size_t units = (size_t)blocks * channels, stride = 4 * units + blocks % 3, size = 3 * stride + 4 * units;
  fl_test_row a = fl_test_row_make(size, blocks % 5, pattern, 1), b = fl_test_row_make(size, blocks % 3, 3, 2);
  uint32_t *expected = malloc(4 * units * sizeof *expected), *got = malloc(4 * units * sizeof *got);
  fl_kernels_statistics(false)->moments(expected, units, a.bytes, stride, b.bytes, stride, channels);
  fl_kernels_statistics(true)->moments(got, units, a.bytes, stride, b.bytes, stride, channels);
  CHECK(memcmp(expected, got, 4 * units * sizeof *got) == 0);
  uint32_t first = 0;
  for (size_t y = 0; y < 4; y++)
    for (size_t x = 0; x < 4; x++) first += a.bytes[y * stride + x * channels];
  CHECK(got[0] == first);
  free(expected), free(got);
  fl_test_row_free(&a), fl_test_row_free(&b);
}

static void moments_twins_agree(void) {
  for (uint32_t blocks = 1; blocks <= 19; blocks++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      compare_moments(blocks, 1, pattern);
      compare_moments(blocks, 4, pattern);
    }
}

/* ---- the summed-area table ---- */

static void compare_tables(uint32_t pixels, uint32_t channels, uint32_t pattern) {
  size_t n = (size_t)pixels * channels, all = n + channels;
  fl_test_row row = fl_test_row_make(n, pixels % 5, pattern, pixels);
  uint32_t *above = malloc(all * 4), *expected = malloc(all * 4), *got = malloc(all * 4);
  fl_test_noise((uint8_t *)above, all * 4, pixels);
  memcpy(expected, above, all * 4), memcpy(got, above, all * 4);
  for (uint32_t rows = 1; rows <= 19 && rows < n; rows += 3) { /* of the row's bytes, that many rows of what is left each */
    fl_kernels_statistics(false)->add_columns(expected, row.bytes, n / rows, rows, n / rows - n / rows / 5);
    fl_kernels_statistics(true)->add_columns(got, row.bytes, n / rows, rows, n / rows - n / rows / 5);
    CHECK(memcmp(expected, got, all * 4) == 0);
  }
  fl_kernels_statistics(false)->integrate(expected, above, row.bytes, pixels, channels);
  fl_kernels_statistics(true)->integrate(got, above, row.bytes, pixels, channels);
  CHECK(memcmp(expected, got, all * 4) == 0);
  free(above), free(expected), free(got);
  fl_test_row_free(&row);
}

static void table_twins_agree(void) {
  for (uint32_t pixels = 1; pixels <= 67; pixels++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      compare_tables(pixels, 1, pattern);
      compare_tables(pixels, 4, pattern);
    }
}

void test_measure(void) {
  TEST(sums_of_rows_agree, "sums, squares, extremes and differences of rows: the SIMD twins equal the references");
  TEST(sums_are_those_of_the_formula, "sums, squares and extremes are those of plain loops");
  TEST(moments_twins_agree, "the sums of blocks that similarity is made of: the SIMD twin equals the reference");
  TEST(table_twins_agree, "the rows of a summed-area table: the SIMD twins equal the references");
}
