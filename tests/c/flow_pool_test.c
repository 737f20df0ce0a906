/* What a stage takes, emits and gives back; what it reads; memory of its own. One thread. */
#include "flow_toys.h"

static int32_t nothing(fl_flow *flow, const fl_item *item) { return (void)flow, (void)item, FL_OK; }
static const fl_stage_type quiet_source = {.name = "quiet", .doc = "of a test", .role = FL_STAGE_SOURCE, .step = nothing};
static const fl_stage_type quiet = {.name = "quiet", .doc = "of a test", .role = FL_STAGE_FILTER, .step = nothing};

/* A line of a source and a filter whose calls the test makes itself. */
static fl_line *line_of(bool alone, uint32_t frames, fl_flow **source, fl_flow **filter) {
  toy_start();
  fl_report report = {0};
  fl_line *line = fl_line_open(alone);
  fl_line_stage first = {.type = &quiet_source, .seats = 1, .frames = frames}, second = {.type = &quiet, .seats = 1, .frames = frames};
  CHECK(fl_line_add(line, &first, "first", &report) == FL_OK && fl_line_add(line, &second, "second", &report) == FL_OK);
  CHECK(fl_line_begin(line, &report) == FL_OK);
  *source = &line->seats[0].flow, *filter = &line->seats[1].flow;
  return line;
}

static void a_frame_is_used_again_unless_it_does_not_fit(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 2, &source, &filter);
  fl_item a, b, c;
  fl_image image, again;
  CHECK(fl_flow_take_frame(source, 20, 10, FL_RGBA8, &a, &image) == FL_OK && image.width == 20 && image.height == 10 && a.bytes == 800);
  CHECK(fl_flow_take_frame(source, 20, 10, FL_RGBA8, &b, NULL) == FL_OK && a.handle != b.handle && fl_memory_handle_count() == 2);
  fl_flow_give_back(source, &a);
  CHECK(fl_flow_take_frame(source, 20, 10, FL_RGBA8, &c, &again) == FL_OK && c.handle == a.handle && again.plane[0].data == image.plane[0].data);
  fl_flow_give_back(source, &c);
  CHECK(fl_flow_take_frame(source, 10, 20, FL_RGBA8, &c, &again) == FL_OK && c.handle != a.handle && again.width == 10);
  CHECK(fl_memory_handle_count() == 2 && fl_frame_find(a.handle) == NULL);
  CHECK(fl_flow_take_frame(filter, 0, 20, FL_RGBA8, &a, NULL) == FL_BAD_ARGUMENT && strstr(filter->report->message, "width"));
  CHECK(fl_flow_take_frame(filter, 5, 5, 77, &a, NULL) == FL_BAD_FORMAT);
  CHECK(fl_flow_take_frame(filter, 5, 5, FL_GRAY8, &a, NULL) == FL_OK); /* what failed was given back */
  fl_line_close(line);
  CHECK(fl_memory_handle_count() == 0);
}

static void pixels_that_somebody_still_looks_at_are_not_written_to(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 1, &source, &filter);
  fl_item item, next;
  fl_image image, fresh;
  fl_report report = {0};
  fl_handle view;
  CHECK(fl_flow_take_frame(source, 8, 8, FL_GRAY8, &item, &image) == FL_OK);
  CHECK(fl_frame_view(item.handle, 0, 0, 8, 8, &view, &report) == FL_OK);
  fl_flow_give_back(source, &item);
  CHECK(fl_flow_take_frame(source, 8, 8, FL_GRAY8, &next, &fresh) == FL_OK && fresh.plane[0].data != image.plane[0].data);
  CHECK(fl_frame_find(view)->image.plane[0].data == image.plane[0].data);
  fl_frame_destroy(view);
  fl_line_close(line);
  CHECK(fl_memory_handle_count() == 0);
}

static void buffers_grow_and_are_used_again(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 1, &source, &filter);
  fl_item item;
  uint8_t *data, *again;
  CHECK(fl_flow_take_data(source, 1000, &item, &data) == FL_OK && item.kind == FL_ITEM_DATA && item.bytes == 1000 && fl_flow_data(&item) == data);
  memset(data, 1, 1000);
  fl_handle first = item.handle;
  fl_flow_give_back(source, &item);
  CHECK(fl_flow_take_data(source, 60000, &item, &again) == FL_OK && item.handle == first && again == data);
  fl_flow_give_back(source, &item);
  CHECK(fl_flow_take_data(source, 70000, &item, &again) == FL_OK && item.handle != first && item.bytes == 70000);
  fl_flow_give_back(source, &item);
  CHECK(fl_flow_take_data(source, 0, &item, &again) == FL_OK && item.bytes == 0);
  fl_flow_give_back(source, &item);
  CHECK(fl_flow_take_data(source, UINT32_MAX, &item, &again) == FL_OUT_OF_MEMORY && strstr(source->report->message, "no room for a buffer"));
  CHECK(fl_flow_take_data(source, 10, &item, &again) == FL_OK);
  fl_line_close(line);
  CHECK(live_bytes() == toy_warm);
}

