/* What tests of operations that look around a pixel share: the pixel beyond an edge, written as plainly as it can be,
 * and how far two images are apart. */
#ifndef FL_TESTS_STENCIL_ORACLE_H
#define FL_TESTS_STENCIL_ORACLE_H

#include "apply.h"
#include "check.h"

#include <stdlib.h>

/* Walks back into the image one fold at a time; -1 for a constant border. */
static inline int oracle_index(int i, int n, fl_border border) {
  while (i < 0 || i >= n) {
    if (border == FL_BORDER_CONSTANT) return -1;
    if (border == FL_BORDER_WRAP) i += i < 0 ? n : -n;
    else if (border == FL_BORDER_REPLICATE || n == 1) i = i < 0 ? 0 : n - 1;
    else if (border == FL_BORDER_REFLECT) i = i < 0 ? -1 - i : 2 * n - 1 - i;
    else i = i < 0 ? -i : 2 * n - 2 - i;
  }
  return i;
}

/* Channel c of the pixel at (x, y), which may lie outside. */
static inline int oracle_pixel(const fl_image *image, int x, int y, int c, fl_border border, const uint8_t color[4]) {
  x = oracle_index(x, (int)image->width, border), y = oracle_index(y, (int)image->height, border);
  return x < 0 || y < 0 ? color[c] : fl_frame_image_row(image, 0, (uint32_t)y)[x * (int)fl_bytes_per_pixel(image->format) + c];
}

static inline fl_image oracle_noise(uint32_t width, uint32_t height, fl_format format, uint32_t seed) {
  fl_image image = fl_test_image(width, height, format, 3);
  fl_test_noise(image.plane[0].data, (size_t)image.plane[0].stride * height, seed);
  return image;
}

/* Only 0 and 255, in a pattern with no short period: the largest sums and the steepest edges. */
static inline fl_image oracle_extremes(uint32_t width, uint32_t height, fl_format format, uint32_t seed) {
  fl_image image = oracle_noise(width, height, format, seed);
  uint8_t *bytes = image.plane[0].data;
  for (size_t i = 0; i < (size_t)image.plane[0].stride * height; i++) bytes[i] = bytes[i] < 128 ? 0 : 255;
  return image;
}

/* The largest difference of any byte. */
static inline int oracle_distance(const fl_image *a, const fl_image *b) {
  int largest = 0;
  for (uint32_t y = 0; y < a->height; y++)
    for (uint32_t i = 0; i < a->width * fl_bytes_per_pixel(a->format); i++) {
      int d = abs(fl_frame_image_row(a, 0, y)[i] - fl_frame_image_row(b, 0, y)[i]);
      if (d > largest) largest = d;
    }
  return largest;
}

/* Does the op give the same in tiles as in one piece? */
static inline bool oracle_same_in_tiles(const fl_op *op, const fl_value *params, const fl_image *in, bool simd) {
  static const uint32_t tiles[][2] = {{7, 5}, {16, 3}, {1, 1}, {40, 2}};
  fl_image whole = fl_test_apply(op, params, in, simd, 0, 0);
  bool same = true;
  for (uint32_t i = 0; i < FL_COUNT(tiles); i++) {
    fl_image tiled = fl_test_apply(op, params, in, simd, tiles[i][0], tiles[i][1]);
    same = same && fl_test_image_equal(&whole, &tiled);
    fl_test_image_free(&tiled);
  }
  fl_test_image_free(&whole);
  return same;
}

/* Sizes that are awkward for vectors, tiles and borders. */
static const uint32_t oracle_sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 2}, {3, 7}, {5, 4}, {17, 3}, {33, 11}, {67, 5}};
static const fl_format oracle_formats[] = {FL_GRAY8, FL_RGBA8, FL_BGRA8};

#endif
