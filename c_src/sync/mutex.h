/* A lock for short critical sections. Three states, as in Drepper, «Futexes Are Tricky» (2011), mutex 2.
 * A thread that may not block (a window's main thread) spins instead: keep what is done under the lock bounded and short. */
#ifndef FL_SYNC_MUTEX_H
#define FL_SYNC_MUTEX_H

#include "sync/atomic.h"

typedef struct fl_mutex {
  fl_atomic state; /* 0 free, 1 held, 2 held and somebody sleeps */
} fl_mutex;

/* May this thread sleep? At first: yes. Every thread says so for itself. */
void fl_sync_allow_blocking(bool allowed);
bool fl_sync_may_block(void);

void fl_mutex_lock(fl_mutex *mutex);
bool fl_mutex_try_lock(fl_mutex *mutex);
void fl_mutex_unlock(fl_mutex *mutex);

#endif
