/* The frames and buffers of a seat: at most so many, used over and over. */
#include "base/size.h"
#include "flow/line.h"
#include "memory/regions.h"

#include <string.h>

enum { FREE, HELD, SENT };

#define SLOTS_MAX 0xFFFFu
#define DATA_STEP 65536u /* buffers grow in such steps, and by a quarter, so that packets of about one size need few */

static void add_free(fl_pool *pool, uint32_t slot) {
  uint32_t first;
  do {
    first = fl_load(&pool->free);
    pool->slots[slot].next = first;
  } while (!fl_swap_if(&pool->free, first, slot + 1));
  if (first == 0) fl_wake(&pool->free, UINT32_MAX);
}

bool fl_pool_make(fl_line *line, fl_pool *pool, uint32_t count) {
  fl_slot *slots = fl_memory_arena_take(&line->arena, fl_mul(count, sizeof *slots));
  if (!slots) return false;
  uint32_t before = pool->count;
  if (before) memcpy(slots, pool->slots, before * sizeof *slots);
  pool->slots = slots, pool->count = count;
  for (uint32_t slot = count; slot-- > before;) add_free(pool, slot);
  return true;
}

static int32_t take_attempt(void *object, fl_wait *wait) {
  fl_pool *pool = object;
  uint32_t first;
  do {
    first = fl_load(&pool->free);
    if (first == 0) return fl_wait_on(wait, &pool->free, 0);
  } while (!fl_swap_if(&pool->free, first, pool->slots[first - 1].next));
  wait->count = first - 1;
  return FL_STEP_DONE;
}

static int32_t too_few(fl_seat *seat, const fl_pool *pool) {
  fl_report_fail(&seat->report, FL_BAD_ARGUMENT, NULL, "it holds all ");
  fl_text_add_number(&seat->report.text, pool->count);
  fl_text_add(&seat->report.text, " frames or buffers that it has and wants another: give it more of them with frames");
  return FL_BAD_ARGUMENT;
}

/* A free slot: wait->count. */
static int32_t take_slot(fl_seat *seat, fl_pool *pool, fl_wait *wait, bool wait_here) {
  bool alone = seat->line->alone;
  if (pool->held == pool->count && !alone) return too_few(seat, pool);
  int32_t step = wait_here ? fl_seat_wait(seat, take_attempt, pool, wait, &seat->waiting_out) : take_attempt(pool, wait);
  if (step != FL_STEP_WAIT || !alone) return step;
  if (pool->count > SLOTS_MAX / 2 || !fl_pool_make(seat->line, pool, 2 * pool->count))
    return fl_report_fail(&seat->report, FL_OUT_OF_MEMORY, NULL, "no memory for so many frames or buffers at once");
  return take_attempt(pool, wait);
}

/* May it be written to? Whoever looks at a frame beyond its time, through a view of it or in a run, keeps its pixels, and another is made. */
static bool frame_fits(const fl_slot *slot, fl_shape shape) {
  const fl_frame *frame = fl_frame_find(slot->handle);
  return frame && slot->shape.width == shape.width && slot->shape.height == shape.height && slot->shape.format == shape.format
      && fl_load(&frame->pixels->references) == 1;
}

static void untrim(const fl_slot *slot) {
  fl_frame *frame = fl_frame_find(slot->handle);
  frame->image = fl_frame_image_over((uint8_t *)frame->pixels + FL_PIXELS_HEADER, slot->shape.width, slot->shape.height, slot->shape.format);
}

static bool data_fits(fl_handle handle, uint32_t bytes) {
  fl_region region;
  return fl_memory_region_find(handle, &region) && region.bytes >= bytes;
}

static fl_status make_data(uint32_t bytes, fl_handle *out, fl_report *report) {
  uint64_t capacity = fl_align(fl_max_u32(bytes, 1) + (uint64_t)bytes / 4, DATA_STEP);
  if (fl_memory_region_create(capacity, 64, out) == FL_OK) return FL_OK;
  fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "no room for a buffer of ");
  fl_text_add_number(&report->text, (double)capacity);
  fl_text_add(&report->text, " bytes: the memory is full at its maximum, or 1024 regions live");
  return FL_OUT_OF_MEMORY;
}

/* item.pool: which seat's, which of its two, which slot. */
static uint32_t place_of(const fl_seat *seat, bool data, uint32_t slot) { return (seat->number * 2 + data + 1) << 16 | slot; }

