#include "sync/barrier.h"

#define ARRIVED 0xFFFFu
#define GENERATION 0x10000u

enum { ARRIVING, WAITING };

static bool has_moved_on(uint32_t state, const fl_wait *wait) { return (state & ~ARRIVED) != wait->ticket; }

int32_t fl_barrier_attempt(void *object, fl_wait *wait) {
  fl_barrier *barrier = object;
  for (;;) {
    uint32_t state = fl_load(&barrier->state);
    if (wait->stage == WAITING) return has_moved_on(state, wait) ? FL_STEP_DONE : fl_wait_on(wait, &barrier->state, state);
    if ((state & ARRIVED) + 1 == barrier->parties) {
      if (!fl_swap_if(&barrier->state, state, (state & ~ARRIVED) + GENERATION)) continue;
      fl_wake(&barrier->state, UINT32_MAX);
      return FL_STEP_CHOSEN;
    }
    if (!fl_swap_if(&barrier->state, state, state + 1)) continue;
    wait->stage = WAITING, wait->ticket = state & ~ARRIVED;
  }
}

int32_t fl_barrier_cancel(void *object, fl_wait *wait) {
  fl_barrier *barrier = object;
  for (;;) {
    uint32_t state = fl_load(&barrier->state);
    if (has_moved_on(state, wait)) return FL_STEP_DONE;
    if (fl_swap_if(&barrier->state, state, state - 1)) return FL_BUSY;
  }
}
