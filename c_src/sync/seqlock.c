#include "sync/seqlock.h"

#include "sync/thread.h"

#define ODD 1u

int32_t fl_seqlock_write_attempt(void *object, fl_wait *wait) {
  fl_seqlock *seqlock = object;
  int32_t step = fl_lock_attempt(&seqlock->writer, wait);
  if (step == FL_STEP_DONE || step == FL_STEP_OWNER_DIED) fl_store(&seqlock->sequence, fl_load(&seqlock->sequence) | ODD);
  return step;
}

int32_t fl_seqlock_write_cancel(void *object, fl_wait *wait) { return fl_lock_cancel(&((fl_seqlock *)object)->writer, wait); }

int32_t fl_seqlock_publish(fl_seqlock *seqlock) {
  if (fl_lock_owner(&seqlock->writer) != fl_sync_thread()) return FL_BAD_ARGUMENT;
  fl_store(&seqlock->sequence, fl_load(&seqlock->sequence) + 1);
  fl_wake(&seqlock->sequence, UINT32_MAX);
  return fl_lock_unlock(&seqlock->writer);
}

int32_t fl_seqlock_read_attempt(void *object, fl_wait *wait) {
  fl_seqlock *seqlock = object;
  uint32_t sequence = fl_load(&seqlock->sequence);
  if (sequence & ODD) {
    if (fl_load(&seqlock->writer.state) & FL_LOCK_DIED) return FL_STEP_OWNER_DIED;
    return fl_wait_on(wait, &seqlock->sequence, sequence);
  }
  wait->ticket = sequence;
  return FL_STEP_DONE;
}

bool fl_seqlock_is_whole(const fl_seqlock *seqlock, uint32_t ticket) { return fl_load(&seqlock->sequence) == ticket; }

void fl_seqlock_bury(fl_seqlock *seqlock, uint32_t thread) {
  fl_lock_bury(&seqlock->writer, thread);
  fl_wake(&seqlock->sequence, UINT32_MAX);
}
