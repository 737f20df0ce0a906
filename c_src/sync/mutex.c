#include "sync/mutex.h"

#include "base/assert.h"

enum { FREE, HELD, CONTENDED };

#define SPINS 200 /* about the length of a critical section of the allocator */

static _Thread_local bool blocking_forbidden;

void fl_sync_allow_blocking(bool allowed) { blocking_forbidden = !allowed; }
bool fl_sync_may_block(void) { return !blocking_forbidden; }

bool fl_mutex_try_lock(fl_mutex *mutex) { return fl_swap_if(&mutex->state, FREE, HELD); }

void fl_mutex_lock(fl_mutex *mutex) {
  for (int i = 0; i < SPINS; i++) {
    if (fl_mutex_try_lock(mutex)) return;
    fl_prim_relax();
  }
  if (blocking_forbidden) {
    while (!fl_mutex_try_lock(mutex)) fl_prim_relax();
    return;
  }
  while (fl_exchange(&mutex->state, CONTENDED) != FREE) fl_sleep_while(&mutex->state, CONTENDED, FL_SLEEP_NS);
}

void fl_mutex_unlock(fl_mutex *mutex) {
  uint32_t was = fl_exchange(&mutex->state, FREE);
  fl_assert(was != FREE);
  if (was == CONTENDED) fl_wake(&mutex->state, 1);
}
