#include "apply.h"
#include "base/size.h"
#include "check.h"

#include <stdlib.h>

static void bytes_are_those_of_tight_planes(void) {
  CHECK(fl_frame_image_bytes(5, 3, FL_RGBA8) == 5 * 3 * 4);
  CHECK(fl_frame_image_bytes(5, 3, FL_BGRA8) == 5 * 3 * 4);
  CHECK(fl_frame_image_bytes(5, 3, FL_GRAY8) == 5 * 3);
  CHECK(fl_frame_image_bytes(5, 3, FL_I420) == 5 * 3 + 2 * (3 * 2));
  CHECK(fl_frame_image_bytes(5, 3, FL_NV12) == 5 * 3 + 3 * 2 * 2);
  CHECK(fl_frame_image_bytes(1, 1, FL_I420) == 3);
}

static void sizes_that_no_image_has_are_invalid(void) {
  CHECK(fl_frame_image_bytes(0, 1, FL_GRAY8) == FL_SIZE_INVALID);
  CHECK(fl_frame_image_bytes(1, 0, FL_GRAY8) == FL_SIZE_INVALID);
  CHECK(fl_frame_image_bytes(FL_DIMENSION_MAX + 1, 1, FL_GRAY8) == FL_SIZE_INVALID);
  CHECK(fl_frame_image_bytes(1, UINT32_MAX, FL_RGBA8) == FL_SIZE_INVALID);
  CHECK(fl_frame_image_bytes(FL_DIMENSION_MAX, 1, FL_RGBA8) == 4 * FL_DIMENSION_MAX);
  CHECK(fl_frame_image_bytes(FL_DIMENSION_MAX, FL_DIMENSION_MAX, FL_RGBA8) == (uint64_t)FL_DIMENSION_MAX * FL_DIMENSION_MAX * 4);
}

/* Every byte of the memory belongs to exactly one sample, and no plane's row reaches into the next. */
static void planes_cover_the_memory_once(void) {
  for (uint32_t format = 0; format < FL_FORMATS; format++)
    for (uint32_t width = 1; width <= 6; width++)
      for (uint32_t height = 1; height <= 5; height++) {
        const fl_format_info *info = fl_frame_format((fl_format)format);
        uint64_t size = fl_frame_image_bytes(width, height, (fl_format)format);
        uint8_t *bytes = calloc(size, 1);
        fl_image image = fl_frame_image_over(bytes, width, height, (fl_format)format);
        CHECK(image.width == width && image.height == height && image.format == (fl_format)format);
        for (uint32_t p = 0; p < info->planes; p++)
          for (uint32_t y = 0; y < image.plane[p].height; y++)
            for (uint32_t x = 0; x < image.plane[p].width * info->bytes_per_pixel[p]; x++) fl_frame_image_row(&image, p, y)[x]++;
        for (uint64_t i = 0; i < size; i++) CHECK(bytes[i] == 1);
        free(bytes);
      }
}

static void a_crop_shows_the_same_pixels(void) {
  fl_report report = {0};
  fl_image parent = fl_test_image(9, 7, FL_RGBA8, 5), part;
  fl_test_noise(parent.plane[0].data, (size_t)parent.plane[0].stride * 7, 1);
  CHECK(fl_frame_image_crop(&parent, 2, 3, 7, 4, &part, &report) == FL_OK);
  CHECK(part.width == 7 && part.height == 4 && part.plane[0].width == 7 && part.plane[0].height == 4);
  CHECK(part.plane[0].stride == parent.plane[0].stride);
  for (uint32_t y = 0; y < 4; y++) CHECK(fl_frame_image_row(&part, 0, y) == fl_frame_image_row(&parent, 0, 3 + y) + 2 * 4);
  CHECK(fl_frame_image_crop(&part, 0, 0, 7, 4, &part, &report) == FL_OK);
  fl_test_image_free(&parent);
}

static void a_crop_of_planes_halves_the_chroma(void) {
  fl_report report = {0};
  fl_image parent = fl_test_image(9, 7, FL_I420, 0), part;
  CHECK(fl_frame_image_crop(&parent, 4, 2, 5, 3, &part, &report) == FL_OK);
  CHECK(part.plane[1].width == 3 && part.plane[1].height == 2);
  CHECK(part.plane[2].data == fl_frame_image_row(&parent, 2, 1) + 2);
  fl_test_image_free(&parent);
  parent = fl_test_image(9, 7, FL_NV12, 0);
  CHECK(fl_frame_image_crop(&parent, 4, 2, 5, 5, &part, &report) == FL_OK);
  CHECK(part.plane[1].width == 3 && part.plane[1].height == 3);
  CHECK(part.plane[1].data == fl_frame_image_row(&parent, 1, 1) + 4);
  fl_test_image_free(&parent);
}

static void check_refused(const fl_image *parent, uint32_t x, uint32_t y, uint32_t width, uint32_t height, const char *words) {
  fl_report report = {0};
  fl_image part = {.width = 77};
  CHECK(fl_frame_image_crop(parent, x, y, width, height, &part, &report) == FL_BAD_ARGUMENT);
  CHECK(report.status == FL_BAD_ARGUMENT && strstr(report.message, words) != NULL);
  CHECK(part.width == 77);
}

static void a_crop_that_cannot_be_says_why(void) {
  fl_image parent = fl_test_image(9, 7, FL_I420, 0);
  check_refused(&parent, 0, 0, 0, 1, "at least one pixel");
  check_refused(&parent, 0, 0, 1, 0, "at least one pixel");
  check_refused(&parent, 4, 0, 6, 1, "4, 0 of 6 × 1 pixels leaves the image of 9 × 7");
  check_refused(&parent, 0, 6, 1, 2, "leaves the image");
  check_refused(&parent, UINT32_MAX, 0, 2, 1, "leaves the image");
  check_refused(&parent, 2, 0, UINT32_MAX, 1, "leaves the image");
  check_refused(&parent, 1, 0, 2, 2, "even");
  check_refused(&parent, 0, 3, 2, 2, "even");
  fl_test_image_free(&parent);
}

void test_image(void) {
  TEST(bytes_are_those_of_tight_planes, "an image's bytes are those of its tight planes");
  TEST(sizes_that_no_image_has_are_invalid, "sizes that no image has are invalid");
  TEST(planes_cover_the_memory_once, "the planes of a tight image cover its memory exactly once");
  TEST(a_crop_shows_the_same_pixels, "a crop shows the same pixels");
  TEST(a_crop_of_planes_halves_the_chroma, "a crop of a planar image halves the chroma, rounded up");
  TEST(a_crop_that_cannot_be_says_why, "a crop that cannot be says why and leaves the result alone");
}
