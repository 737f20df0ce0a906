/* The primitives of sync/ as users have them: attempts, sleeps between them, what they promise, and the death of an owner. */
#include "model.h"
#include "sync/barrier.h"
#include "sync/condvar.h"
#include "sync/event.h"
#include "sync/latch.h"
#include "sync/once.h"
#include "sync/queue.h"
#include "sync/ring.h"
#include "sync/rwlock.h"
#include "sync/semaphore.h"
#include "sync/seqlock.h"
#include "sync/thread.h"

#include <string.h>

#define FOR_EVER (-1ll)
#define A_WHILE 1000 /* a sleep that may time out */

static uint32_t total; /* plain: a race if two are at it */
static int done[FL_MODEL_THREADS];
static fl_lock lock;

static void nothing(void) {}
/* Threads have the same numbers in every schedule. */
static uint32_t number_of(int thread) { return (uint32_t)thread + 1; }
static void begin(int thread) { fl_sync_be_thread(number_of(thread)); }

static int32_t wait_for(fl_attempt *attempt, fl_attempt *cancel, void *object, int64_t timeout_ns) {
  fl_wait wait = {0};
  return fl_wait_until(attempt, cancel, object, &wait, timeout_ns);
}

/* ---- lock ---- */

static void add_locked(int thread, int64_t timeout_ns) {
  int32_t step = wait_for(fl_lock_attempt, fl_lock_cancel, &lock, timeout_ns);
  if (step == FL_BUSY && timeout_ns >= 0) return;
  MODEL_CHECK(step == FL_STEP_DONE || step == FL_STEP_OWNER_DIED);
  total++, done[thread]++;
  MODEL_CHECK(fl_lock_unlock(&lock) == FL_STEP_DONE);
}
static void lock_once(int thread) { begin(thread), add_locked(thread, FOR_EVER); }
static void lock_one_gives_up(int thread) { begin(thread), add_locked(thread, thread == 0 ? A_WHILE : FOR_EVER); }
static void lock_one_dies(int thread) {
  begin(thread);
  if (thread == 1) {
    int32_t step = wait_for(fl_lock_attempt, fl_lock_cancel, &lock, FOR_EVER);
    MODEL_CHECK(step == FL_STEP_DONE);
    MODEL_CHECK(fl_lock_unlock(&lock) == FL_STEP_DONE);
  } else if (thread == 0) {
    while (!fl_model_is_gone(1))
      if (fl_model_has_ended(1) && !fl_model_is_gone(1)) return;
    fl_lock_bury(&lock, number_of(1));
    add_locked(thread, FOR_EVER);
  }
}
static void lock_is_free(void) {
  uint32_t sum = 0;
  for (int t = 0; t < FL_MODEL_THREADS; t++) sum += (uint32_t)done[t];
  MODEL_CHECK(total == sum && fl_lock_owner(&lock) == 0);
}

/* ---- condvar: a slot that one fills and another empties ---- */

static fl_condvar condvar;
static bool full;

static void pass_one(int thread) {
  begin(thread);
  MODEL_CHECK(wait_for(fl_lock_attempt, fl_lock_cancel, &lock, FOR_EVER) == FL_STEP_DONE);
  if (thread == 0) {
    full = true;
    fl_condvar_notify(&condvar, 1);
  }
  while (thread > 0 && !full) {
    fl_wait wait = {.argument = &lock};
    MODEL_CHECK(fl_wait_until(fl_condvar_attempt, fl_condvar_cancel, &condvar, &wait, FOR_EVER) == FL_STEP_DONE);
  }
  if (thread > 0) total++;
  MODEL_CHECK(fl_lock_unlock(&lock) == FL_STEP_DONE);
}

/* ---- rwlock ---- */

static fl_rwlock rwlock;
static uint32_t value;

static void read_it(void) {
  MODEL_CHECK(wait_for(fl_rwlock_read_attempt, NULL, &rwlock, FOR_EVER) == FL_STEP_DONE);
  uint32_t seen = value;
  MODEL_CHECK(fl_load(&rwlock.state) != 0 && value == seen);
  MODEL_CHECK(fl_rwlock_unlock_read(&rwlock) == FL_STEP_DONE);
}
static void write_it(int64_t timeout_ns) {
  if (wait_for(fl_rwlock_write_attempt, fl_rwlock_write_cancel, &rwlock, timeout_ns) == FL_BUSY) return;
  value++;
  MODEL_CHECK(fl_rwlock_unlock_write(&rwlock) == FL_STEP_DONE);
}
static void two_read_one_writes(int thread) { begin(thread), thread < 2 ? read_it() : write_it(FOR_EVER); }
static void two_write_one_reads(int thread) { begin(thread), thread < 1 ? read_it() : write_it(FOR_EVER); }
static void a_writer_gives_up(int thread) { begin(thread), thread < 1 ? read_it() : write_it(thread == 1 ? A_WHILE : FOR_EVER); }
static void rwlock_is_free(void) { MODEL_CHECK(fl_load(&rwlock.state) == 0 && fl_load(&rwlock.next) == 0); }

