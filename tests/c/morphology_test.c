#include "rows.h"
#include "stencil_oracle.h"

#include "kernels/morphology.h"
#include "ops/morphology.h"

#include <math.h>

extern const fl_op fl_op_open, fl_op_close, fl_op_morph_gradient, fl_op_top_hat, fl_op_black_hat;

/* ---- the kernels ---- */

enum { ROWS = 9 };

typedef struct results {
  uint8_t *stacked, *table, *slid, *newest, *run;
} results;

static results run_kernels(const fl_morphology_kernels *kernels, const uint8_t *const rows[ROWS], size_t n) {
  results r = {malloc(n), malloc(ROWS * n), malloc(n), malloc(n), malloc(n)};
  kernels->stack(r.stacked, rows, ROWS, n, false);
  kernels->stack(r.stacked, rows + 2, 1, n, true);
  kernels->suffixes(r.table, n, rows, ROWS, n);
  kernels->slide(r.slid, r.newest, rows[1], rows[0], n, true);
  kernels->slide(r.slid, r.newest, rows[2], rows[3], n, false);
  /* In place, on a copy that has just enough beyond n. */
  size_t offsets[4][FL_MORPHOLOGY_ALONG_MAX] = {{0, 1, 2, 3, 4}, {0, 4, 8, 12}, {0, 1, 2}, {0, 4}};
  uint8_t *work = malloc(n + 22);
  memcpy(work, rows[4], n), memset(work + n, 7, 22);
  kernels->along(work, work, n + 18, offsets[3], 2);
  kernels->along(work, work, n + 6, offsets[1], 4);
  kernels->along(work, work, n + 4, offsets[2], 3);
  kernels->along(r.run, work, n, offsets[0], 5);
  free(work);
  return r;
}

static bool same_results(const results *a, const results *b, size_t n) {
  return !memcmp(a->stacked, b->stacked, n) && !memcmp(a->table, b->table, ROWS * n) && !memcmp(a->slid, b->slid, n) &&
         !memcmp(a->newest, b->newest, n) && !memcmp(a->run, b->run, n);
}

static void free_results(results *r) { free(r->stacked), free(r->table), free(r->slid), free(r->newest), free(r->run); }

static void check_twin(size_t n, uint32_t pattern) {
  fl_test_row rows[ROWS];
  const uint8_t *bytes[ROWS];
  for (uint32_t k = 0; k < ROWS; k++) {
    rows[k] = fl_test_row_make(n, k % 5, k % 4 ? 3 : pattern, (uint32_t)n * 31 + k);
    bytes[k] = rows[k].bytes;
  }
  for (int greatest = 0; greatest < 2; greatest++) {
    results a = run_kernels(greatest ? &fl_morphology_reference.greatest : &fl_morphology_reference.least, bytes, n);
    results b = run_kernels(greatest ? &fl_morphology_simd.greatest : &fl_morphology_simd.least, bytes, n);
    CHECK(same_results(&a, &b, n));
    free_results(&a), free_results(&b);
  }
  uint8_t *a = malloc(n), *b = malloc(n);
  fl_morphology_reference.difference(a, bytes[0], bytes[1], bytes[2], n, 0x00ffffff);
  memcpy(b, bytes[0], n);
  fl_morphology_simd.difference(b, b, bytes[1], bytes[2], n, 0x00ffffff);
  CHECK(memcmp(a, b, n) == 0);
  free(a), free(b);
  for (uint32_t k = 0; k < ROWS; k++) fl_test_row_free(&rows[k]);
}

static void morphology_twin(void) {
  for (size_t n = 1; n <= 147; n++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) check_twin(n, pattern);
}

/* ---- the operations ---- */

static bool in_element(int dx, int dy, int radius, int shape) {
  if (abs(dx) > radius || abs(dy) > radius) return false;
  if (shape == FL_MORPHOLOGY_RECT) return true;
  if (shape == FL_MORPHOLOGY_CROSS) return dx == 0 || dy == 0;
  return dy == 0 || abs(dx) <= (int)rint(radius * sqrt((radius * radius - dy * dy) / ((double)radius * radius)));
}

static fl_image once(const fl_image *in, int radius, int shape, bool greatest) {
  int pixel = (int)fl_bytes_per_pixel(in->format), width = (int)in->width, height = (int)in->height;
  fl_image out = fl_test_image(in->width, in->height, in->format, 0);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < pixel; c++) {
        int best = greatest ? 0 : 255;
        for (int dy = -radius; dy <= radius; dy++)
          for (int dx = -radius; dx <= radius; dx++) {
            if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width || !in_element(dx, dy, radius, shape)) continue;
            int v = fl_frame_image_row(in, 0, (uint32_t)(y + dy))[(x + dx) * pixel + c];
            if (greatest ? v > best : v < best) best = v;
          }
        fl_frame_image_row(&out, 0, (uint32_t)y)[x * pixel + c] = (uint8_t)best;
      }
  return out;
}

static fl_image repeated(const fl_image *in, const fl_value *params, bool greatest) {
  fl_image out = once(in, (int)params[0].number, (int)params[1].number, greatest);
  for (int i = 1; i < params[2].number; i++) {
    fl_image next = once(&out, (int)params[0].number, (int)params[1].number, greatest);
    fl_test_image_free(&out);
    out = next;
  }
  return out;
}

static void check_op(const fl_op *op, const fl_image *in, const fl_value *params) {
  fl_image expected = repeated(in, params, op == &fl_op_dilate);
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(op, params, in, simd, 0, 0);
    CHECK(fl_test_image_equal(&out, &expected));
    fl_test_image_free(&out);
    CHECK(oracle_same_in_tiles(op, params, in, simd));
  }
  fl_test_image_free(&expected);
}

static void every_shape_is_the_formula(void) {
  static const int grid[][2] = {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 2}, {7, 1}, {1, 4}, {2, 3}, {9, 1}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++)
    for (uint32_t g = 0; g < FL_COUNT(grid); g++)
      for (int shape = 0; shape < 3; shape++) {
        fl_format format = (s + g) % 2 ? FL_GRAY8 : FL_RGBA8;
        fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], format, s * 7 + g);
        const fl_value params[] = {{.number = grid[g][0]}, {.number = shape}, {.number = grid[g][1]}};
        check_op((s + g + (uint32_t)shape) % 2 ? &fl_op_erode : &fl_op_dilate, &in, params);
        fl_test_image_free(&in);
      }
}

/* Enough rows for the sliding window to start over several times. */
static void tall_images(void) {
  for (int shape = 0; shape < 3; shape++) {
    fl_image in = oracle_noise(21, 57, FL_GRAY8, (uint32_t)shape);
    const fl_value params[] = {{.number = 5}, {.number = shape}, {.number = 1}};
    check_op(&fl_op_erode, &in, params), check_op(&fl_op_dilate, &in, params);
    fl_test_image_free(&in);
  }
}

void test_morphology(void) {
  TEST(morphology_twin, "least and greatest values are the same from the SIMD kernels, for every width and in place");
  TEST(every_shape_is_the_formula, "erode and dilate are the extreme under the element, for every shape, radius, repetition and tile");
  TEST(tall_images, "a window that slides down many rows gives what looking at them all gives");
}
