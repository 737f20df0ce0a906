/* A lock that knows its owner: for users, where fl_mutex is for the core. Misuse is an error, and so is its owner's death: whoever
 * locks it next is told, as with POSIX robust mutexes. The word is Drepper's («Futexes Are Tricky», 2011) with the owner in it.
 *
 * state: owner's number | DIED | CONTENDED; 0 is free.
 * Pairs with: unlock (fl_swap_if, acq_rel) with the next lock (fl_swap_if, acq_rel): who locks sees all that was done under the lock. */
#ifndef FL_SYNC_LOCK_H
#define FL_SYNC_LOCK_H

#include "sync/wait.h"

typedef struct fl_lock {
  _Alignas(FL_CACHE_LINE) fl_atomic state;
} fl_lock;

#define FL_LOCK_CONTENDED 0x80000000u /* somebody sleeps */
#define FL_LOCK_DIED 0x40000000u      /* free, because its owner died */

/* DONE or OWNER_DIED: held. Errors: FL_BUSY this thread holds it already, and would wait for itself (not for an async wait). */
int32_t fl_lock_attempt(void *lock, fl_wait *wait);
/* A waiter gives up: a wake-up meant for it goes to another. FL_BUSY. */
int32_t fl_lock_cancel(void *lock, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT this thread does not hold it. */
int32_t fl_lock_unlock(fl_lock *lock);
/* That thread has ended. Nothing happens unless it holds the lock. */
void fl_lock_bury(fl_lock *lock, uint32_t thread);
/* The number of the thread that holds it, or 0. */
uint32_t fl_lock_owner(const fl_lock *lock);

#endif
