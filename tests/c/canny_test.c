#include "rows.h"
#include "stencil_oracle.h"

#include "kernels/canny.h"
#include "kernels/hysteresis.h"

#include <math.h>

extern const fl_op fl_op_canny_marks, fl_op_hysteresis;

/* ---- the kernels ---- */

static void check_gradient(size_t n, uint32_t seed, bool squares, int low, int high) {
  size_t bytes = squares ? sizeof(int32_t) : sizeof(int16_t);
  uint8_t *rows[5], *out[2] = {malloc(n), malloc(n)};
  for (int k = 0; k < 5; k++) {
    rows[k] = malloc(n + 4);
    fl_test_pattern(rows[k], n + 4, k == 2 ? seed % 4 : 3, seed + (uint32_t)k);
    if (seed % 5 == 4) for (size_t i = 0; i < n + 4; i++) rows[k][i] = (uint8_t)(rows[k][i] % 3 * 40); /* many alike */
  }
  for (int simd = 0; simd < 2; simd++) {
    const fl_canny_kernels *kernels = fl_kernels_canny(simd);
    fl_canny_gradient row[3];
    const void *magnitude[3];
    for (int k = 0; k < 3; k++) {
      row[k] = (fl_canny_gradient){malloc((n + 2) * bytes), malloc((n + 2) * 2), malloc((n + 2) * 2)};
      const uint8_t *const at[3] = {rows[k] + 1, rows[k + 1] + 1, rows[k + 2] + 1};
      kernels->gradient(&row[k], at, n + 2, squares);
      magnitude[k] = (uint8_t *)row[k].magnitude + bytes;
    }
    kernels->thin(out[simd], magnitude, row[1].x + 1, row[1].y + 1, n, &(fl_canny_limits){low, high, squares});
    for (int k = 0; k < 3; k++) free(row[k].magnitude), free(row[k].x), free(row[k].y);
  }
  CHECK(memcmp(out[0], out[1], n) == 0);
  for (int k = 0; k < 5; k++) free(rows[k]);
  free(out[0]), free(out[1]);
}

static void canny_twin(void) {
  for (size_t n = 1; n <= 67; n++)
    for (uint32_t seed = 0; seed < 10; seed++)
      check_gradient(n, seed, false, (int)seed * 40, 500), check_gradient(n, seed, true, (int)seed * 40 * 40, 500 * 500);
}

static void check_bits(size_t n, size_t first) {
  static const uint8_t kinds[4] = {0, 0, FL_CANNY_WEAK, FL_CANNY_STRONG};
  size_t words = (n + 63) / 64;
  uint8_t *marks = malloc(n), *a = malloc(n), *b = malloc(n);
  uint64_t *edges[2], *strong[2];
  fl_test_noise(marks, n, (uint32_t)n);
  for (size_t i = 0; i < n; i++) marks[i] = kinds[marks[i] % 4];
  for (int simd = 0; simd < 2; simd++) {
    edges[simd] = malloc((words + 1) * 8), strong[simd] = malloc(words * 8);
    edges[simd][words] = 0;
    fl_kernels_hysteresis(simd)->pack(edges[simd], strong[simd], marks, n);
  }
  CHECK(memcmp(edges[0], edges[1], words * 8) == 0 && memcmp(strong[0], strong[1], words * 8) == 0);
  for (size_t i = 0; i < words * 64; i++) CHECK((edges[1][i / 64] >> i % 64 & 1) == (i < n && marks[i] > 0));
  fl_hysteresis_reference.unpack(a, edges[0], first, n - first), fl_hysteresis_simd.unpack(b, edges[0], first, n - first);
  CHECK(memcmp(a, b, n - first) == 0);
  for (size_t i = 0; i < n - first; i++) CHECK(a[i] == (marks[first + i] ? 255 : 0));
  for (int simd = 0; simd < 2; simd++) free(edges[simd]), free(strong[simd]);
  free(marks), free(a), free(b);
}

static void bits_twin(void) {
  for (size_t n = 1; n <= 200; n++)
    for (size_t first = 0; first < n; first += 7) check_bits(n, first);
}

/* ---- the operations ---- */

