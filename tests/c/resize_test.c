#include "apply.h"
#include "kernels/halve.h"
#include "kernels/resample.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_resize;

/* ---- the phases ---- */

static const uint32_t lengths[][2] = {{1, 1},  {1, 7},  {7, 1},    {2, 3},    {3, 2},    {5, 64}, {64, 5},
                                      {16, 8}, {24, 8}, {8, 16}, {100, 33}, {33, 100}, {65535, 3}};

typedef void visit_axis(const fl_axis *axis, const fl_phases *phases);

/* In memory that begins at phases.first. */
static fl_phases make_phases(const fl_axis *axis, uint32_t channels) {
  uint32_t taps = fl_kernels_resample_taps(fl_kernels_axis_taps_at_most(axis), channels);
  fl_phases phases = fl_kernels_phases_windows(axis, malloc(fl_kernels_phases_bytes(axis, taps)));
  phases.taps = fl_kernels_resample_taps(phases.taps, channels);
  fl_kernels_phases_weights(axis, &phases);
  return phases;
}

static void for_all_axes(visit_axis *visit) {
  for (int filter = FL_FILTER_BILINEAR; filter <= FL_FILTER_AREA; filter++)
    for (uint32_t i = 0; i < FL_COUNT(lengths); i++)
      for (int antialias = 0; antialias < 2; antialias++) {
        uint32_t source = lengths[i][0], target = lengths[i][1];
        fl_axis axis = {source, target, (fl_filter)filter, antialias, target > source};
        fl_phases phases = make_phases(&axis, 1 + 3 * (i % 2));
        visit(&axis, &phases);
        free((void *)phases.first);
      }
}

static void check_sums(const fl_axis *axis, const fl_phases *phases) {
  bool one = true, small = true, inside = true, ordered = true;
  uint32_t longest = 0;
  for (uint32_t i = 0; i < axis->target; i++) {
    fl_span window = fl_kernels_axis_window(axis, i);
    int32_t sum = 0, absolute = 0, unit = 1 << fl_kernels_phase_bits(phases, i);
    for (uint32_t k = 0; k < phases->taps; k++) {
      int16_t weight = phases->weights[(size_t)i * phases->taps + k];
      sum += weight, absolute += abs(weight);
      if (k >= fl_span_length(window) && weight != 0) inside = false;
    }
    one = one && abs(sum - unit) <= 1;
    small = small && absolute < 1.6 * unit;
    longest = fl_max_u32(longest, fl_span_length(window));
    inside = inside && phases->first[i] == window.first && phases->end[i] == window.end && window.end <= axis->source && window.first < window.end;
    if (i > 0) {
      fl_span before = fl_kernels_axis_window(axis, i - 1);
      ordered = ordered && before.first <= window.first && before.end <= window.end;
    }
  }
  CHECK(longest <= fl_kernels_axis_taps_at_most(axis));
  CHECK(longest <= phases->taps);
  CHECK(one);
  CHECK(small);
  CHECK(inside);
  CHECK(ordered);
}

static void weights_sum_to_one_inside_the_source(void) { for_all_axes(check_sums); }

/* ---- twins ---- */

/* Fine samples from the whole range that down_first gives. */
static void fill_fine(int16_t *fine, size_t n, uint32_t pattern, uint32_t seed) {
  uint8_t *bytes = (uint8_t *)fine;
  fl_test_pattern(bytes, n * 2, pattern, seed);
  for (size_t i = 0; i < n; i++) fine[i] = (int16_t)(pattern == 3 ? fine[i] % 26200 : bytes[2 * i] ? 26199 : -26199);
}

static void compare_down(uint32_t count, size_t n, uint32_t pattern, const int16_t *weights, int bits) {
  fl_test_row rows[8];
  const uint8_t *bytes[8];
  int16_t *fine[8];
  for (uint32_t k = 0; k < count; k++) {
    rows[k] = fl_test_row_make(n, (k + n) % 5, pattern, (uint32_t)n + k);
    bytes[k] = rows[k].bytes;
    fine[k] = malloc(n * 2);
    fill_fine(fine[k], n, pattern, k);
  }
  int16_t *first = malloc(n * 2), *twin = malloc(n * 2);
  fl_test_row expected = fl_test_row_make(n, 2, 0, 0), got = fl_test_row_make(n, 1, 1, 0);
  fl_kernels_resample(false)->down_first(first, bytes, count, weights, bits, n);
  fl_kernels_resample(true)->down_first(twin, bytes, count, weights, bits, n);
  CHECK(memcmp(first, twin, n * 2) == 0);
  fl_kernels_resample(false)->down_last(expected.bytes, (const int16_t *const *)fine, count, weights, bits, n);
  fl_kernels_resample(true)->down_last(got.bytes, (const int16_t *const *)fine, count, weights, bits, n);
  CHECK(memcmp(expected.bytes, got.bytes, n) == 0);
  for (uint32_t k = 0; k < count; k++) fl_test_row_free(&rows[k]), free(fine[k]);
  fl_test_row_free(&expected), fl_test_row_free(&got), free(first), free(twin);
}

