#include "sync/rwlock.h"

#include "sync/thread.h"

#define COUNT 0x3FFFFFFFu /* readers, or the writer's number */

enum { SAW_A_WRITER = 1 };

static bool is_mine(uint32_t state) { return (state & FL_RWLOCK_WRITING) && (state & COUNT) == fl_sync_thread(); }

int32_t fl_rwlock_read_attempt(void *object, fl_wait *wait) {
  fl_rwlock *rwlock = object;
  for (;;) {
    uint32_t state = fl_load(&rwlock->state), next = fl_load(&rwlock->next);
    if (state & FL_RWLOCK_WRITING) {
      if (wait->flags & FL_WAIT_TRY) return FL_STEP_WAIT;
      if (is_mine(state) && !(wait->flags & FL_WAIT_ASYNC)) return FL_BUSY;
      wait->stage = SAW_A_WRITER;
      return fl_wait_on(wait, &rwlock->state, state);
    }
    if (next != 0 && wait->stage != SAW_A_WRITER) return fl_wait_on(wait, &rwlock->next, next);
    if (fl_swap_if(&rwlock->state, state, state + 1)) return state & FL_RWLOCK_DIED ? FL_STEP_OWNER_DIED : FL_STEP_DONE;
  }
}

/* Somebody else may be next: readers that wait for that look again. */
static void step_back(fl_rwlock *rwlock, uint32_t thread) {
  if (fl_swap_if(&rwlock->next, thread, 0)) fl_wake(&rwlock->next, UINT32_MAX);
}

int32_t fl_rwlock_write_attempt(void *object, fl_wait *wait) {
  fl_rwlock *rwlock = object;
  uint32_t self = fl_sync_thread();
  for (;;) {
    uint32_t state = fl_load(&rwlock->state);
    if (!(state & FL_RWLOCK_WRITING) && (state & COUNT) == 0) {
      if (!fl_swap_if(&rwlock->state, state, FL_RWLOCK_WRITING | self)) continue;
      step_back(rwlock, self);
      return state & FL_RWLOCK_DIED ? FL_STEP_OWNER_DIED : FL_STEP_DONE;
    }
    if (wait->flags & FL_WAIT_TRY) return FL_STEP_WAIT;
    if (is_mine(state) && !(wait->flags & FL_WAIT_ASYNC)) return FL_BUSY;
    fl_swap_if(&rwlock->next, 0, self);
    return fl_wait_on(wait, &rwlock->state, state);
  }
}

int32_t fl_rwlock_write_cancel(void *object, fl_wait *wait) {
  (void)wait;
  step_back(object, fl_sync_thread());
  return FL_BUSY;
}

int32_t fl_rwlock_unlock_read(fl_rwlock *rwlock) {
  for (;;) {
    uint32_t state = fl_load(&rwlock->state);
    if ((state & FL_RWLOCK_WRITING) || (state & COUNT) == 0) return FL_BAD_ARGUMENT;
    if (!fl_swap_if(&rwlock->state, state, state - 1)) continue;
    if ((state & COUNT) == 1) fl_wake(&rwlock->state, UINT32_MAX);
    return FL_STEP_DONE;
  }
}

int32_t fl_rwlock_unlock_write(fl_rwlock *rwlock) {
  uint32_t state = fl_load(&rwlock->state);
  if (!is_mine(state)) return FL_BAD_ARGUMENT;
  fl_store(&rwlock->state, 0); /* only the owner changes the word while it writes */
  fl_wake(&rwlock->state, UINT32_MAX);
  return FL_STEP_DONE;
}

void fl_rwlock_bury(fl_rwlock *rwlock, uint32_t thread) {
  step_back(rwlock, thread);
  if (fl_swap_if(&rwlock->state, FL_RWLOCK_WRITING | thread, FL_RWLOCK_DIED)) fl_wake(&rwlock->state, UINT32_MAX);
}
