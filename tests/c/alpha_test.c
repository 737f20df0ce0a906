#include "kernels/alpha.h"
#include "pixelwise.h"

extern const fl_op fl_op_premultiply, fl_op_unpremultiply;

static void premultiply(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *context) {
  (void)context;
  fl_kernels_alpha(simd)->premultiply(dst, src, pixels);
}

static void unpremultiply(bool simd, uint8_t *dst, const uint8_t *src, size_t pixels, const void *context) {
  (void)context;
  fl_kernels_alpha(simd)->unpremultiply(dst, src, pixels);
}

static void twins_agree(void) {
  fl_test_row_twins(premultiply, NULL, 4, 4);
  fl_test_row_twins(unpremultiply, NULL, 4, 4);
  for (uint32_t c = 0; c < 3; c++) fl_test_pair_twins(premultiply, NULL, c, 3), fl_test_pair_twins(unpremultiply, NULL, c, 3);
}

/* A row that is opaque up to some pixel: the twin copies what is, and must stop in time. */
static void opaque_beginnings_do_not_show(void) {
  for (uint32_t opaque = 0; opaque <= 40; opaque++) {
    uint8_t src[160], expected[160], got[160];
    fl_test_noise(src, sizeof src, opaque);
    for (uint32_t i = 0; i < 40; i++) src[4 * i + 3] = i < opaque ? 255 : src[4 * i + 3] / 2;
    premultiply(false, expected, src, 40, NULL), premultiply(true, got, src, 40, NULL);
    CHECK(memcmp(expected, got, sizeof got) == 0);
    unpremultiply(false, expected, src, 40, NULL), unpremultiply(true, got, src, 40, NULL);
    CHECK(memcmp(expected, got, sizeof got) == 0);
  }
}

static void multiplied(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  for (uint32_t c = 0; c < 3; c++) out[c] = in[c] * in[3] / 255.0;
  out[3] = in[3];
}

static void divided(const uint8_t in[4], double out[4], const void *context) {
  (void)context;
  for (uint32_t c = 0; c < 3; c++) out[c] = in[3] ? in[c] * 255.0 / in[3] : 0;
  out[3] = in[3];
}

static void both_are_exact(void) {
  for (fl_format format = FL_RGBA8; format <= FL_BGRA8; format++) {
    CHECK(fl_test_worst(&fl_op_premultiply, NULL, format, multiplied, NULL, 0) == 0);
    CHECK(fl_test_worst(&fl_op_unpremultiply, NULL, format, divided, NULL, 0) == 0);
  }
}

static void what_was_premultiplied_once_stays(void) {
  for (uint32_t alpha = 0; alpha < 256; alpha++)
    for (uint32_t v = 0; v < 256; v++) {
      uint8_t first[4] = {(uint8_t)v, 0, 255, (uint8_t)alpha}, second[4];
      premultiply(false, first, first, 1, NULL);
      unpremultiply(false, second, first, 1, NULL), premultiply(false, second, second, 1, NULL);
      if (memcmp(first, second, 4) != 0) {
        CHECK(memcmp(first, second, 4) == 0);
        return;
      }
    }
}

void test_alpha(void) {
  TEST(twins_agree, "alpha: SIMD equals the reference for every colour and alpha, in place too");
  TEST(opaque_beginnings_do_not_show, "alpha: SIMD equals the reference wherever a row stops being opaque");
  TEST(both_are_exact, "premultiply, unpremultiply: the exact product and quotient, rounded half up");
  TEST(what_was_premultiplied_once_stays, "unpremultiply: undoes premultiply as far as another premultiply can tell");
}
