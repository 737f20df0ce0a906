#include "apply.h"
#include "kernels/warp.h"
#include "rows.h"
#include "stencil_oracle.h"

#include <math.h>

extern const fl_op fl_op_affine, fl_op_rotate, fl_op_perspective, fl_op_rotate90;

/* ---- twins ---- */

/* In [-1, 1), the same for the same seed. */
static float noise_number(uint32_t seed) {
  uint16_t bits;
  fl_test_noise((uint8_t *)&bits, sizeof bits, seed);
  return (float)bits / 32768 - 1;
}

static void tracing_twins_agree(void) {
  for (uint32_t n = 1; n <= FL_WARP_STRETCH; n++)
    for (uint32_t seed = 0; seed < 40; seed++) {
      uint32_t s = n * 1000 + seed * 10, first = (seed * 7) % (FL_WARP_STRETCH - n + 1);
      float scale = seed % 5 == 0 ? 15 : 2;
      fl_warp_line line = {(int32_t)(noise_number(s) * 65536), (int32_t)(noise_number(s + 1) * FL_WARP_FAR), noise_number(s + 2), noise_number(s + 3),
                           noise_number(s + 4) * scale, noise_number(s + 5) * scale, seed % 2 ? noise_number(s + 6) / 100 : 0};
      int32_t expected[2][FL_WARP_STRETCH], got[2][FL_WARP_STRETCH];
      fl_kernels_warp(false)->trace(expected[0], expected[1], &line, first, n);
      fl_kernels_warp(true)->trace(got[0], got[1], &line, first, n);
      CHECK(memcmp(expected[0], got[0], n * sizeof(int32_t)) == 0 && memcmp(expected[1], got[1], n * sizeof(int32_t)) == 0);
    }
}

/* Positions all over the source, its corners among them. */
static void make_positions(int32_t *positions, uint32_t n, uint32_t size, uint32_t seed) {
  int32_t last = (int32_t)(size - 1) * FL_WARP_ONE - 1;
  for (uint32_t i = 0; i < n; i++) positions[i] = (int32_t)((noise_number(seed + i) + 1) / 2 * (float)last);
  if (seed % 2) positions[0] = 0, positions[n - 1] = last;
}

static void compare_samples(uint32_t n, uint32_t channels, uint32_t pattern) {
  int32_t x[FL_WARP_STRETCH], y[FL_WARP_STRETCH];
  uint32_t width = 2 + n % 9, height = 2 + n % 7, stride = width * channels + n % 4;
  fl_test_row pixels = fl_test_row_make(stride * (height - 1) + width * channels, n % 5, pattern, n);
  fl_test_row expected = fl_test_row_make(n * channels, 1, 0, 0), got = fl_test_row_make(n * channels, n % 3, 1, 0);
  fl_warp_source source = {pixels.bytes, stride, width, height, channels};
  make_positions(x, n, width, n * 3 + pattern), make_positions(y, n, height, n * 5 + pattern);
  fl_kernels_warp(false)->bilinear(expected.bytes, &source, x, y, n);
  fl_kernels_warp(true)->bilinear(got.bytes, &source, x, y, n);
  CHECK(memcmp(expected.bytes, got.bytes, n * channels) == 0);
  fl_kernels_warp(false)->nearest(expected.bytes, &source, x, y, n);
  fl_kernels_warp(true)->nearest(got.bytes, &source, x, y, n);
  CHECK(memcmp(expected.bytes, got.bytes, n * channels) == 0);
  fl_test_row_free(&pixels), fl_test_row_free(&expected), fl_test_row_free(&got);
}

static void sampling_twins_agree(void) {
  for (uint32_t n = 1; n <= FL_WARP_STRETCH; n++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      compare_samples(n, 1, pattern);
      compare_samples(n, 4, pattern);
    }
}

/* What is seen where a position was folded to is what is seen at the position, within a rounding. */
static void folding_shows_the_same(void) {
  fl_image in = oracle_noise(5, 5, FL_GRAY8, 3);
  fl_warp_source source = {in.plane[0].data, in.plane[0].stride, 5, 5, 1};
  for (int border = 0; border < FL_BORDER_CONSTANT; border++)
    for (int32_t x = -40 * FL_WARP_ONE; x < 40 * FL_WARP_ONE; x += 77) {
      fl_warp_edge edge = {(fl_border)border, NULL};
      int32_t y = 2 * FL_WARP_ONE + 300, folded = x;
      uint8_t expected, got;
      fl_warp_fold(&folded, 1, 5, (fl_border)border);
      CHECK(border == FL_BORDER_WRAP ? folded >= 0 && folded < 5 * FL_WARP_ONE : fl_warp_is_inside(&source, folded, y));
      fl_warp_beyond(&expected, &source, &edge, false, &x, &y, 1);
      fl_warp_beyond(&got, &source, &edge, false, &folded, &y, 1);
      CHECK(abs(expected - got) <= 1);
    }
  fl_test_image_free(&in);
}

