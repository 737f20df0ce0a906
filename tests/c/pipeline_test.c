/* The executor against the plain meaning of the operations: whatever is fused, tiled or broken into passes, the bytes are the same. */
#include "apply.h"
#include "check.h"
#include "encode.h"
#include "memory/allocator.h"
#include "memory/handles.h"
#include "pipeline/plan.h"
#include "pipeline/reader.h"

#include <stdlib.h>

static fl_report report;

static bool always(fl_task *task) {
  (void)task;
  return true;
}

static fl_frame frame_over(const fl_image *image) { return (fl_frame){.image = *image}; }

/* Plans and runs an encoded pipeline. A tile may run twice: some here do. */
static fl_status run(const encoder *e, const fl_image *const *inputs, uint32_t input_count, const fl_plan_options *options, bool simd, fl_image *out) {
  fl_arena arena = {0};
  fl_graph read, graph;
  fl_plan plan = {0};
  fl_shape shapes[8];
  fl_frame frames[8], output;
  const fl_frame *pointers[8];
  for (uint32_t i = 0; i < input_count; i++) {
    frames[i] = frame_over(inputs[i]), pointers[i] = &frames[i];
    shapes[i] = (fl_shape){inputs[i]->width, inputs[i]->height, inputs[i]->format};
  }
  fl_status status = fl_pipeline_read_graph(e->bytes, e->length, &arena, &read, &report);
  if (status == FL_OK) status = fl_pipeline_resolve_graph(&read, shapes, simd, &graph, &report);
  if (status == FL_OK) {
    fl_shape shape = graph.nodes[graph.root].node.out;
    *out = fl_test_image(shape.width, shape.height, shape.format, 13);
    output = frame_over(out);
    status = fl_pipeline_make_plan(&graph, pointers, &output, options, &plan, &report);
  }
  if (status == FL_OK) {
    for (uint32_t s = 0; s < plan.step_count; s++)
      for (uint32_t t = 0, tiles = fl_step_tiles(&plan.steps[s]); t < tiles; t++) {
        fl_task task = {.phase = s, .tile = tiles - 1 - t, .lane = t % options->scratches, .pulse = always, .commit = always};
        CHECK(fl_pipeline_run_tile(&plan, &task));
        if (t % 3 == 0) CHECK(fl_pipeline_run_tile(&plan, &task));
      }
    fl_pipeline_end_plan(&plan);
  }
  fl_memory_arena_end(&arena);
  return status;
}

/* ---- random chains ---- */

typedef struct chain_step {
  const char *name;
  double number; /* of the first parameter, if it has one to give */
  const char *parameter, *text_parameter, *text;
} chain_step;

static const chain_step steps[] = {
    {.name = "invert"},
    {.name = "linear", .parameter = "scale", .number = 1.4},
    {.name = "gamma", .parameter = "gamma", .number = 0.6},
    {.name = "threshold", .parameter = "value", .number = 90},
    {.name = "equalize"},
    {.name = "boxBlur", .parameter = "radius", .number = 2},
    {.name = "boxBlur", .parameter = "radius", .number = 9, .text_parameter = "border", .text = "constant"},
    {.name = "gaussianBlur", .parameter = "sigma", .number = 1.2},
    {.name = "gaussianBlur", .parameter = "sigma", .number = 0.8, .text_parameter = "border", .text = "wrap"},
    {.name = "median"},
    {.name = "unsharpMask", .parameter = "sigma", .number = 1},
    {.name = "flip", .text_parameter = "axis", .text = "x"},
    {.name = "flip", .text_parameter = "axis", .text = "both"},
    {.name = "rotate90", .parameter = "turns", .number = 1},
    {.name = "resize", .parameter = "width", .number = 40, .text_parameter = "filter", .text = "bilinear"},
    {.name = "resize", .parameter = "width", .number = 9, .text_parameter = "filter", .text = "area"},
    {.name = "resize", .parameter = "width", .number = 25, .text_parameter = "filter", .text = "nearest"},
};

