#include "apply.h"
#include "kernels/histogram.h"
#include "kernels/lut.h"
#include "kernels/tone.h"
#include "rows.h"

extern const fl_op fl_op_invert, fl_op_linear, fl_op_brightness, fl_op_contrast, fl_op_gamma, fl_op_lut, fl_op_threshold,
    fl_op_equalize;

/* ---- twins ---- */

/* Calls run with rows of 1 to 67 pixels of 1 and 4 bytes, all patterns, offset starts, apart and in place. */
typedef void run_row(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes, bool simd, const void *settings);

static void compare_twins(run_row *run, const void *settings) {
  for (uint32_t bytes = 1; bytes <= 4; bytes += 3)
    for (uint32_t pixels = 1; pixels <= 67; pixels++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
        size_t size = pixels * bytes;
        fl_test_row src = fl_test_row_make(size, pixels % 5, pattern, pixels);
        fl_test_row in_place = fl_test_row_make(size, 3, pattern, pixels);
        fl_test_row expected = fl_test_row_make(size, 1, 0, 0), got = fl_test_row_make(size, pixels % 3, 1, 0);
        run(expected.bytes, src.bytes, pixels, bytes, false, settings);
        run(got.bytes, src.bytes, pixels, bytes, true, settings);
        run(in_place.bytes, in_place.bytes, pixels, bytes, true, settings);
        CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
        CHECK(memcmp(expected.bytes, in_place.bytes, size) == 0);
        fl_test_row_free(&src), fl_test_row_free(&in_place), fl_test_row_free(&expected), fl_test_row_free(&got);
      }
}

static void run_invert(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes, bool simd, const void *settings) {
  (void)settings;
  fl_kernels_tone(simd)->invert(dst, src, pixels * bytes, bytes == 4 ? 0x00ffffff : 0xffffffff);
}
static void run_linear(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes, bool simd, const void *settings) {
  fl_tone_line line = *(const fl_tone_line *)settings;
  for (uint32_t c = 1; c < 4 && bytes == 1; c++) line.scale[c] = line.scale[0], line.offset[c] = line.offset[0];
  fl_kernels_tone(simd)->linear(dst, src, pixels * bytes, &line);
}
static void run_threshold(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes, bool simd, const void *settings) {
  const fl_tone_step *step = settings;
  fl_kernels_tone(simd)->threshold(dst, src, pixels * bytes, step);
}
static void run_lut(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t bytes, bool simd, const void *settings) {
  fl_kernels_lut(simd)->apply(dst, src, pixels, bytes, settings);
}

static void invert_twins_agree(void) { compare_twins(run_invert, NULL); }

static void linear_twins_agree_in_16_bits(void) {
  const int32_t most = 254 * 256 + 127, least = -254 * 256 - 128, middle = 128 * 254;
  compare_twins(run_linear, &(fl_tone_line){{most, least, most, least}, {32767 - middle, 32767 + middle, -32767 - middle, -32767 + middle}, 7});
  compare_twins(run_linear, &(fl_tone_line){{32768, 1, -1, 0}, {64, 32639, -32640, 77}, 7});
  compare_twins(run_linear, &(fl_tone_line){{40001, -12345, 127, 128}, {-9000, 28000, 500, -3}, 7});
  compare_twins(run_linear, &(fl_tone_line){{1, 1, 1, 1}, {-65535, 65535, 255, 0}, 0});
  compare_twins(run_linear, &(fl_tone_line){{1, 1, 1, 1}, {-254, -1, 1, 100}, 0});
}

