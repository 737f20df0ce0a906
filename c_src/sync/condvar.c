#include "sync/condvar.h"

#include "sync/thread.h"

/* After RELOCKING the stage is that of fl_lock_attempt plus this. */
enum { ENTERING, ASLEEP, RELOCKING = 16, RELOCKING_TOO_LATE = 32 };

static int32_t lock_again(fl_lock *lock, fl_wait *wait, uint32_t base) {
  wait->stage -= base;
  /* It was this thread that gave the lock up: another of its tasks may hold it by now. */
  int32_t step = fl_lock_attempt(lock, wait);
  wait->stage += base;
  if (step == FL_STEP_WAIT || step < 0) return step;
  return base == RELOCKING_TOO_LATE ? FL_BUSY : step;
}

int32_t fl_condvar_attempt(void *object, fl_wait *wait) {
  fl_condvar *condvar = object;
  fl_lock *lock = wait->argument;
  if (wait->stage == ENTERING) {
    if (fl_lock_owner(lock) != fl_sync_thread()) return FL_BAD_ARGUMENT;
    wait->ticket = fl_load(&condvar->sequence); /* before the unlock: nobody can notify unseen */
    fl_lock_unlock(lock);
    wait->stage = ASLEEP;
  }
  if (wait->stage == ASLEEP) {
    if (fl_load(&condvar->sequence) == wait->ticket) return fl_wait_on(wait, &condvar->sequence, wait->ticket);
    wait->stage = RELOCKING;
  }
  return lock_again(lock, wait, wait->stage >= RELOCKING_TOO_LATE ? RELOCKING_TOO_LATE : RELOCKING);
}

int32_t fl_condvar_cancel(void *object, fl_wait *wait) {
  fl_condvar *condvar = object;
  if (wait->stage == ASLEEP) wait->stage = fl_load(&condvar->sequence) == wait->ticket ? RELOCKING_TOO_LATE : RELOCKING;
  return FL_STEP_WAIT; /* the lock is to be had again, however long that takes */
}

void fl_condvar_notify(fl_condvar *condvar, uint32_t count) {
  fl_fetch_add(&condvar->sequence, 1);
  fl_wake(&condvar->sequence, count);
}