/* Some chains end in planes, some of those are packed again. */
static const chain_step into_planes[] = {{.name = "toI420"}, {.name = "toNv12", .text_parameter = "range", .text = "full"}};
static const chain_step out_of_planes = {.name = "toBgra"};

static const chain_step *last_steps(uint32_t seed, uint32_t left) {
  if (seed % 3 > 0) return NULL;
  if (seed % 2 > 0) return left == 0 ? &into_planes[seed / 6 % 2] : NULL;
  return left == 1 ? &into_planes[seed / 6 % 2] : left == 0 ? &out_of_planes : NULL;
}

/* One operation alone over whole images: the executor with one pass and one tile is compared with fl_test_apply elsewhere. */
static fl_image apply_plainly(const chain_step *step, const fl_image *in, bool simd) {
  encoder e;
  encode_start(&e);
  encode_frame(&e, 0);
  encode_op(&e, step->name, 0, 0, (step->parameter != NULL) + (step->text != NULL));
  if (step->parameter) encode_number(&e, step->parameter, step->number);
  if (step->text) encode_text(&e, step->text_parameter, step->text);
  fl_arena arena = {0};
  fl_graph read, graph;
  fl_shape shape = {in->width, in->height, in->format};
  CHECK(fl_pipeline_read_graph(e.bytes, e.length, &arena, &read, &report) == FL_OK);
  CHECK(fl_pipeline_resolve_graph(&read, &shape, simd, &graph, &report) == FL_OK);
  /* An expansion has become several nodes: apply them one after the other. */
  fl_image images[16];
  for (uint32_t n = 0; n < graph.count; n++) {
    const fl_graph_node *at = &graph.nodes[n];
    if (!at->node.op) images[n] = *in;
    else {
      fl_image inputs[2] = {images[at->from[0]], images[at->from[1]]};
      images[n] = fl_test_apply(at->node.op, at->node.params, inputs, simd, 0, 0);
    }
  }
  for (uint32_t n = 1; n < graph.root; n++) fl_test_image_free(&images[n]);
  fl_image result = images[graph.root];
  fl_memory_arena_end(&arena);
  return result;
}

static const fl_plan_options variants[] = {
    {.lanes = 2, .scratches = 3, .fuse = true},
    {.lanes = 1, .scratches = 1, .fuse = true, .tile_width = 16, .tile_height = 5},
    {.lanes = 3, .scratches = 4, .fuse = true, .tile_width = 7, .tile_height = 64},
    {.lanes = 2, .scratches = 2, .fuse = true, .tile_width = 1000, .tile_height = 1},
    {.lanes = 2, .scratches = 3, .fuse = false},
    {.lanes = 1, .scratches = 2, .fuse = false, .tile_width = 11, .tile_height = 3},
};

static void check_chain(uint32_t seed) {
  const uint32_t sizes[][2] = {{37, 29}, {1, 1}, {1, 23}, {31, 1}, {64, 48}, {5, 3}};
  uint32_t random = seed * 2654435761u + 12345;
#define PICK(n) ((random = random * 1664525u + 1013904223u) >> 9) % (n)
  const uint32_t *size = sizes[PICK(FL_COUNT(sizes))];
  fl_image input = fl_test_image(size[0], size[1], PICK(2) ? FL_RGBA8 : FL_GRAY8, 5);
  fl_test_noise(input.plane[0].data, (size_t)input.plane[0].stride * input.height, seed);
  bool simd = PICK(2);
  encoder e;
  encode_start(&e);
  encode_frame(&e, 0);
  fl_image expected = input;
  uint32_t length = 2 + PICK(5);
  for (uint32_t i = 0; i < length; i++) {
    const chain_step *step = &steps[PICK(FL_COUNT(steps))], *last = last_steps(seed, length - 1 - i);
    if (last) step = last;
    encode_op(&e, step->name, i, 0, (step->parameter != NULL) + (step->text != NULL));
    if (step->parameter) encode_number(&e, step->parameter, step->number);
    if (step->text) encode_text(&e, step->text_parameter, step->text);
    fl_image next = apply_plainly(step, &expected, simd);
    if (i > 0) fl_test_image_free(&expected);
    expected = next;
  }
  for (uint32_t v = 0; v < FL_COUNT(variants); v++) {
    const fl_image *inputs[] = {&input};
    fl_image out;
    CHECK(run(&e, inputs, 1, &variants[v], simd, &out) == FL_OK);
    bool equal = fl_test_image_equal(&out, &expected);
    if (!equal) printf("# chain %u, variant %u differs\n", seed, v);
    CHECK(equal);
    for (uint32_t p = 0; p < fl_frame_format(out.format)->planes; p++)
      for (uint32_t y = 0; y + 1 < out.plane[p].height; y++) /* nobody writes between the rows */
        CHECK(fl_frame_image_row(&out, p, y + 1)[-1] == 0xA5);
    fl_test_image_free(&out);
  }
  fl_test_image_free(&expected);
  fl_test_image_free(&input);
}

