/* Many readers or one writer. No one starves: new readers stand back while a writer is next, and readers that have waited for a writer
 * to end go before the next one (phases alternate, as in Brandenburg and Anderson, «Reader-Writer Synchronization», 2009).
 * A thread must not lock for reading twice: a writer may come in between, and wait for the one while it holds up the other.
 *
 * state: number of readers, or WRITING | the owner's number; and DIED. next: the thread that writes next, or 0.
 * Pairs with: unlock_write (fl_swap_if) with every later lock; unlock_read (fl_swap_if) with the writer's. */
#ifndef FL_SYNC_RWLOCK_H
#define FL_SYNC_RWLOCK_H

#include "sync/wait.h"

typedef struct fl_rwlock {
  _Alignas(FL_CACHE_LINE) fl_atomic state;
  _Alignas(FL_CACHE_LINE) fl_atomic next;
} fl_rwlock;

#define FL_RWLOCK_WRITING 0x80000000u
#define FL_RWLOCK_DIED 0x40000000u /* a writer died; stays until the next one has the lock */

/* DONE or OWNER_DIED: held. Errors: FL_BUSY this thread holds it for writing (not for an async wait). */
int32_t fl_rwlock_read_attempt(void *rwlock, fl_wait *wait);
int32_t fl_rwlock_write_attempt(void *rwlock, fl_wait *wait);
int32_t fl_rwlock_write_cancel(void *rwlock, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT nobody reads; who the readers are is not known. */
int32_t fl_rwlock_unlock_read(fl_rwlock *rwlock);
/* Errors: FL_BAD_ARGUMENT this thread does not hold it for writing. */
int32_t fl_rwlock_unlock_write(fl_rwlock *rwlock);
/* That thread has ended: what it held for writing is free. A dead reader's share is not known, and stays. */
void fl_rwlock_bury(fl_rwlock *rwlock, uint32_t thread);

#endif
