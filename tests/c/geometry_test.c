#include "apply.h"
#include "kernels/mirror.h"
#include "kernels/rotate.h"
#include "rows.h"
#include "stencil_oracle.h"

extern const fl_op fl_op_crop, fl_op_flip, fl_op_rotate90, fl_op_transpose;

/* ---- twins ---- */

static void reverse_twins_agree(void) {
  for (uint32_t bytes = 1; bytes <= 4; bytes += 3)
    for (uint32_t count = 0; count <= 67; count++) {
      size_t size = count * bytes;
      fl_test_row src = fl_test_row_make(size, count % 5, 3, count);
      fl_test_row expected = fl_test_row_make(size, 1, 0, 0), got = fl_test_row_make(size, count % 3, 1, 0);
      fl_kernels_mirror(false)->reverse(expected.bytes, src.bytes, count, bytes);
      fl_kernels_mirror(true)->reverse(got.bytes, src.bytes, count, bytes);
      CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
      fl_test_row_free(&src), fl_test_row_free(&expected), fl_test_row_free(&got);
    }
}

/* A block of rows at any distance, the last one without padding; upside down: the first row is the last in memory. */
typedef struct block {
  fl_test_row memory;
  uint8_t *first;
  ptrdiff_t stride;
} block;

static block make_block(uint32_t row_bytes, uint32_t rows, uint32_t padding, bool upside_down, uint32_t pattern, uint32_t seed) {
  ptrdiff_t stride = (ptrdiff_t)(row_bytes + padding), last = (ptrdiff_t)(rows - 1) * stride;
  block made = {.stride = upside_down ? -stride : stride};
  made.memory = fl_test_row_make((size_t)last + row_bytes, seed % 5, pattern, seed);
  made.first = made.memory.bytes + (upside_down ? last : 0);
  return made;
}

static void compare_transposes(uint32_t columns, uint32_t rows, uint32_t bytes, uint32_t seed) {
  block src = make_block(rows * bytes, columns, seed % 4, seed & 1, 3, seed);
  block expected = make_block(columns * bytes, rows, seed % 3, seed & 2, 0, 1);
  block got = make_block(columns * bytes, rows, seed % 3, seed & 2, 0, 2);
  fl_kernels_rotate(false)->transpose(expected.first, expected.stride, src.first, src.stride, columns, rows, bytes);
  fl_kernels_rotate(true)->transpose(got.first, got.stride, src.first, src.stride, columns, rows, bytes);
  CHECK(memcmp(expected.memory.bytes, got.memory.bytes, got.memory.size) == 0);
  fl_test_row_free(&src.memory), fl_test_row_free(&expected.memory), fl_test_row_free(&got.memory);
}

static void transpose_twins_agree(void) {
  static const uint32_t heights[] = {1, 3, 4, 7, 8, 13, 16, 17, 33};
  for (uint32_t bytes = 1; bytes <= 4; bytes += 3)
    for (uint32_t columns = 1; columns <= 67; columns++)
      for (uint32_t i = 0; i < FL_COUNT(heights); i++) compare_transposes(columns, heights[i], bytes, columns + i);
}

/* ---- operations ---- */

static const uint32_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {7, 5}, {16, 16}, {33, 17}, {67, 35}};
static const fl_format formats[] = {FL_GRAY8, FL_RGBA8, FL_BGRA8};

/* Where output pixel (x, y) comes from. */
typedef void source(const double *numbers, const fl_image *in, uint32_t x, uint32_t y, uint32_t *sx, uint32_t *sy);

static bool comes_from(const fl_image *out, const fl_image *in, source *find, const double *numbers) {
  uint32_t bytes = fl_bytes_per_pixel(in->format), sx, sy;
  for (uint32_t y = 0; y < out->height; y++)
    for (uint32_t x = 0; x < out->width; x++) {
      find(numbers, in, x, y, &sx, &sy);
      if (memcmp(fl_frame_image_row(out, 0, y) + x * bytes, fl_frame_image_row(in, 0, sy) + sx * bytes, bytes)) return false;
    }
  return true;
}

static void check_op(const fl_op *op, const fl_image *in, const double *numbers, source *find, uint32_t width, uint32_t height) {
  fl_value params[FL_OP_PARAMS_MAX] = {0};
  for (uint32_t i = 0; i < op->param_count; i++) params[i].number = numbers[i];
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(op, params, in, simd, 0, 0);
    CHECK(out.width == width && out.height == height && out.format == in->format);
    CHECK(comes_from(&out, in, find, numbers));
    CHECK(oracle_same_in_tiles(op, params, in, simd));
    fl_test_image_free(&out);
  }
}

static void find_cropped(const double *numbers, const fl_image *in, uint32_t x, uint32_t y, uint32_t *sx, uint32_t *sy) {
  (void)in;
  *sx = x + (uint32_t)numbers[0], *sy = y + (uint32_t)numbers[1];
}