static void fused_and_tiled_equals_one_by_one(void) {
  for (uint32_t seed = 1; seed <= 300; seed++) check_chain(seed);
}

/* Large enough that the cost model makes tall and short bands, and odd everywhere. */
static void tall_and_short_bands_change_nothing(void) {
  static const char *const filters[] = {"bilinear", "area", "lanczos3"};
  fl_image input = fl_test_image(521, 611, FL_RGBA8, 3);
  fl_test_noise(input.plane[0].data, (size_t)input.plane[0].stride * input.height, 9);
  for (uint32_t f = 0; f < FL_COUNT(filters); f++) {
    encoder e;
    encode_start(&e);
    encode_frame(&e, 0);
    encode_op(&e, "gaussianBlur", 0, 0, 1);
    encode_number(&e, "sigma", 1.5);
    encode_op(&e, "resize", 1, 0, 3);
    encode_number(&e, "width", 337);
    encode_number(&e, "height", 723);
    encode_text(&e, "filter", filters[f]);
    encode_op(&e, "median", 2, 0, 0);
    const fl_image *inputs[] = {&input};
    fl_image plain, out;
    CHECK(run(&e, inputs, 1, &variants[4], true, &plain) == FL_OK);
    for (uint32_t lanes = 1; lanes <= 4; lanes++) {
      CHECK(run(&e, inputs, 1, &(fl_plan_options){.lanes = lanes, .scratches = 4, .fuse = true}, true, &out) == FL_OK);
      CHECK(fl_test_image_equal(&out, &plain));
      fl_test_image_free(&out);
    }
    fl_test_image_free(&plain);
  }
  fl_test_image_free(&input);
}

static void bands_cover_every_row_once(void) {
  for (uint32_t rows = 1; rows <= 40; rows++)
    for (uint32_t height = 1; height <= 12; height++)
      for (uint32_t tall = 0; tall <= 5; tall++)
        for (uint32_t short_height = 1; short_height <= height; short_height++) {
          fl_bands bands = fl_bands_make(rows, height, tall, short_height);
          uint32_t next = 0;
          for (uint32_t b = 0; b < bands.count; b++) {
            fl_span span = fl_bands_rows(&bands, b);
            CHECK(span.first == next && span.end > span.first && fl_span_length(span) <= height);
            next = span.end;
          }
          CHECK(next == rows);
        }
}

static void a_node_with_two_consumers_is_computed_once_and_right(void) {
  fl_image input = fl_test_image(45, 33, FL_RGBA8, 0);
  fl_test_noise(input.plane[0].data, (size_t)input.plane[0].stride * input.height, 3);
  /* multiply(boxBlur r4 of inverted, inverted): the ring of the inverted image must be nine rows deep */
  encoder e;
  encode_start(&e);
  encode_frame(&e, 0);
  uint32_t inverted = encode_op(&e, "invert", 0, 0, 0);
  uint32_t blurred = encode_op(&e, "boxBlur", inverted, 0, 1);
  encode_number(&e, "radius", 4);
  encode_op(&e, "blend", blurred, inverted, 1);
  encode_text(&e, "mode", "multiply");
  fl_image plain;
  const fl_image *inputs[] = {&input};
  CHECK(run(&e, inputs, 1, &variants[4], true, &plain) == FL_OK);
  for (uint32_t v = 0; v < 4; v++) {
    fl_image out;
    CHECK(run(&e, inputs, 1, &variants[v], true, &out) == FL_OK);
    CHECK(fl_test_image_equal(&out, &plain));
    fl_test_image_free(&out);
  }
  fl_test_image_free(&plain);
  fl_test_image_free(&input);
}

