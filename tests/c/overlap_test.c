/* An output that shares pixels with an input: whatever their places, the result is that of an output of its own, and nothing beside
 * the output changes. */
#include "api_calls.h"
#include "encode.h"
#include "frame/frame.h"

#include <stdlib.h>

#define WIDTH 40u
#define HEIGHT 30u
#define MARGIN 8u
#define BYTES ((WIDTH + 2 * MARGIN) * (HEIGHT + 2 * MARGIN))

static encoder pipeline;
static fl_handle parent;
static uint8_t before[BYTES];

static fl_handle view_at(uint32_t x, uint32_t y) {
  CHECK(fl_frame_crop(parent, x, y, WIDTH, HEIGHT) == FL_OK);
  return (fl_handle)fl_mail()[0];
}

/* Small tiles: what is written early lies where others still read. */
static fl_handle run(const fl_handle *frames, uint32_t count, fl_handle output) {
  int32_t status = fl_job_open((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)frames, count, output, FL_JOB_SIMD | FL_JOB_FUSE, 1, 1, 16, 4);
  if (status != FL_OK) printf("# %s\n", fl_message()), abort();
  uintptr_t job = (uintptr_t)fl_mail()[0];
  fl_handle out = (fl_handle)fl_mail()[1];
  CHECK(fl_job_submit(job, 0) == FL_OK && fl_job_work(job, 0, 0) == 1);
  fl_job_close(job);
  return out;
}

/* The whole parent as it has to be afterwards: the result at the output's place, all else as it was. */
static void check_over(const fl_handle *frames, uint32_t count, uint32_t x, uint32_t y, const char *what) {
  static uint8_t expected[BYTES];
  const uint32_t stride = WIDTH + 2 * MARGIN;
  fl_handle apart = run(frames, count, 0), output = view_at(x, y);
  const fl_image *right = &fl_frame_find(apart)->image;
  memcpy(expected, before, BYTES);
  for (uint32_t row = 0; row < HEIGHT; row++) memcpy(expected + (y + row) * stride + x, fl_frame_image_row(right, 0, row), WIDTH);
  run(frames, count, output);
  bool same = true;
  for (uint32_t row = 0; row < HEIGHT + 2 * MARGIN; row++)
    same = same && memcmp(fl_frame_image_row(&fl_frame_find(parent)->image, 0, row), expected + row * stride, stride) == 0;
  if (!same) printf("# %s into a view at %u,%u\n", what, x, y);
  CHECK(same);
  for (uint32_t row = 0; row < HEIGHT + 2 * MARGIN; row++) memcpy(fl_frame_image_row(&fl_frame_find(parent)->image, 0, row), before + row * stride, stride);
  fl_frame_drop(apart), fl_frame_drop(output);
}

static void start(void) {
  fl_start(0);
  parent = frame_of(WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN, FL_GRAY8);
  fl_test_noise(before, BYTES, 5);
  for (uint32_t row = 0; row < HEIGHT + 2 * MARGIN; row++)
    memcpy(fl_frame_image_row(&fl_frame_find(parent)->image, 0, row), before + row * (WIDTH + 2 * MARGIN), WIDTH + 2 * MARGIN);
}

/* In every direction, by one pixel and by more, and not at all. */
static const uint32_t places[][2] = {{8, 8}, {7, 8}, {9, 8}, {8, 7}, {8, 9}, {0, 0}, {16, 16}, {16, 0}, {0, 16}, {9, 9}, {7, 7}, {8, 16}, {8, 0}};

static void an_output_over_a_part_of_its_input_is_right(void) {
  static const char *const names[] = {NULL, "invert", "boxBlur", "flip", "equalize", "median"};
  start();
  fl_handle input = view_at(MARGIN, MARGIN);
  uint64_t live = live_bytes();
  for (uint32_t n = 0; n < FL_COUNT(names); n++)
    for (uint32_t p = 0; p < FL_COUNT(places); p++) {
      encode_start(&pipeline);
      encode_frame(&pipeline, 0);
      if (names[n]) encode_op(&pipeline, names[n], 0, 0, n == 2 || n == 3);
      if (n == 2) encode_number(&pipeline, "radius", 3);
      if (n == 3) encode_text(&pipeline, "axis", "y");
      check_over(&input, 1, places[p][0], places[p][1], names[n] ? names[n] : "nothing");
    }
  CHECK(live_bytes() == live);
}

/* One input lies exactly under the output, another is shifted: it is the shifted one that counts, whichever comes first. */
static void an_output_over_one_input_and_a_part_of_another_is_right(void) {
  static const char *const names[] = {"add", "absDiff"};
  start();
  fl_handle middle = view_at(MARGIN, MARGIN);
  uint64_t live = live_bytes();
  for (uint32_t n = 0; n < FL_COUNT(names); n++)
    for (uint32_t p = 0; p < FL_COUNT(places); p++)
      for (uint32_t swapped = 0; swapped < 2; swapped++) {
        fl_handle shifted = view_at(places[p][0], places[p][1]);
        const fl_handle frames[] = {swapped ? shifted : middle, swapped ? middle : shifted};
        encode_start(&pipeline);
        uint32_t first = encode_frame(&pipeline, 0), second = encode_frame(&pipeline, 1);
        encode_op(&pipeline, names[n], first, second, 0);
        check_over(frames, 2, MARGIN, MARGIN, names[n]);
        fl_frame_drop(shifted);
      }
  CHECK(live_bytes() == live);
}

void test_overlap(void) {
  TEST(an_output_over_a_part_of_its_input_is_right, "overlap: an output over a part of its input is right");
  TEST(an_output_over_one_input_and_a_part_of_another_is_right, "overlap: an output over one input and a part of another is right");
}
