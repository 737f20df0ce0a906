#include "api/framelane.h"
#include "base/status.h"
#include "sync_threads.h"

static fl_sync_step *step;

static uintptr_t make(uint32_t kind, double count, double item_size) {
  CHECK(fl_sync_create(kind, count, item_size) == FL_OK);
  return step->result;
}

static int32_t call(uint32_t op, uintptr_t primitive, uint32_t flags, uint32_t count) {
  *step = (fl_sync_step){.flags = flags, .count = count};
  return fl_sync_attempt(op, primitive);
}

static void begin(void) {
  fl_start(0);
  step = fl_sync_my_step();
  *step = (fl_sync_step){0};
}

static void primitives_live_at_addresses_until_they_are_freed(void) {
  begin();
  for (uint32_t kind = FL_SYNC_MUTEX; kind <= FL_SYNC_QUEUE; kind++) {
    uintptr_t a = make(kind, 3, 5), b = make(kind, 2, 8);
    CHECK(a % 64 == 0 && fl_sync_find(kind, a) == FL_OK && step->serial != 0);
    if (kind == FL_SYNC_QUEUE) CHECK(step->count == 4 && step->ticket == 5);
    if (kind == FL_SYNC_RING) CHECK(step->count == 3 && step->ticket == 5);
    if (kind == FL_SYNC_SEQLOCK) CHECK(step->count == 4);
    CHECK(fl_sync_find(kind % FL_SYNC_QUEUE + 1, a) == FL_BAD_ARGUMENT && fl_sync_find(kind, a + 64) == FL_STALE_HANDLE);
    CHECK(fl_sync_free(a) == FL_OK && fl_sync_free(a) == FL_STALE_HANDLE && fl_sync_find(kind, a) == FL_STALE_HANDLE);
    *step = (fl_sync_step){.serial = 1u << 30};
    CHECK(fl_sync_free(b) == FL_STALE_HANDLE); /* of another generation */
    *step = (fl_sync_step){0};
    CHECK(fl_sync_free(b) == FL_OK);
  }
  CHECK(fl_sync_find(FL_SYNC_MUTEX, 0) == FL_STALE_HANDLE && fl_sync_find(FL_SYNC_MUTEX, 65) == FL_STALE_HANDLE);
  CHECK(fl_sync_find(FL_SYNC_MUTEX, UINTPTR_MAX - 63) == FL_STALE_HANDLE && fl_sync_find(0, 64) == FL_BAD_ARGUMENT);
  fl_stats();
  CHECK(fl_mail()[0] == 0);
}

static void sizes_out_of_range_are_refused(void) {
  begin();
  CHECK(fl_sync_create(0, 1, 1) == FL_BAD_ARGUMENT && fl_sync_create(99, 1, 1) == FL_BAD_ARGUMENT);
  CHECK(fl_sync_create(FL_SYNC_SEMAPHORE, -1, 0) == FL_BAD_ARGUMENT && strstr(fl_message(), "semaphore: permits must be between 0 and 2147483647"));
  CHECK(fl_sync_create(FL_SYNC_BARRIER, 65536, 0) == FL_BAD_ARGUMENT && fl_sync_create(FL_SYNC_LATCH, 0.5, 0) == FL_BAD_ARGUMENT);
  CHECK(fl_sync_create(FL_SYNC_RING, 4, 0) == FL_BAD_ARGUMENT && fl_sync_create(FL_SYNC_QUEUE, 0, 4) == FL_BAD_ARGUMENT);
  CHECK(fl_sync_create(FL_SYNC_RING, 1 << 30, 1 << 24) == FL_OUT_OF_MEMORY);
}

