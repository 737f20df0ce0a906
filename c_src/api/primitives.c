/* The primitives of sync/ at addresses: each behind a head that says what it is, so that an address can be checked, and in a list, so
 * that what a dead thread holds can be found. */
#include "api/engine.h"
#include "api/framelane.h"
#include "base/prim.h"
#include "base/size.h"
#include "memory/allocator.h"
#include "sync/barrier.h"
#include "sync/condvar.h"
#include "sync/event.h"
#include "sync/latch.h"
#include "sync/lock.h"
#include "sync/mutex.h"
#include "sync/once.h"
#include "sync/queue.h"
#include "sync/ring.h"
#include "sync/rwlock.h"
#include "sync/semaphore.h"
#include "sync/seqlock.h"
#include "sync/thread.h"

#include <string.h>

#define MAGIC 0x53594E00u /* 'SYN', and the kind */
#define KINDS (FL_SYNC_QUEUE + 1)
#define ITEM_SIZE_MAX 16777216.0

typedef struct primitive {
  fl_atomic magic; /* 0 when it is no more */
  uint32_t serial;
  struct primitive *next, *previous;
  _Alignas(FL_CACHE_LINE) uint8_t body[];
} primitive;

/* as js/sync-wait.js (Primitive.live) reads it */
_Static_assert(offsetof(primitive, magic) == 0 && offsetof(primitive, serial) == 4 && offsetof(primitive, body) == FL_CACHE_LINE, "");

static struct {
  fl_mutex lock;
  uint32_t serials;
  primitive *first;
} list;

/* The same words as fl_wait, and the serial number. */
static _Thread_local fl_sync_step step;
_Static_assert(offsetof(fl_sync_step, serial) >= offsetof(fl_wait, result) + sizeof(void *), "a step begins as an fl_wait");
_Static_assert(offsetof(fl_sync_step, count) == offsetof(fl_wait, count) && offsetof(fl_sync_step, result) == offsetof(fl_wait, result), "");
static fl_wait *my_wait(void) { return (fl_wait *)(void *)&step; }

FL_EXPORT(fl_sync_my_step) fl_sync_step *fl_sync_my_step(void) { return &step; }

void fl_api_forget_primitives(void) { memset(&list, 0, sizeof list); }

/* ---- kinds ---- */

typedef struct kind {
  const char *name;
  uint32_t bytes;    /* without items */
  const char *count; /* what fl_sync_create's count is called; NULL: it takes none */
  double least, most;
} kind;

static const kind kinds[KINDS] = {
    [FL_SYNC_MUTEX] = {"mutex", sizeof(fl_lock), NULL, 0, 0},
    [FL_SYNC_CONDVAR] = {"condvar", sizeof(fl_condvar), NULL, 0, 0},
    [FL_SYNC_RWLOCK] = {"rwlock", sizeof(fl_rwlock), NULL, 0, 0},
    [FL_SYNC_SEMAPHORE] = {"semaphore", sizeof(fl_semaphore), "permits", 0, FL_SEMAPHORE_MAX},
    [FL_SYNC_BARRIER] = {"barrier", sizeof(fl_barrier), "parties", 1, FL_BARRIER_MAX},
    [FL_SYNC_LATCH] = {"latch", sizeof(fl_latch), "count", 0, FL_LATCH_MAX},
    [FL_SYNC_EVENT] = {"event", sizeof(fl_event), NULL, 0, 0},
    [FL_SYNC_ONCE] = {"once", sizeof(fl_once), NULL, 0, 0},
    [FL_SYNC_SEQLOCK] = {"seqlock", sizeof(fl_seqlock), "bytes", 1, ITEM_SIZE_MAX},
    [FL_SYNC_RING] = {"ring", sizeof(fl_ring), "capacity", 1, FL_RING_CAPACITY_MAX},
    [FL_SYNC_QUEUE] = {"queue", sizeof(fl_queue), "capacity", 1, FL_QUEUE_CAPACITY_MAX},
};

static bool has_items(uint32_t k) { return k == FL_SYNC_RING || k == FL_SYNC_QUEUE; }

static bool is_whole_between(double value, double least, double most) {
  return value >= least && value <= most && value == (double)(uint32_t)value;
}

static uint32_t power_of_two(uint32_t count) { return count <= 2 ? 2 : 1u << (32 - __builtin_clz(count - 1)); }

static uint64_t words_of(double bytes) { return ((uint64_t)bytes + 3) / 4; }

