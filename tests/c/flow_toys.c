#include "flow_toys.h"

/* ---- sources ---- */

static int32_t count_step(fl_flow *flow, const fl_item *none) {
  (void)none;
  uint32_t *next = flow->state, side = (uint32_t)flow->params[TOY_SIDE].number;
  if (*next == flow->params[TOY_COUNT].number) return FL_FLOW_END;
  fl_item item;
  fl_image image;
  int32_t status = fl_flow_take_frame(flow, side, side, FL_GRAY8, &item, &image);
  if (status < 0) return status;
  CHECK(item.bytes == side * side && item.offset == 0 && item.number == 0);
  memset(image.plane[0].data, (int)(*next % 251), item.bytes);
  item.number = *next, item.time = *next / 25.0;
  ++*next;
  return fl_flow_emit(flow, &item);
}
const fl_stage_type toy_count = {.name = "count", .doc = "of a test", .role = FL_STAGE_SOURCE, .state_bytes = 4, .step = count_step};

static int32_t packets_step(fl_flow *flow, const fl_item *none) {
  (void)none;
  uint32_t *next = flow->state;
  if (*next == flow->params[TOY_COUNT].number) return FL_FLOW_END;
  fl_item item;
  uint8_t *data;
  int32_t status = fl_flow_take_data(flow, (uint32_t)flow->params[TOY_SIDE].number, &item, &data);
  if (status < 0) return status;
  data[0] = (uint8_t)*next, item.number = ++*next - 1;
  return fl_flow_emit(flow, &item);
}
const fl_stage_type toy_packets = {.name = "packets", .doc = "of a test", .role = FL_STAGE_SOURCE, .state_bytes = 4, .step = packets_step};

/* ---- filters ---- */

static int32_t pass_step(fl_flow *flow, const fl_item *item) { return fl_flow_emit(flow, item); }
const fl_stage_type toy_pass = {.name = "pass", .doc = "of a test", .role = FL_STAGE_FILTER, .step = pass_step};

static int32_t thin_step(fl_flow *flow, const fl_item *item) { return item->number % 3 == 2 ? FL_OK : fl_flow_emit(flow, item); }
const fl_stage_type toy_thin = {.name = "thin", .doc = "of a test", .role = FL_STAGE_FILTER, .step = thin_step};

static int32_t skip_step(fl_flow *flow, const fl_item *item) {
  return item->number % 4 == 1 ? fl_flow_skip(flow, item->number, item->time, FL_BAD_FORMAT, "one of those") : fl_flow_emit(flow, item);
}
const fl_stage_type toy_skip = {.name = "skip", .doc = "of a test", .role = FL_STAGE_FILTER, .step = skip_step};

static int32_t twice_step(fl_flow *flow, const fl_item *item) {
  fl_image from, to;
  fl_item made;
  CHECK(fl_flow_image(item, &from) && fl_flow_data(item) == NULL);
  int32_t status = fl_flow_take_frame(flow, from.width, from.height, from.format, &made, &to);
  if (status < 0) return status;
  for (uint32_t i = 0; i < made.bytes; i++) to.plane[0].data[i] = 255 - from.plane[0].data[i];
  made.number = item->number, made.time = item->time;
  status = fl_flow_emit(flow, &made);
  return status < 0 ? status : fl_flow_emit(flow, item);
}
const fl_stage_type toy_twice = {.name = "twice", .doc = "of a test", .role = FL_STAGE_FILTER, .step = twice_step};

static int32_t tally_step(fl_flow *flow, const fl_item *item) { return ++*(uint32_t *)flow->state, (void)item, FL_OK; }
static int32_t tally_flush(fl_flow *flow) {
  fl_item item;
  uint8_t *data;
  int32_t status = fl_flow_take_data(flow, 1, &item, &data);
  if (status < 0) return status;
  data[0] = (uint8_t)flow->seat->index, item.number = *(uint32_t *)flow->state;
  return fl_flow_emit(flow, &item);
}
const fl_stage_type toy_tally = {.name = "tally", .doc = "of a test", .role = FL_STAGE_FILTER, .state_bytes = 4, .step = tally_step, .flush = tally_flush};

