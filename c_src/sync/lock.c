#include "sync/lock.h"

#include "sync/thread.h"

#define OWNER 0x3FFFFFFFu

enum { HAS_WAITED = 1 };

uint32_t fl_lock_owner(const fl_lock *lock) { return fl_load(&lock->state) & OWNER; }

int32_t fl_lock_attempt(void *object, fl_wait *wait) {
  fl_lock *lock = object;
  uint32_t self = fl_sync_thread();
  for (;;) {
    uint32_t state = fl_load(&lock->state), contended = state & FL_LOCK_CONTENDED;
    if ((state & OWNER) == 0) {
      /* Having slept, this thread cannot know whether others still do. */
      if (wait->stage == HAS_WAITED) contended = FL_LOCK_CONTENDED;
      if (fl_swap_if(&lock->state, state, self | contended)) return state & FL_LOCK_DIED ? FL_STEP_OWNER_DIED : FL_STEP_DONE;
      continue;
    }
    if (wait->flags & FL_WAIT_TRY) return FL_STEP_WAIT;
    if ((state & OWNER) == self && !(wait->flags & FL_WAIT_ASYNC)) return FL_BUSY;
    if (!contended && !fl_swap_if(&lock->state, state, state | FL_LOCK_CONTENDED)) continue;
    wait->stage = HAS_WAITED;
    return fl_wait_on(wait, &lock->state, state | FL_LOCK_CONTENDED);
  }
}

int32_t fl_lock_cancel(void *object, fl_wait *wait) {
  fl_lock *lock = object;
  if (wait->stage == HAS_WAITED) fl_wake(&lock->state, 1);
  return FL_BUSY;
}

int32_t fl_lock_unlock(fl_lock *lock) {
  uint32_t state = fl_load(&lock->state);
  if ((state & OWNER) != fl_sync_thread()) return FL_BAD_ARGUMENT;
  while (!fl_swap_if(&lock->state, state, 0)) state = fl_load(&lock->state);
  if (state & FL_LOCK_CONTENDED) fl_wake(&lock->state, 1);
  return FL_STEP_DONE;
}

void fl_lock_bury(fl_lock *lock, uint32_t thread) {
  uint32_t state = fl_load(&lock->state);
  while ((state & OWNER) == thread) {
    if (fl_swap_if(&lock->state, state, FL_LOCK_DIED)) {
      fl_wake(&lock->state, UINT32_MAX);
      return;
    }
    state = fl_load(&lock->state);
  }
}
