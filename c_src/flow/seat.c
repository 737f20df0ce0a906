/* A seat's life: read an item, step, until there is no more; and what its stage may call meanwhile. */
#include "base/size.h"
#include "flow/line.h"
#include "memory/regions.h"

#include <string.h>

/* ---- waiting ---- */

int32_t fl_seat_wait(fl_seat *seat, fl_attempt *attempt, void *object, fl_wait *wait, fl_figure *figure) {
  int64_t began = 0;
  int32_t step;
  while ((step = attempt(object, wait)) == FL_STEP_WAIT && !seat->line->alone) {
    if (fl_line_is_aborted(seat->line)) {
      step = FL_ABORTED;
      break;
    }
    if (!began) began = fl_now_ns();
    fl_sleep_while(wait->word, wait->value, FL_SLEEP_NS);
  }
  uint64_t waited = began ? (uint64_t)(fl_now_ns() - began) : 0;
  if (waited) fl_figure_add(figure, waited);
  seat->waited += waited;
  return step;
}

/* ---- a step ---- */

/* Of what a stage does, that which counts as being busy: all but waiting. */
static int32_t call_step(fl_seat *seat, const fl_item *item) {
  int64_t began = fl_now_ns();
  seat->waited = 0;
  int32_t status = seat->stage->type->step(&seat->flow, item);
  fl_figure_add(&seat->busy, (uint64_t)(fl_now_ns() - began) - seat->waited);
  return status;
}

static int32_t begin(fl_seat *seat) {
  const fl_stage_type *type = seat->stage->type;
  seat->begun = true;
  return type->init ? type->init(&seat->flow) : FL_OK;
}

static int32_t finish(fl_seat *seat) {
  const fl_stage_type *type = seat->stage->type;
  int32_t status = type->flush ? type->flush(&seat->flow) : FL_OK;
  if (status >= 0) status = fl_joint_end_group(seat);
  fl_wait wait = {0};
  if (status >= 0) status = fl_joint_end(seat, &wait, true);
  return status < 0 ? status : FL_LINE_ENDED;
}

static int32_t step_source(fl_seat *seat) {
  int32_t status = call_step(seat, NULL);
  return status == FL_FLOW_END ? finish(seat) : status < 0 ? status : FL_STEP_DONE;
}

static int32_t pass_skipped_on(fl_seat *seat, const fl_item *item) {
  fl_wait wait = {0};
  return fl_joint_write(seat, item, &wait, true);
}

static int32_t step_filter(fl_seat *seat) {
  fl_item item;
  fl_wait wait = {.flags = seat->line->alone ? FL_WAIT_TRY : 0};
  int32_t status = fl_joint_read(seat, &item, &wait, true);
  if (status == FL_LINE_ENDED) return finish(seat);
  if (status != FL_STEP_DONE) return status;
  if (item.kind == FL_ITEM_SKIPPED) {
    status = pass_skipped_on(seat, &item);
  } else if (item.kind != FL_ITEM_NOTHING) {
    fl_beat(&seat->in_count);
    seat->current = &item;
    status = call_step(seat, &item);
    if (seat->current) fl_pool_give_back(seat->line, &item);
    seat->current = NULL;
  }
  if (status >= 0 && item.last) status = fl_joint_end_group(seat);
  return status < 0 ? status : FL_STEP_DONE;
}

/* FL_STEP_DONE, FL_STEP_WAIT (alone only), FL_LINE_ENDED or an error. */
static int32_t advance(fl_seat *seat) {
  if (fl_line_is_aborted(seat->line)) return FL_ABORTED;
  int32_t status = seat->begun ? FL_OK : begin(seat);
  if (status < 0) return status;
  return seat->stage->type->role == FL_STAGE_SOURCE ? step_source(seat) : step_filter(seat);
}

/* ---- the end of it ---- */

static void end(fl_seat *seat) {
  if (!seat->begun || seat->ended) return;
  seat->ended = true;
  if (seat->stage->type->end) seat->stage->type->end(&seat->flow);
}