static void crop_takes_the_rectangle(void) {
  for (uint32_t f = 0; f < FL_COUNT(formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      uint32_t width = sizes[s][0], height = sizes[s][1];
      fl_image in = oracle_noise(width, height, formats[f], s);
      check_op(&fl_op_crop, &in, (double[]){0, 0, width, height}, find_cropped, width, height);
      check_op(&fl_op_crop, &in, (double[]){width - 1, height - 1, 1, 1}, find_cropped, 1, 1);
      uint32_t x = width / 3, y = height / 2;
      check_op(&fl_op_crop, &in, (double[]){x, y, width - x, height - y}, find_cropped, width - x, height - y);
      fl_test_image_free(&in);
    }
}

static void find_flipped(const double *numbers, const fl_image *in, uint32_t x, uint32_t y, uint32_t *sx, uint32_t *sy) {
  *sx = numbers[0] == 1 ? x : in->width - 1 - x;
  *sy = numbers[0] == 0 ? y : in->height - 1 - y;
}

static void flip_mirrors(void) {
  for (uint32_t f = 0; f < FL_COUNT(formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      fl_image in = oracle_noise(sizes[s][0], sizes[s][1], formats[f], s);
      for (int axis = 0; axis < 3; axis++) check_op(&fl_op_flip, &in, (double[]){axis}, find_flipped, in.width, in.height);
      fl_test_image_free(&in);
    }
}

static void find_turned(const double *numbers, const fl_image *in, uint32_t x, uint32_t y, uint32_t *sx, uint32_t *sy) {
  uint32_t right = in->width - 1, bottom = in->height - 1;
  switch (((int)numbers[0] % 4 + 4) % 4) {
    case 0: *sx = x, *sy = y; break;
    case 1: *sx = y, *sy = bottom - x; break;
    case 2: *sx = right - x, *sy = bottom - y; break;
    default: *sx = right - y, *sy = x;
  }
}

static void rotate90_turns_clockwise(void) {
  static const int turns[] = {0, 1, 2, 3, 4, 5, -1, -2, -3, -4, 999999, -1000000};
  for (uint32_t f = 0; f < FL_COUNT(formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      fl_image in = oracle_noise(sizes[s][0], sizes[s][1], formats[f], s);
      for (uint32_t i = 0; i < FL_COUNT(turns); i++) {
        bool lies = turns[i] % 2 != 0;
        check_op(&fl_op_rotate90, &in, (double[]){turns[i]}, find_turned, lies ? in.height : in.width, lies ? in.width : in.height);
      }
      fl_test_image_free(&in);
    }
}

static void find_transposed(const double *numbers, const fl_image *in, uint32_t x, uint32_t y, uint32_t *sx, uint32_t *sy) {
  (void)numbers, (void)in;
  *sx = y, *sy = x;
}

static void transpose_swaps_rows_and_columns(void) {
  for (uint32_t f = 0; f < FL_COUNT(formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      fl_image in = oracle_noise(sizes[s][0], sizes[s][1], formats[f], s);
      check_op(&fl_op_transpose, &in, NULL, find_transposed, in.height, in.width);
      fl_test_image_free(&in);
    }
}

static void check_crop_refused(const double numbers[4], const char *words) {
  fl_report report = {0};
  fl_value params[4];
  for (int i = 0; i < 4; i++) params[i] = (fl_value){.number = numbers[i]};
  fl_node node = {.op = &fl_op_crop, .params = params, .inputs = 1, .in = {{20, 10, FL_RGBA8}}, .out = {20, 10, FL_RGBA8}};
  CHECK(fl_op_crop.resolve(&node, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, words) == 0);
}

static void a_crop_must_lie_within(void) {
  check_crop_refused((double[]){5, 0, 16, 1}, "crop: x + width must be between 1 and 20, got 21");
  check_crop_refused((double[]){0, 10, 1, 1}, "crop: y + height must be between 1 and 10, got 11");
  check_crop_refused((double[]){65534, 65534, 65535, 65535}, "crop: x + width must be between 1 and 20, got 131069");
}

void test_geometry(void) {
  TEST(reverse_twins_agree, "reversing a row: the SIMD twin equals the reference");
  TEST(transpose_twins_agree, "transposing a block: the SIMD twin equals the reference, either way up");
  TEST(crop_takes_the_rectangle, "crop takes exactly the rectangle, in any tiles");
  TEST(flip_mirrors, "flip mirrors x, y or both, in any tiles");
  TEST(rotate90_turns_clockwise, "rotate90 turns clockwise by any number of turns, in any tiles");
  TEST(transpose_swaps_rows_and_columns, "transpose swaps rows and columns, in any tiles");
  TEST(a_crop_must_lie_within, "a crop that leaves the image says which side and by how much");
}
