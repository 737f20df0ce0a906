/* The corners of sync/: who must be woken by whom, what a thread may not do to itself, and words that many change at once. Sleepers
 * here sleep for 15 s but for a wake-up: the second's sleep that every wait has would hide one that is missing. */
#include "sync/barrier.h"
#include "sync/condvar.h"
#include "sync/event.h"
#include "sync/latch.h"
#include "sync/lock.h"
#include "sync/once.h"
#include "sync/rwlock.h"
#include "sync/semaphore.h"
#include "sync_threads.h"

#define CREW 4
#define HAMMERINGS 200000

static fl_lock lock;
static fl_condvar condvar;
static fl_rwlock rwlock;
static fl_semaphore semaphore;
static fl_latch latch;
static fl_event event;
static fl_barrier barrier;
static fl_once once;
static fl_atomic asleep, through, wrong, gate, chosen, met;
static uint32_t plain;

static void start(void) {
  memset(&lock, 0, sizeof lock), memset(&condvar, 0, sizeof condvar), memset(&rwlock, 0, sizeof rwlock), memset(&semaphore, 0, sizeof semaphore);
  memset(&latch, 0, sizeof latch), memset(&event, 0, sizeof event), memset(&barrier, 0, sizeof barrier), memset(&once, 0, sizeof once);
  fl_store(&asleep, 0), fl_store(&through, 0), fl_store(&wrong, 0), fl_store(&chosen, 0), fl_store(&met, 0);
  plain = 0;
}

/* ---- wake-ups ---- */

typedef struct sleeper {
  fl_attempt *attempt;
  void *object;
} sleeper;

static void *sleep_through(void *argument) {
  const sleeper *s = argument;
  fl_wait wait = {0};
  int32_t step = s->attempt(s->object, &wait);
  if (step != FL_STEP_WAIT) fl_count(&wrong);
  fl_count(&asleep);
  while (step == FL_STEP_WAIT) {
    fl_sleep_while(wait.word, wait.value, 15000 * MS);
    step = s->attempt(s->object, &wait);
  }
  fl_count(&through);
  return NULL;
}

static crew put_to_sleep(sleeper *s, uint32_t count) {
  crew c = {0};
  for (uint32_t i = 0; i < count; i++) crew_add(&c, sleep_through, s);
  until_word(&asleep, fl_load(&through) + count);
  for (int i = 0; i < 2000000; i++) fl_prim_relax();
  return c;
}

static void all_come_through(crew *c, uint32_t count) {
  int64_t before = fl_now_ns();
  crew_join(c);
  CHECK(fl_now_ns() - before < 10000 * MS && fl_load(&through) == count && fl_load(&wrong) == 0);
}

static void the_last_reader_wakes_the_writer(void) {
  start();
  for (int i = 0; i < 3; i++) CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
  sleeper writer = {fl_rwlock_write_attempt, &rwlock};
  crew c = put_to_sleep(&writer, 1);
  for (int i = 0; i < 2; i++) CHECK(fl_rwlock_unlock_read(&rwlock) == FL_OK && fl_load(&through) == 0);
  CHECK(fl_rwlock_unlock_read(&rwlock) == FL_OK);
  all_come_through(&c, 1);
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_WAIT);
}

static void a_writer_that_leaves_wakes_all_readers(void) {
  start();
  CHECK(try_once(fl_rwlock_write_attempt, &rwlock) == FL_STEP_DONE);
  sleeper reader = {fl_rwlock_read_attempt, &rwlock};
  crew c = put_to_sleep(&reader, CREW);
  CHECK(fl_rwlock_unlock_write(&rwlock) == FL_OK);
  all_come_through(&c, CREW);
  CHECK((fl_load(&rwlock.state) & 0xFFFF) == CREW); /* all at once */
}

