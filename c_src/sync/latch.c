#include "sync/latch.h"

int32_t fl_latch_attempt(void *object, fl_wait *wait) {
  fl_latch *latch = object;
  uint32_t count = fl_load(&latch->count);
  return count == 0 ? FL_STEP_DONE : fl_wait_on(wait, &latch->count, count);
}

int32_t fl_latch_count_down(fl_latch *latch, uint32_t count) {
  for (;;) {
    uint32_t left = fl_load(&latch->count);
    if (count == 0 || count > left) return FL_BAD_ARGUMENT;
    if (!fl_swap_if(&latch->count, left, left - count)) continue;
    if (left == count) fl_wake(&latch->count, UINT32_MAX);
    return FL_STEP_DONE;
  }
}
