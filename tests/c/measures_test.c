/* histogram, statistics, compare and integral as the API runs them, over bands and phases, against their plain formulas. */
#include "api/framelane.h"
#include "check.h"
#include "frame/frame.h"
#include "ops/op.h"

#include <math.h>

static const uint32_t sizes[][2] = {{1, 1}, {3, 2}, {7, 40}, {40, 7}, {8, 8}, {31, 33}, {64, 9}, {300, 517}, {2, 20000}};
static const fl_format formats[] = {FL_GRAY8, FL_RGBA8};

typedef struct subject {
  fl_handle handle[2];
  const fl_image *image[2];
  uint32_t channels;
} subject;

static const fl_image *fill(fl_handle handle, uint32_t seed, uint32_t spread) {
  const fl_image *image = &fl_frame_find(handle)->image;
  for (uint32_t y = 0; y < image->height; y++) {
    uint8_t *row = fl_frame_image_row(image, 0, y);
    fl_test_noise(row, image->plane[0].width * fl_bytes_per_pixel(image->format), seed + y);
    for (uint32_t i = 0; i < image->plane[0].width * fl_bytes_per_pixel(image->format); i++) row[i] = (uint8_t)(40 + row[i] % spread);
  }
  return image;
}

/* Two frames alike, the second a view with rows that do not follow each other. */
static subject make_subject(uint32_t width, uint32_t height, fl_format format) {
  subject s = {.channels = fl_bytes_per_pixel(format)};
  CHECK(fl_frame_new(width, height, format) == FL_OK);
  s.handle[0] = (fl_handle)fl_mail()[0];
  CHECK(fl_frame_new(width + 5, height + 3, format) == FL_OK);
  CHECK(fl_frame_crop((fl_handle)fl_mail()[0], 2, 1, width, height) == FL_OK);
  s.handle[1] = (fl_handle)fl_mail()[0];
  s.image[0] = fill(s.handle[0], 1, 216), s.image[1] = fill(s.handle[1], 900, 200);
  return s;
}

static uint8_t sample(const fl_image *image, uint32_t y, uint32_t i) { return fl_frame_image_row(image, 0, y)[i]; }

/* Runs what was opened, gives it to `judge`, and closes it. */
static void judge_job(int32_t status, const subject *s, void (*judge)(const subject *s, const void *result)) {
  CHECK(status == FL_OK);
  if (status != FL_OK) return;
  uintptr_t job = (uintptr_t)fl_mail()[0];
  const void *result = (const void *)(uintptr_t)fl_mail()[5];
  CHECK(fl_job_submit(job, 0) == FL_OK && fl_job_work(job, 0, 0) == 1 && fl_job_was_cancelled(job) == 0);
  judge(s, result);
  fl_job_close(job);
}

static void each_way(void (*run)(const subject *s, uint32_t lanes, uint32_t flags)) {
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++)
    for (uint32_t f = 0; f < FL_COUNT(formats); f++) {
      fl_start(0);
      subject s = make_subject(sizes[i][0], sizes[i][1], formats[f]);
      fl_stats();
      double before = fl_mail()[0];
      for (uint32_t way = 0; way < 4; way++) run(&s, way & 2 ? 5 : 1, way & 1 ? FL_JOB_SIMD : 0);
      fl_stats();
      CHECK(fl_mail()[0] == before);
    }
}

static void judge_histogram(const subject *s, const void *result) {
  static uint32_t expected[4 * 256];
  memset(expected, 0, sizeof expected);
  for (uint32_t y = 0; y < s->image[1]->height; y++)
    for (uint32_t i = 0; i < s->image[1]->width * s->channels; i++) expected[i % s->channels * 256 + sample(s->image[1], y, i)]++;
  CHECK(memcmp(result, expected, s->channels * 256 * sizeof(uint32_t)) == 0);
}
static void run_histogram(const subject *s, uint32_t lanes, uint32_t flags) { judge_job(fl_histogram_open(s->handle[1], lanes, flags), s, judge_histogram); }
static void a_histogram_counts_every_value(void) { each_way(run_histogram); }

