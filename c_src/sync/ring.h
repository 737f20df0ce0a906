/* A ring between one thread that writes and one that reads, in place: a span of items is acquired, filled where it lies, published;
 * acquired on the other side, used where it lies, released. Nothing is copied. L. Lamport, «Proving the Correctness of Multiprocess
 * Programs», 1977; which side is full is told apart by counting to twice the capacity, so any capacity will do.
 *
 * Pairs with: publish (fl_store_ordered of written) with the reader's fl_load: it sees the items. release (fl_store_ordered of read)
 * with the writer's fl_load: the reader is through with the items that are written over. Sleeping: who is about to sleep stores its
 * flag and then looks at the other's index, the other stores its index and then looks at the flag, all ordered: one sees the other. */
#ifndef FL_SYNC_RING_H
#define FL_SYNC_RING_H

#include "sync/wait.h"

#define FL_RING_CAPACITY_MAX (1u << 30)

typedef struct fl_ring {
  _Alignas(FL_CACHE_LINE) fl_atomic written; /* items published, modulo 2·capacity */
  uint32_t writing;                          /* items of the span that the writer has; the writer's own */
  uint32_t read_seen;                        /* what read was when the writer last looked; the writer's own */
  _Alignas(FL_CACHE_LINE) fl_atomic read;    /* items released, likewise */
  uint32_t reading, written_seen;            /* the reader's own */
  _Alignas(FL_CACHE_LINE) fl_atomic reader_sleeps;
  _Alignas(FL_CACHE_LINE) fl_atomic writer_sleeps;
  _Alignas(FL_CACHE_LINE) uint32_t capacity; /* items, 1 to FL_RING_CAPACITY_MAX; constant */
  uint32_t item_size;                        /* bytes; constant */
  _Alignas(FL_CACHE_LINE) uint8_t items[];
} fl_ring;

/* Acquires a span of up to wait->count items (0: as many as there are): wait->count of them begin at wait->result. It ends at the end of
 * the ring, so it may be shorter than what is free. Acquiring again forgets the span before. */
int32_t fl_ring_write_attempt(void *ring, fl_wait *wait);
int32_t fl_ring_read_attempt(void *ring, fl_wait *wait);
/* The first count items of the span are published, or released; the rest is given up. Errors: FL_BAD_ARGUMENT the span has fewer. */
int32_t fl_ring_publish(fl_ring *ring, uint32_t count);
int32_t fl_ring_release(fl_ring *ring, uint32_t count);
/* Items published and not released: by now it may be another number. */
uint32_t fl_ring_count(const fl_ring *ring);

#endif
