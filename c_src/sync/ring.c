#include "sync/ring.h"

#include "base/size.h"

#include <stddef.h>

/* js/ring-side.js makes the same steps on the same words, as long as nobody has to wait: change both, or neither. */
_Static_assert(offsetof(fl_ring, written) == 0 && offsetof(fl_ring, writing) == 4 && offsetof(fl_ring, read_seen) == 8, "");
_Static_assert(offsetof(fl_ring, read) == 64 && offsetof(fl_ring, reading) == 68 && offsetof(fl_ring, written_seen) == 72, "");
_Static_assert(offsetof(fl_ring, reader_sleeps) == 128 && offsetof(fl_ring, writer_sleeps) == 192 && offsetof(fl_ring, items) == 320, "");

static uint32_t used(const fl_ring *ring, uint32_t written, uint32_t read) {
  return written >= read ? written - read : written + 2 * ring->capacity - read;
}

uint32_t fl_ring_count(const fl_ring *ring) { return used(ring, fl_load(&ring->written), fl_load(&ring->read)); }

/* The span that begins at index, of up to as many items as are there and wanted. */
static int32_t give_span(fl_ring *ring, uint32_t index, uint32_t there, fl_wait *wait) {
  uint32_t at = index < ring->capacity ? index : index - ring->capacity;
  uint32_t count = fl_min_u32(there, ring->capacity - at);
  if (wait->count != 0) count = fl_min_u32(count, wait->count);
  wait->result = ring->items + (size_t)at * ring->item_size;
  wait->count = count;
  return FL_STEP_DONE;
}

/* The flag is the sleeper's own to take back: the other side, taking it away for an index that the sleeper knew already, would leave it
 * asleep at the next one. */
static void come_back(fl_atomic *sleeps) {
  if (fl_peek(sleeps) != 0) fl_store(sleeps, 0);
}

int32_t fl_ring_write_attempt(void *object, fl_wait *wait) {
  fl_ring *ring = object;
  uint32_t written = fl_peek(&ring->written), read = fl_load(&ring->read);
  ring->writing = 0;
  if (used(ring, written, read) == ring->capacity) {
    if (wait->flags & FL_WAIT_TRY) return FL_STEP_WAIT;
    fl_store_ordered(&ring->writer_sleeps, 1);
    if (fl_load_ordered(&ring->read) == read) return fl_wait_on(wait, &ring->read, read);
    read = fl_load(&ring->read);
  }
  ring->read_seen = read;
  come_back(&ring->writer_sleeps);
  give_span(ring, written, ring->capacity - used(ring, written, read), wait);
  ring->writing = wait->count;
  return FL_STEP_DONE;
}

int32_t fl_ring_read_attempt(void *object, fl_wait *wait) {
  fl_ring *ring = object;
  uint32_t read = fl_peek(&ring->read), written = fl_load(&ring->written);
  ring->reading = 0;
  if (written == read) {
    if (wait->flags & FL_WAIT_TRY) return FL_STEP_WAIT;
    fl_store_ordered(&ring->reader_sleeps, 1);
    if (fl_load_ordered(&ring->written) == written) return fl_wait_on(wait, &ring->written, written);
    written = fl_load(&ring->written);
  }
  ring->written_seen = written;
  come_back(&ring->reader_sleeps);
  give_span(ring, read, used(ring, written, read), wait);
  ring->reading = wait->count;
  return FL_STEP_DONE;
}

/* Moves an index on, and wakes who waits for that. */
static void advance(const fl_ring *ring, fl_atomic *index, uint32_t count, fl_atomic *sleeps) {
  uint32_t next = fl_peek(index) + count;
  fl_store_ordered(index, next < 2 * ring->capacity ? next : next - 2 * ring->capacity);
  if (fl_load_ordered(sleeps) != 0) fl_wake(index, UINT32_MAX);
}

int32_t fl_ring_publish(fl_ring *ring, uint32_t count) {
  if (count > ring->writing) return FL_BAD_ARGUMENT;
  ring->writing = 0;
  if (count > 0) advance(ring, &ring->written, count, &ring->reader_sleeps);
  return FL_STEP_DONE;
}

int32_t fl_ring_release(fl_ring *ring, uint32_t count) {
  if (count > ring->reading) return FL_BAD_ARGUMENT;
  ring->reading = 0;
  if (count > 0) advance(ring, &ring->read, count, &ring->writer_sleeps);
  return FL_STEP_DONE;
}
