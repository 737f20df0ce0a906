/* Flows: lines of stages, as JavaScript builds them, feeds them, empties them and looks at them. */
#include "modules/framelane_module.h"

#include "api/engine.h"
#include "api/framelane.h"
#include "flow/line.h"
#include "memory/regions.h"
#include "pipeline/params.h"

#include <string.h>

static int32_t no_memory(void) {
  return fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, "stages", "the memory is full at its maximum: no room for a flow; dispose of frames");
}

FL_EXPORT(fl_flows_open) uintptr_t fl_flows_open(uint32_t alone) {
  fl_line *line = fl_line_open(alone != 0);
  if (!line) no_memory();
  return (uintptr_t)line;
}

FL_EXPORT(fl_flows_close) void fl_flows_close(uintptr_t line) { fl_line_close((fl_line *)line); }

/* ---- stages ---- */

static const fl_stage_type *type_of(uintptr_t module, uint32_t index) { return ((const fl_module *)module)->stages[index]; }

/* A stage's parameters are checked as an operation's are. */
static fl_status read_params(const fl_stage_type *type, uintptr_t bytes, double length, fl_arena *arena, const fl_value **out) {
  const fl_op as_op = {.name = type->name, .params = type->params, .param_count = type->param_count};
  fl_reader reader = {.at = (const uint8_t *)bytes, .left = (uint64_t)length};
  return fl_pipeline_read_params(&reader, &as_op, arena, out, fl_api_report());
}

FL_EXPORT(fl_flows_check) int32_t fl_flows_check(uintptr_t module, uint32_t index, uintptr_t params, double length) {
  fl_arena arena = {0};
  const fl_value *values;
  fl_status status = read_params(type_of(module, index), params, length, &arena, &values);
  fl_memory_arena_end(&arena);
  return status;
}

FL_EXPORT(fl_flows_add_host) int32_t fl_flows_add_host(uintptr_t line, uint32_t frames) {
  return fl_line_add((fl_line *)line, &(fl_line_stage){.seats = 1, .frames = frames}, "source", fl_api_report());
}

FL_EXPORT(fl_flows_add_stage)
int32_t fl_flows_add_stage(uintptr_t address, uintptr_t module, uint32_t index, uintptr_t params, double length, uint32_t parallel, uint32_t frames) {
  fl_line *line = (fl_line *)address;
  fl_line_stage stage = {.type = type_of(module, index), .seats = parallel, .frames = frames};
  fl_status status = read_params(stage.type, params, length, &line->arena, &stage.params);
  return status == FL_OK ? fl_line_add(line, &stage, stage.type->name, fl_api_report()) : status;
}

/* Frames that a pipeline refers to are read as long as the flow lasts. */
static fl_status take_frame(fl_program *program, fl_handle handle) {
  fl_frame *frame;
  fl_status status = fl_frame_find_or_report(handle, &frame, fl_api_report());
  if (status != FL_OK) return status;
  if (!fl_frame_lease_read(frame->pixels))
    return fl_report_fail(fl_api_report(), FL_BUSY, "pipeline", "a frame it refers to is being written by a run in flight: await that run first");
  fl_frame_hold(frame->pixels);
  program->frames[program->frame_count++] = *frame;
  return FL_OK;
}

FL_EXPORT(fl_flows_add_pipeline)
int32_t fl_flows_add_pipeline(uintptr_t address, uintptr_t graph, double length, uintptr_t handles, uint32_t handle_count, uint32_t flags,
                              uint32_t parallel, uint32_t frames, uint32_t tile_width, uint32_t tile_height) {
  fl_line *line = (fl_line *)address;
  fl_program *program = fl_memory_arena_take(&line->arena, sizeof *program);
  uint8_t *bytes = fl_memory_arena_take_raw(&line->arena, (uint64_t)length);
  if (!program || !bytes) return no_memory();
  memcpy(bytes, (const void *)graph, (size_t)length);
  *program = (fl_program){.graph = bytes, .length = (uint64_t)length, .frame_count = 1, .simd = flags & FL_JOB_SIMD, .fuse = flags & FL_JOB_FUSE,
                          .tile_width = tile_width, .tile_height = tile_height};
  fl_line_stage stage = {.type = &fl_pipe_stage, .program = program, .seats = parallel, .frames = frames};
  fl_status status = fl_line_add(line, &stage, "pipeline", fl_api_report());
  for (uint32_t f = 1; status == FL_OK && f < handle_count; f++) status = take_frame(program, ((const uint32_t *)handles)[f]);
  return status;
}

FL_EXPORT(fl_flows_input) void fl_flows_input(uintptr_t address, uint32_t region, double size, uint32_t copied) {
  fl_line *line = (fl_line *)address;
  line->has_input = true, line->region = region, line->input_size = size, line->input_is_copied = copied != 0;
}

