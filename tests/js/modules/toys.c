/* Stages for the tests of flows: sources that count and that read, filters that leave out, double, pass on, stop, trap, fail. */
#include <framelane_module.h>

#define NUMBER(label, low, high, value) \
  {.name = label, .doc = label, .type = FL_PARAM_INTEGER, .min = low, .max = high, .preset = value}

/* ---- sources ---- */

typedef struct counting {
  uint32_t next;
} counting;
enum { COUNT, WIDTH, HEIGHT };
static const fl_param counting_params[] = {NUMBER("count", 0, 1e9, 10), NUMBER("width", 1, 4096, 16), NUMBER("height", 1, 4096, 8)};

/* Frame n is all n, modulo 251. */
static int32_t count_step(fl_flow *flow, const fl_item *none) {
  (void)none;
  counting *state = flow->state;
  if (state->next == flow->params[COUNT].number) return FL_FLOW_END;
  fl_item item;
  fl_image image;
  int32_t status = fl_flow_take_frame(flow, (uint32_t)flow->params[WIDTH].number, (uint32_t)flow->params[HEIGHT].number, FL_GRAY8, &item, &image);
  if (status < 0) return status;
  memset(image.plane[0].data, (int)(state->next % 251), item.bytes);
  item.number = state->next, item.time = state->next / 25.0;
  state->next++;
  return fl_flow_emit(flow, &item);
}
static const fl_stage_type count = {
    .name = "count", .doc = "Frames that count.", .role = FL_STAGE_SOURCE, .params = counting_params, .param_count = FL_COUNT(counting_params),
    .state_bytes = sizeof(counting), .step = count_step,
};

typedef struct reading {
  double at;
  uint32_t next;
} reading;
static const fl_param reading_params[] = {NUMBER("chunk", 1, 1 << 24, 1000)};

static int32_t read_step(fl_flow *flow, const fl_item *none) {
  (void)none;
  reading *state = flow->state;
  fl_item item;
  uint8_t *data;
  int32_t status = fl_flow_take_data(flow, (uint32_t)flow->params[0].number, &item, &data);
  if (status < 0) return status;
  double count = fl_flow_read(flow, state->at, data, item.bytes);
  if (count < 0) return (int32_t)count;
  if (count == 0) return fl_flow_give_back(flow, &item), state->at == fl_flow_input_size(flow) ? FL_FLOW_END : FL_BAD_FORMAT;
  state->at += count;
  item.bytes = (uint32_t)count, item.number = state->next++, item.form = FL_FOURCC('P', 'A', 'R', 'T');
  return fl_flow_emit(flow, &item);
}
static const fl_stage_type parts = {
    .name = "parts", .doc = "Its input in parts.", .role = FL_STAGE_SOURCE, .params = reading_params, .param_count = FL_COUNT(reading_params),
    .state_bytes = sizeof(reading), .step = read_step,
};

/* ---- filters ---- */

static int32_t pass_step(fl_flow *flow, const fl_item *item) { return fl_flow_emit(flow, item); }
static const fl_stage_type pass = {.name = "pass", .doc = "Hands on.", .role = FL_STAGE_FILTER, .step = pass_step};

static int32_t thin_step(fl_flow *flow, const fl_item *item) { return item->number % 3 == 2 ? FL_OK : fl_flow_emit(flow, item); }
static const fl_stage_type thin = {.name = "thin", .doc = "Leaves out every third.", .role = FL_STAGE_FILTER, .step = thin_step};

static int32_t skip_step(fl_flow *flow, const fl_item *item) {
  return item->number % 4 == 1 ? fl_flow_skip(flow, item->number, item->time, FL_BAD_FORMAT, "it is one of those") : fl_flow_emit(flow, item);
}
static const fl_stage_type skip = {.name = "skip", .doc = "Skips 1, 5, 9, …", .role = FL_STAGE_FILTER, .step = skip_step};

/* The negative first, then the item itself. */
static int32_t twice_step(fl_flow *flow, const fl_item *item) {
  fl_image from, to;
  fl_item made;
  if (!fl_flow_image(item, &from)) return fl_report_fail(flow->report, FL_BAD_FORMAT, "twice", "it takes frames");
  int32_t status = fl_flow_take_frame(flow, from.width, from.height, from.format, &made, &to);
  if (status < 0) return status;
  for (uint32_t i = 0; i < made.bytes; i++) to.plane[0].data[i] = 255 - from.plane[0].data[i];
  made.number = item->number, made.time = item->time;
  status = fl_flow_emit(flow, &made);
  return status < 0 ? status : fl_flow_emit(flow, item);
}
static const fl_stage_type twice = {.name = "twice", .doc = "Negative and positive.", .role = FL_STAGE_FILTER, .step = twice_step};

