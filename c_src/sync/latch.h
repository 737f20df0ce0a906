/* A latch: opens for good when it has been counted down to 0.
 *
 * Pairs with: count_down (fl_swap_if, acq_rel) with the waiters' fl_load of 0: they see all that was done before any count_down. */
#ifndef FL_SYNC_LATCH_H
#define FL_SYNC_LATCH_H

#include "sync/wait.h"

#define FL_LATCH_MAX 0x7FFFFFFFu

typedef struct fl_latch {
  _Alignas(FL_CACHE_LINE) fl_atomic count;
} fl_latch;

int32_t fl_latch_attempt(void *latch, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT more than is left, or count is 0; nothing has changed. */
int32_t fl_latch_count_down(fl_latch *latch, uint32_t count);

#endif
