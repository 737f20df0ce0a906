/* A line from its making to its end, and both of its ends. */
#include "flow/line.h"

#include "base/size.h"
#include "memory/allocator.h"
#include "memory/regions.h"

#include <string.h>

/* ---- making ---- */

fl_line *fl_line_open(bool alone) {
  fl_line *line = fl_memory_alloc(sizeof *line, FL_MEMORY_PLAN);
  if (!line) return NULL;
  memset(line, 0, sizeof *line);
  line->alone = alone;
  return line;
}

fl_status fl_line_add(fl_line *line, const fl_line_stage *stage, const char *name, fl_report *report) {
  bool first = line->stage_count == 0, source = !stage->type || stage->type->role == FL_STAGE_SOURCE;
  if (line->stage_count == FL_LINE_STAGES_MAX)
    return fl_report_range(report, "stages", "the number of stages", 1, FL_LINE_STAGES_MAX, line->stage_count + 1.0);
  if (first != source)
    return fl_report_fail(report, FL_BAD_ARGUMENT, name, source ? "is a source: nothing can stand before it" : "is no source: one must stand before it");
  uint32_t most = source ? 1 : FL_LINE_PARALLEL_MAX;
  if (stage->seats < 1 || stage->seats > most) return fl_report_range(report, name, "parallel", 1, most, stage->seats);
  if (stage->frames < 1 || stage->frames > FL_LINE_FRAMES_MAX) return fl_report_range(report, name, "frames", 1, FL_LINE_FRAMES_MAX, stage->frames);
  line->stages[line->stage_count++] = *stage;
  return FL_OK;
}

static bool make_seat(fl_line *line, uint32_t number, uint32_t stage_number, uint32_t index) {
  fl_seat *seat = &line->seats[number];
  const fl_line_stage *stage = &line->stages[stage_number];
  uint32_t frames = (stage->frames + stage->seats - 1) / stage->seats;
  *seat = (fl_seat){.line = line, .stage = stage, .number = number, .stage_number = stage_number, .index = index, .turn = index};
  seat->flow = (fl_flow){.params = stage->params, .report = &seat->report, .seat = seat};
  seat->out = &line->joints[stage_number];
  if (stage_number > 0) seat->in = &line->joints[stage_number - 1];
  seat->flow.state = fl_memory_arena_take(&line->arena, fl_max_u32(stage->type ? stage->type->state_bytes : 0, 64));
  return seat->flow.state && fl_pool_make(line, &seat->frames, frames) && fl_pool_make(line, &seat->data, frames);
}

static bool make_seats(fl_line *line) {
  for (uint32_t s = 0; s < line->stage_count; s++) line->seat_count += line->stages[s].seats;
  line->seats = fl_memory_arena_take(&line->arena, (line->seat_count + 1) * sizeof *line->seats);
  if (!line->seats) return false;
  uint32_t number = 0;
  for (uint32_t s = 0; s < line->stage_count; s++) {
    uint32_t readers = s + 1 < line->stage_count ? line->stages[s + 1].seats : 1;
    if (!fl_joint_make(line, &line->joints[s], line->stages[s].seats, readers)) return false;
    for (uint32_t index = 0; index < line->stages[s].seats; index++)
      if (!make_seat(line, number++, s, index)) return false;
  }
  static const fl_line_stage sink = {.seats = 1};
  line->seats[number] = (fl_seat){.line = line, .stage = &sink, .number = number, .in = &line->joints[line->stage_count - 1]};
  return true;
}

fl_status fl_line_begin(fl_line *line, fl_report *report) {
  if (line->stage_count == 0) return fl_report_fail(report, FL_BAD_ARGUMENT, "stages", "there is no source");
  if (make_seats(line)) return FL_OK;
  line->seat_count = 0; /* none has anything yet, and not all rings are there */
  memset(line->joints, 0, sizeof line->joints);
  return fl_report_fail(report, FL_OUT_OF_MEMORY, "stages", "the memory is full at its maximum: no room for so many stages");
}

/* ---- ending ---- */

/* Those that did not come to their end: their threads are gone. What stages of modules took is known; what the core's own did, they know. */
static void end_seat(fl_line *line, fl_seat *seat) {
  const fl_stage_type *type = seat->stage->type;
  bool mine = line->alone && line->stepping != seat->number + 1; /* what has trapped is left as it is */
  if (seat->begun && !seat->ended && type->end && (mine || seat->stage->program)) type->end(&seat->flow);
  fl_seat_free_blocks(seat);
}

static void end_program(fl_program *program) {
  for (uint32_t f = 1; f < program->frame_count; f++) {
    fl_frame_return_read(program->frames[f].pixels);
    fl_frame_release(&program->frames[f].pixels);
  }
}

void fl_line_close(fl_line *line) {
  for (uint32_t n = 0; n < line->seat_count; n++) end_seat(line, &line->seats[n]);
  for (uint32_t n = 0; n < line->seat_count; n++) fl_pool_end(&line->seats[n].frames, true), fl_pool_end(&line->seats[n].data, false);
  for (uint32_t s = 0; s < line->stage_count; s++)
    if (line->stages[s].program) end_program(line->stages[s].program);
  fl_memory_arena_end(&line->arena);
  fl_memory_free(line);
}

void fl_line_abort(fl_line *line) {
  fl_store_ordered(&line->aborted, 1);
  for (uint32_t s = 0; s < line->stage_count; s++)
    for (uint32_t r = 0; r < line->joints[s].writers * line->joints[s].readers; r++) {
      fl_wake(&line->joints[s].rings[r]->written, UINT32_MAX);
      fl_wake(&line->joints[s].rings[r]->read, UINT32_MAX);
    }
  for (uint32_t n = 0; n < line->seat_count; n++) {
    fl_wake(&line->seats[n].frames.free, UINT32_MAX);
    fl_wake(&line->seats[n].data.free, UINT32_MAX);
  }
}

/* ---- the sink ---- */

int32_t fl_line_receive(fl_line *line, const fl_item **item, fl_wait *wait) {
  fl_seat *sink = &line->seats[line->seat_count];
  fl_pool_give_back(line, &line->received);
  *item = &line->received;
  for (;;) {
    line->received = (fl_item){0};
    if (fl_line_is_aborted(line)) return FL_ABORTED;
    int32_t step = fl_joint_read(sink, &line->received, wait, false);
    if (step != FL_STEP_DONE) return step;
    if (line->received.last) sink->turn++;
    if (line->received.kind != FL_ITEM_NOTHING) return FL_STEP_DONE;
  }
}

/* ---- the host as source ---- */

int32_t fl_line_offer(fl_line *line, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_wait *wait) {
  fl_seat *seat = &line->seats[0];
  if (fl_line_is_aborted(line)) return FL_ABORTED;
  if (format < FL_FORMATS) return fl_pool_take_frame(seat, (fl_shape){width, height, (fl_format)format}, out, wait, false);
  return fl_pool_take_data(seat, width, out, wait, false);
}

int32_t fl_line_feed(fl_line *line, const fl_item *item, fl_wait *wait) {
  fl_seat *seat = &line->seats[0];
  if (fl_line_is_aborted(line)) return FL_ABORTED;
  if (!item) return fl_joint_end(seat, wait, false);
  fl_slot *slot = fl_pool_held(seat, item);
  fl_pool_send(seat, slot, item); /* before it is: whoever reads it may be through with it at once */
  int32_t step = fl_joint_write(seat, item, wait, false);
  if (step == FL_STEP_DONE) fl_beat(&seat->out_count);
  else fl_pool_keep(seat, slot, item);
  return step;
}
