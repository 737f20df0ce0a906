/* A pipeline as a stage, and the exported calls that build and run a line. */
#include "encode.h"
#include "flow_toys.h"

static encoder pipeline;

/* An operation that draws what it is bound to: the number into row 0, ten times the time into the others. */
enum { NUMBER, TIME, LEVEL };
static const fl_param stamp_params[] = {
    [NUMBER] = {.name = "number", .doc = "of the item", .type = FL_PARAM_INTEGER, .flags = FL_BOUND_NUMBER, .min = 0, .max = 20, .preset = 7},
    [TIME] = {.name = "time", .doc = "of the item", .type = FL_PARAM_NUMBER, .flags = FL_BOUND_TIME, .min = 0, .max = 1e9, .preset = 3},
    [LEVEL] = {.name = "level", .doc = "of the rest", .type = FL_PARAM_INTEGER, .min = 0, .max = 255, .preset = 9},
};
static void stamp_row(fl_stage *stage) {
  const fl_value *params = stage->node->params;
  uint8_t value = (uint8_t)(uint32_t)(stage->y == 0 ? params[NUMBER].number : stage->y == 1 ? params[TIME].number * 25 + 0.5 : params[LEVEL].number);
  memset(stage->dst, value, fl_span_length(stage->columns));
}
static const fl_op stamp = {.name = "testStamp", .family = "test", .doc = "of a test", .inputs = 1, .formats = FL_FORMAT_BIT(FL_GRAY8), .cost = 1,
                            .row = stamp_row, .params = stamp_params, .param_count = 3};
static const fl_op *const ops[] = {&stamp};

static void frame_of_input(void) { encode_start(&pipeline), encode_frame(&pipeline, 0); }

/* A line of toy_count (or toy_packets) and the pipeline. */
static void line_with(toy_line *t, bool alone, const fl_stage_type *source, uint32_t count, uint32_t parallel, const fl_handle *handles, uint32_t handle_count, int32_t status) {
  toy_open(t, alone, count, 40);
  toy_add(t, source, 1, 3);
  CHECK(fl_flows_add_pipeline((uintptr_t)t->line, (uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)handles, handle_count, FL_JOB_SIMD | FL_JOB_FUSE,
                              parallel, 3, 0, 0) == status);
}

static toy_output out;

static void every_frame_goes_through_the_pipeline(void) {
  toy_start();
  frame_of_input();
  encode_op(&pipeline, "invert", 0, 0, 0);
  encode_op(&pipeline, "gaussianBlur", 1, 0, 1);
  encode_number(&pipeline, "sigma", 1.5);
  for (uint32_t parallel = 0; parallel <= 3; parallel++) {
    toy_line t;
    line_with(&t, parallel == 0, &toy_count, 50, parallel ? parallel : 1, NULL, 1, FL_OK);
    toy_begin(&t);
    toy_drain(&t, &out, FL_COUNT(out.values));
    toy_join(&t, out.end != FL_LINE_ENDED);
    CHECK(out.end == FL_LINE_ENDED && out.count == 50);
    for (uint32_t n = 0; n < 50; n++) CHECK(out.values[n] == n * 1000 + 255 - n);
    toy_close(&t);
    CHECK(fl_memory_handle_count() == 0 && live_bytes() == toy_warm);
  }
}

static void a_pipeline_that_does_nothing_hands_on_what_came(void) {
  toy_start();
  frame_of_input();
  toy_line t;
  line_with(&t, true, &toy_count, 3, 1, NULL, 1, FL_OK);
  toy_begin(&t);
  toy_drain(&t, &out, FL_COUNT(out.values));
  CHECK(out.count == 3 && out.values[2] == 2002 && fl_peek(&t.line->seats[1].frames.taken) == 0);
  toy_close(&t);
}

/* Takes all memory there is: whoever wants any from now on gets none. In wasm that would be the test runner's own, too. */
static void take_all_memory(void) {
#ifndef __wasm__
  for (uint64_t bytes = 1u << 31; bytes >= 1; bytes /= 2)
    while (fl_memory_alloc(bytes, FL_MEMORY_USER)) continue;
  CHECK(fl_memory_alloc(1, FL_MEMORY_USER) == NULL);
#endif
}