static uint64_t bytes_of(uint32_t k, double count, double item_size) {
  uint64_t size = (uint64_t)item_size, n = (uint64_t)count, rest = 0;
  if (k == FL_SYNC_SEQLOCK) rest = words_of(count) * 4;
  if (k == FL_SYNC_RING) rest = fl_mul(n, size);
  if (k == FL_SYNC_QUEUE) rest = fl_mul(power_of_two((uint32_t)count), fl_queue_cell_size(size));
  return fl_add(sizeof(primitive) + kinds[k].bytes, rest);
}

/* The zeroed body becomes one of its kind. */
static void start(uint32_t k, void *body, uint32_t count, uint32_t item_size) {
  if (k == FL_SYNC_SEMAPHORE) fl_store(&((fl_semaphore *)body)->permits, count);
  if (k == FL_SYNC_BARRIER) ((fl_barrier *)body)->parties = count;
  if (k == FL_SYNC_LATCH) fl_store(&((fl_latch *)body)->count, count);
  if (k == FL_SYNC_SEQLOCK) ((fl_seqlock *)body)->count = (uint32_t)words_of(count);
  if (k == FL_SYNC_RING) ((fl_ring *)body)->capacity = count, ((fl_ring *)body)->item_size = item_size;
  if (k == FL_SYNC_QUEUE) {
    fl_queue *queue = body;
    queue->capacity = power_of_two(count), queue->item_size = item_size, queue->cell_size = (uint32_t)fl_queue_cell_size(item_size);
    fl_queue_start(queue);
  }
}

static void describe(uint32_t k, void *body) {
  step.count = step.ticket = 0;
  if (k == FL_SYNC_SEMAPHORE) step.count = fl_load(&((fl_semaphore *)body)->permits);
  if (k == FL_SYNC_BARRIER) step.count = ((fl_barrier *)body)->parties;
  if (k == FL_SYNC_LATCH) step.count = fl_load(&((fl_latch *)body)->count);
  if (k == FL_SYNC_SEQLOCK) step.count = ((fl_seqlock *)body)->count * 4;
  if (k == FL_SYNC_RING) step.count = ((fl_ring *)body)->capacity, step.ticket = ((fl_ring *)body)->item_size;
  if (k == FL_SYNC_QUEUE) step.count = ((fl_queue *)body)->capacity, step.ticket = ((fl_queue *)body)->item_size;
}

/* ---- life ---- */

FL_EXPORT(fl_sync_create) int32_t fl_sync_create(uint32_t k, double count, double item_size) {
  fl_report *report = fl_api_report();
  if (k == 0 || k >= KINDS) return fl_report_fail(report, FL_BAD_ARGUMENT, "sync", "there is no such kind of primitive");
  const kind *made = &kinds[k];
  if (made->count && !is_whole_between(count, made->least, made->most)) return fl_report_range(report, made->name, made->count, made->least, made->most, count);
  if (has_items(k) && !is_whole_between(item_size, 1, ITEM_SIZE_MAX)) return fl_report_range(report, made->name, "itemSize", 1, ITEM_SIZE_MAX, item_size);
  uint64_t bytes = bytes_of(k, count, item_size);
  primitive *p = fl_memory_alloc(bytes, FL_MEMORY_USER);
  if (!p) return fl_report_fail(report, FL_OUT_OF_MEMORY, made->name, "the memory is full at its maximum");
  memset(p, 0, has_items(k) ? sizeof(primitive) + made->bytes : (size_t)bytes);
  if (k == FL_SYNC_QUEUE) memset(p->body + made->bytes, 0, (size_t)bytes - sizeof(primitive) - made->bytes);
  start(k, p->body, (uint32_t)count, (uint32_t)item_size);
  fl_mutex_lock(&list.lock);
  p->serial = ++list.serials; /* magic is still 0: nobody finds it before it is whole */
  p->next = list.first;
  if (p->next) p->next->previous = p;
  list.first = p;
  fl_mutex_unlock(&list.lock);
  describe(k, p->body);
  fl_store(&p->magic, MAGIC + k);
  step.result = (uintptr_t)p, step.serial = p->serial;
  return FL_OK;
}

/* The live primitive at this address, or NULL. */
static primitive *at(uintptr_t address) {
  if (address == 0 || address % FL_MEMORY_ALIGNMENT != 0 || address < (uintptr_t)fl_prim_heap_base()) return NULL;
  if (address > fl_prim_memory_bytes() - sizeof(primitive) - FL_CACHE_LINE) return NULL;
  primitive *p = (primitive *)address;
  if (fl_prim_is_poisoned(p, sizeof *p)) return NULL; /* a freed block: its bytes are no longer there to be looked at */
  return fl_load(&p->magic) - MAGIC - 1 < KINDS - 1 ? p : NULL;
}