/* A 4-op chain on a large image: what the plan reserves beyond input and output. */
static void scratch_stays_small_on_a_large_image(void) {
  encoder e;
  encode_start(&e);
  encode_frame(&e, 0);
  encode_op(&e, "grayscale", 0, 0, 0);
  encode_op(&e, "gaussianBlur", 1, 0, 1);
  encode_number(&e, "sigma", 2);
  encode_op(&e, "sobel", 2, 0, 0);
  encode_op(&e, "threshold", 3, 0, 1);
  encode_number(&e, "value", 64);
  fl_arena arena = {0};
  fl_graph read, graph;
  fl_plan plan = {0};
  fl_shape shape = {12000, 8000, FL_RGBA8};
  fl_frame input = {.image = {.width = 12000, .height = 8000, .format = FL_RGBA8}}, output = {.image = {.width = 12000, .height = 8000, .format = FL_GRAY8}};
  const fl_frame *frames[] = {&input};
  fl_plan_options options = {.lanes = 8, .scratches = 9, .fuse = true, .dry = true};
  CHECK(fl_pipeline_read_graph(e.bytes, e.length, &arena, &read, &report) == FL_OK);
  CHECK(fl_pipeline_resolve_graph(&read, &shape, true, &graph, &report) == FL_OK);
  CHECK(fl_pipeline_make_plan(&graph, frames, &output, &options, &plan, &report) == FL_OK);
  CHECK(plan.step_count == 1 && plan.intermediate_bytes == 0);
  CHECK(plan.scratch_total < 16u << 20);
  fl_pipeline_end_plan(&plan);
  fl_memory_arena_end(&arena);
}

/* ---- bad input ---- */

static void expect_refusal(encoder *e, fl_status status, const char *sentence) {
  fl_arena arena = {0};
  fl_graph graph;
  CHECK(fl_pipeline_read_graph(e->bytes, e->length, &arena, &graph, &report) == status);
  if (!strstr(report.message, sentence)) printf("# wanted «%s», got «%s»\n", sentence, report.message);
  CHECK(strstr(report.message, sentence) != NULL);
  fl_memory_arena_end(&arena);
}

static void start_op(encoder *e, const char *name, uint32_t params) {
  encode_start(e);
  encode_frame(e, 0);
  encode_op(e, name, 0, 0, params);
}

static void wrong_parameters_are_named_with_what_is_allowed(void) {
  encoder e;
  start_op(&e, "gaussianBlur", 1);
  encode_number(&e, "sigma", -3);
  expect_refusal(&e, FL_BAD_ARGUMENT, "gaussianBlur: sigma must be a number between 0.1 and 250, got -3");
  start_op(&e, "gaussianBlur", 1);
  encode_number(&e, "sigma", NAN);
  expect_refusal(&e, FL_BAD_ARGUMENT, "got NaN");
  start_op(&e, "gaussianBlur", 1);
  encode_text(&e, "sigma", "two");
  expect_refusal(&e, FL_BAD_ARGUMENT, "got 'two'");
  start_op(&e, "gaussianBlur", 1);
  encode_number(&e, "sgima", 2);
  expect_refusal(&e, FL_BAD_ARGUMENT, "there is no parameter 'sgima'; it takes sigma");
  start_op(&e, "gaussianBlur", 0);
  expect_refusal(&e, FL_BAD_ARGUMENT, "got nothing");
  start_op(&e, "median", 1);
  encode_number(&e, "radius", 1.5);
  expect_refusal(&e, FL_BAD_ARGUMENT, "a whole number");
  start_op(&e, "flip", 1);
  encode_text(&e, "axis", "z");
  expect_refusal(&e, FL_BAD_ARGUMENT, "axis must be one of 'x', 'y', 'both', got 'z'");
  start_op(&e, "colorMatrix", 1);
  encode_list(&e, "matrix", (double[]){1, 2}, 2);
  expect_refusal(&e, FL_BAD_ARGUMENT, "a list of 20 numbers");
}

