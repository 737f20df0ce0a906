#include "sync/barrier.h"
#include "sync/event.h"
#include "sync/latch.h"
#include "sync/seqlock.h"
#include "sync/semaphore.h"
#include "sync_threads.h"

#define CREW 4

static fl_semaphore semaphore;
static fl_barrier barrier;
static fl_latch latch;
static fl_event event;
static fl_atomic inside, most, wrong, stop, seen, chosen;
static uint32_t marks[CREW];

static void start(void) {
  memset(&semaphore, 0, sizeof semaphore), memset(&barrier, 0, sizeof barrier), memset(&latch, 0, sizeof latch), memset(&event, 0, sizeof event);
  memset(marks, 0, sizeof marks);
  fl_atomic *const words[] = {&inside, &most, &wrong, &stop, &seen, &chosen};
  for (int i = 0; i < 6; i++) fl_store(words[i], 0);
}

/* ---- semaphore ---- */

static void *pass_through(void *unused) {
  (void)unused;
  for (int i = 0; i < 5000; i++) {
    if (do_for(fl_semaphore_attempt, fl_semaphore_cancel, &semaphore, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    uint32_t now = fl_fetch_add(&inside, 1) + 1, before = fl_load(&most);
    while (now > before && !fl_swap_if(&most, before, now)) before = fl_load(&most);
    for (int spin = 0; spin < 20; spin++) fl_prim_relax();
    fl_fetch_sub(&inside, 1);
    if (fl_semaphore_release(&semaphore, 1) != FL_OK) fl_count(&wrong);
  }
  return NULL;
}

static void a_semaphore_lets_as_many_in_as_it_has_permits(void) {
  for (uint32_t permits = 1; permits <= 3; permits++) {
    start();
    fl_semaphore_release(&semaphore, permits);
    crew c = {0};
    for (int i = 0; i < CREW; i++) crew_add(&c, pass_through, NULL);
    crew_join(&c);
    CHECK(fl_load(&most) <= permits && fl_load(&wrong) == 0 && fl_load(&semaphore.permits) == permits);
  }
}

static void *acquire_asleep(void *unused) {
  (void)unused;
  fl_wait wait = {0};
  int32_t step = fl_semaphore_attempt(&semaphore, &wait);
  fl_count(&inside);
  while (step == FL_STEP_WAIT) {
    fl_sleep_while(wait.word, wait.value, 60000 * MS);
    step = fl_semaphore_attempt(&semaphore, &wait);
  }
  fl_count(&seen);
  return NULL;
}

static void a_release_of_many_wakes_as_many(void) {
  start();
  crew c = {0};
  for (uint32_t i = 0; i < CREW; i++) crew_add(&c, acquire_asleep, NULL);
  until_word(&inside, CREW);
  for (int i = 0; i < 2000000; i++) fl_prim_relax();
  int64_t before = fl_now_ns();
  CHECK(fl_semaphore_release(&semaphore, CREW) == FL_OK);
  crew_join(&c);
  CHECK(fl_load(&seen) == CREW && fl_now_ns() - before < 20000 * MS && fl_load(&semaphore.permits) == 0);
}

static void a_semaphore_refuses_what_does_not_fit(void) {
  start();
  CHECK(fl_semaphore_release(&semaphore, 0) == FL_BAD_ARGUMENT);
  CHECK(fl_semaphore_release(&semaphore, FL_SEMAPHORE_MAX) == FL_OK && fl_semaphore_release(&semaphore, 1) == FL_BAD_ARGUMENT);
  CHECK(fl_load(&semaphore.permits) == FL_SEMAPHORE_MAX);
  start();
  int64_t before = fl_now_ns();
  CHECK(do_for(fl_semaphore_attempt, fl_semaphore_cancel, &semaphore, 20 * MS) == FL_BUSY && fl_now_ns() - before >= 20 * MS);
}

/* ---- barrier ---- */

#define GENERATIONS 3000

static void *meet_often(void *number) {
  uint32_t me = (uint32_t)(uintptr_t)number;
  for (uint32_t g = 1; g <= GENERATIONS; g++) {
    marks[me] = g; /* plain: ordered by the barrier */
    int32_t step = do_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, FOR_EVER);
    if (step == FL_STEP_CHOSEN) fl_count(&chosen);
    else if (step != FL_STEP_DONE) fl_count(&wrong);
    for (int i = 0; i < CREW; i++)
      if (marks[i] != g) fl_count(&wrong);
    do_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, FOR_EVER); /* nobody writes before all have looked */
  }
  return NULL;
}

static void a_barrier_is_reused_and_orders_what_came_before(void) {
  start();
  barrier.parties = CREW;
  crew c = {0};
  for (int i = 0; i < CREW; i++) crew_add(&c, meet_often, (void *)(uintptr_t)i);
  crew_join(&c);
  CHECK(fl_load(&wrong) == 0 && fl_load(&chosen) == GENERATIONS);
}

