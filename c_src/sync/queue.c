#include "sync/queue.h"

#include "base/size.h"

typedef struct cell {
  fl_atomic turn;
  uint32_t claimed; /* by whoever has the cell, of its own: the turn it is handed on with */
} cell;
_Static_assert(sizeof(cell) <= FL_QUEUE_CELL_HEADER, "the item lies behind the cell's own words");

static cell *cell_at(fl_queue *queue, uint32_t position) {
  return (cell *)(queue->cells + (size_t)(position & (queue->capacity - 1)) * queue->cell_size);
}

uint64_t fl_queue_cell_size(uint64_t item_size) { return fl_align(fl_add(item_size, FL_QUEUE_CELL_HEADER), FL_CACHE_LINE); }

void fl_queue_start(fl_queue *queue) {
  for (uint32_t i = 0; i < queue->capacity; i++) fl_store(&cell_at(queue, i)->turn, i);
}

uint32_t fl_queue_count(const fl_queue *queue) {
  uint32_t popped = fl_load(&queue->pop.position), pushed = fl_load(&queue->push.position);
  return fl_min_u32(pushed - popped, queue->capacity);
}

/* Claims the cell whose turn is position + offset; next: what its turn is to become. NULL: there is none, and *turn is what was seen. */
static cell *claim(fl_queue *queue, fl_queue_side *side, uint32_t offset, uint32_t next) {
  for (;;) {
    uint32_t position = fl_load(&side->position);
    cell *c = cell_at(queue, position);
    int32_t ahead = (int32_t)(fl_load_ordered(&c->turn) - (position + offset));
    if (ahead < 0) return NULL;
    if (ahead > 0 || !fl_swap_if(&side->position, position, position + 1)) continue;
    c->claimed = position + next;
    return c;
  }
}

static int32_t attempt(fl_queue *queue, fl_queue_side *side, uint32_t offset, uint32_t next, fl_wait *wait) {
  cell *c = claim(queue, side, offset, next);
  if (!c && !(wait->flags & FL_WAIT_TRY)) {
    /* Read before the flag is set: who takes the flag away moves the word after that, even if it meant an earlier cell. */
    uint32_t handed_on = fl_load_ordered(&side->handed_on);
    fl_store_ordered(&side->sleeps, 1);
    c = claim(queue, side, offset, next);
    if (!c) return fl_wait_on(wait, &side->handed_on, handed_on);
  }
  if (!c) return FL_STEP_WAIT;
  wait->result = (uint8_t *)c + FL_QUEUE_CELL_HEADER;
  return FL_STEP_DONE;
}

int32_t fl_queue_push_attempt(void *object, fl_wait *wait) {
  fl_queue *queue = object;
  return attempt(queue, &queue->push, 0, 1, wait);
}

int32_t fl_queue_pop_attempt(void *object, fl_wait *wait) {
  fl_queue *queue = object;
  return attempt(queue, &queue->pop, 1, queue->capacity, wait);
}

static cell *cell_of(fl_queue *queue, void *item) {
  uintptr_t offset = (uintptr_t)item - FL_QUEUE_CELL_HEADER - (uintptr_t)queue->cells;
  if (offset % queue->cell_size != 0 || offset / queue->cell_size >= queue->capacity) return NULL;
  return (cell *)(queue->cells + offset);
}

/* by: how far a cell that was claimed so is ahead of its turn. */
static int32_t hand_on(fl_queue *queue, void *item, uint32_t by, fl_queue_side *to) {
  cell *c = cell_of(queue, item);
  if (!c || c->claimed - fl_load(&c->turn) != by) return FL_BAD_ARGUMENT;
  fl_store_ordered(&c->turn, c->claimed);
  if (fl_load_ordered(&to->sleeps) == 0 || fl_exchange(&to->sleeps, 0) == 0) return FL_STEP_DONE;
  fl_fetch_add(&to->handed_on, 1);
  fl_wake(&to->handed_on, UINT32_MAX);
  return FL_STEP_DONE;
}

int32_t fl_queue_publish(fl_queue *queue, void *item) { return hand_on(queue, item, 1, &queue->pop); }
int32_t fl_queue_release(fl_queue *queue, void *item) { return hand_on(queue, item, queue->capacity - 1, &queue->push); }
