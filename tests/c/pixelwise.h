/* For tests of what treats each pixel on its own: kernels of one row in, one row out, and operations of FL_KIND_POINT. */
#ifndef FL_TESTS_PIXELWISE_H
#define FL_TESTS_PIXELWISE_H

#include "apply.h"
#include "rows.h"

typedef void (*fl_test_row_kernel)(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *context);

/* Both twins on rows of 1 to 67 pixels at odd addresses; in place too, where pixels keep their size. */
static inline void fl_test_row_twins(fl_test_row_kernel kernel, const void *context, uint32_t src_pixel, uint32_t dst_pixel) {
  for (uint32_t pixels = 1; pixels <= 67; pixels++)
    for (uint32_t pattern = 0; pattern < FL_TEST_PATTERNS; pattern++) {
      size_t size = pixels * dst_pixel;
      fl_test_row src = fl_test_row_make(pixels * src_pixel, pixels % 5, pattern, pixels);
      fl_test_row in_place = fl_test_row_make(pixels * src_pixel, 3, pattern, pixels);
      fl_test_row expected = fl_test_row_make(size, 1, 0, 0), got = fl_test_row_make(size, pixels % 3, 1, 0);
      kernel(false, expected.bytes, src.bytes, pixels, context);
      kernel(true, got.bytes, src.bytes, pixels, context);
      CHECK(memcmp(expected.bytes, got.bytes, size) == 0);
      if (src_pixel == dst_pixel) {
        kernel(true, in_place.bytes, in_place.bytes, pixels, context);
        CHECK(memcmp(expected.bytes, in_place.bytes, size) == 0);
      }
      fl_test_row_free(&src), fl_test_row_free(&in_place), fl_test_row_free(&expected), fl_test_row_free(&got);
    }
}

/* Both twins on every pair of two bytes of a pixel, the others noise. */
static inline void fl_test_pair_twins(fl_test_row_kernel kernel, const void *context, uint32_t first, uint32_t second) {
  enum { PIXELS = 65536 };
  uint8_t *src = malloc(PIXELS * 4), *expected = malloc(PIXELS * 4), *got = malloc(PIXELS * 4);
  fl_test_noise(src, PIXELS * 4, first * 4 + second);
  for (uint32_t i = 0; i < PIXELS; i++) src[4 * i + first] = (uint8_t)i, src[4 * i + second] = (uint8_t)(i >> 8);
  kernel(false, expected, src, PIXELS, context);
  kernel(true, got, src, PIXELS, context);
  CHECK(memcmp(expected, got, PIXELS * 4) == 0);
  free(src), free(expected), free(got);
}

static const uint32_t fl_test_sizes[][2] = {{1, 1}, {1, 19}, {23, 1}, {17, 5}, {40, 9}, {67, 61}};

static inline fl_image fl_test_noise_image(const uint32_t size[2], fl_format format, uint32_t seed) {
  fl_image image = fl_test_image(size[0], size[1], format, 0);
  fl_test_noise(image.plane[0].data, (size_t)image.plane[0].stride * image.height, seed);
  return image;
}

/* Applies op with the reference, the twin and tiles, checks that they agree, and gives the result. */
static inline fl_image fl_test_all_ways(const fl_op *op, const fl_value *params, const fl_image *in) {
  fl_image simd = fl_test_apply(op, params, in, true, 0, 0), reference = fl_test_apply(op, params, in, false, 0, 0);
  fl_image tiled = fl_test_apply(op, params, in, true, 7, 5), wide = fl_test_apply(op, params, in, true, 16, 3);
  CHECK(fl_test_image_equal(&simd, &reference) && fl_test_image_equal(&simd, &tiled) && fl_test_image_equal(&simd, &wide));
  fl_test_image_free(&reference), fl_test_image_free(&tiled), fl_test_image_free(&wide);
  return simd;
}

/* What a pixel should become: red, green, blue and alpha, whatever the format; of a gray8 frame all three are the gray. */
typedef void (*fl_test_pixel)(const uint8_t in[4], double out[4], const void *context);

static inline void fl_test_load_pixel(uint8_t rgba[4], const fl_image *image, uint32_t i) {
  uint32_t bytes = fl_bytes_per_pixel(image->format), red = image->format == FL_BGRA8 ? 2 : 0;
  const uint8_t *p = image->plane[0].data + (size_t)i * bytes;
  if (bytes == 1) rgba[0] = rgba[1] = rgba[2] = p[0], rgba[3] = 255;
  else rgba[0] = p[red], rgba[1] = p[1], rgba[2] = p[2 - red], rgba[3] = p[3];
}

/* The largest distance of op's result from the formula (which is rounded half up and clamped), over all sizes; hues are compared
 * around the circle where `circle` is not 0. */
static inline double fl_test_worst(const fl_op *op, const fl_value *params, fl_format format, fl_test_pixel formula,
                                   const void *context, double circle) {
  double worst = 0;
  for (uint32_t s = 0; s < FL_COUNT(fl_test_sizes); s++) {
    fl_image in = fl_test_noise_image(fl_test_sizes[s], format, s + 1), out = fl_test_all_ways(op, params, &in);
    CHECK(out.width == in.width && out.height == in.height);
    for (uint32_t i = 0; i < in.width * in.height; i++) {
      uint8_t from[4], got[4];
      double expected[4];
      fl_test_load_pixel(from, &in, i), fl_test_load_pixel(got, &out, i);
      formula(from, expected, context);
      for (uint32_t c = 0; c < 4; c++) {
        double difference = fabs(got[c] - fmin(255, fmax(0, floor(expected[c] + 0.5))));
        if (circle > 0 && c == 0) difference = fmin(difference, fabs(circle - difference));
        worst = fmax(worst, difference);
      }
    }
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
  return worst;
}

/* The status that resolve() gives for an input of this format. */
static inline fl_status fl_test_resolve(const fl_op *op, const fl_value *params, fl_format format) {
  fl_report report = {0};
  fl_node node = {.op = op, .params = params, .inputs = 1, .kind = op->kind, .in = {{3, 3, format}}, .out = {3, 3, format}};
  return op->resolve ? op->resolve(&node, &report) : FL_OK;
}

#endif
