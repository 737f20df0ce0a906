/* The module `render`: its stamp is read back from the picture, letter by letter. */
#include "apply.h"
#include "check.h"
#include "modules/render/letters.h"

#include <stdlib.h>

extern const fl_op fl_op_stamp, fl_op_render, fl_op_to_rgba, fl_op_resize;

enum { NUMBER, TIME, POSITION, SIZE, OPACITY, STAMP_PARAMS };
static const char letters[] = "0123456789.aefmrs ";

static fl_image noise_image(uint32_t width, uint32_t height, fl_format format) {
  fl_image image = fl_test_image(width, height, format, 3);
  fl_test_noise(image.plane[0].data, (size_t)image.plane[0].stride * height, width * 31 + height);
  return image;
}

/* Is the colour of this dot white, all of it? */
static bool is_white(const fl_image *image, uint32_t x, uint32_t y, uint32_t dot) {
  uint32_t channels = fl_bytes_per_pixel(image->format);
  for (uint32_t i = 0; i < dot * dot; i++) {
    const uint8_t *pixel = fl_frame_image_row(image, 0, y + i / dot) + (size_t)(x + i % dot) * channels;
    for (uint32_t c = 0; c < (channels == 4 ? 3 : 1); c++)
      if (pixel[c] != 255) return false;
  }
  return true;
}

static char read_letter(const fl_image *image, uint32_t left, uint32_t top, uint32_t dot) {
  for (const char *letter = letters; *letter; letter++) {
    bool same = true;
    for (uint32_t i = 0; i < FL_LETTER_WIDTH * FL_LETTER_HEIGHT && same; i++) {
      uint32_t x = i % FL_LETTER_WIDTH, y = i / FL_LETTER_WIDTH;
      bool set = fl_render_letter_row(*letter, y) >> (FL_LETTER_WIDTH - 1 - x) & 1;
      same = set == is_white(image, left + x * dot, top + y * dot, dot);
    }
    if (same) return *letter;
  }
  return '?';
}

/* Text of this length whose box stands in this corner, 4 dots from the edges, 3 dots around the letters. */
static void read_text(const fl_image *image, uint32_t position, uint32_t dot, size_t length, char *out) {
  uint32_t width = ((uint32_t)length * 6 + 5) * dot, height = 13 * dot;
  uint32_t left = position % 2 ? image->width - 4 * dot - width : 4 * dot, top = position >= 2 ? image->height - 4 * dot - height : 4 * dot;
  for (size_t i = 0; i < length; i++) out[i] = read_letter(image, left + 3 * dot + (uint32_t)i * 6 * dot, top + 3 * dot, dot);
  out[length] = 0;
}

static void every_letter_differs(void) {
  for (const char *a = letters; *a; a++)
    for (const char *b = letters; b < a; b++) {
      bool differ = false;
      for (uint32_t y = 0; y < FL_LETTER_HEIGHT; y++) differ |= fl_render_letter_row(*a, y) != fl_render_letter_row(*b, y);
      CHECK(differ);
    }
}