static int32_t fail_init(fl_flow *flow) { return fl_flow_alloc(flow, 100) && fl_flow_alloc(flow, 1000) ? FL_OK : FL_OUT_OF_MEMORY; }
static int32_t fail_step(fl_flow *flow, const fl_item *item) {
  return item->number == 5 ? fl_report_fail(flow->report, FL_BAD_FORMAT, "fail", "not the fifth") : fl_flow_emit(flow, item);
}
const fl_stage_type toy_fail = {.name = "fail", .doc = "of a test", .role = FL_STAGE_FILTER, .init = fail_init, .step = fail_step};

static int32_t vanish_step(fl_flow *flow, const fl_item *item) {
  fl_item held;
  if (item->number == 5 && fl_flow_take_frame(flow, 3, 3, FL_RGBA8, &held, NULL) == FL_OK) pthread_exit(NULL);
  return fl_flow_emit(flow, item);
}
const fl_stage_type toy_vanish = {.name = "vanish", .doc = "of a test", .role = FL_STAGE_FILTER, .init = fail_init, .step = vanish_step};

/* ---- lines ---- */

uint64_t toy_warm;

void toy_start(void) {
  fl_start(0);
  fl_frame_drop(frame_of(1, 1, FL_GRAY8)); /* the table of handles has its first piece now */
  toy_warm = live_bytes();
}

void toy_open(toy_line *t, bool alone, uint32_t count, uint32_t side) {
  *t = (toy_line){.line = fl_line_open(alone), .params = {[TOY_COUNT] = {.number = count}, [TOY_SIDE] = {.number = side}}};
}

void toy_add(toy_line *t, const fl_stage_type *type, uint32_t parallel, uint32_t frames) {
  fl_report report = {0};
  fl_line_stage stage = {.type = type, .params = t->params, .seats = type->role == FL_STAGE_SOURCE ? 1 : parallel, .frames = frames};
  CHECK(fl_line_add(t->line, &stage, type->name, &report) == FL_OK);
}

static void *live(void *seat) { return fl_seat_run(seat), NULL; }

void toy_begin(toy_line *t) {
  fl_report report = {0};
  CHECK(fl_line_begin(t->line, &report) == FL_OK);
  for (uint32_t n = 0; !t->line->alone && n < t->line->seat_count; n++)
    if (t->line->seats[n].stage->type) crew_add(&t->threads, live, &t->line->seats[n]);
}

static uint32_t value_of(const fl_item *item) {
  fl_image image;
  if (item->kind == FL_ITEM_SKIPPED) return item->number * 1000 + 999;
  uint8_t first = fl_flow_image(item, &image) ? image.plane[0].data[0] : *fl_flow_data(item);
  return item->number * 1000 + first;
}

void toy_drain(toy_line *t, toy_output *out, uint32_t most) {
  for (out->count = 0, out->end = FL_STEP_DONE; out->count < most;) {
    const fl_item *item;
    fl_wait wait = {0};
    int32_t step = fl_line_receive(t->line, &item, &wait);
    if (step == FL_STEP_WAIT) {
      if (!t->line->alone) fl_sleep_while(wait.word, wait.value, 10 * MS);
      else if (fl_line_step(t->line) == FL_STEP_WAIT) return;
    } else if (step != FL_STEP_DONE) {
      out->end = step;
      return;
    } else {
      out->values[out->count++] = value_of(item);
    }
  }
}

void toy_join(toy_line *t, bool abort) {
  for (uint32_t n = 0; abort && n < t->line->seat_count; n++) /* who was about to sleep wakes after a second, or by this */
    for (int i = 0; i < 3; i++) fl_line_abort(t->line);
  crew_join(&t->threads);
}

void toy_close(toy_line *t) { fl_line_close(t->line); }

void toy_run(bool alone, uint32_t count, const fl_stage_type *const *types, uint32_t type_count, uint32_t parallel, uint32_t frames, toy_output *out) {
  toy_line t;
  toy_open(&t, alone, count, 8);
  for (uint32_t s = 0; s < type_count; s++) toy_add(&t, types[s], parallel, frames);
  toy_begin(&t);
  toy_drain(&t, out, FL_COUNT(out->values));
  toy_join(&t, out->end != FL_LINE_ENDED);
  toy_close(&t);
}