static void operations_say_what_they_refuse(void) {
  begin();
  uintptr_t mutex = make(FL_SYNC_MUTEX, 0, 0), condvar = make(FL_SYNC_CONDVAR, 0, 0), semaphore = make(FL_SYNC_SEMAPHORE, 0, 0);
  CHECK(call(FL_SYNC_OPS, mutex, 0, 0) == FL_BAD_ARGUMENT && call(FL_SYNC_ACQUIRE, mutex, 0, 0) == FL_BAD_ARGUMENT);
  CHECK(strstr(fl_message(), "a mutex"));
  CHECK(call(FL_SYNC_UNLOCK, mutex, 0, 0) == FL_BAD_ARGUMENT && strstr(fl_message(), "mutex.unlock: this thread does not hold it"));
  CHECK(call(FL_SYNC_LOCK, mutex, 0, 0) == FL_OK && fl_sync_run(FL_SYNC_LOCK, mutex, -1) == FL_BUSY && strstr(fl_message(), "holds it already"));
  *step = (fl_sync_step){.argument = semaphore};
  CHECK(fl_sync_attempt(FL_SYNC_WAIT, condvar) == FL_BAD_ARGUMENT);
  *step = (fl_sync_step){.argument = mutex};
  CHECK(fl_sync_run(FL_SYNC_WAIT, condvar, 5) == FL_BUSY && strstr(fl_message(), "condvar.wait: not within the time given"));
  CHECK(step->argument == mutex && call(FL_SYNC_UNLOCK, mutex, 0, 0) == FL_OK); /* it was held again */
  *step = (fl_sync_step){0};
  CHECK(fl_sync_run(FL_SYNC_ACQUIRE, semaphore, 5) == FL_BUSY && strstr(fl_message(), "semaphore.acquire: not within"));
  CHECK(call(FL_SYNC_RELEASE, semaphore, 0, 0) == FL_BAD_ARGUMENT && call(FL_SYNC_RELEASE, semaphore, 0, 1) == FL_OK);
  fl_allow_blocking(0);
  CHECK(fl_sync_run(FL_SYNC_ACQUIRE, semaphore, -1) == FL_UNSUPPORTED && fl_sync_run(FL_SYNC_ACQUIRE, semaphore, 0) == FL_OK);
  fl_allow_blocking(1);
  CHECK(call(FL_SYNC_ACQUIRE, semaphore, 0, 0) == FL_STEP_WAIT && step->word != 0 && step->value == 0);
  CHECK(fl_sync_cancel(FL_SYNC_ACQUIRE, semaphore) == FL_BUSY);
}

static void every_operation_reaches_its_primitive(void) {
  begin();
  uintptr_t rwlock = make(FL_SYNC_RWLOCK, 0, 0), barrier = make(FL_SYNC_BARRIER, 1, 0), latch = make(FL_SYNC_LATCH, 1, 0);
  uintptr_t event = make(FL_SYNC_EVENT, 0, 0), once = make(FL_SYNC_ONCE, 0, 0), seqlock = make(FL_SYNC_SEQLOCK, 8, 0);
  uintptr_t ring = make(FL_SYNC_RING, 3, 2), queue = make(FL_SYNC_QUEUE, 2, 4), condvar = make(FL_SYNC_CONDVAR, 0, 0);
  CHECK(call(FL_SYNC_LOCK_READ, rwlock, 0, 0) == FL_OK && call(FL_SYNC_UNLOCK_READ, rwlock, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_LOCK_WRITE, rwlock, 0, 0) == FL_OK && call(FL_SYNC_UNLOCK_WRITE, rwlock, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_ARRIVE, barrier, 0, 0) == FL_STEP_CHOSEN && call(FL_SYNC_NOTIFY, condvar, 0, 1) == FL_OK);
  CHECK(call(FL_SYNC_PASS, latch, 0, 0) == FL_STEP_WAIT && call(FL_SYNC_COUNT_DOWN, latch, 0, 1) == FL_OK && call(FL_SYNC_PASS, latch, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_AWAIT, event, 0, 0) == FL_STEP_WAIT && call(FL_SYNC_SET, event, 0, 0) == FL_OK && call(FL_SYNC_AWAIT, event, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_RESET, event, 0, 0) == FL_OK && call(FL_SYNC_AWAIT, event, FL_WAIT_TRY, 0) == FL_STEP_WAIT);
  CHECK(call(FL_SYNC_BEGIN, once, 0, 0) == FL_STEP_CHOSEN && call(FL_SYNC_FAIL, once, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_BEGIN, once, 0, 0) == FL_STEP_CHOSEN && call(FL_SYNC_COMPLETE, once, 0, 0) == FL_OK && call(FL_SYNC_BEGIN, once, 0, 0) == FL_OK);
  CHECK(call(FL_SYNC_BEGIN_READ, seqlock, 0, 0) == FL_OK);
  uint32_t ticket = step->ticket;
  CHECK(call(FL_SYNC_BEGIN_WRITE, seqlock, 0, 0) == FL_OK && step->result > seqlock && call(FL_SYNC_PUBLISH, seqlock, 0, 0) == FL_OK);
  *step = (fl_sync_step){.ticket = ticket};
  CHECK(fl_sync_attempt(FL_SYNC_END_READ, seqlock) == FL_STEP_WAIT);
  CHECK(call(FL_SYNC_RING_WRITE, ring, 0, 2) == FL_OK && step->count == 2 && call(FL_SYNC_RING_PUBLISH, ring, 0, 2) == FL_OK);
  CHECK(call(FL_SYNC_RING_READ, ring, 0, 0) == FL_OK && step->count == 2 && call(FL_SYNC_RING_RELEASE, ring, 0, 3) == FL_BAD_ARGUMENT);
  CHECK(call(FL_SYNC_RING_RELEASE, ring, 0, 2) == FL_OK);
  CHECK(call(FL_SYNC_PUSH, queue, 0, 0) == FL_OK);
  uintptr_t item = step->result;
  *step = (fl_sync_step){.argument = item};
  CHECK(fl_sync_attempt(FL_SYNC_QUEUE_PUBLISH, queue) == FL_OK && fl_sync_attempt(FL_SYNC_QUEUE_PUBLISH, queue) == FL_BAD_ARGUMENT);
  CHECK(call(FL_SYNC_POP, queue, 0, 0) == FL_OK && step->result == item);
  *step = (fl_sync_step){.argument = item};
  CHECK(fl_sync_attempt(FL_SYNC_QUEUE_RELEASE, queue) == FL_OK);
}