/* Adds up what it sees, in memory of its own, and says the sum at the end: a data item of one double. */
typedef struct adding {
  double *sum;
  uint32_t items;
} adding;
static int32_t sum_init(fl_flow *flow) {
  adding *state = flow->state;
  if (!(state->sum = fl_flow_alloc(flow, sizeof *state->sum))) return fl_report_fail(flow->report, FL_OUT_OF_MEMORY, "sum", "no memory");
  *state->sum = 0;
  return FL_OK;
}
static int32_t sum_step(fl_flow *flow, const fl_item *item) {
  adding *state = flow->state;
  fl_image image;
  if (fl_flow_image(item, &image)) *state->sum += image.plane[0].data[0];
  state->items++;
  return FL_OK;
}
static int32_t sum_flush(fl_flow *flow) {
  adding *state = flow->state;
  fl_item item;
  uint8_t *data;
  int32_t status = fl_flow_take_data(flow, sizeof *state->sum, &item, &data);
  if (status < 0) return status;
  memcpy(data, state->sum, sizeof *state->sum);
  item.number = state->items;
  fl_flow_count_copy(flow, item.bytes);
  return fl_flow_emit(flow, &item);
}
static void sum_end(fl_flow *flow) { fl_flow_free(flow, ((adding *)flow->state)->sum); }
static const fl_stage_type sum = {
    .name = "sum", .doc = "One sum at the end.", .role = FL_STAGE_FILTER, .state_bytes = sizeof(adding),
    .init = sum_init, .step = sum_step, .flush = sum_flush, .end = sum_end,
};

/* ---- filters that do not work ---- */

enum { HOW, WHEN };
static const fl_param breaking_params[] = {
    {.name = "how", .doc = "in which way", .type = FL_PARAM_CHOICE, .choices = "trap|fail|mute|init|hang|twice|greedy|outside|forged", .preset = 0},
    NUMBER("when", 0, 1e9, 5),
};
enum { TRAP, FAIL, MUTE, INIT, HANG, TWICE, GREEDY, OUTSIDE, FORGED };

static int32_t break_init(fl_flow *flow) {
  fl_flow_alloc(flow, 1000); /* and never frees it */
  return flow->params[HOW].number == INIT ? fl_report_fail(flow->report, FL_UNSUPPORTED, "broken", "it does not even begin") : FL_OK;
}
static int32_t take_too_many(fl_flow *flow) {
  for (;;) {
    fl_item item;
    int32_t status = fl_flow_take_frame(flow, 8, 8, FL_GRAY8, &item, NULL);
    if (status < 0) return status;
  }
}
static int32_t break_now(fl_flow *flow, const fl_item *item) {
  fl_item wrong = *item;
  switch ((int)flow->params[HOW].number) {
    case TRAP: __builtin_trap();
    case FAIL: return fl_report_fail(flow->report, FL_BAD_FORMAT, "broken", "it does not like this one");
    case HANG:
      for (volatile uint32_t i = 0;; i++) continue;
    case TWICE: {
      int32_t status = fl_flow_emit(flow, item);
      return status < 0 ? status : fl_flow_emit(flow, item);
    }
    case GREEDY: return take_too_many(flow);
    case OUTSIDE: {
      int32_t status = fl_flow_take_data(flow, 100, &wrong, NULL);
      wrong.offset = 1u << 31;
      return status < 0 ? status : fl_flow_emit(flow, &wrong);
    }
    case FORGED: return wrong.handle ^= 0x10000, fl_flow_emit(flow, &wrong);
    default: return FL_CORRUPTED;
  }
}
static int32_t break_step(fl_flow *flow, const fl_item *item) {
  return item->number >= flow->params[WHEN].number ? break_now(flow, item) : fl_flow_emit(flow, item);
}
static const fl_stage_type broken = {
    .name = "broken", .doc = "Stops working.", .role = FL_STAGE_FILTER, .params = breaking_params, .param_count = FL_COUNT(breaking_params),
    .init = break_init, .step = break_step,
};

FL_MODULE_STAGES("toys", &count, &parts, &pass, &thin, &skip, &twice, &sum, &broken)