FL_EXPORT(fl_flows_begin) int32_t fl_flows_begin(uintptr_t line) {
  fl_status status = fl_line_begin((fl_line *)line, fl_api_report());
  fl_api_mail()[0] = ((fl_line *)line)->seat_count;
  return status;
}

/* ---- at work ---- */

FL_EXPORT(fl_flows_run_seat) int32_t fl_flows_run_seat(uintptr_t line, uint32_t seat) { return fl_seat_run(&((fl_line *)line)->seats[seat]); }
FL_EXPORT(fl_flows_step) int32_t fl_flows_step(uintptr_t line) { return fl_line_step((fl_line *)line); }
FL_EXPORT(fl_flows_abort) void fl_flows_abort(uintptr_t line) { fl_line_abort((fl_line *)line); }

/* What a wait is on is told along. */
static int32_t mail_wait(int32_t step, const fl_wait *wait) {
  if (step == FL_STEP_WAIT) fl_api_mail()[0] = (double)(uintptr_t)wait->word, fl_api_mail()[1] = wait->value;
  return step;
}

FL_EXPORT(fl_flows_receive) int32_t fl_flows_receive(uintptr_t line) {
  const fl_item *item;
  fl_wait wait = {0};
  int32_t step = fl_line_receive((fl_line *)line, &item, &wait);
  if (step != FL_STEP_DONE) return mail_wait(step, &wait);
  double *mail = fl_api_mail();
  *mail++ = item->kind, *mail++ = item->handle, *mail++ = (double)(uintptr_t)fl_flow_data(item), *mail++ = item->bytes;
  *mail++ = item->number, *mail++ = item->form, *mail++ = item->width, *mail++ = item->height, *mail++ = item->time;
  *mail++ = item->status, *mail++ = (double)(uintptr_t)item->why;
  return step;
}

/* A report of a seat's becomes this thread's. */
static int32_t tell(const fl_seat *seat, int32_t status) {
  return status == FL_ABORTED ? status : fl_report_fail(fl_api_report(), (fl_status)status, NULL, seat->report.message);
}

FL_EXPORT(fl_flows_offer) int32_t fl_flows_offer(uintptr_t address, uint32_t width, uint32_t height, uint32_t format) {
  fl_line *line = (fl_line *)address;
  fl_wait wait = {0};
  int32_t step = fl_line_offer(line, width, height, format, &line->offered, &wait);
  if (step < 0) return tell(&line->seats[0], step);
  if (step != FL_STEP_DONE) return mail_wait(step, &wait);
  fl_api_mail()[0] = line->offered.handle, fl_api_mail()[1] = (double)(uintptr_t)fl_flow_data(&line->offered);
  return step;
}

FL_EXPORT(fl_flows_feed) int32_t fl_flows_feed(uintptr_t address, uint32_t number, double time) {
  fl_line *line = (fl_line *)address;
  fl_wait wait = {0};
  line->offered.number = number, line->offered.time = time;
  int32_t step = fl_line_feed(line, &line->offered, &wait);
  if (step == FL_STEP_DONE) fl_figure_add(&line->seats[0].copied, line->offered.bytes);
  return mail_wait(step, &wait);
}

FL_EXPORT(fl_flows_feed_end) int32_t fl_flows_feed_end(uintptr_t line) {
  fl_wait wait = {0};
  return mail_wait(fl_line_feed((fl_line *)line, NULL, &wait), &wait);
}

/* ---- what is to be seen of it ---- */

FL_EXPORT(fl_flows_culprit) int32_t fl_flows_culprit(uintptr_t address) {
  const fl_line *line = (const fl_line *)address;
  uint32_t failed = fl_load(&line->failed), number = failed ? failed : line->stepping;
  fl_api_mail()[0] = number ? line->seats[number - 1].stage_number : 0;
  return failed ? tell(&line->seats[failed - 1], line->seats[failed - 1].report.status) : FL_OK;
}

static uint32_t in_use(const fl_pool *pool) { return fl_peek(&pool->taken) - fl_peek(&pool->given_back); }

FL_EXPORT(fl_flows_stats) int32_t fl_flows_stats(uintptr_t line, uint32_t number) {
  const fl_seat *seat = &((const fl_line *)line)->seats[number];
  double *mail = fl_api_mail();
  *mail++ = seat->stage_number;
  *mail++ = (double)fl_figure_read(&seat->busy), *mail++ = (double)fl_figure_read(&seat->waiting_in);
  *mail++ = (double)fl_figure_read(&seat->waiting_out), *mail++ = (double)fl_figure_read(&seat->copied);
  *mail++ = fl_peek(&seat->in_count), *mail++ = fl_peek(&seat->out_count), *mail++ = fl_peek(&seat->skipped);
  *mail++ = in_use(&seat->frames) + in_use(&seat->data);
  return FL_OK;
}

FL_EXPORT(fl_flows_position) double fl_flows_position(uintptr_t line) { return (double)fl_figure_read(&((const fl_line *)line)->position); }