static void an_arrival_is_taken_back_by_a_timeout(void) {
  start();
  barrier.parties = 3;
  CHECK(do_for(fl_barrier_attempt, fl_barrier_cancel, &barrier, 5 * MS) == FL_BUSY);
  fl_wait a = {0}, b = {0}, c = {0};
  CHECK(fl_barrier_attempt(&barrier, &a) == FL_STEP_WAIT && fl_barrier_attempt(&barrier, &b) == FL_STEP_WAIT);
  CHECK(fl_barrier_attempt(&barrier, &a) == FL_STEP_WAIT); /* trying again is no second arrival */
  CHECK(fl_barrier_attempt(&barrier, &c) == FL_STEP_CHOSEN);
  CHECK(fl_barrier_cancel(&barrier, &a) == FL_STEP_DONE && fl_barrier_attempt(&barrier, &b) == FL_STEP_DONE);
  fl_wait again = {0};
  CHECK(fl_barrier_attempt(&barrier, &again) == FL_STEP_WAIT); /* the next generation begins at 0 */
  CHECK((fl_load(&barrier.state) & 0xFFFF) == 1);
}

static void a_barrier_outlives_the_wrap_of_its_generation(void) {
  start();
  barrier.parties = 2;
  fl_store(&barrier.state, 0xFFFF0000u);
  fl_wait a = {0}, b = {0};
  CHECK(fl_barrier_attempt(&barrier, &a) == FL_STEP_WAIT && fl_barrier_attempt(&barrier, &b) == FL_STEP_CHOSEN);
  CHECK(fl_barrier_attempt(&barrier, &a) == FL_STEP_DONE && fl_load(&barrier.state) == 0);
  fl_wait alone = {0};
  barrier.parties = 1;
  CHECK(fl_barrier_attempt(&barrier, &alone) == FL_STEP_CHOSEN);
}

/* ---- latch, event ---- */

static void *wait_for_latch(void *unused) {
  (void)unused;
  if (do_for(fl_latch_attempt, NULL, &latch, FOR_EVER) != FL_STEP_DONE || marks[0] != 5) fl_count(&wrong);
  fl_count(&seen);
  return NULL;
}

static void a_latch_opens_when_it_has_been_counted_down(void) {
  start();
  fl_store(&latch.count, 3);
  crew c = {0};
  for (int i = 0; i < 3; i++) crew_add(&c, wait_for_latch, NULL);
  CHECK(fl_latch_count_down(&latch, 4) == FL_BAD_ARGUMENT && fl_latch_count_down(&latch, 0) == FL_BAD_ARGUMENT);
  CHECK(fl_latch_count_down(&latch, 1) == FL_OK && do_for(fl_latch_attempt, NULL, &latch, 2 * MS) == FL_BUSY && fl_load(&seen) == 0);
  marks[0] = 5;
  CHECK(fl_latch_count_down(&latch, 2) == FL_OK && fl_latch_count_down(&latch, 1) == FL_BAD_ARGUMENT);
  crew_join(&c);
  CHECK(fl_load(&wrong) == 0 && do_for(fl_latch_attempt, NULL, &latch, 0) == FL_STEP_DONE);
}

static void a_set_lets_go_who_waits_even_if_a_reset_follows(void) {
  start();
  fl_wait wait = {0};
  CHECK(fl_event_attempt(&event, &wait) == FL_STEP_WAIT);
  fl_event_reset(&event); /* nothing to reset: nothing changes */
  CHECK(fl_event_attempt(&event, &wait) == FL_STEP_WAIT);
  fl_event_set(&event);
  CHECK(fl_load(wait.word) != wait.value);
  fl_event_reset(&event);
  CHECK(fl_event_attempt(&event, &wait) == FL_STEP_DONE);
  CHECK(do_for(fl_event_attempt, NULL, &event, 2 * MS) == FL_BUSY); /* who comes now waits for the next */
  fl_event_set(&event);
  CHECK(do_for(fl_event_attempt, NULL, &event, 0) == FL_STEP_DONE && do_for(fl_event_attempt, NULL, &event, 0) == FL_STEP_DONE);
}

static void *wait_for_event(void *unused) {
  (void)unused;
  fl_wait wait = {0};
  int32_t step = fl_event_attempt(&event, &wait);
  fl_count(&inside);
  while (step == FL_STEP_WAIT) {
    fl_sleep_while(wait.word, wait.value, 60000 * MS);
    step = fl_event_attempt(&event, &wait);
  }
  return NULL;
}

static void everybody_who_sleeps_on_an_event_is_woken(void) {
  start();
  crew c = {0};
  for (uint32_t i = 0; i < CREW; i++) crew_add(&c, wait_for_event, NULL);
  until_word(&inside, CREW);
  for (int i = 0; i < 2000000; i++) fl_prim_relax();
  int64_t before = fl_now_ns();
  fl_event_set(&event), fl_event_reset(&event);
  crew_join(&c);
  CHECK(fl_now_ns() - before < 20000 * MS);
}

