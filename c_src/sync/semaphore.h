/* A counting semaphore: so many permits. Anyone may release, whether it has acquired or not.
 *
 * Pairs with: release (fl_swap_if, acq_rel) with the acquire that takes the permit (fl_swap_if, acq_rel). */
#ifndef FL_SYNC_SEMAPHORE_H
#define FL_SYNC_SEMAPHORE_H

#include "sync/wait.h"

#define FL_SEMAPHORE_MAX 0x7FFFFFFFu

typedef struct fl_semaphore {
  _Alignas(FL_CACHE_LINE) fl_atomic permits;
} fl_semaphore;

/* Takes one permit. */
int32_t fl_semaphore_attempt(void *semaphore, fl_wait *wait);
int32_t fl_semaphore_cancel(void *semaphore, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT there would be more than FL_SEMAPHORE_MAX, or count is 0; nothing has changed. */
int32_t fl_semaphore_release(fl_semaphore *semaphore, uint32_t count);

#endif