static void down_twins_agree(void) {
  static const int16_t weights[][16] = {
      {32767}, {16384, 16384}, {-3000, 32767, 3000}, {4096, 12288, 12288, 4096}, {-2303, 5000, 18000, -4313},
      {797, -4427, 11920, 11920, -4427, 797, -196}, {8192, 8192}};
  static const uint32_t counts[] = {1, 2, 3, 4, 4, 7, 2};
  for (uint32_t i = 0; i < FL_COUNT(counts); i++)
    for (size_t n = 1; n <= 67; n++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++)
        compare_down(counts[i], n, pattern, weights[i], i < 4 ? FL_PHASE_BITS : FL_PHASE_COARSE_BITS);
}

static void compare_along(const fl_phases *phases, fl_span columns, uint32_t channels, uint32_t pattern) {
  uint32_t origin = phases->first[columns.first], last = phases->first[columns.end - 1] + phases->taps;
  size_t n = (size_t)(last - origin) * channels, out = (size_t)fl_span_length(columns) * channels;
  int16_t *fine = malloc(n * 2), *first = malloc(out * 2), *twin = malloc(out * 2);
  uint8_t *bytes = malloc(n), *expected = malloc(out), *got = malloc(out + 1);
  fl_test_pattern(bytes, n, pattern, (uint32_t)n);
  fill_fine(fine, n, pattern, (uint32_t)n);
  fl_kernels_resample(false)->along_first(first, bytes, phases, columns, origin, channels);
  fl_kernels_resample(true)->along_first(twin, bytes, phases, columns, origin, channels);
  CHECK(memcmp(first, twin, out * 2) == 0);
  fl_kernels_resample(false)->along_last(expected, fine, phases, columns, origin, channels);
  fl_kernels_resample(true)->along_last(got + 1, fine, phases, columns, origin, channels);
  CHECK(memcmp(expected, got + 1, out) == 0);
  free(fine), free(first), free(twin), free(bytes), free(expected), free(got);
}

static void compare_spans(const fl_phases *phases, uint32_t n) {
  const fl_span spans[] = {{0, n}, {n / 3, n}, {0, (2 * n + 2) / 3}, {n - 1, n}, {n / 4, n / 4 + (n + 1) / 2}};
  for (uint32_t i = 0; i < FL_COUNT(spans); i++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      compare_along(phases, spans[i], 1, pattern);
      compare_along(phases, spans[i], 4, pattern);
    }
}

/* Weights in whole vectors for either number of channels: what gray8 wants is enough for both. */
static void along_twins_agree(void) {
  for (int filter = FL_FILTER_BILINEAR; filter <= FL_FILTER_AREA; filter++)
    for (uint32_t target = 1; target <= 67; target++)
      for (uint32_t times = 1; times <= 5; times++) {
        uint32_t source = fl_max_u32(1, target * times / 2);
        fl_axis axis = {source, target, (fl_filter)filter, true, target > source};
        fl_phases phases = make_phases(&axis, 1);
        compare_spans(&phases, target);
        free((void *)phases.first);
      }
}

static void halving_twins_agree(void) {
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++)
      for (uint32_t n = 1; n <= 67; n++) {
        fl_test_row top = fl_test_row_make(2 * n * channels, n % 5, pattern, n);
        fl_test_row bottom = fl_test_row_make(2 * n * channels, n % 3, (pattern + n) % FL_TEST_PATTERNS, n + 100);
        fl_test_row expected = fl_test_row_make(n * channels, 1, 0, 0), got = fl_test_row_make(n * channels, n % 3, 0, 0);
        fl_kernels_halve(false)(expected.bytes, top.bytes, bottom.bytes, n, channels);
        fl_kernels_halve(true)(got.bytes, top.bytes, bottom.bytes, n, channels);
        CHECK(memcmp(expected.bytes, got.bytes, n * channels) == 0);
        fl_test_row_free(&top), fl_test_row_free(&bottom), fl_test_row_free(&expected), fl_test_row_free(&got);
      }
}

