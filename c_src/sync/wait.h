/* How every blocking operation of sync/ is written: as an attempt that never blocks. It succeeds, or fails, or says which word to sleep
 * on and at which value; then it is made again. So the same code serves a thread that sleeps here (fl_wait_until), one that sleeps in
 * JavaScript (Atomics.wait) and one that may not sleep at all (Atomics.waitAsync).
 *
 * Pairs with: the value of the word is read (acquire, or ordered) before the attempt concludes that it must wait; whoever makes the
 * attempt possible changes the word first and wakes second. A change in between makes the sleep return at once. */
#ifndef FL_SYNC_WAIT_H
#define FL_SYNC_WAIT_H

#include "base/status.h"
#include "sync/atomic.h"

/* What an attempt returns, besides a negative fl_status. */
enum {
  FL_STEP_DONE,
  FL_STEP_WAIT,       /* sleep while *wait->word == wait->value, then try again */
  FL_STEP_OWNER_DIED, /* done; but whoever held it before died with it, so what it protects may be half changed */
  FL_STEP_CHOSEN,     /* done; and of all threads it is this one: the last at a barrier, the one to run a once */
};

enum {
  FL_WAIT_TRY = 1,   /* this attempt will not be repeated: leave no trace */
  FL_WAIT_ASYNC = 2, /* this thread goes on meanwhile: it may well be the one that ends the wait */
};

/* What an operation needs between its attempts. Zeroed at first, but for flags and what the operation takes. */
typedef struct fl_wait {
  const fl_atomic *word;
  uint32_t value;
  uint32_t stage, ticket; /* the operation's own */
  uint32_t flags;
  void *argument; /* in: e.g. a condvar's lock */
  uint32_t count; /* in and out: e.g. items of a span */
  void *result;   /* out: e.g. where the span begins */
} fl_wait;

typedef int32_t fl_attempt(void *object, fl_wait *wait);

/* The sleep has to be: says where, and that the attempt is to be repeated. */
static inline int32_t fl_wait_on(fl_wait *wait, const fl_atomic *word, uint32_t value) {
  wait->word = word, wait->value = value;
  return FL_STEP_WAIT;
}

/* Repeats the attempt until it is done, sleeping in between for FL_SLEEP_NS at most. timeout_ns < 0: for ever.
 * cancel (or NULL) takes back what the attempts have announced; it may find that it is done after all, or that it must go on (then
 * without a timeout). Errors: FL_BUSY not within the timeout; FL_UNSUPPORTED this thread may not sleep, or nobody could wake it. */
int32_t fl_wait_until(fl_attempt *attempt, fl_attempt *cancel, void *object, fl_wait *wait, int64_t timeout_ns);

#endif