static void a_writer_that_gives_up_wakes_those_that_stood_back_for_it(void) {
  start();
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
  fl_wait writer = {.flags = FL_WAIT_ASYNC};
  CHECK(fl_rwlock_write_attempt(&rwlock, &writer) == FL_STEP_WAIT);
  sleeper reader = {fl_rwlock_read_attempt, &rwlock};
  crew c = put_to_sleep(&reader, 2);
  CHECK(fl_rwlock_write_cancel(&rwlock, &writer) == FL_BUSY);
  all_come_through(&c, 2);
}

static void the_last_count_and_no_other_opens_a_latch(void) {
  start();
  fl_store(&latch.count, 3);
  sleeper s = {fl_latch_attempt, &latch};
  crew c = put_to_sleep(&s, CREW);
  for (uint32_t left = 2; left > 0; left--) {
    CHECK(fl_latch_count_down(&latch, 1) == FL_OK && fl_load(&latch.count) == left);
    CHECK(try_once(fl_latch_attempt, &latch) == FL_STEP_WAIT);
    for (int i = 0; i < 500000; i++) fl_prim_relax();
    CHECK(fl_load(&through) == 0);
  }
  CHECK(fl_latch_count_down(&latch, 2) == FL_BAD_ARGUMENT && fl_latch_count_down(&latch, 1) == FL_OK);
  all_come_through(&c, CREW);
}

/* A wake-up for one may reach one whose time has run out just then: it has to pass it on. */
static void who_gives_up_passes_its_wake_up_on(void) {
  start();
  fl_wait wait = {0};
  CHECK(fl_semaphore_attempt(&semaphore, &wait) == FL_STEP_WAIT);
  sleeper s = {fl_semaphore_attempt, &semaphore};
  crew c = put_to_sleep(&s, 1);
  fl_store(&semaphore.permits, 1); /* a release whose wake-up was this thread's */
  CHECK(fl_semaphore_cancel(&semaphore, &wait) == FL_BUSY);
  all_come_through(&c, 1);
  start();
  fl_store(&lock.state, fl_sync_thread() + 1000);
  wait = (fl_wait){0};
  CHECK(fl_lock_cancel(&lock, &wait) == FL_BUSY); /* never waited: nobody's wake-up */
  CHECK(fl_lock_attempt(&lock, &wait) == FL_STEP_WAIT);
  s = (sleeper){fl_lock_attempt, &lock};
  c = put_to_sleep(&s, 1);
  fl_store(&lock.state, 0);
  CHECK(fl_lock_cancel(&lock, &wait) == FL_BUSY);
  all_come_through(&c, 1);
}

/* ---- one thread against itself ---- */

static void a_thread_does_not_wait_for_itself_but_its_other_tasks_may(void) {
  start();
  fl_wait plain_wait = {0}, async = {.flags = FL_WAIT_ASYNC};
  CHECK(try_once(fl_lock_attempt, &lock) == FL_STEP_DONE);
  CHECK(fl_lock_attempt(&lock, &plain_wait) == FL_BUSY && fl_lock_attempt(&lock, &async) == FL_STEP_WAIT);
  CHECK(try_once(fl_rwlock_write_attempt, &rwlock) == FL_STEP_DONE && try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_WAIT);
  plain_wait = (fl_wait){0}, async = (fl_wait){.flags = FL_WAIT_ASYNC};
  CHECK(fl_rwlock_read_attempt(&rwlock, &plain_wait) == FL_BUSY && fl_rwlock_write_attempt(&rwlock, &plain_wait) == FL_BUSY);
  CHECK(fl_rwlock_unlock_read(&rwlock) == FL_BAD_ARGUMENT && fl_rwlock_read_attempt(&rwlock, &async) == FL_STEP_WAIT);
  CHECK(try_once(fl_once_attempt, &once) == FL_STEP_CHOSEN && try_once(fl_once_attempt, &once) == FL_STEP_WAIT);
  plain_wait = (fl_wait){0}, async = (fl_wait){.flags = FL_WAIT_ASYNC};
  CHECK(fl_once_attempt(&once, &plain_wait) == FL_BUSY && fl_once_attempt(&once, &async) == FL_STEP_WAIT);
}