/* The first to fail says why; that the line was aborted is no reason of a seat's. */
static int32_t fail(fl_seat *seat, int32_t status) {
  fl_line *line = seat->line;
  if (status == FL_ABORTED && fl_line_is_aborted(line)) return status;
  if (seat->report.status != status) fl_report_fail(&seat->report, status, NULL, "it failed, and did not say why");
  fl_swap_if(&line->failed, 0, seat->number + 1);
  fl_line_abort(line);
  return status;
}

int32_t fl_seat_run(fl_seat *seat) {
  int32_t status;
  while ((status = advance(seat)) == FL_STEP_DONE) continue;
  if (status < 0) status = fail(seat, status);
  end(seat);
  return status == FL_LINE_ENDED ? FL_OK : status;
}

int32_t fl_line_step(fl_line *line) {
  for (uint32_t n = line->seat_count; n-- > 0;) {
    fl_seat *seat = &line->seats[n];
    if (!seat->stage->type || seat->ended) continue;
    line->stepping = n + 1;
    int32_t status = advance(seat);
    if (status < 0) status = fail(seat, status);
    if (status == FL_LINE_ENDED) end(seat), status = FL_STEP_DONE;
    line->stepping = 0;
    if (status != FL_STEP_WAIT) return status;
  }
  return FL_STEP_WAIT;
}

/* ---- what a stage may call ---- */

static int32_t refuse(fl_flow *flow, const char *why) { return fl_report_fail(flow->report, FL_BAD_ARGUMENT, NULL, why); }

int32_t fl_flow_take_frame(fl_flow *flow, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_image *image) {
  fl_wait wait = {0};
  int32_t status = fl_pool_take_frame(flow->seat, (fl_shape){width, height, (fl_format)format}, out, &wait, true);
  if (status == FL_OK && image) fl_flow_image(out, image);
  return status;
}

int32_t fl_flow_take_data(fl_flow *flow, uint32_t bytes, fl_item *out, uint8_t **data) {
  fl_wait wait = {0};
  int32_t status = fl_pool_take_data(flow->seat, bytes, out, &wait, true);
  if (status == FL_OK && data) *data = fl_memory_region_at(out->handle, 0, bytes);
  return status;
}

int32_t fl_flow_trim_frame(fl_flow *flow, const fl_item *item, uint32_t width, uint32_t height) {
  if (item->kind != FL_ITEM_FRAME || !fl_pool_held(flow->seat, item)) return refuse(flow, "it trims a frame that it has not taken");
  fl_image *image = &fl_frame_find(item->handle)->image;
  return fl_frame_image_crop(image, 0, 0, width, height, image, flow->report);
}

/* Is it the item of this step, and not emitted yet? */
static bool is_current(const fl_seat *seat, const fl_item *item) {
  const fl_item *current = seat->current;
  return current && item->pool == current->pool && item->handle == current->handle && item->kind == current->kind;
}

int32_t fl_flow_emit(fl_flow *flow, const fl_item *item) {
  fl_seat *seat = flow->seat;
  fl_slot *slot = fl_pool_held(seat, item);
  if (!slot && !is_current(seat, item)) return refuse(flow, "it emits an item that it has not taken or been given, or a second time");
  if (item->kind == FL_ITEM_DATA && !fl_flow_data(item)) return refuse(flow, "it emits bytes that lie outside of their buffer");
  if (slot) fl_pool_send(seat, slot, item);
  else seat->current = NULL;
  fl_wait wait = {0};
  int32_t status = fl_joint_write(seat, item, &wait, true);
  if (status < 0) fl_pool_give_back(seat->line, item);
  else fl_beat(&seat->out_count);
  return status;
}

void fl_flow_give_back(fl_flow *flow, const fl_item *item) {
  fl_slot *slot = fl_pool_held(flow->seat, item);
  if (!slot) return;
  fl_pool_send(flow->seat, slot, item);
  fl_pool_give_back(flow->seat->line, item);
}