static int32_t stale(const char *name) {
  return fl_report_fail(fl_api_report(), FL_STALE_HANDLE, name, "it has been freed, or there never was one at this address");
}

static int32_t find(uint32_t k, uintptr_t address, uint32_t serial, primitive **out) {
  primitive *p = *out = at(address);
  if (!p || (serial != 0 && p->serial != serial)) return stale(kinds[k].name);
  uint32_t is = fl_load(&p->magic) - MAGIC;
  if (is == k) return FL_OK;
  fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, kinds[k].name, "what lies at this address is another primitive: a ");
  fl_text_add(&fl_api_report()->text, kinds[is % KINDS].name);
  return FL_BAD_ARGUMENT;
}

FL_EXPORT(fl_sync_find) int32_t fl_sync_find(uint32_t k, uintptr_t address) {
  if (k == 0 || k >= KINDS) return fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, "sync", "there is no such kind of primitive");
  primitive *p;
  int32_t status = find(k, address, 0, &p);
  if (status != FL_OK) return status;
  step.serial = p->serial;
  describe(k, p->body);
  return FL_OK;
}

FL_EXPORT(fl_sync_free) int32_t fl_sync_free(uintptr_t address) {
  primitive *p = at(address);
  uint32_t magic = p ? fl_load(&p->magic) : 0;
  if (!p || (step.serial != 0 && step.serial != p->serial) || !fl_swap_if(&p->magic, magic, 0)) return stale("free");
  fl_mutex_lock(&list.lock);
  if (p->next) p->next->previous = p->previous;
  if (p->previous) p->previous->next = p->next;
  else list.first = p->next;
  fl_mutex_unlock(&list.lock);
  /* Who sleeps on a word of it tries again, and finds that it is gone. */
  for (uint32_t i = 0; i < kinds[magic - MAGIC].bytes / 4; i++) fl_wake((fl_atomic *)(void *)p->body + i, UINT32_MAX);
  return fl_memory_free(p);
}

FL_EXPORT(fl_sync_bury) void fl_sync_bury(uint32_t thread) {
  if (thread == 0) return;
  fl_mutex_lock(&list.lock);
  for (primitive *p = list.first; p; p = p->next) {
    void *body = p->body;
    switch (fl_load(&p->magic) - MAGIC) {
      case FL_SYNC_MUTEX: fl_lock_bury(body, thread); break;
      case FL_SYNC_RWLOCK: fl_rwlock_bury(body, thread); break;
      case FL_SYNC_ONCE: fl_once_bury(body, thread); break;
      case FL_SYNC_SEQLOCK: fl_seqlock_bury(body, thread); break;
      default: break;
    }
  }
  fl_mutex_unlock(&list.lock);
}

/* ---- operations ---- */

static int32_t unlock(void *o, fl_wait *w) { (void)w; return fl_lock_unlock(o); }
static int32_t notify(void *o, fl_wait *w) { fl_condvar_notify(o, w->count); return FL_OK; }
static int32_t unlock_read(void *o, fl_wait *w) { (void)w; return fl_rwlock_unlock_read(o); }
static int32_t unlock_write(void *o, fl_wait *w) { (void)w; return fl_rwlock_unlock_write(o); }
static int32_t release(void *o, fl_wait *w) { return fl_semaphore_release(o, w->count); }
static int32_t count_down(void *o, fl_wait *w) { return fl_latch_count_down(o, w->count); }
static int32_t set(void *o, fl_wait *w) { (void)w; fl_event_set(o); return FL_OK; }
static int32_t reset(void *o, fl_wait *w) { (void)w; fl_event_reset(o); return FL_OK; }
static int32_t complete(void *o, fl_wait *w) { (void)w; return fl_once_complete(o); }
static int32_t fail(void *o, fl_wait *w) { (void)w; return fl_once_fail(o); }
static int32_t publish(void *o, fl_wait *w) { (void)w; return fl_seqlock_publish(o); }
static int32_t end_read(void *o, fl_wait *w) { return fl_seqlock_is_whole(o, w->ticket) ? FL_STEP_DONE : FL_STEP_WAIT; }
static int32_t ring_publish(void *o, fl_wait *w) { return fl_ring_publish(o, w->count); }
static int32_t ring_release(void *o, fl_wait *w) { return fl_ring_release(o, w->count); }
static int32_t queue_publish(void *o, fl_wait *w) { return fl_queue_publish(o, w->argument); }
static int32_t queue_release(void *o, fl_wait *w) { return fl_queue_release(o, w->argument); }