static void what_is_stamped_can_be_read(void) {
  static const struct { uint32_t number; double time; } moments[] = {
      {0, 0}, {123, 4.92}, {7, 0.995}, {1000000, 59.9951}, {UINT32_MAX, 999999}, {86, 0.0049}, {9, 10.1}, {10, 9.999}};
  static const fl_format formats[] = {FL_RGBA8, FL_GRAY8, FL_BGRA8};
  for (uint32_t i = 0; i < FL_COUNT(moments) * 4; i++) {
    uint32_t position = i % 4, dot = 1 + i % 3, number = moments[i / 4].number;
    double time = moments[i / 4].time;
    char expected[64], read[64];
    snprintf(expected, sizeof expected, "frame %u  %.2f s", number, floor(time * 100 + 0.5) / 100);
    fl_image in = noise_image(dot * 220 + i, dot * 40 + i, formats[i % FL_COUNT(formats)]);
    const fl_value params[] = {[NUMBER] = {.number = number}, [TIME] = {.number = time}, [POSITION] = {.number = position},
                               [SIZE] = {.number = dot}, [OPACITY] = {.number = 1}};
    fl_image out = fl_test_apply(&fl_op_stamp, params, &in, true, 0, 0);
    read_text(&out, position, dot, strlen(expected), read);
    CHECK(strcmp(read, expected) == 0);
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

/* The box is as dark as asked for, all else stays, and so does alpha. */
static void check_around(const fl_image *in, const fl_image *out, uint32_t width, uint32_t height, uint32_t light) {
  uint32_t channels = fl_bytes_per_pixel(in->format);
  for (uint32_t y = 0; y < in->height; y++)
    for (uint32_t b = 0; b < in->width * channels; b++) {
      uint32_t x = b / channels;
      bool inside = x >= 4 && x < 4 + width && y >= 4 && y < 4 + height, is_alpha = channels == 4 && b % 4 == 3;
      uint8_t was = fl_frame_image_row(in, 0, y)[b], is = fl_frame_image_row(out, 0, y)[b];
      if (!inside || is_alpha) CHECK(is == was);
      else CHECK(is == was * light / 256 || is == 255);
    }
}

static void only_its_box_changes(void) {
  static const double opacities[] = {0, 0.25, 0.6, 1};
  for (uint32_t i = 0; i < 8; i++) {
    fl_image in = noise_image(150, 30, i < 4 ? FL_RGBA8 : FL_GRAY8);
    const fl_value params[] = {{.number = 5}, {.number = 0.2}, {.number = 0}, {.number = 1}, {.number = opacities[i % 4]}};
    fl_image out = fl_test_apply(&fl_op_stamp, params, &in, true, 0, 0);
    check_around(&in, &out, 15 * 6 + 5, 13, (uint32_t)(256 * (1 - opacities[i % 4]) + 0.5)); /* «frame 5  0.20 s» */
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

static void tiles_do_not_show(void) {
  for (uint32_t position = 0; position < 4; position++)
    for (uint32_t dot = 1; dot <= 3; dot++) {
      fl_image in = noise_image(307, 61, position % 2 ? FL_RGBA8 : FL_GRAY8);
      const fl_value params[] = {{.number = 98}, {.number = 3.92}, {.number = position}, {.number = dot}, {.number = 0.5}};
      fl_image whole = fl_test_apply(&fl_op_stamp, params, &in, true, 0, 0);
      for (uint32_t tile = 1; tile < 80; tile += 13) {
        fl_image tiled = fl_test_apply(&fl_op_stamp, params, &in, true, tile, 1 + tile / 2);
        CHECK(fl_test_image_equal(&whole, &tiled));
        fl_test_image_free(&tiled);
      }
      fl_test_image_free(&in), fl_test_image_free(&whole);
    }
}

/* Where there is no room, what does not fit is left out: the sanitizer watches. */
static void small_pictures_cut_it_off(void) {
  for (uint32_t i = 0; i < 64; i++) {
    fl_image in = noise_image(1 + i * 7 % 45, 1 + i * 3 % 19, i % 2 ? FL_RGBA8 : FL_GRAY8);
    const fl_value params[] = {{.number = UINT32_MAX}, {.number = 999999}, {.number = i % 4}, {.number = i % 3 ? i : 64}, {.number = 0.6}};
    fl_image out = fl_test_apply(&fl_op_stamp, params, &in, true, 0, 0), tiled = fl_test_apply(&fl_op_stamp, params, &in, true, 5, 4);
    CHECK(fl_test_image_equal(&out, &tiled));
    fl_test_image_free(&in), fl_test_image_free(&out), fl_test_image_free(&tiled);
  }
}

static void its_size_follows_the_height_unless_given(void) {
  static const struct { uint32_t height, dot; } cases[] = {{130, 1}, {404, 1}, {405, 2}, {1080, 4}};
  for (uint32_t i = 0; i < FL_COUNT(cases); i++) {
    fl_image in = noise_image(480, cases[i].height, FL_GRAY8);
    char read[64];
    const fl_value params[] = {{.number = 1}, {.number = 0.04}, {.number = 2}, {.number = NAN}, {.number = 1}};
    fl_image out = fl_test_apply(&fl_op_stamp, params, &in, true, 0, 0);
    read_text(&out, 2, cases[i].dot, 15, read);
    CHECK(strcmp(read, "frame 1  0.04 s") == 0);
    fl_test_image_free(&in), fl_test_image_free(&out);
  }
}

/* ---- render ---- */

enum { WIDTH, HEIGHT, FILTER, MATRIX, RANGE, STAMP, R_NUMBER, R_TIME, R_POSITION, RENDER_PARAMS };

static fl_test_parts expand(double width, double height, double stamp) {
  const fl_value params[RENDER_PARAMS] = {
      [WIDTH] = {.number = width}, [HEIGHT] = {.number = height}, [FILTER] = {.number = 3}, [MATRIX] = {.number = 1}, [RANGE] = {.number = 1},
      [STAMP] = {.number = stamp}, [R_NUMBER] = {.number = 77}, [R_TIME] = {.number = 3.08}, [R_POSITION] = {.number = 1}};
  fl_node node = {.op = &fl_op_render, .params = params, .inputs = 1, .in = {{64, 48, FL_I420}}, .out = {64, 48, FL_I420}};
  fl_report report = {0};
  fl_test_parts parts;
  CHECK(fl_op_render.resolve(&node, &report) == FL_OK);
  CHECK(fl_test_expand(&node, &parts) == FL_OK);
  return parts;
}

/* The value that a part got under this name. */
static double given(const fl_test_parts *parts, uint32_t part, const char *name) {
  const fl_op *op = parts->part[part].op;
  for (uint32_t i = 0; i < op->param_count; i++)
    if (strcmp(op->params[i].name, name) == 0) return parts->value[part][i].number;
  CHECK(!"a parameter of that name");
  return NAN;
}

static void render_is_made_of_what_is_asked_for(void) {
  fl_test_parts parts = expand(NAN, NAN, 0);
  CHECK(parts.count == 1 && parts.part[0].op == &fl_op_to_rgba && parts.part[0].from[0] == FL_EXPANSION_INPUT);
  parts = expand(NAN, NAN, 1);
  CHECK(parts.count == 2 && parts.part[1].op == &fl_op_stamp && parts.part[1].from[0] == 0);
  parts = expand(NAN, 24, 0);
  CHECK(parts.count == 2 && parts.part[1].op == &fl_op_resize && isnan(given(&parts, 1, "width")) && given(&parts, 1, "height") == 24);
  parts = expand(32, NAN, 1);
  CHECK(parts.count == 3 && parts.part[1].op == &fl_op_resize && parts.part[2].op == &fl_op_stamp && parts.part[2].from[0] == 1);
}

static void its_parts_get_their_parameters_by_name(void) {
  fl_test_parts parts = expand(32, 20, 1);
  CHECK(given(&parts, 0, "matrix") == 1 && given(&parts, 0, "range") == 1);
  CHECK(given(&parts, 1, "width") == 32 && given(&parts, 1, "height") == 20 && given(&parts, 1, "filter") == 3 && given(&parts, 1, "antialias") == 1);
  CHECK(given(&parts, 2, "number") == 77 && given(&parts, 2, "time") == 3.08 && given(&parts, 2, "position") == 1);
  CHECK(isnan(given(&parts, 2, "size")) && given(&parts, 2, "opacity") == 0.6);
}

/* A choice is handed on as its index, so the lists of words have to be the same. */
static void its_choices_are_those_of_its_parts(void) {
  const fl_op *const ops[] = {&fl_op_to_rgba, &fl_op_resize, &fl_op_stamp};
  uint32_t compared = 0;
  for (uint32_t o = 0; o < FL_COUNT(ops); o++)
    for (uint32_t i = 0; i < ops[o]->param_count; i++)
      for (uint32_t k = 0; k < fl_op_render.param_count; k++) {
        const fl_param *part = &ops[o]->params[i], *own = &fl_op_render.params[k];
        if (strcmp(part->name, own->name)) continue;
        CHECK(part->type == own->type && part->min == own->min && part->max == own->max);
        CHECK(part->type != FL_PARAM_CHOICE || strcmp(part->choices, own->choices) == 0);
        CHECK((part->flags & (FL_BOUND_NUMBER | FL_BOUND_TIME)) == (own->flags & (FL_BOUND_NUMBER | FL_BOUND_TIME)));
        compared++;
      }
  CHECK(compared == 8);
}

static void built_in_operations_are_found_by_name(void) {
  CHECK(fl_ops_find("toRgba") == &fl_op_to_rgba && fl_ops_find("resize") == &fl_op_resize);
  CHECK(!fl_ops_find("toRgb") && !fl_ops_find("toRgba2") && !fl_ops_find("") && !fl_ops_find("stamp"));
}

void test_render(void) {
  TEST(every_letter_differs, "render: no two letters look alike");
  TEST(what_is_stamped_can_be_read, "stamp: number and time can be read back in every corner, size and format");
  TEST(only_its_box_changes, "stamp: outside its box nothing changes, inside only the colours");
  TEST(tiles_do_not_show, "stamp: tiles do not show");
  TEST(small_pictures_cut_it_off, "stamp: in a picture too small for it, it is cut off");
  TEST(its_size_follows_the_height_unless_given, "stamp: its size follows the picture's height unless given");
  TEST(render_is_made_of_what_is_asked_for, "render: stands for toRgba, and for resize and stamp where asked for");
  TEST(its_parts_get_their_parameters_by_name, "render: its parts get their parameters by name, else their own defaults");
  TEST(its_choices_are_those_of_its_parts, "render: ranges and choices are those of its parts");
  TEST(built_in_operations_are_found_by_name, "ops: built-in operations are found by name");
}