static void who_holds_all_and_wants_more_is_told_so_at_once(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 2, &source, &filter);
  fl_item item;
  for (uint32_t i = 0; i < 2; i++) CHECK(fl_flow_take_frame(source, 4, 4, FL_GRAY8, &item, NULL) == FL_OK);
  CHECK(fl_flow_take_frame(source, 4, 4, FL_GRAY8, &item, NULL) == FL_BAD_ARGUMENT && strstr(source->report->message, "all 2 frames"));
  fl_line_close(line);
  line = line_of(true, 2, &source, &filter); /* where waiting would be for ever, there are as many as are wanted */
  for (uint32_t i = 0; i < 200; i++) {
    fl_image image;
    CHECK(fl_flow_take_frame(source, 4, 4, FL_GRAY8, &item, &image) == FL_OK);
    image.plane[0].data[0] = (uint8_t)i, item.number = i;
    CHECK(fl_flow_emit(source, &item) == FL_OK);
  }
  CHECK(fl_memory_handle_count() == 200);
  fl_wait wait = {.flags = FL_WAIT_TRY};
  for (uint32_t i = 0; i < 200; i++) {
    CHECK(fl_joint_read(filter->seat, &item, &wait, false) == FL_STEP_DONE && item.number == i);
    fl_pool_give_back(line, &item);
  }
  CHECK(fl_peek(&line->seats[0].frames.taken) == 200 && fl_peek(&line->seats[0].frames.given_back) == 200);
  fl_line_close(line);
  CHECK(fl_memory_handle_count() == 0);
}

/* ---- what is not a stage's to emit ---- */

static void only_what_was_taken_or_given_can_be_emitted_and_once(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 4, &source, &filter);
  fl_item item, forged;
  uint8_t *data;
  CHECK(fl_flow_take_data(source, 100, &item, &data) == FL_OK);
  forged = item, forged.handle ^= 0x10000;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT);
  forged = item, forged.pool += 7;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT);
  forged = item, forged.pool = UINT32_MAX;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT);
  forged = item, forged.pool = 0;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT);
  forged = item, forged.kind = FL_ITEM_FRAME;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT);
  forged = item, forged.offset = 1u << 30;
  CHECK(fl_flow_emit(source, &forged) == FL_BAD_ARGUMENT && strstr(source->report->message, "outside"));
  CHECK(fl_flow_emit(filter, &item) == FL_BAD_ARGUMENT); /* another's */
  fl_flow_give_back(filter, &item);
  CHECK(fl_flow_emit(source, &item) == FL_OK && fl_flow_emit(source, &item) == FL_BAD_ARGUMENT && strstr(source->report->message, "a second time"));
  fl_flow_give_back(source, &item);
  CHECK(fl_peek(&line->seats[0].data.given_back) == 0);
  fl_pool_give_back(line, &item), fl_pool_give_back(line, &item), fl_pool_give_back(line, &forged);
  CHECK(fl_peek(&line->seats[0].data.given_back) == 1);
  fl_line_close(line);
}

/* ---- a source's input ---- */

static double no_more_than_three(double offset, void *to, uint32_t bytes) {
  if (offset == 1000) return -1;
  memset(to, (int)offset, bytes < 3 ? bytes : 3);
  return bytes < 3 ? bytes : 3;
}

static void a_source_reads_a_region_or_what_the_host_has_opened(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 1, &source, &filter);
  uint8_t to[100] = {0};
  CHECK(fl_flow_read(source, 0, to, 10) == FL_UNSUPPORTED && strstr(source->report->message, "no input") && fl_flow_input_size(source) == -1);
  fl_handle region;
  CHECK(fl_memory_region_create(50, 64, &region) == FL_OK);
  for (uint8_t i = 0; i < 50; i++) fl_memory_region_at(region, 0, 50)[i] = i;
  line->has_input = line->input_is_copied = true, line->region = region, line->input_size = 50;
  CHECK(fl_flow_input_size(source) == 50 && fl_flow_read(source, 40, to, 7) == 7 && to[0] == 40 && to[6] == 46 && to[7] == 0);
  CHECK(fl_flow_read(source, 45, to, 100) == 5 && to[4] == 49 && fl_flow_read(source, 50, to, 1) == 0 && fl_flow_read(source, 9007199254740992.0, to, 1) == 0);
  CHECK(fl_figure_read(&line->seats[0].copied) == 12 && fl_figure_read(&line->position) == 50);
  CHECK(fl_flow_read(source, -1, to, 1) == FL_BAD_ARGUMENT && fl_flow_read(source, 0.5, to, 1) == FL_BAD_ARGUMENT && fl_flow_read(source, NAN, to, 1) == FL_BAD_ARGUMENT);
  CHECK(fl_flow_read(source, 18014398509481984.0, to, 1) == FL_BAD_ARGUMENT && fl_flow_read(filter, 0, to, 1) == FL_UNSUPPORTED);
  fl_memory_region_destroy(region);
  CHECK(fl_flow_read(source, 0, to, 10) == FL_BAD_ARGUMENT && strstr(source->report->message, "could not be read"));
