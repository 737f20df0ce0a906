/* Something that is done once: the first to come does it, the others wait until it is done. If it fails, or dies, the next one does it.
 *
 * state: 0, or the number of the thread that does it, or DONE.
 * Pairs with: complete (fl_swap_if, acq_rel) with every later attempt's fl_load of DONE. */
#ifndef FL_SYNC_ONCE_H
#define FL_SYNC_ONCE_H

#include "sync/wait.h"

typedef struct fl_once {
  _Alignas(FL_CACHE_LINE) fl_atomic state;
} fl_once;

#define FL_ONCE_DONE 0xFFFFFFFFu
#define FL_ONCE_DIED 0x40000000u /* to be done, by somebody else than who died at it */

/* CHOSEN or OWNER_DIED (somebody has died at it): do it, then call complete or fail. DONE: it is done. Errors: FL_BUSY this
 * thread is at it already (not for an async wait). */
int32_t fl_once_attempt(void *once, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT it is not this thread that does it. */
int32_t fl_once_complete(fl_once *once);
int32_t fl_once_fail(fl_once *once);
void fl_once_bury(fl_once *once, uint32_t thread);

#endif