static void nearest_twins_agree(void) {
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t n = 1; n <= 67; n++) {
      fl_test_row src = fl_test_row_make(n * channels, n % 5, 3, n);
      fl_test_row expected = fl_test_row_make(n * channels, 1, 0, 0), got = fl_test_row_make(n * channels, n % 3, 1, 0);
      uint32_t index[80];
      for (uint32_t x = 0; x < n; x++) index[x + 9] = 5 + x * 7 % n;
      fl_kernels_resample(false)->nearest(expected.bytes, src.bytes, index, (fl_span){9, 9 + n}, 5, channels);
      fl_kernels_resample(true)->nearest(got.bytes, src.bytes, index, (fl_span){9, 9 + n}, 5, channels);
      CHECK(memcmp(expected.bytes, got.bytes, n * channels) == 0);
      fl_test_row_free(&src), fl_test_row_free(&expected), fl_test_row_free(&got);
    }
}

/* ---- the operation against plain loops in float64 ---- */

#define PI 3.14159265358979323846
static double sinc(double x) { return x == 0 ? 1 : sin(PI * x) / (PI * x); }

/* The kernels in their textbook forms. */
static double kernel_at(fl_filter filter, double x) {
  x = fabs(x);
  if (filter == FL_FILTER_BILINEAR) return x < 1 ? 1 - x : 0;
  if (filter == FL_FILTER_LANCZOS3) return x < 3 ? sinc(x) * sinc(x / 3) : 0;
  if (filter == FL_FILTER_BICUBIC) {
    double a = -0.75;
    return x < 1 ? (a + 2) * x * x * x - (a + 3) * x * x + 1 : x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a : 0;
  }
  if (x < 1) return (7 * x * x * x - 12 * x * x + 16.0 / 3) / 6;
  return x < 2 ? (-7.0 / 3 * x * x * x + 12 * x * x - 20 * x + 32.0 / 3) / 6 : 0;
}

/* One row of the matrix that makes `target` samples of `source`: nearest and growing area are OpenCV's loops. */
static void weigh_all(const fl_axis *axis, uint32_t i, double *weights) {
  double source = axis->source, scale = source / axis->target, total = 0;
  bool shrinks = axis->source > axis->target, stretched = shrinks && axis->antialias;
  for (uint32_t j = 0; j < axis->source; j++) weights[j] = 0;
  if (axis->source == axis->target) {
    weights[i] = 1;
  } else if (axis->filter == FL_FILTER_NEAREST || (axis->filter == FL_FILTER_AREA && axis->grows)) {
    double inverse = axis->target / source;
    int at = (int)floor(i * (1 / inverse)), next = fl_min_i32(at + 1, (int)source - 1);
    float share = (float)((i + 1) - (at + 1) * inverse);
    share = axis->filter == FL_FILTER_NEAREST || share <= 0 ? 0 : share - floorf(share);
    weights[at] += 1 - share, weights[next] += share;
  } else if (axis->filter == FL_FILTER_AREA) {
    for (uint32_t j = 0; j < axis->source; j++) weights[j] = fmax(0, fmin((i + 1) * scale, j + 1) - fmax(i * scale, j)) / scale;
  } else {
    double centre = (i + 0.5) * scale - 0.5, stretch = stretched ? scale : 1;
    for (int j = (int)floor(centre - 3 * stretch); j <= (int)ceil(centre + 3 * stretch); j++) {
      bool cut = (stretched || axis->filter == FL_FILTER_LANCZOS3) && (j < 0 || j >= (int)source);
      double weight = cut ? 0 : kernel_at(axis->filter, (j - centre) / stretch);
      weights[fl_clamp_i32(j, 0, (int)source - 1)] += weight, total += weight;
    }
    for (uint32_t j = 0; j < axis->source; j++) weights[j] /= total;
  }
}

static double to_byte(double v) { return fmin(255, fmax(0, floor(v + 0.5))); }

