/* A barrier: the n-th to arrive lets all n go, and the next n may arrive at once.
 *
 * state: generation << 16 | arrived. One bit of generation would do: it cannot move on twice without the waiter arriving again.
 * Pairs with: every arrival (fl_swap_if, acq_rel) with the last one, and that (the generation) with the waiters' fl_load: who leaves
 * sees all that anyone did before arriving. */
#ifndef FL_SYNC_BARRIER_H
#define FL_SYNC_BARRIER_H

#include "sync/wait.h"

#define FL_BARRIER_MAX 0xFFFFu

typedef struct fl_barrier {
  _Alignas(FL_CACHE_LINE) fl_atomic state;
  _Alignas(FL_CACHE_LINE) uint32_t parties; /* 1 to FL_BARRIER_MAX; constant */
} fl_barrier;

/* Arrives. CHOSEN: as the last. */
int32_t fl_barrier_attempt(void *barrier, fl_wait *wait);
/* Takes the arrival back, unless all have arrived meanwhile. */
int32_t fl_barrier_cancel(void *barrier, fl_wait *wait);

#endif
