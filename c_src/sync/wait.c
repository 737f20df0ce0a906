#include "sync/wait.h"

#include "sync/mutex.h"

static int64_t deadline_after(int64_t timeout_ns) {
  int64_t deadline;
  if (timeout_ns < 0 || __builtin_add_overflow(fl_now_ns(), timeout_ns, &deadline)) return INT64_MAX;
  return deadline;
}

/* Why an attempt that had to wait is given up: where nobody else can end it, one that was to wait for ever would. */
static int32_t reason(int32_t cancelled, int64_t timeout_ns) {
#if FL_PRIM_ALONE
  if (cancelled == FL_BUSY && timeout_ns < 0) return FL_UNSUPPORTED;
#else
  (void)timeout_ns;
#endif
  return cancelled;
}

int32_t fl_wait_until(fl_attempt *attempt, fl_attempt *cancel, void *object, fl_wait *wait, int64_t timeout_ns) {
  if (timeout_ns != 0 && !fl_sync_may_block()) return FL_UNSUPPORTED;
  for (int64_t deadline = deadline_after(timeout_ns);;) {
    int32_t step = attempt(object, wait);
    if (step != FL_STEP_WAIT) return step;
    int64_t left = deadline == INT64_MAX ? FL_SLEEP_NS : deadline - fl_now_ns();
    if (FL_PRIM_ALONE || left <= 0) {
      step = cancel ? cancel(object, wait) : FL_BUSY;
      if (step != FL_STEP_WAIT) return reason(step, timeout_ns);
      deadline = INT64_MAX;
      continue;
    }
    fl_sleep_while(wait->word, wait->value, left < FL_SLEEP_NS ? left : FL_SLEEP_NS);
  }
}