/* ---- seqlock ---- */

#define WORDS 16

static fl_seqlock *board;

static void new_board(void) {
  size_t bytes = sizeof *board + WORDS * sizeof(fl_atomic);
  free(board);
  board = aligned_alloc(FL_CACHE_LINE, (bytes + 63) & ~(size_t)63);
  memset(board, 0, bytes);
  board->count = WORDS;
}

static int32_t begin_write(int64_t timeout) { return do_for(fl_seqlock_write_attempt, fl_seqlock_write_cancel, board, timeout); }

static void *write_often(void *number) {
  for (uint32_t i = 0; i < 3000; i++) {
    if (begin_write(FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    uint32_t value = i * 2 + (uint32_t)(uintptr_t)number;
    for (int w = 0; w < WORDS; w++) fl_store(&board->words[w], value * 2654435761u + (uint32_t)w);
    if (fl_seqlock_publish(board) != FL_OK) fl_count(&wrong);
  }
  fl_count(&stop);
  return NULL;
}

static void *read_whole(void *unused) {
  (void)unused;
  uint32_t copy[WORDS];
  while (fl_load(&stop) < 2 || fl_load(&seen) == 0) {
    fl_wait wait = {0};
    if (fl_wait_until(fl_seqlock_read_attempt, NULL, board, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    for (int w = 0; w < WORDS; w++) copy[w] = fl_load(&board->words[w]);
    if (!fl_seqlock_is_whole(board, wait.ticket)) continue;
    fl_count(&seen);
    for (uint32_t w = 0; w < WORDS; w++)
      if (copy[w] != copy[0] + w) fl_count(&wrong);
  }
  return NULL;
}

static void readers_of_a_seqlock_never_see_a_torn_value(void) {
  start();
  new_board();
  for (uint32_t w = 0; w < WORDS; w++) fl_store(&board->words[w], w);
  crew c = {0};
  for (int i = 0; i < 2; i++) crew_add(&c, read_whole, NULL), crew_add(&c, write_often, (void *)(uintptr_t)i);
  crew_join(&c);
  CHECK(fl_load(&wrong) == 0 && fl_load(&seen) > 0 && fl_load(&board->sequence) == 2 * 2 * 3000);
}

static void a_writer_that_dies_is_told_to_readers_and_to_the_next_writer(void) {
  start();
  new_board();
  CHECK(fl_seqlock_publish(board) == FL_BAD_ARGUMENT);
  fl_wait reader = {0};
  CHECK(fl_seqlock_read_attempt(board, &reader) == FL_STEP_DONE);
  CHECK(begin_write(0) == FL_STEP_DONE && begin_write(0) == FL_BUSY);
  CHECK(!fl_seqlock_is_whole(board, reader.ticket) && fl_seqlock_read_attempt(board, &reader) == FL_STEP_WAIT);
  fl_seqlock_bury(board, fl_sync_thread());
  CHECK(fl_seqlock_read_attempt(board, &reader) == FL_STEP_OWNER_DIED);
  CHECK(begin_write(0) == FL_STEP_OWNER_DIED && fl_seqlock_publish(board) == FL_OK);
  CHECK(fl_seqlock_read_attempt(board, &reader) == FL_STEP_DONE && fl_seqlock_is_whole(board, reader.ticket));
}

void test_sync_signals(void) {
  TEST(a_semaphore_lets_as_many_in_as_it_has_permits, "sync: a semaphore lets as many in as it has permits");
  TEST(a_release_of_many_wakes_as_many, "sync: a release of many wakes as many");
  TEST(a_semaphore_refuses_what_does_not_fit, "sync: a semaphore refuses what does not fit, and keeps its timeout");
  TEST(a_barrier_is_reused_and_orders_what_came_before, "sync: a barrier is reused and orders what came before");
  TEST(an_arrival_is_taken_back_by_a_timeout, "sync: an arrival is taken back by a timeout, unless all have arrived");
  TEST(a_barrier_outlives_the_wrap_of_its_generation, "sync: a barrier outlives the wrap of its generation");
  TEST(a_latch_opens_when_it_has_been_counted_down, "sync: a latch opens when it has been counted down");
  TEST(a_set_lets_go_who_waits_even_if_a_reset_follows, "sync: a set lets go who waits, even if a reset follows");
  TEST(everybody_who_sleeps_on_an_event_is_woken, "sync: everybody who sleeps on an event is woken");
  TEST(readers_of_a_seqlock_never_see_a_torn_value, "sync: readers of a seqlock never see a torn value");
  TEST(a_writer_that_dies_is_told_to_readers_and_to_the_next_writer, "sync: a writer that dies is told to readers and to the next writer");
}