static void a_reader_is_told_that_the_writer_died(void) {
  start();
  CHECK(try_once(fl_rwlock_write_attempt, &rwlock) == FL_STEP_DONE);
  fl_rwlock_bury(&rwlock, fl_sync_thread());
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_OWNER_DIED);
}

/* The lock that a condvar gives back may be held by another task of the same thread, and a notification may come with the timeout. */
static void a_condvar_takes_its_lock_again_whatever_has_come_between(void) {
  start();
  CHECK(try_once(fl_lock_attempt, &lock) == FL_STEP_DONE);
  fl_wait wait = {.argument = &lock};
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_WAIT && try_once(fl_lock_attempt, &lock) == FL_STEP_DONE);
  fl_condvar_notify(&condvar, 1);
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_BUSY); /* it would wait for itself */
  wait.flags = FL_WAIT_ASYNC;
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_WAIT && fl_condvar_cancel(&condvar, &wait) == FL_STEP_WAIT);
  CHECK(fl_lock_unlock(&lock) == FL_OK && fl_condvar_attempt(&condvar, &wait) == FL_STEP_DONE); /* it was notified: not too late */
  wait = (fl_wait){.argument = &lock};
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_WAIT);
  fl_condvar_notify(&condvar, 1);
  CHECK(fl_condvar_cancel(&condvar, &wait) == FL_STEP_WAIT && fl_condvar_attempt(&condvar, &wait) == FL_STEP_DONE);
  wait = (fl_wait){.argument = &lock};
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_WAIT && fl_condvar_cancel(&condvar, &wait) == FL_STEP_WAIT);
  fl_condvar_notify(&condvar, 1); /* after the timeout */
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_BUSY && fl_lock_owner(&lock) == fl_sync_thread());
}

static void an_event_that_is_set_twice_has_been_set_once(void) {
  start();
  fl_event_set(&event);
  uint32_t state = fl_load(&event.state);
  fl_event_set(&event);
  CHECK(fl_load(&event.state) == state);
  fl_event_reset(&event), fl_event_set(&event);
  CHECK(fl_load(&event.state) != state && try_once(fl_event_attempt, &event) == FL_STEP_DONE);
}

/* ---- the loop itself ---- */

static int32_t third_time(void *attempts, fl_wait *wait) {
  return ++*(uint32_t *)attempts == 3 ? FL_STEP_CHOSEN : fl_wait_on(wait, &asleep, fl_load(&asleep) + 1); /* a sleep that ends at once */
}
static int32_t is_done_after_all(void *attempts, fl_wait *wait) { return (void)attempts, (void)wait, FL_STEP_OWNER_DIED; }
static int32_t must_go_on(void *attempts, fl_wait *wait) { return (void)attempts, (void)wait, FL_STEP_WAIT; }

static void a_timeout_may_find_that_it_is_done_or_must_go_on(void) {
  uint32_t attempts = 0;
  CHECK(do_for(third_time, NULL, &attempts, 0) == FL_BUSY && attempts == 1);
  CHECK(do_for(third_time, is_done_after_all, &attempts, 0) == FL_STEP_OWNER_DIED && attempts == 2);
  attempts = 0;
  CHECK(do_for(third_time, must_go_on, &attempts, 0) == FL_STEP_CHOSEN && attempts == 3);
  attempts = 0;
  CHECK(do_for(third_time, NULL, &attempts, INT64_MAX) == FL_STEP_CHOSEN); /* a time that cannot be told is for ever */
}

/* ---- many at once ---- */

static void enter_together(void) {
  fl_count(&gate);
  while (fl_load(&gate) < CREW) fl_prim_relax();
}

