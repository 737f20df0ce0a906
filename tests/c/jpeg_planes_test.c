/* Decoded samples against the formula, for every arrangement of the data; the frame is as long as it must be and not a byte longer. */
#include "check.h"
#include "jpeg_over.h"
#include "jpeg_writer.h"

#include <stdlib.h>

static jpeg_written written;
static fl_jpeg_picture picture;
static fl_image image; /* the padded frame; free its first plane */

static bool decode(const jpeg_wish *wish) {
  jpeg_write(wish, &written);
  const char *why = fl_jpeg_read_picture(written.bytes, written.length, 1e6, &picture);
  if (!why) {
    fl_shape shape = fl_jpeg_frame_shape(&picture);
    uint64_t bytes = fl_frame_image_bytes(shape.width, shape.height, shape.format);
    image = fl_frame_image_over(jpeg_block(bytes), shape.width, shape.height, shape.format);
    memset(image.plane[0].data, 77, bytes);
    void *scratch = jpeg_block(fl_jpeg_scratch_bytes(&picture));
    uint8_t *exact = malloc(written.length);
    memcpy(exact, written.bytes, written.length);
    why = fl_jpeg_decode(&picture, exact, written.length, scratch, &image);
    free(exact), free(scratch);
  }
  if (why) printf("# %ux%u: %s\n", wish->width, wish->height, why);
  return !why;
}

/* The largest difference of any sample that is seen; of a flat block there may be none, so it counts for more. */
static int worst_sample(void) {
  int worst = 0;
  for (uint32_t c = 0; c < picture.components; c++)
    for (uint32_t y = 0; y < picture.component[c].height; y++)
      for (uint32_t x = 0; x < picture.component[c].width; x++) {
        int difference = abs(jpeg_sample(&written, c, x, y) - fl_frame_image_row(&image, c, y)[x]);
        if (jpeg_is_flat(&written, c, x, y)) difference *= 10;
        if (difference > worst) worst = difference;
      }
  return worst;
}

static void check_planes(const jpeg_wish *wish, fl_format format) {
  bool done = decode(wish);
  CHECK(done);
  if (!done) return;
  CHECK(picture.format == format && picture.width == wish->width && picture.height == wish->height);
  CHECK(worst_sample() <= 1);
  free(image.plane[0].data);
}

static const uint32_t sides[][2] = {{1, 1}, {8, 8}, {16, 16}, {17, 33}, {15, 64}, {48, 31}, {100, 3}, {2, 50}};

static void halved_chroma_becomes_i420(void) {
  for (uint32_t i = 0; i < FL_COUNT(sides); i++)
    for (uint32_t way = 0; way < 8; way++)
      check_planes(&(jpeg_wish){.width = sides[i][0], .height = sides[i][1], .components = 3, .sampling = {0x22}, .seed = i + 1,
                                .progressive = way & 1, .apart = way & 2, .restarts = way & 4 ? 1 + i : 0}, FL_I420);
}

static void one_component_becomes_gray8_whatever_its_sampling(void) {
  for (uint32_t i = 0; i < FL_COUNT(sides); i++)
    for (uint32_t way = 0; way < 8; way++)
      check_planes(&(jpeg_wish){.width = sides[i][0], .height = sides[i][1], .components = 1, .sampling = {way & 1 ? 0x22 : way & 2 ? 0x14 : 0x11},
                                .seed = i + 1, .progressive = way & 4}, FL_GRAY8);
}

static void the_standards_tables_serve_where_there_are_none(void) {
  check_planes(&(jpeg_wish){.width = 40, .height = 25, .components = 3, .sampling = {0x22}, .standard = true, .seed = 3}, FL_I420);
  CHECK(picture.standard_tables);
  check_planes(&(jpeg_wish){.width = 40, .height = 25, .components = 3, .sampling = {0x22}, .seed = 3}, FL_I420);
  CHECK(!picture.standard_tables);
}

