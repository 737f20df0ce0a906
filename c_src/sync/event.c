#include "sync/event.h"

#define SET 1u

enum { ARRIVING, WAITING };

int32_t fl_event_attempt(void *object, fl_wait *wait) {
  fl_event *event = object;
  uint32_t state = fl_load(&event->state);
  if ((state & SET) || (wait->stage == WAITING && state != wait->ticket)) return FL_STEP_DONE;
  wait->stage = WAITING, wait->ticket = state;
  return fl_wait_on(wait, &event->state, state);
}

void fl_event_set(fl_event *event) {
  for (;;) {
    uint32_t state = fl_load(&event->state);
    if (state & SET) return;
    if (!fl_swap_if(&event->state, state, (state + 2) | SET)) continue;
    fl_wake(&event->state, UINT32_MAX);
    return;
  }
}

void fl_event_reset(fl_event *event) {
  for (;;) {
    uint32_t state = fl_load(&event->state);
    if (!(state & SET) || fl_swap_if(&event->state, state, state & ~SET)) return;
  }
}