/* The whole image: along each row, then down; lanczos3 is a byte in between. */
static fl_image resize_plainly(const fl_image *in, uint32_t width, uint32_t height, fl_filter filter, bool antialias) {
  bool grows = width > in->width || height > in->height;
  fl_axis across = {in->width, width, filter, antialias, grows}, down = {in->height, height, filter, antialias, grows};
  uint32_t channels = fl_bytes_per_pixel(in->format), n = width * channels;
  double *between = calloc((size_t)n * in->height, sizeof *between);
  double *weights = malloc(fl_max_u32(in->width, in->height) * sizeof *weights);
  for (uint32_t x = 0; x < width; x++) {
    weigh_all(&across, x, weights);
    for (uint32_t i = 0; i < in->height * channels; i++) {
      const uint8_t *samples = fl_frame_image_row(in, 0, i / channels) + i % channels;
      double sum = 0;
      for (uint32_t j = 0; j < in->width; j++) sum += weights[j] * samples[j * channels];
      between[i / channels * n + x * channels + i % channels] = filter == FL_FILTER_LANCZOS3 ? to_byte(sum) : sum;
    }
  }
  fl_image out = fl_test_image(width, height, in->format, 0);
  for (uint32_t y = 0; y < height; y++) {
    weigh_all(&down, y, weights);
    for (uint32_t i = 0; i < n; i++) {
      double sum = 0;
      for (uint32_t j = 0; j < in->height; j++) sum += weights[j] * between[j * n + i];
      fl_frame_image_row(&out, 0, y)[i] = (uint8_t)to_byte(sum);
    }
  }
  free(between), free(weights);
  return out;
}

static const uint32_t resizes[][4] = {{1, 1, 3, 2},    {1, 9, 4, 3},    {9, 1, 2, 5},    {2, 2, 1, 1},     {8, 6, 16, 12}, {16, 12, 8, 6}, {134, 22, 67, 11},
                                      {17, 11, 9, 23}, {23, 40, 31, 7}, {64, 3, 20, 12}, {67, 35, 67, 20}, {30, 30, 10, 6}, {5, 4, 5, 4}};

static void check_resize(const fl_image *in, uint32_t width, uint32_t height, fl_filter filter, bool antialias) {
  const fl_value params[] = {{.number = width}, {.number = height}, {.number = filter}, {.number = antialias}};
  fl_image expected = resize_plainly(in, width, height, filter, antialias);
  fl_image plain = fl_test_apply(&fl_op_resize, params, in, false, 0, 0);
  fl_image simd = fl_test_apply(&fl_op_resize, params, in, true, 0, 0);
  CHECK(plain.width == width && plain.height == height && plain.format == in->format);
  CHECK(oracle_distance(&plain, &expected) <= (filter == FL_FILTER_NEAREST ? 0 : 1));
  CHECK(fl_test_image_equal(&plain, &simd));
  CHECK(oracle_same_in_tiles(&fl_op_resize, params, in, true));
  fl_test_image_free(&expected), fl_test_image_free(&plain), fl_test_image_free(&simd);
}

static void check_filter(fl_filter filter) {
  static const fl_format formats[] = {FL_GRAY8, FL_RGBA8};
  for (uint32_t f = 0; f < 2; f++)
    for (uint32_t s = 0; s < FL_COUNT(resizes); s++)
      for (int extreme = 0; extreme < 2; extreme++) {
        uint32_t width = resizes[s][0], height = resizes[s][1];
        fl_image in = (extreme ? oracle_extremes : oracle_noise)(width, height, formats[f], s);
        check_resize(&in, resizes[s][2], resizes[s][3], filter, true);
        check_resize(&in, resizes[s][2], resizes[s][3], filter, false);
        fl_test_image_free(&in);
      }
}

static void nearest_follows_its_formula(void) { check_filter(FL_FILTER_NEAREST); }
static void bilinear_follows_its_formula(void) { check_filter(FL_FILTER_BILINEAR); }
static void bicubic_follows_its_formula(void) { check_filter(FL_FILTER_BICUBIC); }
static void mitchell_follows_its_formula(void) { check_filter(FL_FILTER_MITCHELL); }
static void lanczos3_follows_its_formula(void) { check_filter(FL_FILTER_LANCZOS3); }
static void area_follows_its_formula(void) { check_filter(FL_FILTER_AREA); }

/* ---- what must hold without a formula ---- */