static void a_line_that_memory_is_too_small_for_is_refused_whole(void) {
#ifndef __wasm__
  toy_start();
  fl_report report = {0};
  toy_line t;
  toy_open(&t, false, 10, 8);
  toy_add(&t, &toy_count, 1, 4);
  for (uint32_t s = 0; s < 5; s++) toy_add(&t, &toy_pass, 16, 4);
  void *kept = fl_memory_alloc(300000, FL_MEMORY_USER);
  take_all_memory();
  fl_memory_free(kept); /* enough for some of the rings */
  CHECK(fl_line_begin(t.line, &report) == FL_OUT_OF_MEMORY && strstr(report.message, "no room for so many stages"));
  fl_line_abort(t.line);
  toy_close(&t);
#endif
}

static void once_warm_nothing_is_allocated(void) {
  const fl_module module = module_of(ops, 1);
  for (uint32_t bound = 0; bound < 2; bound++) {
    toy_start();
    CHECK(fl_module_register((uintptr_t)&module) == FL_OK);
    frame_of_input();
    encode_op(&pipeline, "resize", 0, 0, 2);
    encode_number(&pipeline, "width", 57);
    encode_number(&pipeline, "height", 23);
    if (bound) encode_op(&pipeline, "testStamp", 1, 0, 0);
    toy_line t;
    line_with(&t, true, &toy_count, 1000, 1, NULL, 1, FL_OK);
    toy_begin(&t);
    toy_drain(&t, &out, 20);
    take_all_memory();
    toy_drain(&t, &out, FL_COUNT(out.values));
    CHECK(out.end == FL_LINE_ENDED && out.count == 980);
    toy_close(&t);
    fl_module_unregister((uintptr_t)&module);
  }
}

static void bound_parameters_follow_the_item(void) {
  toy_start();
  const fl_module module = module_of(ops, 1);
  CHECK(fl_module_register((uintptr_t)&module) == FL_OK);
  frame_of_input();
  encode_op(&pipeline, "testStamp", 0, 0, 2);
  encode_number(&pipeline, "number", 19); /* in a flow that is the item's */
  encode_number(&pipeline, "level", 77);
  toy_line t;
  line_with(&t, true, &toy_count, 30, 1, NULL, 1, FL_OK);
  toy_begin(&t);
  for (uint32_t n = 0; n < 30; n++) {
    const fl_item *item;
    fl_wait wait = {0};
    fl_image image;
    while (fl_line_receive(t.line, &item, &wait) == FL_STEP_WAIT) CHECK(fl_line_step(t.line) == FL_STEP_DONE);
    CHECK(item->number == n && item->time == n / 25.0 && fl_flow_image(item, &image));
    CHECK(image.plane[0].data[5] == (n < 20 ? n : 20)); /* cut to its range */
    CHECK(fl_frame_image_row(&image, 0, 1)[5] == n && fl_frame_image_row(&image, 0, 2)[5] == 77);
  }
  toy_close(&t);
  fl_module_unregister((uintptr_t)&module);
}

static void frames_of_the_pipeline_are_read_as_long_as_the_flow_lasts(void) {
  toy_start();
  fl_handle handles[2] = {0, frame_of(40, 40, FL_GRAY8)};
  fl_frame *frame = fl_frame_find(handles[1]);
  fl_pixels *pixels = frame->pixels;
  memset(frame->image.plane[0].data, 100, 1600);
  frame_of_input();
  encode_frame(&pipeline, 1);
  encode_op(&pipeline, "add", 0, 1, 0);
  toy_line t;
  line_with(&t, false, &toy_count, 10, 2, handles, 2, FL_OK);
  CHECK(!fl_frame_lease_write(pixels));
  CHECK(fl_frame_drop(handles[1]) == FL_OK); /* the flow holds the pixels */
  toy_begin(&t);
  toy_drain(&t, &out, FL_COUNT(out.values));
  toy_join(&t, out.end != FL_LINE_ENDED);
  for (uint32_t n = 0; n < 10; n++) CHECK(out.values[n] == n * 1000 + 100 + n);
  toy_close(&t);
  CHECK(live_bytes() == toy_warm);
  handles[1] = frame_of(40, 40, FL_GRAY8);
  CHECK(fl_frame_lease_write(fl_frame_find(handles[1])->pixels));
  line_with(&t, true, &toy_count, 10, 1, handles, 2, FL_BUSY);
  toy_close(&t);
  fl_frame_return_write(fl_frame_find(handles[1])->pixels);
  fl_handle stale[2] = {0, 12345};
  line_with(&t, true, &toy_count, 10, 1, stale, 2, FL_STALE_HANDLE);
  toy_close(&t);
  CHECK(fl_frame_lease_write(fl_frame_find(handles[1])->pixels)); /* none was left behind */
}