static int32_t begin_write(void *o, fl_wait *w) {
  w->result = ((fl_seqlock *)o)->words;
  return fl_seqlock_write_attempt(o, w);
}
static int32_t begin_read(void *o, fl_wait *w) {
  w->result = ((fl_seqlock *)o)->words;
  return fl_seqlock_read_attempt(o, w);
}

static const struct {
  uint32_t kind;
  const char *name;
  fl_attempt *attempt, *cancel;
  const char *refusal; /* what FL_BAD_ARGUMENT means */
} ops[FL_SYNC_OPS] = {
    [FL_SYNC_LOCK] = {FL_SYNC_MUTEX, "mutex.lock", fl_lock_attempt, fl_lock_cancel, NULL},
    [FL_SYNC_WAIT] = {FL_SYNC_CONDVAR, "condvar.wait", fl_condvar_attempt, fl_condvar_cancel, "this thread does not hold the mutex"},
    [FL_SYNC_LOCK_READ] = {FL_SYNC_RWLOCK, "rwlock.lockRead", fl_rwlock_read_attempt, NULL, NULL},
    [FL_SYNC_LOCK_WRITE] = {FL_SYNC_RWLOCK, "rwlock.lockWrite", fl_rwlock_write_attempt, fl_rwlock_write_cancel, NULL},
    [FL_SYNC_ACQUIRE] = {FL_SYNC_SEMAPHORE, "semaphore.acquire", fl_semaphore_attempt, fl_semaphore_cancel, NULL},
    [FL_SYNC_ARRIVE] = {FL_SYNC_BARRIER, "barrier.wait", fl_barrier_attempt, fl_barrier_cancel, NULL},
    [FL_SYNC_PASS] = {FL_SYNC_LATCH, "latch.wait", fl_latch_attempt, NULL, NULL},
    [FL_SYNC_AWAIT] = {FL_SYNC_EVENT, "event.wait", fl_event_attempt, NULL, NULL},
    [FL_SYNC_BEGIN] = {FL_SYNC_ONCE, "once.run", fl_once_attempt, NULL, NULL},
    [FL_SYNC_BEGIN_WRITE] = {FL_SYNC_SEQLOCK, "seqlock.write", begin_write, fl_seqlock_write_cancel, NULL},
    [FL_SYNC_BEGIN_READ] = {FL_SYNC_SEQLOCK, "seqlock.read", begin_read, NULL, NULL},
    [FL_SYNC_RING_WRITE] = {FL_SYNC_RING, "ring.acquireWrite", fl_ring_write_attempt, NULL, NULL},
    [FL_SYNC_RING_READ] = {FL_SYNC_RING, "ring.acquireRead", fl_ring_read_attempt, NULL, NULL},
    [FL_SYNC_PUSH] = {FL_SYNC_QUEUE, "queue.push", fl_queue_push_attempt, NULL, NULL},
    [FL_SYNC_POP] = {FL_SYNC_QUEUE, "queue.pop", fl_queue_pop_attempt, NULL, NULL},
    [FL_SYNC_UNLOCK] = {FL_SYNC_MUTEX, "mutex.unlock", unlock, NULL, "this thread does not hold it"},
    [FL_SYNC_NOTIFY] = {FL_SYNC_CONDVAR, "condvar.notify", notify, NULL, NULL},
    [FL_SYNC_UNLOCK_READ] = {FL_SYNC_RWLOCK, "rwlock.unlockRead", unlock_read, NULL, "nobody holds it for reading"},
    [FL_SYNC_UNLOCK_WRITE] = {FL_SYNC_RWLOCK, "rwlock.unlockWrite", unlock_write, NULL, "this thread does not hold it for writing"},
    [FL_SYNC_RELEASE] = {FL_SYNC_SEMAPHORE, "semaphore.release", release, NULL, "count must be at least 1, and all permits at most 2147483647"},
    [FL_SYNC_COUNT_DOWN] = {FL_SYNC_LATCH, "latch.countDown", count_down, NULL, "count must be at least 1 and at most what is left"},
    [FL_SYNC_SET] = {FL_SYNC_EVENT, "event.set", set, NULL, NULL},
    [FL_SYNC_RESET] = {FL_SYNC_EVENT, "event.reset", reset, NULL, NULL},
    [FL_SYNC_COMPLETE] = {FL_SYNC_ONCE, "once.complete", complete, NULL, "it is not this thread that does it"},
    [FL_SYNC_FAIL] = {FL_SYNC_ONCE, "once.fail", fail, NULL, "it is not this thread that does it"},
    [FL_SYNC_PUBLISH] = {FL_SYNC_SEQLOCK, "seqlock.publish", publish, NULL, "this thread does not write"},
    [FL_SYNC_END_READ] = {FL_SYNC_SEQLOCK, "seqlock.endRead", end_read, NULL, NULL},
    [FL_SYNC_RING_PUBLISH] = {FL_SYNC_RING, "ring.publish", ring_publish, NULL, "there are not so many items in the span that was acquired"},
    [FL_SYNC_RING_RELEASE] = {FL_SYNC_RING, "ring.release", ring_release, NULL, "there are not so many items in the span that was acquired"},
    [FL_SYNC_QUEUE_PUBLISH] = {FL_SYNC_QUEUE, "queue.publish", queue_publish, NULL, "this is no item that push has claimed"},
    [FL_SYNC_QUEUE_RELEASE] = {FL_SYNC_QUEUE, "queue.release", queue_release, NULL, "this is no item that pop has claimed"},
};