static uintptr_t held[4];

static void *hold_all_and_end(void *number) {
  fl_thread_be((uint32_t)(uintptr_t)number);
  CHECK(fl_sync_run(FL_SYNC_LOCK, held[0], -1) == FL_OK && fl_sync_run(FL_SYNC_LOCK_WRITE, held[1], -1) == FL_OK);
  CHECK(fl_sync_run(FL_SYNC_BEGIN, held[2], -1) == FL_STEP_CHOSEN && fl_sync_run(FL_SYNC_BEGIN_WRITE, held[3], -1) == FL_OK);
  return NULL;
}

static void all_that_the_dead_held_is_free_again(void) {
  begin();
  held[0] = make(FL_SYNC_MUTEX, 0, 0), held[1] = make(FL_SYNC_RWLOCK, 0, 0), held[2] = make(FL_SYNC_ONCE, 0, 0);
  held[3] = make(FL_SYNC_SEQLOCK, 4, 0), make(FL_SYNC_EVENT, 0, 0);
  uint32_t thread = fl_thread_new();
  crew c = {0};
  crew_add(&c, hold_all_and_end, (void *)(uintptr_t)thread);
  crew_join(&c);
  CHECK(thread != fl_thread() && call(FL_SYNC_LOCK, held[0], FL_WAIT_TRY, 0) == FL_STEP_WAIT);
  fl_sync_bury(0), fl_sync_bury(thread + 1);
  CHECK(call(FL_SYNC_LOCK, held[0], FL_WAIT_TRY, 0) == FL_STEP_WAIT);
  fl_sync_bury(thread);
  static const uint32_t ops[4] = {FL_SYNC_LOCK, FL_SYNC_LOCK_WRITE, FL_SYNC_BEGIN, FL_SYNC_BEGIN_WRITE};
  for (int i = 0; i < 4; i++) CHECK(call(ops[i], held[i], FL_WAIT_TRY, 0) == FL_STEP_OWNER_DIED);
}

static void *wait_for_what_is_freed(void *mutex) {
  return (void *)(intptr_t)fl_sync_run(FL_SYNC_LOCK, (uintptr_t)mutex, -1);
}

static void who_waits_for_what_is_freed_is_told(void) {
  begin();
  uintptr_t mutex = make(FL_SYNC_MUTEX, 0, 0);
  CHECK(call(FL_SYNC_LOCK, mutex, 0, 0) == FL_OK);
  pthread_t thread;
  void *result;
  pthread_create(&thread, NULL, wait_for_what_is_freed, (void *)mutex);
  for (int i = 0; i < 1000000; i++) fl_prim_relax();
  CHECK(fl_sync_free(mutex) == FL_OK);
  pthread_join(thread, &result);
  CHECK((int32_t)(intptr_t)result == FL_STALE_HANDLE);
}

void test_sync_api(void) {
  TEST(primitives_live_at_addresses_until_they_are_freed, "sync: primitives live at addresses until they are freed");
  TEST(sizes_out_of_range_are_refused, "sync: sizes out of range are refused");
  TEST(operations_say_what_they_refuse, "sync: operations say what they refuse");
  TEST(every_operation_reaches_its_primitive, "sync: every operation reaches its primitive");
  TEST(all_that_the_dead_held_is_free_again, "sync: all that the dead held is free again");
  TEST(who_waits_for_what_is_freed_is_told, "sync: who waits for what is freed is told");
}
