#include "sync/semaphore.h"

int32_t fl_semaphore_attempt(void *object, fl_wait *wait) {
  fl_semaphore *semaphore = object;
  for (;;) {
    uint32_t permits = fl_load(&semaphore->permits);
    if (permits == 0) return fl_wait_on(wait, &semaphore->permits, 0);
    if (fl_swap_if(&semaphore->permits, permits, permits - 1)) return FL_STEP_DONE;
  }
}

/* The wake-up that came too late for this waiter may have been the only one for a permit. */
int32_t fl_semaphore_cancel(void *object, fl_wait *wait) {
  fl_semaphore *semaphore = object;
  (void)wait;
  if (fl_load(&semaphore->permits) > 0) fl_wake(&semaphore->permits, 1);
  return FL_BUSY;
}

int32_t fl_semaphore_release(fl_semaphore *semaphore, uint32_t count) {
  for (;;) {
    uint32_t permits = fl_load(&semaphore->permits);
    if (count == 0 || count > FL_SEMAPHORE_MAX - permits) return FL_BAD_ARGUMENT;
    if (!fl_swap_if(&semaphore->permits, permits, permits + count)) continue;
    fl_wake(&semaphore->permits, count);
    return FL_STEP_DONE;
  }
}