static void linear_twins_agree(void) {
  const int32_t one = 1 << 20, half = 1 << 19;
  static const double extremes[][2] = {{255, 65535}, {-255, 65535}, {255, -65535}, {-255, -65535}, {100.7, -12000.3}};
  compare_twins(run_linear, &(fl_tone_line){{one, 4 * one, -4 * one, one}, {half, 1022 * one, -1022 * one, half}, 20});
  compare_twins(run_linear, &(fl_tone_line){{1234567, -1234567, 98765, -1}, {half, 255 * one, 77777777, half + one}, 20});
  for (uint32_t i = 0; i < FL_COUNT(extremes); i++) {
    fl_tone_line line = {.shift = 14};
    for (uint32_t c = 0; c < 4; c++)
      line.scale[c] = (int32_t)(extremes[i][0] * 16384) - (int32_t)c, line.offset[c] = (int32_t)(extremes[i][1] * 16384) + 8192;
    compare_twins(run_linear, &line);
  }
}

static void threshold_twins_agree(void) {
  for (int value = 0; value < 256; value += 51) {
    compare_twins(run_threshold, &(fl_tone_step){(uint8_t)value, {0}, {200, 200, 200, 200}, {0}, {3, 3, 3, 3}});
    compare_twins(run_threshold, &(fl_tone_step){(uint8_t)value, {255, 0, 255, 255}, {0, 9, 0, 0}, {0, 255, 255, 255}, {7, 0, 0, 0}});
  }
}

static void lut_twins_agree(void) {
  fl_lut lut;
  fl_test_noise(lut.entry[0], sizeof lut, 3);
  compare_twins(run_lut, lut.entry);
  for (int v = 0; v < 256; v++) lut.entry[3][v] = (uint8_t)v;
  compare_twins(run_lut, lut.entry);
  lut.entry[3][255] = 254;
  compare_twins(run_lut, lut.entry);
}

static void histogram_twins_agree(void) {
  static const size_t long_rows[] = {511, 512, 513, 519, 1921};
  for (uint32_t channels = 1; channels <= 4; channels += 3)
    for (uint32_t i = 1; i <= 67 + FL_COUNT(long_rows); i++)
      for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
        size_t pixels = i <= 67 ? i : long_rows[i - 68];
        fl_test_row row = fl_test_row_make(pixels * channels, i % 4, pattern, i);
        uint32_t counts[1024], expected[1024];
        for (uint32_t k = 0; k < 1024; k++) counts[k] = expected[k] = k * 7;
        fl_kernels_histogram(true)->add(row.bytes, pixels, channels, counts);
        for (size_t b = 0; b < row.size; b++) expected[b % channels * 256 + row.bytes[b]]++;
        CHECK(memcmp(counts, expected, sizeof counts) == 0);
        fl_kernels_histogram(false)->add(row.bytes, pixels, channels, counts);
        for (size_t b = 0; b < row.size; b++) expected[b % channels * 256 + row.bytes[b]]++;
        CHECK(memcmp(counts, expected, sizeof counts) == 0);
        fl_test_row_free(&row);
      }
}

/* ---- operations: any of one input against a function of (value, is it alpha?) ---- */

typedef double expected_value(double v, const fl_value *params);

static const uint32_t sizes[][2] = {{1, 1}, {1, 19}, {23, 1}, {17, 5}, {40, 9}};