/* Every other arrangement: the colours of T.871, of samples that are not subsampled. */
static void check_colours(const jpeg_wish *wish, void (*convert)(const int *samples, double *rgb)) {
  bool done = decode(wish);
  CHECK(done && picture.format == FL_RGBA8);
  if (!done) return;
  double worst = 0;
  for (uint32_t i = 0; i < wish->width * wish->height; i++) {
    int samples[4];
    double rgb[3];
    for (uint32_t c = 0; c < picture.components; c++) samples[c] = jpeg_sample(&written, c, i % wish->width, i / wish->width);
    convert(samples, rgb);
    for (uint32_t c = 0; c < 3; c++) worst = fmax(worst, fabs(fmin(fmax(rgb[c], 0), 255) - image.plane[0].data[4 * i + c]));
    CHECK(image.plane[0].data[4 * i + 3] == 255);
  }
  CHECK(worst <= 4.5); /* a level in each of three samples, in blue 1.772 times, and rounding */
  free(image.plane[0].data);
}

static void ycc(const int *s, double *rgb) {
  rgb[0] = s[0] + 1.402 * (s[2] - 128), rgb[1] = s[0] - 0.344136 * (s[1] - 128) - 0.714136 * (s[2] - 128), rgb[2] = s[0] + 1.772 * (s[1] - 128);
}
static void none(const int *s, double *rgb) { rgb[0] = s[0], rgb[1] = s[1], rgb[2] = s[2]; }
static void cmyk(const int *s, double *rgb) { rgb[0] = s[0] * s[3] / 255.0, rgb[1] = s[1] * s[3] / 255.0, rgb[2] = s[2] * s[3] / 255.0; }
static void grey(const int *s, double *rgb) { rgb[0] = rgb[1] = rgb[2] = s[0]; }

static void every_other_arrangement_becomes_rgba8(void) {
  jpeg_wish full = {.width = 37, .height = 21, .components = 3, .seed = 5}, adobe = full, named = full, four = full, half = full, third = full;
  adobe.adobe = 1, named.ids[0] = 'R', named.ids[1] = 'G', named.ids[2] = 'B';
  four.components = 4, four.adobe = 1, half.sampling[0] = 0x21, half.grey = third.grey = true, third.sampling[0] = 0x41;
  for (uint32_t progressive = 0; progressive < 2; progressive++) {
    full.progressive = adobe.progressive = named.progressive = four.progressive = half.progressive = third.progressive = progressive;
    check_colours(&full, ycc), check_colours(&adobe, none), check_colours(&named, none), check_colours(&four, cmyk);
    check_colours(&half, grey), check_colours(&third, grey);
  }
}

static void damaged_data_is_said_to_be_damaged(void) {
  jpeg_write(&(jpeg_wish){.width = 64, .height = 64, .components = 1, .seed = 9}, &written);
  CHECK(!fl_jpeg_read_picture(written.bytes, written.length, 1e6, &picture));
  uint8_t *scratch = jpeg_block(fl_jpeg_scratch_bytes(&picture)), *bytes = jpeg_block(64 * 64);
  image = fl_frame_image_over(bytes, 64, 64, FL_GRAY8);
  memset(written.bytes + written.length - 102, 0xEE, 100); /* no symbol has this code */
  CHECK(!fl_jpeg_read_picture(written.bytes, written.length, 1e6, &picture));
  const char *why = fl_jpeg_decode(&picture, written.bytes, written.length, scratch, &image);
  CHECK(why && strstr(why, "damaged"));
  free(scratch), free(bytes);
}

void test_jpeg_planes(void) {
  TEST(halved_chroma_becomes_i420, "jpeg: halved chroma becomes i420, each sample by the formula");
  TEST(one_component_becomes_gray8_whatever_its_sampling, "jpeg: one component becomes gray8, whatever its sampling factors");
  TEST(the_standards_tables_serve_where_there_are_none, "jpeg: the standard's Huffman tables serve where a picture has none");
  TEST(every_other_arrangement_becomes_rgba8, "jpeg: every other arrangement becomes rgba8");
  TEST(damaged_data_is_said_to_be_damaged, "jpeg: damaged data is said to be damaged");
}
