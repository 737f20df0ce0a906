/* An event: set until it is reset. A set lets everybody go who waits at that moment, even if a reset follows at once.
 *
 * state: number of sets << 1 | is set.
 * Pairs with: set (fl_swap_if, acq_rel) with the waiters' fl_load. */
#ifndef FL_SYNC_EVENT_H
#define FL_SYNC_EVENT_H

#include "sync/wait.h"

typedef struct fl_event {
  _Alignas(FL_CACHE_LINE) fl_atomic state;
} fl_event;

int32_t fl_event_attempt(void *event, fl_wait *wait);
void fl_event_set(fl_event *event);
void fl_event_reset(fl_event *event);

#endif