static void what_a_pipeline_cannot_take_ends_the_flow(void) {
  toy_start();
  frame_of_input();
  encode_op(&pipeline, "toRgba", 0, 0, 0);
  encode_op(&pipeline, "hsvToRgb", 1, 0, 0);
  toy_line t;
  line_with(&t, true, &toy_packets, 10, 1, NULL, 1, FL_OK);
  toy_begin(&t);
  toy_drain(&t, &out, FL_COUNT(out.values));
  CHECK(out.end == FL_ABORTED && said(fl_flows_culprit((uintptr_t)t.line), FL_BAD_FORMAT, "put a decoder before it") && fl_mail()[0] == 1);
  toy_close(&t);
  frame_of_input();
  encode_op(&pipeline, "crop", 0, 0, 4);
  encode_number(&pipeline, "x", 30), encode_number(&pipeline, "y", 0), encode_number(&pipeline, "width", 20), encode_number(&pipeline, "height", 20);
  line_with(&t, false, &toy_count, 10, 2, NULL, 1, FL_OK);
  toy_begin(&t);
  toy_drain(&t, &out, FL_COUNT(out.values));
  toy_join(&t, true);
  CHECK(out.end == FL_ABORTED && out.count == 0 && said(fl_flows_culprit((uintptr_t)t.line), FL_BAD_ARGUMENT, "crop: "));
  toy_close(&t);
  CHECK(live_bytes() == toy_warm);
}

/* ---- stages of modules, through the exported calls ---- */

static const fl_param count_params[] = {
    [TOY_COUNT] = {.name = "count", .doc = "items", .type = FL_PARAM_INTEGER, .min = 0, .max = 1000, .preset = 4},
    [TOY_SIDE] = {.name = "side", .doc = "of a frame", .type = FL_PARAM_INTEGER, .min = 1, .max = 100, .preset = 2},
};