static fl_slot *slot_of(const fl_line *line, const fl_item *item, fl_pool **pool) {
  uint32_t which = (item->pool >> 16) - 1, slot = item->pool & 0xFFFF;
  if (item->pool >> 16 == 0 || which / 2 >= line->seat_count) return NULL;
  fl_seat *seat = &line->seats[which / 2];
  *pool = which % 2 ? &seat->data : &seat->frames;
  bool matches = slot < (*pool)->count && item->kind == (which % 2 ? FL_ITEM_DATA : FL_ITEM_FRAME);
  return matches && (*pool)->slots[slot].handle == item->handle ? &(*pool)->slots[slot] : NULL;
}

/* The slot is the seat's now. */
static void hand_out(fl_seat *seat, fl_pool *pool, uint32_t slot, fl_item *out) {
  bool data = pool == &seat->data;
  fl_store(&pool->slots[slot].state, HELD);
  pool->held++;
  fl_beat(&pool->taken);
  *out = (fl_item){.kind = data ? FL_ITEM_DATA : FL_ITEM_FRAME, .handle = pool->slots[slot].handle, .pool = place_of(seat, data, slot)};
}

int32_t fl_pool_take_frame(fl_seat *seat, fl_shape shape, fl_item *out, fl_wait *wait, bool wait_here) {
  fl_pool *pool = &seat->frames;
  int32_t step = take_slot(seat, pool, wait, wait_here);
  if (step != FL_STEP_DONE) return step;
  fl_slot *slot = &pool->slots[wait->count];
  if (frame_fits(slot, shape)) {
    untrim(slot);
  } else {
    if (slot->handle) fl_frame_destroy(slot->handle);
    slot->handle = 0;
    fl_status status = fl_frame_create(shape.width, shape.height, shape.format, false, &slot->handle, &seat->report);
    if (status != FL_OK) return add_free(pool, wait->count), status;
    slot->shape = shape;
  }
  hand_out(seat, pool, wait->count, out);
  out->bytes = (uint32_t)fl_frame_image_bytes(shape.width, shape.height, shape.format);
  return FL_STEP_DONE;
}

int32_t fl_pool_take_data(fl_seat *seat, uint32_t bytes, fl_item *out, fl_wait *wait, bool wait_here) {
  fl_pool *pool = &seat->data;
  int32_t step = take_slot(seat, pool, wait, wait_here);
  if (step != FL_STEP_DONE) return step;
  fl_slot *slot = &pool->slots[wait->count];
  if (!data_fits(slot->handle, bytes)) {
    fl_memory_region_destroy(slot->handle);
    slot->handle = 0;
    fl_status status = make_data(bytes, &slot->handle, &seat->report);
    if (status != FL_OK) return add_free(pool, wait->count), status;
  }
  hand_out(seat, pool, wait->count, out);
  out->bytes = bytes;
  return FL_STEP_DONE;
}

fl_slot *fl_pool_held(fl_seat *seat, const fl_item *item) {
  fl_pool *pool;
  fl_slot *slot = slot_of(seat->line, item, &pool);
  if (!slot || (pool != &seat->frames && pool != &seat->data)) return NULL;
  return fl_load(&slot->state) == HELD ? slot : NULL;
}

static fl_pool *pool_of(fl_seat *seat, const fl_item *item) { return item->kind == FL_ITEM_DATA ? &seat->data : &seat->frames; }

void fl_pool_send(fl_seat *seat, fl_slot *slot, const fl_item *item) {
  fl_store(&slot->state, SENT);
  pool_of(seat, item)->held--;
}

void fl_pool_keep(fl_seat *seat, fl_slot *slot, const fl_item *item) {
  fl_store(&slot->state, HELD);
  pool_of(seat, item)->held++;
}

void fl_pool_give_back(fl_line *line, const fl_item *item) {
  fl_pool *pool;
  fl_slot *slot = slot_of(line, item, &pool);
  if (!slot || !fl_swap_if(&slot->state, SENT, FREE)) return;
  fl_fetch_add(&pool->given_back, 1);
  add_free(pool, (uint32_t)(slot - pool->slots));
}

void fl_pool_end(fl_pool *pool, bool frames) {
  for (uint32_t slot = 0; slot < pool->count; slot++) {
    fl_handle handle = pool->slots[slot].handle;
    if (!handle) continue;
    if (frames) fl_frame_destroy(handle);
    else fl_memory_region_destroy(handle);
  }
}