static void *hammer_readers(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++)
    if (do_for(fl_rwlock_read_attempt, NULL, &rwlock, FOR_EVER) != FL_STEP_DONE || fl_rwlock_unlock_read(&rwlock) != FL_OK) fl_count(&wrong);
  return unused;
}
static void *hammer_permits(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++)
    if (fl_semaphore_release(&semaphore, 1) != FL_OK || do_for(fl_semaphore_attempt, NULL, &semaphore, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
  return unused;
}
static void *hammer_arrivals(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++)
    if (do_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, 0) != FL_BUSY) fl_count(&wrong);
  return unused;
}
/* Pairs that find each other, or give up. */
static void *hammer_pairs(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++) {
    int32_t step = do_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, 0);
    if (step == FL_STEP_CHOSEN) fl_count(&chosen);
    else if (step == FL_STEP_DONE) fl_count(&met);
    else if (step != FL_BUSY) fl_count(&wrong);
  }
  return unused;
}
static void *hammer_turns(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++) {
    while (try_once(fl_once_attempt, &once) != FL_STEP_CHOSEN) fl_prim_relax();
    plain++;
    if (fl_once_fail(&once) != FL_OK) fl_count(&wrong);
  }
  return unused;
}
static void *hammer_sets(void *unused) {
  enter_together();
  for (int i = 0; i < HAMMERINGS; i++) {
    fl_event_set(&event);
    fl_event_reset(&event);
  }
  return unused;
}

static void hammer(void *(*body)(void *)) {
  crew c = {0};
  fl_store(&gate, 0);
  for (int i = 0; i < CREW; i++) crew_add(&c, body, NULL);
  crew_join(&c);
}

static void nothing_is_lost_when_many_change_a_word_at_once(void) {
  start();
  barrier.parties = CREW + 1;
  static void *(*const hammers[])(void *) = {hammer_readers, hammer_permits, hammer_arrivals, hammer_turns, hammer_sets};
  for (uint32_t h = 0; h < sizeof hammers / sizeof *hammers; h++) hammer(hammers[h]);
  CHECK(fl_load(&wrong) == 0 && fl_load(&rwlock.state) == 0 && fl_load(&semaphore.permits) == 0 && fl_load(&barrier.state) == 0);
  barrier.parties = 2;
  hammer(hammer_pairs);
  CHECK(fl_load(&wrong) == 0 && fl_load(&chosen) == fl_load(&met) && fl_load(&barrier.state) == fl_load(&chosen) << 16);
  CHECK(plain == CREW * HAMMERINGS && fl_load(&event.state) % 2 == 0 && fl_load(&event.state) <= 2 * CREW * HAMMERINGS);
}

void test_sync_corners(void) {
  TEST(the_last_reader_wakes_the_writer, "sync: the last reader wakes the writer");
  TEST(a_writer_that_leaves_wakes_all_readers, "sync: a writer that leaves wakes all readers");
  TEST(a_writer_that_gives_up_wakes_those_that_stood_back_for_it, "sync: a writer that gives up wakes those that stood back for it");
  TEST(the_last_count_and_no_other_opens_a_latch, "sync: the last count, and no other, opens a latch");
  TEST(who_gives_up_passes_its_wake_up_on, "sync: who gives up passes its wake-up on");
  TEST(a_thread_does_not_wait_for_itself_but_its_other_tasks_may, "sync: a thread does not wait for itself, but its other tasks may");
  TEST(a_reader_is_told_that_the_writer_died, "sync: a reader is told that the writer died");
  TEST(a_condvar_takes_its_lock_again_whatever_has_come_between, "sync: a condvar takes its lock again, whatever has come between");
  TEST(an_event_that_is_set_twice_has_been_set_once, "sync: an event that is set twice has been set once");
  TEST(a_timeout_may_find_that_it_is_done_or_must_go_on, "sync: a timeout may find that it is done, or must go on");
  TEST(nothing_is_lost_when_many_change_a_word_at_once, "sync: nothing is lost when many change a word at once");
}