static void parameters_of_a_stage_are_checked_and_listed(void) {
  toy_start();
  fl_stage_type count = toy_count;
  count.params = count_params, count.param_count = 2;
  const fl_stage_type *const stages[] = {&count, &toy_pass};
  fl_module module = module_of(NULL, 0);
  module.stages = stages, module.stage_count = 2;
  uintptr_t address = (uintptr_t)&module;
  CHECK(fl_module_register(address) == FL_OK);
  const char *json = fl_stage_json(address, 0);
  CHECK(json && strstr(json, "{\"name\":\"count\",\"doc\":\"of a test\",\"source\":true,\"params\":[{\"name\":\"count\"") && strstr(json, "\"default\":2,"));
  CHECK(strstr(fl_stage_json(address, 1), "\"source\":false,\"params\":[]}") && !fl_stage_json(address, 2));
  encoder *e = &pipeline;
  e->length = 0, encode_u32(e, 1), encode_number(e, "side", 101);
  CHECK(said(fl_flows_check(address, 0, (uintptr_t)e->bytes, e->length), FL_BAD_ARGUMENT, "count: side must be a whole number between 1 and 100, got 101"));
  e->length = 0, encode_u32(e, 1), encode_number(e, "sides", 10);
  CHECK(said(fl_flows_check(address, 0, (uintptr_t)e->bytes, e->length), FL_BAD_ARGUMENT, "count: there is no parameter 'sides'; it takes count, side"));
  CHECK(said(fl_flows_check(address, 0, (uintptr_t)e->bytes, e->length - 8), FL_BAD_ARGUMENT, "cut off"));
  e->length = 0, encode_u32(e, 1), encode_number(e, "side", 10);
  CHECK(fl_flows_check(address, 0, (uintptr_t)e->bytes, e->length) == FL_OK);
  uintptr_t line = fl_flows_open(1);
  CHECK(fl_flows_add_stage(line, address, 0, (uintptr_t)e->bytes, e->length, 1, 2) == FL_OK);
  e->length = 0, encode_u32(e, 0);
  CHECK(fl_flows_add_stage(line, address, 1, (uintptr_t)e->bytes, e->length, 2, 2) == FL_OK && fl_flows_begin(line) == FL_OK && fl_mail()[0] == 3);
  uint32_t received = 0;
  for (int32_t step; (step = fl_flows_receive(line)) != FL_LINE_ENDED;) {
    if (step == FL_STEP_WAIT) CHECK(fl_flows_step(line) == FL_STEP_DONE);
    else CHECK(step == FL_STEP_DONE && fl_mail()[0] == FL_ITEM_FRAME && fl_mail()[4] == received++);
  }
  CHECK(received == 4 && fl_flows_stats(line, 0) == FL_OK && fl_mail()[0] == 0 && fl_mail()[6] == 4 && fl_mail()[8] == 0 && fl_flows_culprit(line) == FL_OK);
  fl_flows_close(line);
  CHECK(live_bytes() == toy_warm);
}

static void a_module_with_a_stage_that_is_not_whole_is_refused(void) {
  toy_start();
  static const fl_stage_type wrong[] = {
      {.doc = "no name", .step = NULL},
      {.name = "noDoc"},
      {.name = "noStep", .doc = "x"},
      {.name = "noRole", .doc = "x", .role = 7},
      {.name = "manyParams", .doc = "x", .role = FL_STAGE_FILTER, .param_count = 17},
  };
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++) {
    fl_stage_type type = wrong[i];
    if (i != 2) type.step = toy_pass.step;
    const fl_stage_type *const stages[] = {&toy_pass, &type};
    fl_module module = module_of(NULL, 0);
    module.stages = stages, module.stage_count = 2;
    CHECK(said(fl_module_register((uintptr_t)&module), FL_BAD_MODULE, "the stage lacks a function or field"));
  }
  fl_module module = module_of(NULL, 0);
  module.stage_count = 61;
  CHECK(said(fl_module_register((uintptr_t)&module), FL_BAD_ARGUMENT, "a module's stages must be between 0 and 60, got 61"));
  module.stage_count = 0, module.stage_bytes++;
  CHECK(said(fl_module_register((uintptr_t)&module), FL_BAD_MODULE, "framelane_module.h"));
}

void test_flow_pipe(void) {
  TEST(every_frame_goes_through_the_pipeline, "flow: every frame goes through the pipeline, in order, on any number of seats");
  TEST(a_pipeline_that_does_nothing_hands_on_what_came, "flow: a pipeline that does nothing hands on what came");
  TEST(a_line_that_memory_is_too_small_for_is_refused_whole, "flow: a line that memory is too small for is refused whole");
  TEST(once_warm_nothing_is_allocated, "flow: once warm, nothing is allocated");
  TEST(bound_parameters_follow_the_item, "flow: bound parameters follow the item");
  TEST(frames_of_the_pipeline_are_read_as_long_as_the_flow_lasts, "flow: frames that a pipeline refers to are read as long as the flow lasts");
  TEST(what_a_pipeline_cannot_take_ends_the_flow, "flow: what a pipeline cannot take ends the flow, with the reason");
  TEST(parameters_of_a_stage_are_checked_and_listed, "flow: parameters of a stage are checked as an operation's are, and listed");
  TEST(a_module_with_a_stage_that_is_not_whole_is_refused, "flow: a module with a stage that is not whole is refused");
}
