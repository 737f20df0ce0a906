#include "apply.h"
#include "stencil_oracle.h"

extern const fl_op fl_op_pad;

enum { TOP, RIGHT, BOTTOM, LEFT, BORDER, BORDER_COLOR, PARAMS };

static const double color[] = {200, 10, 60, 33};

static void set_params(fl_value params[PARAMS], const uint32_t sides[4], fl_border border) {
  for (int i = 0; i < 4; i++) params[i] = (fl_value){.number = sides[i]};
  params[BORDER] = (fl_value){.number = border};
  params[BORDER_COLOR] = (fl_value){.items = color, .count = 4};
}

static bool is_padded(const fl_image *out, const fl_image *in, const uint32_t sides[4], fl_border border) {
  uint8_t bytes[4] = {200, 10, 60, 33};
  if (in->format == FL_BGRA8) bytes[0] = 60, bytes[2] = 200;
  int channels = (int)fl_bytes_per_pixel(in->format);
  for (int y = 0; y < (int)out->height; y++)
    for (int x = 0; x < (int)out->width; x++)
      for (int c = 0; c < channels; c++)
        if (fl_frame_image_row(out, 0, (uint32_t)y)[x * channels + c] !=
            oracle_pixel(in, x - (int)sides[LEFT], y - (int)sides[TOP], c, border, bytes))
          return false;
  return true;
}

static void check_pad(const fl_image *in, const uint32_t sides[4], fl_border border) {
  fl_value params[PARAMS];
  set_params(params, sides, border);
  for (int simd = 0; simd < 2; simd++) {
    fl_image out = fl_test_apply(&fl_op_pad, params, in, simd, 0, 0);
    CHECK(out.width == in->width + sides[LEFT] + sides[RIGHT] && out.height == in->height + sides[TOP] + sides[BOTTOM]);
    CHECK(is_padded(&out, in, sides, border));
    CHECK(oracle_same_in_tiles(&fl_op_pad, params, in, simd));
    fl_test_image_free(&out);
  }
}

/* top, right, bottom, left: nothing, one side, less and more than the image has, more than may wait in a ring. */
static const uint32_t paddings[][4] = {{0, 0, 0, 0}, {0, 5, 0, 1}, {3, 0, 2, 0}, {1, 1, 1, 1}, {9, 20, 13, 33}, {70, 2, 1, 2}};

static void every_border_pads(void) {
  for (uint32_t f = 0; f < FL_COUNT(oracle_formats); f++)
    for (uint32_t s = 0; s < FL_COUNT(oracle_sizes); s++) {
      fl_image in = oracle_noise(oracle_sizes[s][0], oracle_sizes[s][1], oracle_formats[f], s);
      for (int border = 0; border <= FL_BORDER_CONSTANT; border++)
        for (uint32_t p = 0; p < FL_COUNT(paddings); p++) check_pad(&in, paddings[p], (fl_border)border);
      fl_test_image_free(&in);
    }
}

/* What the executor relies on: windows move on, hold the row that is shown and are no larger than they must. */
static void windows_only_move_on(void) {
  static const uint32_t heights[] = {1, 2, 5, 40};
  for (uint32_t h = 0; h < FL_COUNT(heights); h++)
    for (int border = 0; border <= FL_BORDER_CONSTANT; border++) {
      fl_report report = {0};
      fl_value params[PARAMS];
      set_params(params, (uint32_t[]){7, 0, 9, 0}, (fl_border)border);
      fl_node node = {.op = &fl_op_pad, .params = params, .inputs = 1, .kind = FL_KIND_RESAMPLE, .in = {{3, heights[h], FL_GRAY8}}};
      CHECK(fl_op_pad.resolve(&node, &report) == FL_OK);
      if (node.kind == FL_KIND_RANDOM) continue;
      fl_window before = {0, 0};
      for (uint32_t y = 0; y < node.out.height; y++) {
        fl_window window = fl_op_pad.rows(&node, 0, y);
        int shown = oracle_index((int)y - 7, (int)heights[h], (fl_border)border);
        CHECK(window.first >= before.first && window.last >= before.last && window.last < (int)heights[h]);
        CHECK(shown < 0 || (window.first <= shown && shown <= window.last));
        CHECK(window.last - window.first <= 9);
        before = window;
      }
    }
}

static void too_much_padding_is_refused(void) {
  fl_report report = {0};
  fl_value params[PARAMS];
  set_params(params, (uint32_t[]){0, 65534, 0, 0}, FL_BORDER_WRAP);
  fl_node node = {.op = &fl_op_pad, .params = params, .inputs = 1, .in = {{20, 10, FL_RGBA8}}};
  CHECK(fl_op_pad.resolve(&node, &report) == FL_BAD_ARGUMENT);
  CHECK(strcmp(report.message, "pad: the new width must be between 1 and 65535, got 65554") == 0);
}

void test_pad(void) {
  TEST(every_border_pads, "pad adds pixels on every side, with every border, in any tiles");
  TEST(windows_only_move_on, "pad asks for rows in order, also where it mirrors them");
  TEST(too_much_padding_is_refused, "a pad that makes the image too large says so");
}