/* Within `allowed` levels of the formula, alpha kept, the same for reference, twin and tiles. */
static void check_formula(const fl_op *op, const fl_value *params, expected_value *expected, double allowed) {
  static const fl_format formats[] = {FL_RGBA8, FL_BGRA8, FL_GRAY8};
  for (uint32_t f = 0; f < FL_COUNT(formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      fl_image in = fl_test_image(sizes[s][0], sizes[s][1], formats[f], 0);
      uint32_t bytes = fl_bytes_per_pixel(in.format), size = in.plane[0].stride * in.height;
      fl_test_noise(in.plane[0].data, size, f * 10 + s);
      fl_image simd = fl_test_apply(op, params, &in, true, 0, 0), reference = fl_test_apply(op, params, &in, false, 0, 0);
      fl_image tiled = fl_test_apply(op, params, &in, true, 7, 5), wide = fl_test_apply(op, params, &in, true, 16, 3);
      CHECK(fl_test_image_equal(&simd, &reference) && fl_test_image_equal(&simd, &tiled) && fl_test_image_equal(&simd, &wide));
      int wrong = 0;
      for (uint32_t i = 0; i < size; i++) {
        double v = in.plane[0].data[i], got = simd.plane[0].data[i];
        double want = bytes == 4 && i % 4 == 3 ? v : fmin(255, fmax(0, floor(expected(v, params) + 0.5)));
        wrong += fabs(got - want) > (bytes == 4 && i % 4 == 3 ? 0 : allowed);
      }
      CHECK(wrong == 0);
      fl_test_image_free(&in), fl_test_image_free(&simd), fl_test_image_free(&reference);
      fl_test_image_free(&tiled), fl_test_image_free(&wide);
    }
}

static double inverted(double v, const fl_value *params) {
  (void)params;
  return 255 - v;
}
static double on_line(double v, const fl_value *params) { return params[0].number * v + params[1].number; }
static double on_curve(double v, const fl_value *params) { return 255 * pow(v / 255, params[0].number); }

static void invert_is_the_negative(void) { check_formula(&fl_op_invert, NULL, inverted, 0); }

static void linear_is_within_a_level(void) {
  static const double lines[][2] = {{1, 0},        {1.3, -20.25}, {-1, 255},       {0, 77},         {3.999, -300},   {50.5, -5000},
                                   {-255, 65535}, {255, -65535}, {1.9799, 1.9},   {1.9799, -508},  {-1.9799, 508},  {-1.9799, -2},
                                   {1.7, 37.29},  {0.001, 254.7}, {0.001, -255.9}, {-0.8343, 240.1}, {1, 65535},     {1, -254.51}};
  for (uint32_t i = 0; i < FL_COUNT(lines); i++)
    check_formula(&fl_op_linear, (fl_value[]){{.number = lines[i][0]}, {.number = lines[i][1]}}, on_line, 1);
}

static void simple_lines_are_exact(void) {
  static const double lines[][2] = {{1, 0}, {1, 30}, {1, -30.5}, {1, 0.5}, {1.5, 0}, {0.5, 0}, {-1, 255}, {2.25, -128.25}, {1.25, -31.5}};
  for (uint32_t i = 0; i < FL_COUNT(lines); i++)
    check_formula(&fl_op_linear, (fl_value[]){{.number = lines[i][0]}, {.number = lines[i][1]}}, on_line, 0);
}

static void check_expansion(const fl_op *op, double amount, double scale, double offset) {
  fl_test_parts at;
  const fl_node node = {.op = op, .params = &(fl_value){.number = amount}, .inputs = 1, .kind = op->kind};
  CHECK(fl_test_expand(&node, &at) == FL_OK && at.count == 1 && at.part[0].from[0] == FL_EXPANSION_INPUT && at.part[0].op == &fl_op_linear);
  CHECK(at.value[0][0].number == scale && at.value[0][1].number == offset);
  CHECK(fabs(scale) <= fl_op_linear.params[0].max && fabs(offset) <= fl_op_linear.params[1].max);
}

static void brightness_and_contrast_are_lines(void) {
  check_expansion(&fl_op_brightness, 40, 1, 40);
  check_expansion(&fl_op_brightness, -255, 1, -255);
  check_expansion(&fl_op_contrast, 1, 1, 0);
  check_expansion(&fl_op_contrast, 1.5, 1.5, -64);
  check_expansion(&fl_op_contrast, 255, 255, -32512);
}

static void gamma_is_a_power(void) {
  static const double exponents[] = {0.01, 1 / 2.2, 1, 2.2, 100};
  for (uint32_t i = 0; i < FL_COUNT(exponents); i++)
    check_formula(&fl_op_gamma, &(fl_value){.number = exponents[i]}, on_curve, 0);
}

/* ---- lut ---- */

static double from_table(double v, const fl_value *params) { return params[0].items[(int)v]; }

static void one_table_serves_all_colours(void) {
  double table[256];
  for (int v = 0; v < 256; v++) table[v] = (v * 37 + 11) % 256 - (v % 2 && (v * 37 + 11) % 256 ? 0.5 : 0);
  check_formula(&fl_op_lut, &(fl_value){.items = table, .count = 256}, from_table, 0);
}

static void four_tables_serve_a_channel_each(void) {
  double table[1024];
  for (int i = 0; i < 1024; i++) table[i] = (i * 37 + i / 256 * 5) % 256;
  fl_image in = fl_test_image(256, 1, FL_RGBA8, 0);
  fl_test_noise(in.plane[0].data, 1024, 1);
  fl_image out = fl_test_apply(&fl_op_lut, &(fl_value){.items = table, .count = 1024}, &in, true, 0, 0);
  for (uint32_t i = 0; i < 1024; i++) CHECK(out.plane[0].data[i] == table[i % 4 * 256 + in.plane[0].data[i]]);
  fl_test_image_free(&in), fl_test_image_free(&out);
}

static fl_status resolve_with(const fl_op *op, const fl_value *params, fl_format format, fl_report *report) {
  fl_node node = {.op = op, .params = params, .inputs = op->inputs, .kind = op->kind, .in = {{8, 8, format}}, .out = {8, 8, format}};
  return op->resolve(&node, report);
}

static void a_table_of_another_length_is_an_error(void) {
  double table[1024] = {0};
  fl_report report = {0};
  CHECK(resolve_with(&fl_op_lut, &(fl_value){.items = table, .count = 256}, FL_GRAY8, &report) == FL_OK);
  CHECK(resolve_with(&fl_op_lut, &(fl_value){.items = table, .count = 1024}, FL_RGBA8, &report) == FL_OK);
  CHECK(resolve_with(&fl_op_lut, &(fl_value){.items = table, .count = 1024}, FL_GRAY8, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "lut: table must have 256 values, got 1024") == 0);
  CHECK(resolve_with(&fl_op_lut, &(fl_value){.items = table, .count = 300}, FL_RGBA8, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "lut: table must have 256 values or 1024 (256 for each channel of the frame), got 300") == 0);
}

/* ---- threshold ---- */

static double thresholded(double v, const fl_value *params) {
  double value = floor(params[0].number), max = params[1].number;
  switch ((int)params[2].number) {
    case 0: return v > value ? max : 0;
    case 1: return v > value ? 0 : max;
    case 2: return v > value ? value : v;
    case 3: return v > value ? v : 0;
    default: return v > value ? 0 : v;
  }
}

static void threshold_has_five_types(void) {
  static const double values[] = {0, 1, 99.9, 128, 254, 255};
  for (uint32_t i = 0; i < FL_COUNT(values); i++)
    for (int type = 0; type < 5; type++)
      check_formula(&fl_op_threshold, (fl_value[]){{.number = values[i]}, {.number = 201}, {.number = type}, {0}}, thresholded, 0);
}

/* The images that OpenCV 4.5.1 was asked about: noise bent by a function of the value. */
#define BENT_WIDTH 37
#define BENT_HEIGHT 53
typedef uint8_t bend(uint32_t v);
static uint8_t flat(uint32_t v) { return (uint8_t)(77 + v * 0); }
static uint8_t ramp(uint32_t v) { return (uint8_t)v; }
static uint8_t dark(uint32_t v) { return (uint8_t)(v * v * v / 65025); }
static uint8_t two(uint32_t v) { return (uint8_t)(v < 90 ? 20 + v / 8 : 190 + v / 16); }
static uint8_t bright(uint32_t v) { return (uint8_t)(255 - v * v / 255); }
static uint8_t one(uint32_t v) { return (uint8_t)(1 + v * 0); }

static uint8_t rising(uint32_t v) { return (uint8_t)(v < 60 ? 20 : 21); }
static uint8_t falling(uint32_t v) { return (uint8_t)(v < 204 ? 68 : 69); }

/* `hash`: of what equalizeHist gave, 31 · hash + value over all values. */
static const struct {
  bend *bend;
  int32_t otsu, triangle;
  uint32_t hash;
} bent[] = {{flat, 0, 76, 1885562829u},  {ramp, 127, 120, 3633607545u},  {dark, 92, 7, 2943351973u},
            {two, 31, 193, 2767556784u}, {bright, 150, 230, 3173783882u}, {one, 0, -1, 80266625u},
            {rising, 20, 19, 1693468797u}, {falling, 68, 70, 4202170320u}};

static fl_image bent_image(bend *bend, fl_format format) {
  uint8_t noise[BENT_WIDTH * BENT_HEIGHT];
  fl_test_noise(noise, sizeof noise, 5);
  fl_image image = fl_test_image(BENT_WIDTH, BENT_HEIGHT, format, 0);
  uint32_t bytes = fl_bytes_per_pixel(format);
  for (uint32_t i = 0; i < sizeof noise; i++)
    for (uint32_t c = 0; c < bytes; c++) image.plane[0].data[i * bytes + c] = c == 3 ? noise[i] : bend((noise[i] + c * 85) % 256);
  return image;
}

static void auto_threshold_is_opencvs(void) {
  for (uint32_t i = 0; i < FL_COUNT(bent); i++)
    for (int which = 1; which <= 2; which++)
      for (int type = 0; type < 5; type++) {
        fl_image in = bent_image(bent[i].bend, FL_GRAY8);
        const fl_value params[] = {{.number = 128}, {.number = 255}, {.number = type}, {.number = which}};
        double found = which == 1 ? bent[i].otsu : bent[i].triangle;
        const fl_value given[] = {{.number = found}, {.number = 255}, {.number = type}, {0}};
        for (int simd = 0; simd < 2; simd++) {
          fl_image out = fl_test_apply(&fl_op_threshold, params, &in, simd, 0, 0);
          int wrong = 0;
          for (uint32_t k = 0; k < BENT_WIDTH * BENT_HEIGHT; k++)
            wrong += out.plane[0].data[k] != fmax(0, thresholded(in.plane[0].data[k], given));
          CHECK(wrong == 0);
          fl_test_image_free(&out);
        }
        fl_test_image_free(&in);
      }
}

static void auto_threshold_needs_gray(void) {
  fl_report report = {0};
  const fl_value params[] = {{.number = 128}, {.number = 255}, {0}, {.number = 1}};
  CHECK(resolve_with(&fl_op_threshold, params, FL_GRAY8, &report) == FL_OK);
  CHECK(resolve_with(&fl_op_threshold, params, FL_RGBA8, &report) == FL_BAD_FORMAT);
  CHECK(strcmp(report.message, "threshold: auto needs a gray8 frame: put grayscale() before it") == 0);
}

/* ---- equalize ---- */

static void equalize_is_opencvs(void) {
  for (uint32_t i = 0; i < FL_COUNT(bent); i++) {
    fl_image in = bent_image(bent[i].bend, FL_GRAY8), out = fl_test_apply(&fl_op_equalize, NULL, &in, true, 0, 0);
    uint32_t hash = 0;
    for (uint32_t k = 0; k < BENT_WIDTH * BENT_HEIGHT; k++) hash = hash * 31 + out.plane[0].data[k];
    CHECK(hash == bent[i].hash);
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

static void channels_are_equalized_apart(void) {
  fl_image in = bent_image(bright, FL_RGBA8), out = fl_test_apply(&fl_op_equalize, NULL, &in, true, 0, 0);
  for (uint32_t c = 0; c < 4; c++) {
    fl_image channel = fl_test_image(in.width, in.height, FL_GRAY8, 0);
    for (uint32_t k = 0; k < BENT_WIDTH * BENT_HEIGHT; k++) channel.plane[0].data[k] = in.plane[0].data[4 * k + c];
    fl_image alone = fl_test_apply(&fl_op_equalize, NULL, &channel, false, 0, 0);
    const uint8_t *expected = c == 3 ? channel.plane[0].data : alone.plane[0].data;
    int wrong = 0;
    for (uint32_t k = 0; k < BENT_WIDTH * BENT_HEIGHT; k++) wrong += out.plane[0].data[4 * k + c] != expected[k];
    CHECK(wrong == 0);
    fl_test_image_free(&channel), fl_test_image_free(&alone);
  }
  fl_test_image_free(&in), fl_test_image_free(&out);
}

/* The same table from one tile as from six, and from a rerun over a dirty partial. */
static void check_partials(const fl_op *op, const fl_value *params, fl_format format) {
  fl_image in = bent_image(dark, format);
  fl_node node = {.op = op, .params = params, .inputs = 1, .kind = FL_KIND_REDUCE, .simd = true};
  node.in[0] = node.out = (fl_shape){in.width, in.height, format};
  size_t bytes = op->partial_bytes(&node);
  uint8_t *one_tile = malloc(bytes), *six = malloc(6 * bytes);
  memset(one_tile, 0xA5, bytes), memset(six, 0xA5, 6 * bytes);
  op->gather(&node, &in, (fl_rect){{0, in.width}, {0, in.height}}, one_tile);
  for (uint32_t i = 0; i < 6; i++) {
    fl_span columns = {i % 2 ? 9 : 0, i % 2 ? in.width : 9}, rows = {i / 2 * 20, fl_min_u32(i / 2 * 20 + 20, in.height)};
    op->gather(&node, &in, (fl_rect){columns, rows}, six + i * bytes);
  }
  fl_lut whole = {0}, pieces = {0}; /* large enough for either's tables */
  op->conclude(&node, one_tile, 1, &whole), op->conclude(&node, six, 6, &pieces);
  CHECK(memcmp(&whole, &pieces, sizeof whole) == 0);
  free(one_tile), free(six), fl_test_image_free(&in);
}

static void tiles_do_not_show_in_what_is_found(void) {
  check_partials(&fl_op_equalize, NULL, FL_RGBA8);
  check_partials(&fl_op_equalize, NULL, FL_GRAY8);
  check_partials(&fl_op_threshold, (fl_value[]){{.number = 128}, {.number = 255}, {0}, {.number = 1}}, FL_GRAY8);
}

void test_tone(void) {
  TEST(invert_twins_agree, "invert: SIMD equals the reference");
  TEST(linear_twins_agree, "linear: SIMD equals the reference, to the ends of its range");
  TEST(linear_twins_agree_in_16_bits, "linear: SIMD equals the reference in 16 bits and as a sum");
  TEST(threshold_twins_agree, "threshold: SIMD equals the reference");
  TEST(lut_twins_agree, "lut: SIMD equals the reference, whether alpha's table is the identity or not");
  TEST(histogram_twins_agree, "histogram: both count every value and keep earlier counts");
  TEST(invert_is_the_negative, "invert: 255 - v, alpha kept");
  TEST(linear_is_within_a_level, "linear: within one level of exact arithmetic for any parameters");
  TEST(simple_lines_are_exact, "linear: simple fractions round half up exactly");
  TEST(brightness_and_contrast_are_lines, "brightness and contrast stand for linear");
  TEST(gamma_is_a_power, "gamma: 255 (v/255)^gamma");
  TEST(one_table_serves_all_colours, "lut: 256 entries serve all colour channels, rounded");
  TEST(four_tables_serve_a_channel_each, "lut: 1024 entries serve a channel each, alpha too");
  TEST(a_table_of_another_length_is_an_error, "lut: a table of another length is an error that says what was given");
  TEST(threshold_has_five_types, "threshold: five types, v > value, alpha kept");
  TEST(auto_threshold_is_opencvs, "threshold: otsu and triangle find what OpenCV finds");
  TEST(auto_threshold_needs_gray, "threshold: auto on colour is an error");
  TEST(equalize_is_opencvs, "equalize: gives what OpenCV's equalizeHist gives");
  TEST(channels_are_equalized_apart, "equalize: each colour channel by its own histogram, alpha kept");
  TEST(tiles_do_not_show_in_what_is_found, "equalize and auto threshold: tiles do not show");
}