/* ---- barrier, latch, semaphore, event, once ---- */

static fl_barrier barrier = {.parties = 2};
static uint32_t written[FL_MODEL_THREADS];

static void meet_twice(int thread) {
  begin(thread);
  for (uint32_t round = 1; round <= 2; round++) {
    written[thread] = round;
    int32_t step = wait_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, FOR_EVER);
    MODEL_CHECK(step == FL_STEP_DONE || step == FL_STEP_CHOSEN);
    MODEL_CHECK(written[1 - thread] == round);
    wait_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, FOR_EVER);
  }
}
static fl_latch latch = {.count = 2};
static void count_down(int thread) {
  begin(thread);
  if (thread < 2) {
    written[thread] = 1;
    MODEL_CHECK(fl_latch_count_down(&latch, 1) == FL_STEP_DONE);
  } else {
    MODEL_CHECK(wait_for(fl_latch_attempt, NULL, &latch, FOR_EVER) == FL_STEP_DONE);
    MODEL_CHECK(written[0] == 1 && written[1] == 1);
  }
}
static fl_semaphore semaphore = {.permits = 1};
static void permit(int thread) {
  begin(thread);
  MODEL_CHECK(wait_for(fl_semaphore_attempt, fl_semaphore_cancel, &semaphore, FOR_EVER) == FL_STEP_DONE);
  total++;
  MODEL_CHECK(fl_semaphore_release(&semaphore, 1) == FL_STEP_DONE);
}
static fl_event event;
static void set_and_reset(int thread) {
  begin(thread);
  if (thread > 0) {
    MODEL_CHECK(wait_for(fl_event_attempt, NULL, &event, FOR_EVER) == FL_STEP_DONE);
    MODEL_CHECK(written[0] == 1);
  } else {
    written[0] = 1;
    fl_event_set(&event);
  }
}
static fl_once once;
static void do_once(int thread) {
  begin(thread);
  int32_t step = wait_for(fl_once_attempt, NULL, &once, FOR_EVER);
  if (step == FL_STEP_CHOSEN) {
    total++;
    if (thread == 0 && fl_model_choose(2) == 1) {
      total--;
      MODEL_CHECK(fl_once_fail(&once) == FL_STEP_DONE);
    } else {
      MODEL_CHECK(fl_once_complete(&once) == FL_STEP_DONE);
    }
  } else {
    MODEL_CHECK(total == 1);
  }
}

/* ---- seqlock ---- */

static _Alignas(64) uint8_t seqlock_bytes[sizeof(fl_seqlock) + 2 * sizeof(fl_atomic)];
static void start_seqlock(void) { ((fl_seqlock *)seqlock_bytes)->count = 2; }
static void write_both(int thread) {
  begin(thread);
  fl_seqlock *s = (fl_seqlock *)seqlock_bytes;
  if (thread == 0) {
    for (uint32_t v = 1; v <= 2; v++) {
      MODEL_CHECK(wait_for(fl_seqlock_write_attempt, fl_seqlock_write_cancel, s, FOR_EVER) == FL_STEP_DONE);
      fl_store(&s->words[0], v);
      fl_store(&s->words[1], v);
      MODEL_CHECK(fl_seqlock_publish(s) == FL_STEP_DONE);
    }
  } else {
    for (bool whole = false; !whole;) {
      fl_wait wait = {0};
      MODEL_CHECK(fl_wait_until(fl_seqlock_read_attempt, NULL, s, &wait, FOR_EVER) == FL_STEP_DONE);
      uint32_t first = fl_load(&s->words[0]), second = fl_load(&s->words[1]);
      whole = fl_seqlock_is_whole(s, wait.ticket);
      if (whole) MODEL_CHECK(first == second);
    }
  }
}

/* ---- ring and queue: three items through room for fewer ---- */

#define ITEMS 3
static _Alignas(64) uint8_t ring_bytes[sizeof(fl_ring) + 2 * sizeof(uint32_t)];
static void start_ring(void) {
  fl_ring *r = (fl_ring *)ring_bytes;
  r->capacity = 1, r->item_size = sizeof(uint32_t);
}
static void start_ring_of_two(void) {
  start_ring();
  ((fl_ring *)ring_bytes)->capacity = 2;
}
static void pass_in_order(int thread) {
  begin(thread);
  fl_ring *r = (fl_ring *)ring_bytes;
  for (uint32_t next = 1; next <= ITEMS;) {
    fl_wait wait = {0};
    MODEL_CHECK(fl_wait_until(thread ? fl_ring_read_attempt : fl_ring_write_attempt, NULL, r, &wait, FOR_EVER) == FL_STEP_DONE);
    uint32_t *items = wait.result, count = wait.count < ITEMS + 1 - next ? wait.count : ITEMS + 1 - next;
    MODEL_CHECK(count > 0);
    for (uint32_t i = 0; i < count; i++, next++) {
      if (thread) MODEL_CHECK(items[i] == next);
      else items[i] = next;
    }
    MODEL_CHECK((thread ? fl_ring_release(r, count) : fl_ring_publish(r, count)) == FL_STEP_DONE);
  }
}