#ifndef __wasm__
  line->region = 0;
  fl_prim_native_input = no_more_than_three;
  CHECK(fl_flow_read(source, 7, to, 10) == 3 && to[2] == 7 && fl_flow_read(source, 1000, to, 10) == FL_BAD_ARGUMENT);
  fl_prim_native_input = NULL;
  CHECK(fl_flow_read(source, 7, to, 10) == FL_BAD_ARGUMENT);
#else
  (void)no_more_than_three;
#endif
  fl_line_close(line);
}

static void memory_of_a_stage_goes_with_it(void) {
  fl_flow *source, *filter;
  fl_line *line = line_of(false, 1, &source, &filter);
  uint64_t before = live_bytes();
  void *blocks[5];
  for (uint32_t i = 0; i < 5; i++) {
    CHECK((blocks[i] = fl_flow_alloc(source, 100 + i)) && (uintptr_t)blocks[i] % 64 == 0);
    memset(blocks[i], 255, 100 + i);
  }
  fl_flow_free(source, blocks[2]), fl_flow_free(source, blocks[4]), fl_flow_free(source, blocks[0]), fl_flow_free(source, NULL);
  CHECK(live_bytes() == before + 101 + 103 + 2 * 64 && fl_flow_alloc(source, UINT32_MAX) == NULL);
  fl_line_close(line);
  CHECK(live_bytes() == toy_warm);
}

static void the_host_feeds_frames_and_bytes(void) {
  toy_start();
  fl_report report = {0};
  toy_line t;
  toy_open(&t, false, 0, 0);
  fl_line_stage host = {.seats = 1, .frames = 2};
  CHECK(fl_line_add(t.line, &host, "source", &report) == FL_OK);
  toy_add(&t, &toy_pass, 3, 1);
  toy_begin(&t);
  uint32_t received = 0, fed = 0, step = 0;
  fl_item item;
  while (received < 4000) {
    fl_wait wait = {0};
    const fl_item *got;
    if (fed < 4000 && fl_line_offer(t.line, 5, fed % 2 ? 3 : 0, fed % 2 ? FL_GRAY8 : FL_FORMATS, &item, &wait) == FL_STEP_DONE) {
      item.number = fed++;
      while ((step = (uint32_t)fl_line_feed(t.line, &item, &wait)) == FL_STEP_WAIT) continue;
      CHECK(step == FL_STEP_DONE);
    }
    while (fed == 4000 && fl_line_feed(t.line, NULL, &wait) == FL_STEP_WAIT) continue;
    while (fl_line_receive(t.line, &got, &wait) == FL_STEP_DONE) {
      CHECK(got->number == received && got->kind == (received % 2 ? FL_ITEM_FRAME : FL_ITEM_DATA));
      received++;
    }
  }
  toy_join(&t, false);
  toy_close(&t);
  CHECK(fl_memory_handle_count() == 0);
}

void test_flow_pool(void) {
  TEST(a_frame_is_used_again_unless_it_does_not_fit, "flow: a frame is used again, unless it does not fit");
  TEST(pixels_that_somebody_still_looks_at_are_not_written_to, "flow: pixels that somebody still looks at are not written to");
  TEST(buffers_grow_and_are_used_again, "flow: buffers grow, and are used again");
  TEST(who_holds_all_and_wants_more_is_told_so_at_once, "flow: who holds all and wants more is told so at once, or has more where nobody else could give any back");
  TEST(only_what_was_taken_or_given_can_be_emitted_and_once, "flow: only what was taken or given can be emitted, and once");
  TEST(a_source_reads_a_region_or_what_the_host_has_opened, "flow: a source reads a region, or what the host has opened");
  TEST(memory_of_a_stage_goes_with_it, "flow: memory of a stage goes with it");
  TEST(the_host_feeds_frames_and_bytes, "flow: the host feeds frames and bytes");
}