int32_t fl_flow_skip(fl_flow *flow, uint32_t number, double time, int32_t status, const char *why) {
  fl_wait wait = {0};
  fl_beat(&flow->seat->skipped);
  return fl_joint_write(flow->seat, &(fl_item){.kind = FL_ITEM_SKIPPED, .number = number, .time = time, .status = status, .why = why}, &wait, true);
}

bool fl_flow_image(const fl_item *item, fl_image *out) {
  const fl_frame *frame = item->kind == FL_ITEM_FRAME ? fl_frame_find(item->handle) : NULL;
  if (frame) *out = frame->image;
  return frame != NULL;
}

const uint8_t *fl_flow_data(const fl_item *item) {
  return item->kind == FL_ITEM_DATA ? fl_memory_region_at(item->handle, item->offset, item->bytes) : NULL;
}

void fl_flow_count_copy(fl_flow *flow, uint32_t bytes) { fl_figure_add(&flow->seat->copied, bytes); }

/* ---- a source's input ---- */

double fl_flow_input_size(fl_flow *flow) { return flow->seat->line->has_input ? flow->seat->line->input_size : -1; }

static double read_region(const fl_line *line, uint64_t offset, void *to, uint32_t bytes) {
  fl_region region;
  if (!fl_memory_region_find(line->region, &region)) return FL_STALE_HANDLE;
  uint64_t size = line->input_size < (double)region.bytes ? (uint64_t)line->input_size : region.bytes, left = offset < size ? size - offset : 0;
  uint32_t count = left < bytes ? (uint32_t)left : bytes;
  if (count) memcpy(to, region.data + offset, count);
  return count;
}

double fl_flow_read(fl_flow *flow, double offset, void *to, uint32_t bytes) {
  fl_seat *seat = flow->seat;
  fl_line *line = seat->line;
  if (!line->has_input || seat->stage->type->role != FL_STAGE_SOURCE)
    return fl_report_fail(flow->report, FL_UNSUPPORTED, NULL, "it has no input to read");
  if (!(offset >= 0 && offset <= 9007199254740992.0) || offset != (double)(uint64_t)offset)
    return refuse(flow, "it reads at an offset that is not a whole number up to 2^53");
  int64_t began = fl_now_ns();
  double count = line->region ? read_region(line, (uint64_t)offset, to, bytes) : fl_prim_read(offset, to, bytes);
  uint64_t waited = (uint64_t)(fl_now_ns() - began);
  fl_figure_add(&seat->waiting_in, waited);
  seat->waited += waited;
  if (!(count >= 0 && count <= bytes)) return fl_report_fail(flow->report, FL_BAD_ARGUMENT, NULL, "the input could not be read");
  if (line->input_is_copied) fl_figure_add(&seat->copied, (uint64_t)count);
  uint64_t end = (uint64_t)offset + (uint64_t)count, before = fl_figure_read(&line->position);
  if (count > 0 && end > before) fl_figure_add(&line->position, end - before);
  return count;
}

/* ---- memory of its own ---- */

struct fl_block {
  _Alignas(64) fl_block *next;
  fl_block **from; /* what points here */
};

void *fl_flow_alloc(fl_flow *flow, uint32_t bytes) {
  fl_seat *seat = flow->seat;
  fl_block *block = fl_memory_alloc((uint64_t)bytes + sizeof *block, FL_MEMORY_MODULE);
  if (!block) return NULL;
  *block = (fl_block){seat->blocks, &seat->blocks};
  if (block->next) block->next->from = &block->next;
  seat->blocks = block;
  return block + 1;
}

void fl_flow_free(fl_flow *flow, void *memory) {
  (void)flow;
  if (!memory) return;
  fl_block *block = (fl_block *)memory - 1;
  *block->from = block->next;
  if (block->next) block->next->from = block->from;
  fl_memory_free(block);
}

void fl_seat_free_blocks(fl_seat *seat) {
  while (seat->blocks) fl_flow_free(&seat->flow, seat->blocks + 1);
}
