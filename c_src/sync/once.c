#include "sync/once.h"

#include "sync/thread.h"

#define TO_BE_DONE 0u

int32_t fl_once_attempt(void *object, fl_wait *wait) {
  fl_once *once = object;
  uint32_t self = fl_sync_thread();
  for (;;) {
    uint32_t state = fl_load(&once->state);
    if (state == FL_ONCE_DONE) return FL_STEP_DONE;
    if (state == TO_BE_DONE || state == FL_ONCE_DIED) {
      if (fl_swap_if(&once->state, state, self)) return state == FL_ONCE_DIED ? FL_STEP_OWNER_DIED : FL_STEP_CHOSEN;
      continue;
    }
    if (state == self && !(wait->flags & (FL_WAIT_TRY | FL_WAIT_ASYNC))) return FL_BUSY;
    return fl_wait_on(wait, &once->state, state);
  }
}

/* All are woken: one of them is to do it, and one that has left meanwhile would swallow the only wake-up. */
static int32_t leave(fl_once *once, uint32_t thread, uint32_t state) {
  if (!fl_swap_if(&once->state, thread, state)) return FL_BAD_ARGUMENT;
  fl_wake(&once->state, UINT32_MAX);
  return FL_STEP_DONE;
}

int32_t fl_once_complete(fl_once *once) { return leave(once, fl_sync_thread(), FL_ONCE_DONE); }
int32_t fl_once_fail(fl_once *once) { return leave(once, fl_sync_thread(), TO_BE_DONE); }
void fl_once_bury(fl_once *once, uint32_t thread) { leave(once, thread, FL_ONCE_DIED); }