static void a_flat_image_stays_flat(void) {
  for (int level = 0; level < 256; level += 51)
    for (int filter = 0; filter <= FL_FILTER_AREA; filter++) {
      fl_image in = fl_test_image(37, 29, FL_RGBA8, 0);
      memset(in.plane[0].data, level, in.plane[0].stride * 29);
      const fl_value params[] = {{.number = 61}, {.number = 11}, {.number = filter}, {.number = 1}};
      fl_image out = fl_test_apply(&fl_op_resize, params, &in, true, 0, 0);
      bool flat = true;
      for (uint32_t i = 0; i < out.plane[0].stride * out.height; i++) flat = flat && out.plane[0].data[i] == level;
      CHECK(flat);
      fl_test_image_free(&in), fl_test_image_free(&out);
    }
}

static void the_same_size_is_the_same_image(void) {
  fl_image in = oracle_noise(19, 13, FL_RGBA8, 4);
  for (int filter = 0; filter <= FL_FILTER_AREA; filter++) {
    const fl_value params[] = {{.number = 19}, {.number = NAN}, {.number = filter}, {.number = 1}};
    fl_image out = fl_test_apply(&fl_op_resize, params, &in, true, 0, 0);
    CHECK(fl_test_image_equal(&in, &out));
    fl_test_image_free(&out);
  }
  fl_test_image_free(&in);
}

/* The shape that a resize comes to, or its error. */
static fl_status resolve_size(uint32_t from_width, uint32_t from_height, double width, double height, fl_shape *out,
                              fl_report *report) {
  fl_shape in = {from_width, from_height, FL_RGBA8};
  const fl_value params[] = {{.number = width}, {.number = height}, {.number = FL_FILTER_AREA}, {.number = 1}};
  fl_node node = {.op = &fl_op_resize, .params = params, .inputs = 1, .in = {in}, .out = in};
  fl_status status = fl_op_resize.resolve(&node, report);
  *out = node.out;
  return status;
}

static void a_side_left_out_keeps_the_aspect_ratio(void) {
  fl_report report = {0};
  fl_shape out;
  CHECK(resolve_size(300, 200, 150, NAN, &out, &report) == FL_OK && out.width == 150 && out.height == 100);
  CHECK(resolve_size(300, 200, NAN, 25, &out, &report) == FL_OK && out.width == 38 && out.height == 25);
  CHECK(resolve_size(300, 2, 10, NAN, &out, &report) == FL_OK && out.width == 10 && out.height == 1);
  CHECK(resolve_size(300, 200, 7, 9, &out, &report) == FL_OK && out.width == 7 && out.height == 9);
}

static void sizes_that_cannot_be_say_why(void) {
  fl_report report = {0};
  fl_shape out;
  CHECK(resolve_size(300, 200, NAN, NAN, &out, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "resize: give width or height, or both") == 0);
  CHECK(resolve_size(2, 1000, 200, NAN, &out, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "resize: height, left out to keep the aspect ratio, would be 100000, more than 65535") == 0);
}

void test_resize(void) {
  TEST(weights_sum_to_one_inside_the_source, "weights sum to one, lie inside the source and move only forwards");
  TEST(down_twins_agree, "resizing down the rows: the SIMD twins equal the references");
  TEST(along_twins_agree, "resizing along a row: the SIMD twins equal the references, from any column");
  TEST(halving_twins_agree, "halving: the SIMD twin gives the reference's bytes at every width");
  TEST(nearest_twins_agree, "nearest pixels: the SIMD twin equals the reference");
  TEST(nearest_follows_its_formula, "resize nearest gives OpenCV's pixels, in any tiles");
  TEST(bilinear_follows_its_formula, "resize bilinear follows its formula within one level, in any tiles");
  TEST(bicubic_follows_its_formula, "resize bicubic follows its formula within one level, in any tiles");
  TEST(mitchell_follows_its_formula, "resize mitchell follows its formula within one level, in any tiles");
  TEST(lanczos3_follows_its_formula, "resize lanczos3 follows Pillow's two steps within one level, in any tiles");
  TEST(area_follows_its_formula, "resize area follows its formula within one level, in any tiles");
  TEST(a_flat_image_stays_flat, "a flat image stays flat at any size");
  TEST(the_same_size_is_the_same_image, "the same size is the same image");
  TEST(a_side_left_out_keeps_the_aspect_ratio, "a side left out keeps the aspect ratio, and is at least 1");
  TEST(sizes_that_cannot_be_say_why, "a resize without a size, or beyond the limit, says why");
}