/* ---- operations ---- */

static const double color[] = {200, 10, 60, 33};

typedef struct view {
  const fl_op *op;
  fl_value params[6];
  double matrix[9];
  bool nearest;
  fl_border border;
} view;

static void set_sampling(view *v, int at, bool nearest, fl_border border) {
  v->nearest = nearest, v->border = border;
  v->params[at].number = nearest, v->params[at + 1].number = border;
  v->params[at + 2] = (fl_value){.items = color, .count = 4};
}

static double channel_at(const fl_image *in, const view *v, double x, double y, int c) {
  uint8_t bytes[4] = {200, 10, 60, 33};
  if (in->format == FL_BGRA8) bytes[0] = 60, bytes[2] = 200;
  if (v->nearest) return oracle_pixel(in, (int)floor(x + 0.5), (int)floor(y + 0.5), c, v->border, bytes);
  int left = (int)floor(x), top = (int)floor(y);
  double right = x - left, down = y - top, sum = 0;
  for (int dy = 0; dy < 2; dy++)
    for (int dx = 0; dx < 2; dx++)
      sum += oracle_pixel(in, left + dx, top + dy, c, v->border, bytes) * (dx ? right : 1 - right) * (dy ? down : 1 - down);
  return floor(sum + 0.5);
}

/* Not between two pixels of a nearest one, where rounding may decide. */
static bool is_decided(double v) { return fabs(v - floor(v) - 0.5) > 0.002; }

static bool is_seen(const fl_image *out, const fl_image *in, const view *v) {
  int channels = (int)fl_bytes_per_pixel(in->format);
  const double *m = v->matrix;
  for (int y = 0; y < (int)out->height; y++)
    for (int x = 0; x < (int)out->width; x++) {
      double w = m[6] * x + m[7] * y + m[8], sx = (m[0] * x + m[1] * y + m[2]) / w, sy = (m[3] * x + m[4] * y + m[5]) / w;
      if (v->nearest && !(is_decided(sx) && is_decided(sy))) continue;
      if (!(fabs(sx) < 20000 && fabs(sy) < 20000)) continue;
      for (int c = 0; c < channels; c++) {
        int got = fl_frame_image_row(out, 0, (uint32_t)y)[x * channels + c];
        if (fabs(got - channel_at(in, v, sx, sy, c)) > (v->nearest ? 0 : 1)) return false;
      }
    }
  return true;
}

static void check_view(const fl_image *in, const view *v) {
  fl_image plain = fl_test_apply(v->op, v->params, in, false, 0, 0), out = fl_test_apply(v->op, v->params, in, true, 0, 0);
  CHECK(is_seen(&out, in, v));
  CHECK(fl_test_image_equal(&plain, &out));
  CHECK(oracle_same_in_tiles(v->op, v->params, in, true));
  fl_test_image_free(&plain), fl_test_image_free(&out);
}

/* The last of these see a horizon, a line that bends too much for single precision, and steps of hundreds of pixels. */
static const double matrices[][9] = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {1, 0, 0.5, 0, 1, -0.25, 0, 0, 1},
    {0.8, 0.3, -2, -0.3, 0.8, 4, 0, 0, 1},
    {-1, 0, 30, 0, 2, -7, 0, 0, 1},
    {0.1, 0.02, 3.3, 0, 0.1, 2.7, 0, 0, 1},
    {0, 0, 1.5, 0, 0, 2.5, 0, 0, 1},
    {33, -90, -2000, 7, 300, 11, 0, 0, 1},
    {1, 0.2, -1, 0.1, 0.9, 2, 0.01, 0.004, 1},
    {0.7, 0, 3, 0, 0.7, 3, -0.005, 0.002, 1.1},
    {1, 0, 1, 0.1, 1, 1, 0.02, 0, -0.71},
    {5, 1, 1, 2, 7, -1, -0.3, 0.2, 25},
    {1, 0, 0, 0, 1, 0, 0, 0, 0.001},
};

static void check_matrices(uint32_t f, uint32_t s, uint32_t m, fl_border border, bool nearest) {
  bool flat = matrices[m][6] == 0 && matrices[m][7] == 0 && matrices[m][8] == 1;
  fl_image in = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
  view v = {.op = flat ? &fl_op_affine : &fl_op_perspective};
  memcpy(v.matrix, matrices[m], sizeof v.matrix);
  v.params[0] = (fl_value){.items = v.matrix, .count = flat ? 6 : 9};
  v.params[1].number = s % 2 ? 71 : NAN, v.params[2].number = s % 3 ? 9 : NAN;
  set_sampling(&v, 3, nearest, border);
  check_view(&in, &v);
  fl_test_image_free(&in);
}

static void matrices_follow_the_formula(void) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t m = 0; m < FL_COUNT(matrices); m++)
      for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
        check_matrices((s + m) % FL_COUNT(oracle_formats), s, m, (fl_border)border, (s + m + (uint32_t)border) % 3 == 0);
}