/* As plainly as can be: three whole images, then a flood from every strong edge. */
static fl_image canny_oracle(const fl_image *in, double low, double high, bool squares) {
  static const uint8_t black[4];
  int width = (int)in->width, height = (int)in->height;
  int *m = calloc((size_t)width * (size_t)height, sizeof *m), *stack = malloc((size_t)width * (size_t)height * sizeof *stack), depth = 0;
  fl_image out = fl_test_image(in->width, in->height, FL_GRAY8, 0);
#define PIXEL(x, y) oracle_pixel(in, x, y, 0, FL_BORDER_REPLICATE, black)
#define COLUMN(x, y) (PIXEL(x, y - 1) + 2 * PIXEL(x, y) + PIXEL(x, y + 1))
#define ROW(x, y) (PIXEL(x - 1, y) + 2 * PIXEL(x, y) + PIXEL(x + 1, y))
#define DX(x, y) (COLUMN(x + 1, y) - COLUMN(x - 1, y))
#define DY(x, y) (ROW(x, y + 1) - ROW(x, y - 1))
#define M(x, y) ((x) < 0 || (y) < 0 || (x) >= width || (y) >= height ? 0 : m[(y) * width + (x)])
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      int dx = DX(x, y), dy = DY(x, y);
      m[y * width + x] = squares ? dx * dx + dy * dy : abs(dx) + abs(dy);
    }
  if (squares) low *= low, high *= high;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      int dx = DX(x, y), dy = DY(x, y), v = M(x, y), s = (dx ^ dy) < 0 ? -1 : 1;
      bool best = abs(dy) * 32768 < abs(dx) * 13573   ? v > M(x - 1, y) && v >= M(x + 1, y)
                  : abs(dy) * 32768 > abs(dx) * 79109 ? v > M(x, y - 1) && v >= M(x, y + 1)
                                                      : v > M(x - s, y - 1) && v > M(x + s, y + 1);
      uint8_t *at = fl_frame_image_row(&out, 0, (uint32_t)y) + x;
      *at = v > floor(low) && best ? 1 : 0;
      if (*at && v > floor(high)) *at = 255, stack[depth++] = y * width + x;
    }
  while (depth > 0) {
    int at = stack[--depth];
    for (int k = 0; k < 9; k++) {
      int x = at % width + k % 3 - 1, y = at / width + k / 3 - 1;
      if (x < 0 || y < 0 || x >= width || y >= height || fl_frame_image_row(&out, 0, (uint32_t)y)[x] != 1) continue;
      fl_frame_image_row(&out, 0, (uint32_t)y)[x] = 255;
      stack[depth++] = y * width + x;
    }
  }
  for (int i = 0; i < width * height; i++)
    if (out.plane[0].data[i] == 1) out.plane[0].data[i] = 0;
  free(m), free(stack);
  return out;
}

static void check_canny(const fl_image *in, double low, double high, bool squares) {
  const fl_value params[] = {{.number = low}, {.number = high}, {.number = squares}};
  fl_image expected = canny_oracle(in, fmin(low, high), fmax(low, high), squares);
  for (int simd = 0; simd < 2; simd++) {
    fl_image marks = fl_test_apply(&fl_op_canny_marks, params, in, simd, 0, 0);
    fl_image out = fl_test_apply(&fl_op_hysteresis, NULL, &marks, simd, 0, 0);
    CHECK(fl_test_image_equal(&out, &expected));
    CHECK(oracle_same_in_tiles(&fl_op_canny_marks, params, in, simd));
    CHECK(oracle_same_in_tiles(&fl_op_hysteresis, NULL, &marks, simd));
    fl_test_image_free(&marks), fl_test_image_free(&out);
  }
  fl_test_image_free(&expected);
}

static void canny_is_the_formula(void) {
  static const uint32_t larger[][2] = {{131, 40}, {200, 70}};
  for (uint32_t s = 0; s < FL_COUNT(oracle_sizes) + 2; s++)
    for (int k = 0; k < 8; k++) {
      const uint32_t *size = s < FL_COUNT(oracle_sizes) ? oracle_sizes[s] : larger[s - FL_COUNT(oracle_sizes)];
      fl_image in = oracle_noise(size[0], size[1], FL_GRAY8, s + (uint32_t)k);
      if (k >= 4)
        for (size_t i = 0; i < (size_t)in.plane[0].stride * in.height; i++) in.plane[0].data[i] = (uint8_t)(in.plane[0].data[i] / 64 * 30);
      check_canny(&in, k % 2 ? 150.7 : 400, k % 2 ? 600 : 100, k / 2 % 2);
      fl_test_image_free(&in);
    }
}

