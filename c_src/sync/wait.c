#include "sync/wait.h"

#include "sync/mutex.h"

static int64_t deadline_after(int64_t timeout_ns) {
  int64_t deadline;
  if (timeout_ns < 0 || __builtin_add_overflow(fl_now_ns(), timeout_ns, &deadline)) return INT64_MAX;
  return deadline;
}

int32_t fl_wait_until(fl_attempt *attempt, fl_attempt *cancel, void *object, fl_wait *wait, int64_t timeout_ns) {
  bool asleep_for_ever = FL_PRIM_ALONE && timeout_ns < 0;
  if (timeout_ns != 0 && !fl_sync_may_block()) return FL_UNSUPPORTED;
  for (int64_t deadline = deadline_after(timeout_ns);;) {
    int32_t step = attempt(object, wait);
    if (step != FL_STEP_WAIT) return step;
    int64_t left = deadline == INT64_MAX ? FL_SLEEP_NS : deadline - fl_now_ns();
    if (left <= 0 || FL_PRIM_ALONE) {
      step = cancel ? cancel(object, wait) : FL_BUSY;
      if (step != FL_STEP_WAIT) return step == FL_BUSY && asleep_for_ever ? FL_UNSUPPORTED : step;
      deadline = INT64_MAX;
      continue;
    }
    fl_sleep_while(wait->word, wait->value, left < FL_SLEEP_NS ? left : FL_SLEEP_NS);
  }
}