static view make_turn(double degrees, bool expand, const fl_image *in, const fl_image *out) {
  view v = {.op = &fl_op_rotate};
  v.params[0].number = degrees, v.params[1].number = expand;
  double c = cos(degrees * acos(-1) / 180), s = sin(degrees * acos(-1) / 180);
  double from_x = (in->width - 1) / 2.0, from_y = (in->height - 1) / 2.0, to_x = (out->width - 1) / 2.0, to_y = (out->height - 1) / 2.0;
  const double matrix[9] = {c, s, from_x - c * to_x - s * to_y, -s, c, from_y + s * to_x - c * to_y, 0, 0, 1};
  memcpy(v.matrix, matrix, sizeof matrix);
  return v;
}

static void rotate_turns_around_the_centre(void) {
  static const double angles[] = {0, 1, -30.5, 45, 100, 181, 725, -1000};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t a = 0; a < FL_COUNT(angles); a++)
      for (int expand = 0; expand < 2; expand++) {
        fl_image in = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[a % 3], s);
        view v = make_turn(angles[a], expand, &in, &in);
        set_sampling(&v, 2, false, (fl_border)(a % 5));
        fl_image out = fl_test_apply(v.op, v.params, &in, true, 0, 0);
        double c = fabs(cos(angles[a] * acos(-1) / 180)), s2 = fabs(sin(angles[a] * acos(-1) / 180));
        CHECK(out.width == (expand ? (uint32_t)ceil(in.width * c + in.height * s2 - 1e-6) : in.width));
        CHECK(out.height == (expand ? (uint32_t)ceil(in.width * s2 + in.height * c - 1e-6) : in.height));
        v = make_turn(angles[a], expand, &in, &out);
        set_sampling(&v, 2, false, (fl_border)(a % 5));
        check_view(&in, &v);
        fl_test_image_free(&in), fl_test_image_free(&out);
      }
}

static void quarter_turns_are_exact(void) {
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (int turns = -5; turns <= 5; turns++)
      for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
        fl_image in = oracle_extremes(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[s % 3], s);
        view v = make_turn(turns * 90, true, &in, &in);
        set_sampling(&v, 2, turns == 3, (fl_border)border);
        fl_value quarter = {.number = turns};
        fl_image out = fl_test_apply(v.op, v.params, &in, true, 0, 0), expected = fl_test_apply(&fl_op_rotate90, &quarter, &in, true, 0, 0);
        CHECK(fl_test_image_equal(&out, &expected));
        fl_test_image_free(&in), fl_test_image_free(&out), fl_test_image_free(&expected);
      }
}

/* Wider than single precision would do with positions counted from the left edge, or offsets of 32 bits from the first row. */
static void a_long_image_is_as_sharp(void) {
  fl_image in = oracle_extremes(65535, 3, FL_GRAY8, 1);
  view v = {.op = &fl_op_affine, .matrix = {0.7, 0, 20000.3, 0, 1, 0.4, 0, 0, 1}};
  v.params[0] = (fl_value){.items = v.matrix, .count = 6};
  v.params[1].number = 65000, v.params[2].number = 2;
  set_sampling(&v, 3, false, FL_BORDER_REPLICATE);
  fl_image out = fl_test_apply(v.op, v.params, &in, true, 0, 0);
  bool seen = true;
  for (uint32_t x = 0; x < out.width; x++)
    seen = seen && fabs(fl_frame_image_row(&out, 0, 0)[x] - channel_at(&in, &v, 0.7 * x + 20000.3, 0.4, 0)) <= 1;
  CHECK(seen);
  fl_test_image_free(&in), fl_test_image_free(&out);
}

static void a_turned_image_may_be_too_large(void) {
  fl_report report = {0};
  view v = {.op = &fl_op_rotate};
  v.params[0].number = 45, v.params[1].number = 1;
  set_sampling(&v, 2, false, FL_BORDER_CONSTANT);
  fl_node node = {.op = v.op, .params = v.params, .inputs = 1, .in = {{60000, 60000, FL_GRAY8}}};
  CHECK(fl_op_rotate.resolve(&node, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "rotate: the turned width must be between 1 and 65535, got 84853") == 0);
}

void test_warp(void) {
  TEST(tracing_twins_agree, "the positions of a line: the SIMD twin equals the reference");
  TEST(sampling_twins_agree, "sampling between pixels: the SIMD twins equal the references");
  TEST(folding_shows_the_same, "a position beyond the edge shows what its place inside shows");
  TEST(matrices_follow_the_formula, "affine and perspective follow the float64 formula, with every border, in any tiles");
  TEST(rotate_turns_around_the_centre, "rotate turns clockwise around the centre, in the input's size or in a larger one");
  TEST(quarter_turns_are_exact, "rotate by quarter turns is rotate90");
  TEST(a_long_image_is_as_sharp, "a very long image is warped as exactly as a small one");
  TEST(a_turned_image_may_be_too_large, "a rotate that makes the image too large says so");
}