/* Says in words why. */
static int32_t told(uint32_t op, int32_t result) {
  if (result >= 0 || result == FL_STALE_HANDLE) return result;
  const char *why = "not within the time given";
  if (result == FL_BAD_ARGUMENT) why = ops[op].refusal;
  if (result == FL_UNSUPPORTED) why = "this thread may not wait, or nobody could end its waiting";
  return fl_report_fail(fl_api_report(), (fl_status)result, ops[op].name, why ? why : "it cannot be done");
}

/* One attempt, or the taking back of one. */
static int32_t once_more(uint32_t op, uintptr_t address, bool back) {
  if (op >= FL_SYNC_OPS) return fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, "sync", "there is no such operation");
  fl_wait *wait = my_wait();
  primitive *p, *mutex;
  int32_t status = find(ops[op].kind, address, step.serial, &p);
  if (status == FL_OK && op == FL_SYNC_WAIT) {
    status = find(FL_SYNC_MUTEX, (uintptr_t)wait->argument, 0, &mutex);
    if (status == FL_OK) wait->argument = mutex->body;
  }
  if (status != FL_OK) return status;
  fl_attempt *call = back ? ops[op].cancel : ops[op].attempt;
  status = call ? call(p->body, wait) : FL_BUSY;
  if (op == FL_SYNC_WAIT) wait->argument = mutex;
  if (status == FL_BUSY && !back && op != FL_SYNC_WAIT)
    return fl_report_fail(fl_api_report(), FL_BUSY, ops[op].name, "this thread holds it already: it would wait for itself");
  return told(op, status);
}

FL_EXPORT(fl_sync_attempt) int32_t fl_sync_attempt(uint32_t op, uintptr_t address) { return once_more(op, address, false); }
FL_EXPORT(fl_sync_cancel) int32_t fl_sync_cancel(uint32_t op, uintptr_t address) { return once_more(op, address, true); }

/* What fl_wait_until repeats: every attempt looks again whether the primitive is still there. */
typedef struct running {
  uint32_t op;
  uintptr_t address;
} running;
static int32_t run_attempt(void *object, fl_wait *wait) {
  (void)wait;
  return once_more(((running *)object)->op, ((running *)object)->address, false);
}
static int32_t run_cancel(void *object, fl_wait *wait) {
  (void)wait;
  return once_more(((running *)object)->op, ((running *)object)->address, true);
}

FL_EXPORT(fl_sync_run) int32_t fl_sync_run(uint32_t op, uintptr_t address, double timeout_ms) {
  running what = {op, address};
  step.stage = 0;
  int64_t timeout_ns = timeout_ms >= 0 && timeout_ms < 9e12 ? (int64_t)(timeout_ms * 1e6) : -1;
  int32_t result = fl_wait_until(run_attempt, run_cancel, &what, my_wait(), timeout_ns);
  return result == FL_UNSUPPORTED ? told(op, result) : result;
}

FL_EXPORT(fl_thread_new) uint32_t fl_thread_new(void) { return fl_sync_new_thread(); }
FL_EXPORT(fl_thread_be) void fl_thread_be(uint32_t number) { fl_sync_be_thread(number); }
FL_EXPORT(fl_thread) uint32_t fl_thread(void) { return fl_sync_thread(); }