static void judge_statistics(const subject *s, const void *result) {
  const fl_image *image = s->image[1];
  for (uint32_t c = 0; c < s->channels; c++) {
    double sum = 0, squares = 0, min = 255, max = 0, n = (double)image->width * image->height;
    for (uint32_t y = 0; y < image->height; y++)
      for (uint32_t x = 0; x < image->width; x++) {
        double v = sample(image, y, x * s->channels + c);
        sum += v, squares += v * v, min = fmin(min, v), max = fmax(max, v);
      }
    const double *got = (const double *)result + 4 * c;
    CHECK(got[0] == min && got[1] == max && got[2] == sum / n && fabs(got[3] - sqrt(fmax(0, squares / n - sum / n * (sum / n)))) < 1e-9);
  }
}
static void run_statistics(const subject *s, uint32_t lanes, uint32_t flags) { judge_job(fl_statistics_open(s->handle[1], lanes, flags), s, judge_statistics); }
static void statistics_are_those_of_the_formula(void) { each_way(run_statistics); }

/* Structural similarity of one window, in the textbook's means and variances. */
static double rate(const subject *s, uint32_t left, uint32_t top, uint32_t channel, uint32_t width, uint32_t height) {
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0, n = width * height, c1 = 2.55 * 2.55, c2 = 7.65 * 7.65;
  for (uint32_t y = top; y < top + height; y++)
    for (uint32_t x = left; x < left + width; x++) {
      double u = sample(s->image[0], y, x * s->channels + channel), v = sample(s->image[1], y, x * s->channels + channel);
      a += u, b += v, aa += u * u, bb += v * v, ab += u * v;
    }
  double ma = a / n, mb = b / n, d = fmax(n - 1, 1), va = (aa - n * ma * ma) / d, vb = (bb - n * mb * mb) / d, cov = (ab - n * ma * mb) / d;
  return (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
}

static void judge_compare(const subject *s, const void *result) {
  const fl_image *image = s->image[0];
  double squares = 0, max = 0, similarity = 0, windows = 0;
  for (uint32_t y = 0; y < image->height; y++)
    for (uint32_t i = 0; i < image->width * s->channels; i++) {
      double d = fabs((double)sample(image, y, i) - sample(s->image[1], y, i));
      squares += d * d, max = fmax(max, d);
    }
  uint32_t width = fl_min_u32(8, image->width), height = fl_min_u32(8, image->height);
  for (uint32_t y = 0; y + height <= image->height; y += 4)
    for (uint32_t x = 0; x + width <= image->width; x += 4) {
      for (uint32_t c = 0; c < s->channels; c++, windows++) similarity += rate(s, x, y, c, width, height);
      if (image->width < 8) break;
    }
  const double *got = result;
  if (image->height >= 8) CHECK(got[3] == windows && fabs(got[2] - similarity) < 1e-6 * windows + 1e-9);
  else CHECK(got[3] >= s->channels);
  CHECK(got[0] == squares && got[1] == max);
}
static void run_compare(const subject *s, uint32_t lanes, uint32_t flags) { judge_job(fl_compare_open(s->handle[0], s->handle[1], lanes, flags), s, judge_compare); }
static void a_comparison_is_that_of_the_formula(void) { each_way(run_compare); }

static void judge_integral(const subject *s, const void *result) {
  const fl_image *image = s->image[1];
  const uint32_t *table = result;
  uint32_t row = (image->width + 1) * s->channels, wrong = 0;
  for (uint32_t i = 0; i < row; i++) wrong += table[i] != 0;
  for (uint32_t y = 0; y < image->height; y++) {
    uint32_t sum[4] = {0};
    const uint32_t *above = table + (size_t)y * row, *here = above + row;
    for (uint32_t i = 0; i < image->width * s->channels; i++) {
      sum[i % s->channels] += sample(image, y, i);
      wrong += here[s->channels + i] != above[s->channels + i] + sum[i % s->channels];
    }
    for (uint32_t c = 0; c < s->channels; c++) wrong += here[c] != 0;
  }
  CHECK(wrong == 0);
}
static void run_integral(const subject *s, uint32_t lanes, uint32_t flags) { judge_job(fl_integral_open(s->handle[1], lanes, flags), s, judge_integral); }
static void the_integral_is_the_sum_above_and_to_the_left(void) { each_way(run_integral); }

void test_measures(void) {
  TEST(a_histogram_counts_every_value, "measures: a histogram counts every value");
  TEST(statistics_are_those_of_the_formula, "measures: statistics are those of the formula");
  TEST(a_comparison_is_that_of_the_formula, "measures: a comparison is that of the formula");
  TEST(the_integral_is_the_sum_above_and_to_the_left, "measures: the integral is the sum above and to the left");
}