static void every_cut_and_every_changed_byte_is_survived(void) {
  encoder good;
  encode_start(&good);
  encode_frame(&good, 0);
  encode_op(&good, "gaussianBlur", 0, 0, 2);
  encode_number(&good, "sigma", 2);
  encode_text(&good, "border", "wrap");
  encode_op(&good, "blend", 1, 0, 1);
  encode_text(&good, "mode", "screen");
  fl_arena arena = {0};
  fl_graph graph;
  for (uint32_t length = 0; length < good.length; length++) {
    CHECK(fl_pipeline_read_graph(good.bytes, length, &arena, &graph, &report) != FL_OK);
    fl_memory_arena_end(&arena);
  }
  for (uint32_t at = 0; at < good.length; at++)
    for (uint32_t bit = 0; bit < 8; bit++) {
      encoder bad = good;
      bad.bytes[at] ^= (uint8_t)(1u << bit);
      fl_pipeline_read_graph(bad.bytes, bad.length, &arena, &graph, &report);
      fl_memory_arena_end(&arena);
    }
}

static void formats_and_sizes_that_do_not_fit_are_named(void) {
  encoder e;
  start_op(&e, "sobel", 0);
  fl_image color = fl_test_image(4, 4, FL_RGBA8, 0), small = fl_test_image(3, 4, FL_RGBA8, 0), out;
  const fl_image *inputs[] = {&color, &small};
  CHECK(run(&e, inputs, 1, &variants[0], true, &out) == FL_BAD_FORMAT && strstr(report.message, "sobel: takes gray8; got rgba8"));
  encode_start(&e);
  encode_frame(&e, 0);
  encode_frame(&e, 1);
  encode_op(&e, "blend", 0, 1, 0);
  CHECK(run(&e, inputs, 2, &variants[0], true, &out) == FL_BAD_ARGUMENT && strstr(report.message, "4×4 rgba8 and 3×4 rgba8"));
  fl_test_image_free(&color);
  fl_test_image_free(&small);
}

static void planning_gives_all_its_memory_back(void) {
  fl_memory_stats before, after;
  fl_memory_read_stats(&before);
  for (uint32_t seed = 1000; seed < 1020; seed++) check_chain(seed);
  fl_memory_read_stats(&after);
  CHECK(before.live == after.live && before.blocks == after.blocks);
}

void test_pipeline(void) {
  fl_memory_start(true);
  fl_memory_handle_start();
  TEST(fused_and_tiled_equals_one_by_one, "pipeline: fused and tiled equals one by one, over 300 random chains");
  TEST(tall_and_short_bands_change_nothing, "pipeline: tall and short bands give the same bytes as one pass per operation");
  TEST(bands_cover_every_row_once, "pipeline: bands cover every row once, in order");
  TEST(a_node_with_two_consumers_is_computed_once_and_right, "pipeline: a node with two consumers is right in any tiling");
  TEST(scratch_stays_small_on_a_large_image, "pipeline: scratch stays below 16 MiB on 12000×8000");
  TEST(wrong_parameters_are_named_with_what_is_allowed, "pipeline: wrong parameters are named with what is allowed");
  TEST(every_cut_and_every_changed_byte_is_survived, "pipeline: every cut and every changed byte is survived");
  TEST(formats_and_sizes_that_do_not_fit_are_named, "pipeline: formats and sizes that do not fit are named");
  TEST(planning_gives_all_its_memory_back, "pipeline: planning gives all its memory back");
}
