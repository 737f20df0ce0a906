#include "kernels/channels.h"
#include "pixelwise.h"

extern const fl_op fl_op_swizzle, fl_op_extract_channel;

static void permute(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *from) {
  fl_kernels_channels(simd)->permute(dst, src, pixels, from);
}

static void extract(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *channel) {
  fl_kernels_channels(simd)->extract(dst, src, pixels, *(const uint32_t *)channel);
}

static void twins_agree(void) {
  static const uint8_t orders[][4] = {{0, 1, 2, 3}, {2, 1, 0, 3}, {3, 3, 0, 1}, {4, 5, 2, 0}, {5, 5, 5, 4}};
  for (uint32_t o = 0; o < FL_COUNT(orders); o++) fl_test_row_twins(permute, orders[o], 4, 4);
  for (uint32_t channel = 0; channel < 4; channel++) fl_test_row_twins(extract, &channel, 4, 1);
}

static void ordered(const uint8_t in[4], double out[4], const void *context) {
  const double *order = context;
  for (uint32_t c = 0; c < 4; c++) out[c] = order[c] < 4 ? in[(int)order[c]] : order[c] == 5 ? 255 : 0;
}

static void swizzle_follows_its_order(void) {
  static const double orders[][4] = {{0, 1, 2, 3}, {2, 1, 0, 3}, {3, 0, 0, 5}, {4, 2, 5, 1}};
  for (uint32_t o = 0; o < FL_COUNT(orders); o++) {
    const fl_value order = {.items = orders[o], .count = 4};
    CHECK(fl_test_worst(&fl_op_swizzle, &order, FL_RGBA8, ordered, orders[o], 0) == 0);
    CHECK(fl_test_worst(&fl_op_swizzle, &order, FL_BGRA8, ordered, orders[o], 0) == 0);
  }
}

static void fractions_are_rounded(void) {
  static const double given[4] = {2.4, 0.5, 4.5, 0.2}, meant[4] = {2, 1, 5, 0};
  CHECK(fl_test_worst(&fl_op_swizzle, &(fl_value){.items = given, .count = 4}, FL_RGBA8, ordered, meant, 0) == 0);
}

static void extraction_finds_its_channel(void) {
  for (uint32_t s = 0; s < FL_COUNT(fl_test_sizes); s++)
    for (uint32_t channel = 0; channel < 4; channel++)
      for (uint32_t bgra = 0; bgra < 2; bgra++) {
        fl_image in = fl_test_noise_image(fl_test_sizes[s], bgra ? FL_BGRA8 : FL_RGBA8, s);
        fl_image out = fl_test_all_ways(&fl_op_extract_channel, &(fl_value){.number = channel}, &in);
        CHECK(out.format == FL_GRAY8 && out.width == in.width && out.height == in.height);
        int wrong = 0;
        for (uint32_t i = 0; i < in.width * in.height; i++) {
          uint8_t rgba[4];
          fl_test_load_pixel(rgba, &in, i);
          wrong += out.plane[0].data[i] != rgba[channel];
        }
        CHECK(wrong == 0);
        fl_test_image_free(&in), fl_test_image_free(&out);
      }
}

void test_channels(void) {
  TEST(twins_agree, "channels: SIMD equals the reference, in place too");
  TEST(swizzle_follows_its_order, "swizzle: channels and constants go where order says, in rgba8 and bgra8");
  TEST(fractions_are_rounded, "swizzle: rounds fractions, as no list type is for whole numbers only");
  TEST(extraction_finds_its_channel, "extractChannel: gives the channel asked for, from rgba8 and bgra8");
}