static _Alignas(64) uint8_t queue_bytes[sizeof(fl_queue) + 2 * 64];
static uint32_t taken[8];
static void start_queue(void) {
  fl_queue *q = (fl_queue *)queue_bytes;
  q->capacity = 2, q->item_size = sizeof(uint32_t), q->cell_size = (uint32_t)fl_queue_cell_size(sizeof(uint32_t));
  fl_queue_start(q);
}
static void push_items(uint32_t first, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fl_wait wait = {0};
    MODEL_CHECK(fl_wait_until(fl_queue_push_attempt, NULL, queue_bytes, &wait, FOR_EVER) == FL_STEP_DONE);
    *(uint32_t *)wait.result = first + i;
    MODEL_CHECK(fl_queue_publish((fl_queue *)queue_bytes, wait.result) == FL_STEP_DONE);
  }
}
static void pop_items(uint32_t count) {
  for (uint32_t i = 0, last = 0; i < count; i++) {
    fl_wait wait = {0};
    MODEL_CHECK(fl_wait_until(fl_queue_pop_attempt, NULL, queue_bytes, &wait, FOR_EVER) == FL_STEP_DONE);
    uint32_t item = *(uint32_t *)wait.result;
    MODEL_CHECK(item > last || item / 4 != last / 4); /* each pusher's own order */
    taken[item]++, last = item;
    MODEL_CHECK(fl_queue_release((fl_queue *)queue_bytes, wait.result) == FL_STEP_DONE);
  }
}
static void one_to_one(int thread) { begin(thread), thread == 0 ? push_items(1, ITEMS) : pop_items(ITEMS); }
static void two_to_one(int thread) { begin(thread), thread == 0 ? pop_items(2) : push_items(thread == 1 ? 1 : 5, 1); }
static void one_to_two(int thread) { begin(thread), thread == 0 ? push_items(1, 2) : pop_items(1); }
static void three_taken(void) { MODEL_CHECK(taken[1] == 1 && taken[2] == 1 && taken[3] == 1); }
static void one_and_five_taken(void) { MODEL_CHECK(taken[1] == 1 && taken[5] == 1); }
static void two_taken(void) { MODEL_CHECK(taken[1] == 1 && taken[2] == 1); }

#define MODEL(what, count, start, life, end, ...) {.name = what, .threads = count, .setup = start, .thread = life, .finish = end, __VA_ARGS__}
const fl_model fl_models[] = {
  MODEL("lock: 3 threads", 3, nothing, lock_once, lock_is_free, .spurious = false),
  MODEL("lock: 3 threads, one gives up", 3, nothing, lock_one_gives_up, lock_is_free, .timeouts = true),
  MODEL("lock: its owner dies", 2, nothing, lock_one_dies, lock_is_free, .killable = 2, .deaths = 1),
  MODEL("condvar: one waits", 2, nothing, pass_one, NULL, .spurious = false),
  MODEL("condvar: one waits, waking for no reason", 2, nothing, pass_one, NULL, .spurious = true),
  MODEL("rwlock: two read, one writes", 3, nothing, two_read_one_writes, rwlock_is_free, .spurious = false),
  MODEL("rwlock: one reads, two write", 3, nothing, two_write_one_reads, rwlock_is_free, .spurious = false),
  MODEL("rwlock: a writer gives up", 3, nothing, a_writer_gives_up, rwlock_is_free, .timeouts = true),
  MODEL("barrier: two meet, four times", 2, nothing, meet_twice, NULL, .spurious = true),
  MODEL("latch: two count down, one waits", 3, nothing, count_down, NULL, .spurious = false),
  MODEL("semaphore: one permit, 3 threads", 3, nothing, permit, NULL, .spurious = false),
  MODEL("event: two wait for a set", 3, nothing, set_and_reset, NULL, .spurious = false),
  MODEL("once: 3 threads, the first may fail", 3, nothing, do_once, NULL, .spurious = false),
  MODEL("seqlock: one writes twice, one reads", 2, start_seqlock, write_both, NULL, .spurious = false),
  MODEL("seqlock: one writes twice, one reads, store buffers", 2, start_seqlock, write_both, NULL, .store_buffers = true),
  MODEL("ring: room for one", 2, start_ring, pass_in_order, NULL, .spurious = false),
  MODEL("ring: room for two", 2, start_ring_of_two, pass_in_order, NULL, .spurious = false),
  MODEL("ring: room for one, store buffers", 2, start_ring, pass_in_order, NULL, .store_buffers = true),
  MODEL("queue: one pushes, one pops", 2, start_queue, one_to_one, three_taken, .spurious = false),
  MODEL("queue: two push, one pops", 3, start_queue, two_to_one, one_and_five_taken, .spurious = false),
  MODEL("queue: one pushes, two pop", 3, start_queue, one_to_two, two_taken, .spurious = false),
  MODEL("queue: one pushes, one pops, store buffers", 2, start_queue, one_to_one, three_taken, .store_buffers = true),
};
const int fl_models_count = sizeof fl_models / sizeof *fl_models;
