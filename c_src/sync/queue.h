/* A bounded queue for many threads that push and many that pop: D. Vyukov, «Bounded MPMC queue», 1024cores.net. A cell is claimed,
 * filled or used where it lies, and handed on; cells are handed on each by itself, so nobody waits for another cell's owner.
 * A thread that dies between claiming a cell and handing it on leaves a hole: whoever comes to that cell waits until its timeout.
 *
 * cell.turn: the position whose push may fill it; that position + 1: its pop may take it.
 * Pairs with: hand_on (fl_store_ordered of turn) with the claim's fl_load: it sees the item, or that the item is no longer needed.
 * Sleeping: as in sync/ring.h, the flag against the turn, all ordered; the word slept on moves before the wake-up. */
#ifndef FL_SYNC_QUEUE_H
#define FL_SYNC_QUEUE_H

#include "sync/wait.h"

#define FL_QUEUE_CAPACITY_MAX (1u << 20)
#define FL_QUEUE_CELL_HEADER 16u /* the item begins behind it */

/* Those that wait for a cell of one kind. */
typedef struct fl_queue_side {
  _Alignas(FL_CACHE_LINE) fl_atomic position; /* of the next claim */
  _Alignas(FL_CACHE_LINE) fl_atomic sleeps;   /* somebody does */
  fl_atomic handed_on;                        /* moves when the sleepers are to look again */
} fl_queue_side;

typedef struct fl_queue {
  fl_queue_side push, pop;
  _Alignas(FL_CACHE_LINE) uint32_t capacity; /* cells: a power of two, 2 to FL_QUEUE_CAPACITY_MAX; constant */
  uint32_t item_size, cell_size;             /* bytes; constant */
  _Alignas(FL_CACHE_LINE) uint8_t cells[];
} fl_queue;

/* Bytes of a cell for such items: whole cache lines. */
uint64_t fl_queue_cell_size(uint64_t item_size);
/* capacity, item_size and cell_size are set, everything else is 0. */
void fl_queue_start(fl_queue *queue);
/* Claims a cell: its item lies at wait->result. */
int32_t fl_queue_push_attempt(void *queue, fl_wait *wait);
int32_t fl_queue_pop_attempt(void *queue, fl_wait *wait);
/* The cell with this item is handed on: to a pop, or back to a push. Errors: FL_BAD_ARGUMENT no item of this queue, or not claimed so. */
int32_t fl_queue_publish(fl_queue *queue, void *item);
int32_t fl_queue_release(fl_queue *queue, void *item);
/* Items claimed by push and not by pop: by now it may be another number. */
uint32_t fl_queue_count(const fl_queue *queue);

#endif