/* A weak edge that winds inwards from one strong pixel: it is followed to its end. */
static void long_edges_are_followed(void) {
  enum { SIDE = 150 };
  fl_image marks = fl_test_image(SIDE, SIDE, FL_GRAY8, 0);
  memset(marks.plane[0].data, 0, SIDE * SIDE);
  static const int way[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  int x = 0, y = 0, weak = 1;
  for (int turn = 0, length = SIDE - 1; length > 0; turn++) {
    for (int k = 0; k < length; k++, weak++) {
      x += way[turn % 4][0], y += way[turn % 4][1];
      marks.plane[0].data[y * SIDE + x] = FL_CANNY_WEAK;
    }
    if (turn % 2 == 0 && turn > 0) length -= 2;
  }
  marks.plane[0].data[0] = FL_CANNY_STRONG;
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_hysteresis, NULL, &marks, simd, 0, 0);
    int found = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
      found += out.plane[0].data[i] == 255;
      CHECK((out.plane[0].data[i] == 255) == (marks.plane[0].data[i] > 0));
    }
    CHECK(found == weak && weak > SIDE * SIDE / 3);
    fl_test_image_free(&out);
  }
  fl_test_image_free(&marks);
}

static bool bit(const uint64_t *row, uint32_t x) { return row[x / 64] >> x % 64 & 1; }

/* Pixel by pixel, until nothing is added. */
static void spread(uint64_t *strong, const uint64_t *edges, uint32_t words, uint32_t height) {
  for (bool grew = true; grew;) {
    grew = false;
    for (uint32_t i = 0; i < words * 64 * height; i++) {
      uint32_t x = i % (words * 64), y = i / (words * 64);
      uint64_t *row = strong + y * words;
      if (!bit(edges + y * words, x) || bit(row, x)) continue;
      bool near = false;
      for (uint32_t v = y > 0 ? y - 1 : 0; v <= y + 1 && v < height; v++)
        for (uint32_t u = x > 0 ? x - 1 : 0; u <= x + 1 && u < words * 64; u++) near |= bit(strong + v * words, u);
      if (near) row[x / 64] |= (uint64_t)1 << x % 64, grew = true;
    }
  }
}

/* Of any density, and wider than there are bits for the words of a row. */
static void all_that_is_connected_is_found(void) {
  for (uint32_t words = 1; words <= 140; words += words < 4 ? 1 : 34)
    for (uint32_t density = 1; density <= 3; density++) {
      uint32_t height = 11, count = words * height;
      uint64_t *edges = malloc(3 * count * sizeof *edges), *strong = edges + count, *expected = strong + count;
      uint64_t *looks = malloc(2 * height * sizeof *looks);
      fl_test_noise((uint8_t *)edges, 3 * count * sizeof *edges, words * density);
      for (uint32_t i = 0; i < count; i++) {
        if (density == 1) edges[i] &= strong[i];
        if (density == 3) edges[i] |= strong[i];
        strong[i] = edges[i] & expected[i] & expected[(i + 1) % count] & expected[(i + 2) % count] & expected[(i + 3) % count];
      }
      memcpy(expected, strong, count * sizeof *strong);
      uint64_t *again = malloc(count * sizeof *again);
      memcpy(again, strong, count * sizeof *again);
      fl_hysteresis_connect(strong, words, edges, words, words, height, 1, looks);
      for (uint32_t y = 0; y < height; y += 4) /* in groups, then those: the same */
        fl_hysteresis_connect(again + y * words, words, edges + y * words, words, words, y + 4 < height ? 4 : height - y, 1, looks);
      fl_hysteresis_connect(again, words, edges, words, words, height, 4, looks);
      CHECK(memcmp(strong, again, count * sizeof *strong) == 0);
      free(again);
      spread(expected, edges, words, height);
      CHECK(memcmp(strong, expected, count * sizeof *strong) == 0);
      free(edges), free(looks);
    }
}

void test_canny(void) {
  TEST(canny_twin, "gradients and the steepest pixels are the same from the SIMD kernels, for every width");
  TEST(bits_twin, "edges are packed into bits and unpacked from any bit on, the same from the SIMD kernels");
  TEST(canny_is_the_formula, "canny is the formula, for every size, norm and tile");
  TEST(all_that_is_connected_is_found, "all edges that are connected to strong ones are found, in rows of any width");
  TEST(long_edges_are_followed, "an edge that winds through the whole image is followed to its end");
}
