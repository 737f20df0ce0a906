#include "sync/condvar.h"
#include "sync/lock.h"
#include "sync/once.h"
#include "sync/rwlock.h"
#include "sync_threads.h"

#define ROUNDS 20000
#define CREW 4

static fl_lock lock;
static fl_condvar condvar;
static fl_rwlock rwlock;
static fl_once once;
static uint32_t plain[3]; /* protected by the lock that is tested */
static fl_atomic ready, stop, seen, wrong;

static void start(void) {
  memset(&lock, 0, sizeof lock), memset(&condvar, 0, sizeof condvar), memset(&rwlock, 0, sizeof rwlock), memset(&once, 0, sizeof once);
  memset(plain, 0, sizeof plain);
  fl_store(&ready, 0), fl_store(&stop, 0), fl_store(&seen, 0), fl_store(&wrong, 0);
}

static int32_t take(int64_t timeout) { return do_for(fl_lock_attempt, fl_lock_cancel, &lock, timeout); }

/* ---- lock ---- */

static void *count_under_lock(void *how) {
  for (int i = 0; i < ROUNDS; i++) {
    if (how) while (try_once(fl_lock_attempt, &lock) != FL_STEP_DONE) fl_prim_relax();
    else if (take(FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    plain[0]++, plain[1] = plain[0];
    if (plain[1] != plain[0]) fl_count(&wrong);
    if (fl_lock_unlock(&lock) != FL_OK) fl_count(&wrong);
  }
  return NULL;
}

static void a_lock_lets_one_in_at_a_time(void) {
  start();
  crew c = {0};
  for (int i = 0; i < CREW; i++) crew_add(&c, count_under_lock, (void *)(uintptr_t)(i == 3));
  crew_join(&c);
  CHECK(plain[0] == CREW * ROUNDS && fl_load(&wrong) == 0 && fl_lock_owner(&lock) == 0);
}

static void *hold(void *unused) {
  (void)unused;
  take(FOR_EVER);
  fl_store(&ready, 1);
  while (!fl_load(&stop)) fl_prim_relax();
  fl_lock_unlock(&lock);
  return NULL;
}

static void a_lock_knows_its_owner(void) {
  start();
  CHECK(fl_lock_unlock(&lock) == FL_BAD_ARGUMENT);
  CHECK(take(FOR_EVER) == FL_STEP_DONE && fl_lock_owner(&lock) == fl_sync_thread());
  CHECK(take(FOR_EVER) == FL_BUSY); /* it would wait for itself */
  CHECK(try_once(fl_lock_attempt, &lock) == FL_STEP_WAIT);
  CHECK(fl_lock_unlock(&lock) == FL_OK && fl_lock_unlock(&lock) == FL_BAD_ARGUMENT);
  crew c = {0};
  crew_add(&c, hold, NULL);
  until_word(&ready, 1);
  CHECK(fl_lock_owner(&lock) != 0 && fl_lock_owner(&lock) != fl_sync_thread());
  CHECK(fl_lock_unlock(&lock) == FL_BAD_ARGUMENT);
  CHECK(try_once(fl_lock_attempt, &lock) == FL_STEP_WAIT && take(0) == FL_BUSY);
  fl_store(&stop, 1);
  crew_join(&c);
}

static void a_timeout_is_kept_and_leaves_the_lock_usable(void) {
  start();
  crew c = {0};
  crew_add(&c, hold, NULL);
  until_word(&ready, 1);
  int64_t before = fl_now_ns();
  CHECK(take(30 * MS) == FL_BUSY);
  CHECK(fl_now_ns() - before >= 30 * MS);
  fl_store(&stop, 1);
  CHECK(take(FOR_EVER) == FL_STEP_DONE && fl_lock_unlock(&lock) == FL_OK);
  crew_join(&c);
}

/* Sleeps for good but for a wake-up: the second's sleep that every wait has is not to be what ends it. */
static void *lock_and_say_how_long(void *unused) {
  (void)unused;
  fl_wait wait = {0};
  int32_t step = fl_lock_attempt(&lock, &wait);
  fl_count(&ready);
  int64_t before = fl_now_ns();
  while (step == FL_STEP_WAIT) {
    fl_sleep_while(wait.word, wait.value, 60000 * MS);
    step = fl_lock_attempt(&lock, &wait);
  }
  if (fl_now_ns() - before > 20000 * MS) fl_count(&wrong);
  fl_lock_unlock(&lock);
  return NULL;
}

static void every_sleeper_is_woken_in_its_turn(void) {
  for (int round = 0; round < 50; round++) {
    start();
    take(FOR_EVER);
    crew c = {0};
    for (uint32_t i = 0; i < CREW; i++) crew_add(&c, lock_and_say_how_long, NULL);
    until_word(&ready, CREW);
    if (round % 2) for (int i = 0; i < 200000; i++) fl_prim_relax(); /* let them fall asleep */
    CHECK(fl_lock_unlock(&lock) == FL_OK);
    crew_join(&c);
    CHECK(fl_load(&wrong) == 0);
  }
}

static void *lock_and_die(void *how) {
  if (how == &lock) take(FOR_EVER);
  if (how == &rwlock) do_for(fl_rwlock_write_attempt, fl_rwlock_write_cancel, &rwlock, FOR_EVER);
  if (how == &once) do_for(fl_once_attempt, NULL, &once, FOR_EVER);
  fl_store(&ready, fl_sync_thread());
  return NULL;
}

static uint32_t let_one_die_with(void *what) {
  crew c = {0};
  crew_add(&c, lock_and_die, what);
  crew_join(&c);
  return fl_load(&ready);
}

static void *bury_it(void *what) {
  until_word(&stop, 1);
  for (int i = 0; i < 100000; i++) fl_prim_relax();
  uint32_t dead = fl_load(&ready);
  if (what == &lock) fl_lock_bury(&lock, dead);
  if (what == &rwlock) fl_rwlock_bury(&rwlock, dead);
  if (what == &once) fl_once_bury(&once, dead);
  return NULL;
}

/* One died holding it; another waits; the burial wakes it and tells it. */
static int32_t inherit(void *what, fl_attempt *attempt, fl_attempt *cancel) {
  start();
  let_one_die_with(what);
  crew c = {0};
  crew_add(&c, bury_it, what);
  fl_wait wait = {0};
  int32_t step = attempt(what, &wait);
  CHECK(step == FL_STEP_WAIT);
  fl_store(&stop, 1);
  int64_t before = fl_now_ns();
  while (step == FL_STEP_WAIT && fl_now_ns() - before < 20000 * MS) {
    fl_sleep_while(wait.word, wait.value, 30000 * MS);
    step = attempt(what, &wait);
  }
  CHECK(fl_now_ns() - before < 20000 * MS);
  crew_join(&c);
  (void)cancel;
  return step;
}

static void who_inherits_a_lock_is_told_that_its_owner_died(void) {
  CHECK(inherit(&lock, fl_lock_attempt, fl_lock_cancel) == FL_STEP_OWNER_DIED);
  CHECK(fl_lock_unlock(&lock) == FL_OK && take(0) == FL_STEP_DONE); /* told once */
  fl_lock_bury(&lock, fl_sync_thread() + 1000);                     /* somebody else's death changes nothing */
  CHECK(fl_lock_owner(&lock) == fl_sync_thread() && fl_lock_unlock(&lock) == FL_OK);
  CHECK(inherit(&rwlock, fl_rwlock_write_attempt, fl_rwlock_write_cancel) == FL_STEP_OWNER_DIED);
  CHECK(fl_rwlock_unlock_write(&rwlock) == FL_OK && try_once(fl_rwlock_write_attempt, &rwlock) == FL_STEP_DONE);
  CHECK(inherit(&once, fl_once_attempt, NULL) == FL_STEP_OWNER_DIED);
  CHECK(fl_once_complete(&once) == FL_OK && try_once(fl_once_attempt, &once) == FL_STEP_DONE);
}

/* ---- condvar ---- */

#define ITEMS 5000

static void *consume(void *unused) {
  (void)unused;
  for (;;) {
    take(FOR_EVER);
    while (plain[0] == plain[1] && !fl_load(&stop)) {
      fl_wait wait = {.argument = &lock};
      if (fl_wait_until(fl_condvar_attempt, fl_condvar_cancel, &condvar, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
      if (fl_lock_owner(&lock) != fl_sync_thread()) fl_count(&wrong);
    }
    bool over = plain[0] == plain[1];
    if (!over) plain[1]++, fl_count(&seen);
    fl_lock_unlock(&lock);
    if (over) return NULL;
  }
}

static void no_notification_is_lost(void) {
  start();
  crew c = {0};
  for (int i = 0; i < 3; i++) crew_add(&c, consume, NULL);
  int64_t before = fl_now_ns();
  for (int i = 0; i < ITEMS; i++) {
    take(FOR_EVER);
    plain[0]++;
    fl_lock_unlock(&lock);
    fl_condvar_notify(&condvar, 1);
    /* A lost notification would be slept off: for a second each. */
    if (i % 16 == 0) while (fl_load(&seen) < (uint32_t)i + 1) fl_prim_relax();
  }
  while (fl_load(&seen) < ITEMS) fl_prim_relax();
  CHECK(fl_now_ns() - before < 60000 * MS);
  take(FOR_EVER);
  fl_store(&stop, 1);
  fl_lock_unlock(&lock);
  fl_condvar_notify(&condvar, UINT32_MAX);
  crew_join(&c);
  CHECK(fl_load(&seen) == ITEMS && fl_load(&wrong) == 0);
}

static void a_wait_that_runs_out_holds_the_lock_again(void) {
  start();
  fl_wait wait = {.argument = &lock};
  CHECK(fl_wait_until(fl_condvar_attempt, fl_condvar_cancel, &condvar, &wait, 5 * MS) == FL_BAD_ARGUMENT); /* not held */
  take(FOR_EVER);
  wait = (fl_wait){.argument = &lock};
  int64_t before = fl_now_ns();
  CHECK(fl_wait_until(fl_condvar_attempt, fl_condvar_cancel, &condvar, &wait, 20 * MS) == FL_BUSY);
  CHECK(fl_now_ns() - before >= 20 * MS && fl_lock_owner(&lock) == fl_sync_thread());
  fl_lock_unlock(&lock);
}

static void a_notification_between_unlock_and_sleep_is_seen(void) {
  start();
  take(FOR_EVER);
  fl_wait wait = {.argument = &lock};
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_WAIT && fl_lock_owner(&lock) == 0);
  CHECK(*(const volatile uint32_t *)(const void *)wait.word == wait.value);
  fl_condvar_notify(&condvar, 1);
  CHECK(fl_load(wait.word) != wait.value); /* a sleep that begins now ends at once */
  CHECK(fl_condvar_attempt(&condvar, &wait) == FL_STEP_DONE && fl_lock_owner(&lock) == fl_sync_thread());
  fl_lock_unlock(&lock);
}

/* ---- rwlock ---- */

static void *read_and_compare(void *unused) {
  (void)unused;
  while (!fl_load(&stop)) {
    if (do_for(fl_rwlock_read_attempt, NULL, &rwlock, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    if (plain[0] != plain[1] || plain[1] != plain[2]) fl_count(&wrong);
    fl_count(&seen);
    if (fl_rwlock_unlock_read(&rwlock) != FL_OK) fl_count(&wrong);
  }
  return NULL;
}

static void *write_all(void *unused) {
  (void)unused;
  for (int i = 0; i < 2000; i++) {
    if (do_for(fl_rwlock_write_attempt, fl_rwlock_write_cancel, &rwlock, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    plain[0]++, plain[1]++, plain[2]++;
    if (fl_rwlock_unlock_write(&rwlock) != FL_OK) fl_count(&wrong);
  }
  fl_count(&ready);
  return NULL;
}

static void readers_never_see_half_a_write_and_writers_come_through(void) {
  start();
  crew readers = {0}, writers = {0};
  for (int i = 0; i < 3; i++) crew_add(&readers, read_and_compare, NULL);
  until_word(&wrong, 0);
  for (int i = 0; i < 2; i++) crew_add(&writers, write_all, NULL);
  crew_join(&writers); /* the readers never pause: a writer that had to wait for that would not come back */
  fl_store(&stop, 1);
  crew_join(&readers);
  CHECK(plain[0] == 4000 && fl_load(&wrong) == 0 && fl_load(&seen) > 0);
}

static void readers_share_and_stand_back_for_a_waiting_writer(void) {
  start();
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE && try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
  CHECK(try_once(fl_rwlock_write_attempt, &rwlock) == FL_STEP_WAIT);
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE); /* a try leaves no trace */
  fl_wait writer = {0};
  CHECK(fl_rwlock_write_attempt(&rwlock, &writer) == FL_STEP_WAIT);
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_WAIT);
  fl_wait reader = {0};
  CHECK(fl_rwlock_read_attempt(&rwlock, &reader) == FL_STEP_WAIT);
  for (int i = 0; i < 3; i++) CHECK(fl_rwlock_unlock_read(&rwlock) == FL_OK);
  CHECK(fl_rwlock_unlock_read(&rwlock) == FL_BAD_ARGUMENT);
  CHECK(fl_rwlock_write_attempt(&rwlock, &writer) == FL_STEP_DONE);
  reader.flags = FL_WAIT_ASYNC; /* this one thread plays both */
  CHECK(fl_load(reader.word) != reader.value && fl_rwlock_read_attempt(&rwlock, &reader) == FL_STEP_WAIT);
  fl_wait next = {.flags = FL_WAIT_ASYNC};
  CHECK(fl_rwlock_write_attempt(&rwlock, &next) == FL_STEP_WAIT);
  CHECK(fl_rwlock_unlock_write(&rwlock) == FL_OK && fl_rwlock_unlock_write(&rwlock) == FL_BAD_ARGUMENT);
  CHECK(fl_rwlock_read_attempt(&rwlock, &reader) == FL_STEP_DONE); /* it has waited for a writer: now it is its turn, */
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_WAIT); /* but not that of one that comes now */
  CHECK(fl_rwlock_write_cancel(&rwlock, &next) == FL_BUSY && try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
}

static void a_writer_that_dies_waiting_does_not_keep_readers_out(void) {
  start();
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
  fl_wait writer = {0};
  CHECK(fl_rwlock_write_attempt(&rwlock, &writer) == FL_STEP_WAIT && try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_WAIT);
  fl_rwlock_bury(&rwlock, fl_sync_thread());
  CHECK(try_once(fl_rwlock_read_attempt, &rwlock) == FL_STEP_DONE);
}

/* ---- once ---- */

static void *do_once(void *unused) {
  (void)unused;
  int32_t step = do_for(fl_once_attempt, NULL, &once, FOR_EVER);
  if (step == FL_STEP_CHOSEN) {
    plain[0]++;
    for (int i = 0; i < 10000; i++) fl_prim_relax();
    if (fl_count(&seen), fl_load(&seen) < 3) fl_once_fail(&once); /* twice it goes wrong */
    else plain[1] = 7, fl_once_complete(&once);
  } else if (step != FL_STEP_DONE || plain[1] != 7) {
    fl_count(&wrong);
  }
  return NULL;
}

static void once_is_done_once_and_again_only_after_a_failure(void) {
  for (int round = 0; round < 100; round++) {
    start();
    crew c = {0};
    for (int i = 0; i < 6; i++) crew_add(&c, do_once, NULL);
    crew_join(&c);
    CHECK(plain[0] == 3 && plain[1] == 7 && fl_load(&wrong) == 0);
  }
  CHECK(fl_once_complete(&once) == FL_BAD_ARGUMENT && fl_once_fail(&once) == FL_BAD_ARGUMENT);
  start();
  CHECK(try_once(fl_once_attempt, &once) == FL_STEP_CHOSEN && do_for(fl_once_attempt, NULL, &once, FOR_EVER) == FL_BUSY);
}

void test_sync_locks(void) {
  TEST(a_lock_lets_one_in_at_a_time, "sync: a lock lets one in at a time");
  TEST(a_lock_knows_its_owner, "sync: a lock knows its owner, and who is not");
  TEST(a_timeout_is_kept_and_leaves_the_lock_usable, "sync: a timeout is kept and leaves the lock usable");
  TEST(every_sleeper_is_woken_in_its_turn, "sync: every sleeper is woken in its turn");
  TEST(who_inherits_a_lock_is_told_that_its_owner_died, "sync: who inherits a lock is told that its owner died");
  TEST(no_notification_is_lost, "sync: no notification is lost");
  TEST(a_wait_that_runs_out_holds_the_lock_again, "sync: a wait that runs out holds the lock again");
  TEST(a_notification_between_unlock_and_sleep_is_seen, "sync: a notification between unlock and sleep is seen");
  TEST(readers_never_see_half_a_write_and_writers_come_through, "sync: readers never see half a write, and writers come through");
  TEST(readers_share_and_stand_back_for_a_waiting_writer, "sync: readers share, and stand back for a waiting writer");
  TEST(a_writer_that_dies_waiting_does_not_keep_readers_out, "sync: a writer that dies waiting does not keep readers out");
  TEST(once_is_done_once_and_again_only_after_a_failure, "sync: once is done once, and again only after a failure");
}
