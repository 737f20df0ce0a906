/* A seqlock: few writers, any number of readers, who write nothing and so never hold anybody up; a reader that was disturbed reads
 * again. H.-J. Boehm, «Can Seqlocks Get Along with Programming Language Memory Models?», MSPC 2012.
 *
 * sequence: odd while somebody writes. The words under it are atomic: written by fl_store, read by fl_load.
 * Pairs with: the store of each word (release) comes after the odd sequence and before the next even one; the load of each word
 * (acquire) after the first reading of the sequence and before the second. A reader that sees a word of a later write thus sees a later
 * sequence as well. Writers exclude each other by `writer`. */
#ifndef FL_SYNC_SEQLOCK_H
#define FL_SYNC_SEQLOCK_H

#include "sync/lock.h"

typedef struct fl_seqlock {
  fl_lock writer;
  _Alignas(FL_CACHE_LINE) fl_atomic sequence;
  _Alignas(FL_CACHE_LINE) uint32_t count; /* of words; constant */
  _Alignas(FL_CACHE_LINE) fl_atomic words[];
} fl_seqlock;

/* DONE or OWNER_DIED (the words may be half written): write all of them. Errors as of fl_lock_attempt. */
int32_t fl_seqlock_write_attempt(void *seqlock, fl_wait *wait);
int32_t fl_seqlock_write_cancel(void *seqlock, fl_wait *wait);
/* Errors: FL_BAD_ARGUMENT this thread does not write. */
int32_t fl_seqlock_publish(fl_seqlock *seqlock);
/* DONE: read, then ask fl_seqlock_is_whole(wait->ticket). OWNER_DIED: a writer died at it; there is nothing whole until the next write. */
int32_t fl_seqlock_read_attempt(void *seqlock, fl_wait *wait);
bool fl_seqlock_is_whole(const fl_seqlock *seqlock, uint32_t ticket);
void fl_seqlock_bury(fl_seqlock *seqlock, uint32_t thread);

#endif
