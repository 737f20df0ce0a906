/* A condition variable. Like every other it may wake a waiter for no reason: check the condition in a loop.
 *
 * sequence: moves with every notification; a waiter sleeps while it is what it was when the waiter still held the lock.
 * Pairs with: notify (fl_fetch_add, acq_rel) with the waiter's fl_load; what the condition is made of is ordered by the lock. */
#ifndef FL_SYNC_CONDVAR_H
#define FL_SYNC_CONDVAR_H

#include "sync/lock.h"

typedef struct fl_condvar {
  _Alignas(FL_CACHE_LINE) fl_atomic sequence;
} fl_condvar;

/* wait->argument: the fl_lock, which this thread holds; it is given up while waiting and held again at the end, also after a timeout.
 * OWNER_DIED: the lock's last owner died. Errors: FL_BAD_ARGUMENT this thread does not hold the lock. */
int32_t fl_condvar_attempt(void *condvar, fl_wait *wait);
int32_t fl_condvar_cancel(void *condvar, fl_wait *wait);
void fl_condvar_notify(fl_condvar *condvar, uint32_t count);

#endif
