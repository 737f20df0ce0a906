/* The stage: what becomes of each kind of item, and of memory. */
#include "check.h"
#include "jpeg_flow.h"
#include "jpeg_writer.h"
#include <framelane_module.h>
#undef FL_MODULE_EXPORT /* this is no module: others may be in this program too */
#define FL_MODULE_EXPORT
#define fl_module_about fl_jpeg_module_about
#include "modules/jpeg_decode/jpeg_decode.c"

static jpeg_written written;
static const jpeg_wish small = {.width = 17, .height = 33, .components = 3, .sampling = {0x22}, .seed = 1};
static const jpeg_wish gradual = {.width = 50, .height = 20, .components = 1, .progressive = true, .seed = 2};

static state of_stage;
static fl_value value;
static fl_flow flow = {.state = &of_stage, .params = &value};

static void begin_stage(void) {
  memset(&memory, 0, sizeof memory), memset(&of_stage, 0, sizeof of_stage);
  value.number = params[MEGAPIXELS].preset;
}

static void end_stage(void) {
  jpeg_decode.end(&flow);
  CHECK(memory.blocks == 0 && memory.copied == 0);
  free(memory.image.plane[0].data);
}

static int32_t step_over(const fl_item *item) {
  memory.data = written.bytes;
  return jpeg_decode.step(&flow, item);
}

static fl_item item_of(const jpeg_wish *wish, uint32_t number) {
  jpeg_write(wish, &written);
  return (fl_item){.kind = FL_ITEM_DATA, .bytes = written.length, .form = MJPG, .number = number, .time = number / 25.0, .pool = 3, .last = 1};
}

static bool skipped(const fl_item *item, int32_t status, const char *why) {
  uint32_t before = memory.skips, emits = memory.emits;
  bool is_told = step_over(item) == FL_OK && memory.skips == before + 1 && memory.emits == emits && memory.skipped.number == item->number &&
                 memory.skipped.time == item->time && memory.skipped.status == status && strstr(memory.skipped.why, why);
  if (!is_told) printf("# %s\n", memory.skipped.why ? memory.skipped.why : "not skipped");
  return is_told;
}

static void a_picture_becomes_a_frame_of_its_number_and_time(void) {
  begin_stage();
  fl_item item = item_of(&small, 12);
  CHECK(step_over(&item) == FL_OK && memory.emits == 1 && memory.skips == 0);
  CHECK(memory.emitted.kind == FL_ITEM_FRAME && memory.emitted.handle == 7 && memory.emitted.number == 12 && memory.emitted.time == 12 / 25.0);
  CHECK(memory.image.width == 32 && memory.image.height == 48 && memory.trimmed_width == 17 && memory.trimmed_height == 33);
  CHECK(abs(memory.image.plane[0].data[32 * 32 + 16] - jpeg_sample(&written, 0, 16, 32)) <= 1);
  item.form = 0; /* unsaid */
  CHECK(step_over(&item) == FL_OK && memory.emits == 2);
  end_stage();
}

static void what_is_no_data_passes_through_as_it_is(void) {
  begin_stage();
  fl_item frame = {.kind = FL_ITEM_FRAME, .handle = 99, .number = 4, .pool = 5, .last = 1}, left_out = {.kind = FL_ITEM_SKIPPED, .number = 5};
  CHECK(step_over(&frame) == FL_OK && memcmp(&memory.emitted, &frame, sizeof frame) == 0);
  CHECK(step_over(&left_out) == FL_OK && memcmp(&memory.emitted, &left_out, sizeof left_out) == 0);
  end_stage();
}

static void what_is_wrong_with_a_picture_is_told_and_the_flow_goes_on(void) {
  begin_stage();
  fl_item item = item_of(&small, 3);
  item.form = FL_FOURCC('I', '4', '2', '0');
  CHECK(skipped(&item, FL_BAD_FORMAT, "something else"));
  item = item_of(&small, 4), item.bytes = 2;
  CHECK(skipped(&item, FL_BAD_FORMAT, "no JPEG"));
  item = item_of(&small, 5), item.bytes -= 3;
  CHECK(skipped(&item, FL_BAD_FORMAT, "ends before") && memory.taken == 0);
  item = item_of(&small, 6), item.height = 66;
  CHECK(skipped(&item, FL_BAD_FORMAT, "every other line"));
  item.height = 33;
  CHECK(step_over(&item) == FL_OK && memory.emits == 1);
  item = item_of(&small, 7);
  memset(written.bytes + written.length - 52, 0xEE, 50);
  CHECK(skipped(&item, FL_BAD_FORMAT, "damaged") && memory.taken == 2 && memory.given_back == 1);
  value.number = 0.0005;
  item = item_of(&small, 8);
  CHECK(skipped(&item, FL_BAD_FORMAT, "megapixels"));
  end_stage();
}

static void once_warm_nothing_is_allocated(void) {
  begin_stage();
  fl_item item = item_of(&gradual, 0); /* which needs the most */
  CHECK(step_over(&item) == FL_OK && memory.allocations == 1);
  for (uint32_t i = 1; i < 20; i++) {
    item = item_of(i % 2 ? &small : &gradual, i);
    CHECK(step_over(&item) == FL_OK && memory.emits == i + 1);
  }
  CHECK(memory.allocations == 1 && memory.blocks == 1);
  end_stage();
}

static void without_memory_a_picture_is_left_out_and_the_next_is_tried(void) {
  begin_stage();
  fl_item item = item_of(&small, 1);
  memory.refuse_memory = true;
  CHECK(skipped(&item, FL_OUT_OF_MEMORY, "no memory") && skipped(&item, FL_OUT_OF_MEMORY, "no memory"));
  memory.refuse_memory = false;
  CHECK(step_over(&item) == FL_OK && memory.emits == 1);
  item = item_of(&gradual, 2), memory.refuse_memory = true; /* the block that was is gone, and must not be used or freed again */
  CHECK(skipped(&item, FL_OUT_OF_MEMORY, "no memory") && memory.blocks == 0);
  end_stage();
}

static void what_the_runtime_refuses_is_handed_up(void) {
  begin_stage();
  fl_item item = item_of(&small, 1);
  memory.refuse = FL_ABORTED;
  CHECK(step_over(&item) == FL_ABORTED && memory.emits == 0 && memory.skips == 0 && memory.given_back == 0);
  end_stage();
}

static void the_module_says_what_it_brings(void) {
  const fl_module *about = fl_jpeg_module_about();
  CHECK(about->op_count == 0 && about->stage_count == 1 && about->stages[0] == &jpeg_decode && strcmp(about->name, "jpegDecode") == 0);
  CHECK(jpeg_decode.role == FL_STAGE_FILTER && jpeg_decode.param_count == 1 && !jpeg_decode.init && !jpeg_decode.flush);
}

void test_jpeg_decode(void) {
  TEST(a_picture_becomes_a_frame_of_its_number_and_time, "jpeg: a picture becomes a frame of its number and time");
  TEST(what_is_no_data_passes_through_as_it_is, "jpeg: what is no data passes through as it is");
  TEST(what_is_wrong_with_a_picture_is_told_and_the_flow_goes_on, "jpeg: what is wrong with a picture is told, and the flow goes on");
  TEST(once_warm_nothing_is_allocated, "jpeg: once warm, nothing is allocated");
  TEST(without_memory_a_picture_is_left_out_and_the_next_is_tried, "jpeg: without memory a picture is left out, and the next is tried");
  TEST(what_the_runtime_refuses_is_handed_up, "jpeg: what the runtime refuses is handed up");
  TEST(the_module_says_what_it_brings, "jpeg: the module says what it brings");
}
