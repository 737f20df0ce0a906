/* Jobs of tiles for a pool of threads. A job is a row of phases, each so many tiles; a phase begins when the one before is whole.
 * Threads claim tiles by fetch_add, some from the first one on and some from the last one back: so two of them work far apart, each in
 * a part of the images that the other's cache need not have. Nobody takes a lock or allocates. A thread may vanish at any instruction:
 * every tile's word says who has it, and fl_sched_bury() hands the tiles of a dead thread back.
 *
 * Tile word:  FREE → CLAIMED by lane n → (COMMITTED by lane n, if the tile overwrites its input) → DONE.
 * Only the owner or, once the owner is dead, bury() moves a word on: a compare-and-swap decides. */
#ifndef FL_SCHED_SCHED_H
#define FL_SCHED_SCHED_H

#include "base/task.h"
#include "sync/atomic.h"

#define FL_LANES_MAX 129u /* lane 0 is the calling thread; the pool has 1 … 128 */
#define FL_JOBS_MAX 64u
#define FL_PHASES_MAX 64u

typedef struct fl_phase {
  _Alignas(FL_CACHE_LINE) fl_atomic from_first; /* tiles claimed so far from the first one on, */
  fl_atomic from_last;                          /* and from the last one back; together they may run beyond all there are */
  _Alignas(FL_CACHE_LINE) fl_atomic done; /* tiles known to be done: a figure for progress, the tile words are the truth */
  uint32_t tiles, first_word;
} fl_phase;

typedef struct fl_job fl_job;
struct fl_job {
  /* The owner fills these in; fl_sched_submit the rest. */
  uint32_t phase_count;
  uint32_t tiles_of_phase[FL_PHASES_MAX];
  bool (*run)(void *context, fl_task *task);  /* computes one tile; false: pulse() or commit() said to leave */
  void (*undo)(void *context, fl_task *task); /* restores what a committed tile has overwritten; NULL if none commits */
  void *context;
  uint32_t commits_from;  /* once this phase (counted from 1; 0: none) has begun an abort comes too late: it overwrites a user's pixels */
  fl_atomic *words;       /* one per tile of all phases, zeroed: fl_sched_words() of them */
  fl_phase *phases;       /* phase_count of them */

  _Alignas(FL_CACHE_LINE) fl_atomic phase; /* the one that runs; phase_count: finished */
  fl_atomic cancel;                        /* 0 no, 1 asked for in time, 2 no longer possible */
  fl_atomic deaths;                        /* threads lost on this job */
  _Alignas(FL_CACHE_LINE) fl_atomic news;  /* counts phase ends and deaths: whoever waits for the job sleeps on it */
  fl_atomic sleeper;                       /* 1: somebody does, or is about to */
  fl_atomic joined;                        /* pool threads that have come to help: no more than helpers, and one for each death */
  uint32_t helpers, slot, number;
};

uint64_t fl_sched_words(const fl_job *job);

/* Forgets everything: once, on one thread, before the pool exists. */
void fl_sched_start(void);

/* Publishes the job and wakes `helpers` sleeping threads. False: FL_JOBS_MAX jobs are in flight. Owner: the caller keeps
 * the job alive until fl_sched_forget(). */
bool fl_sched_submit(fl_job *job, uint32_t helpers);
/* Works on this job as lane 0; when there is no tile to claim sleeps (patience_ns > 0, and only where blocking is allowed) until there
 * is, or the job is finished, or patience is over. Buries the dead. True: finished. max_tiles > 0: return after so many tiles, so
 * that the caller can breathe. */
bool fl_sched_work(fl_job *job, uint32_t max_tiles, int64_t patience_ns);
/* Looks whether all is done: a worker may have died between its last tile and saying so. True: finished. */
bool fl_sched_settle(fl_job *job);
/* Before a sleep on the job's news, after the news were read: from now on they wake the sleeper. (fl_sched_work does it by itself.) */
void fl_sched_announce_sleep(fl_job *job);
void fl_sched_cancel(fl_job *job);
bool fl_sched_was_cancelled(const fl_job *job);
/* Tiles done and tiles in all. */
void fl_sched_progress(const fl_job *job, uint32_t *done, uint32_t *total);
/* Takes a finished job off the table. False: a thread is still looking at it; try again soon. */
bool fl_sched_forget(fl_job *job);

/* A pool thread's life: works on whatever is there until the pool is shut down or this lane is given up for lost: false; or until it
 * is called away: true. lane ≥ 1. */
bool fl_sched_worker(uint32_t lane);
/* Calls a lane away from its work, between two jobs, for something that only its caller can do (fetching a message); and the lane's
 * word that it has done one such thing. It leaves its work until every call is answered. */
void fl_sched_call_away(uint32_t lane);
void fl_sched_answer(uint32_t lane);
void fl_sched_shut_down(void);
/* A thread is about to serve this lane / says by itself that it has failed (its code trapped). */
void fl_sched_enlist(uint32_t lane);
void fl_sched_mark_dead(uint32_t lane);
bool fl_sched_is_dead(uint32_t lane);
/* Gives back all that a dead lane held: its tiles are free again, what they had overwritten is restored. Call it only when the thread
 * is known to be gone. */
void fl_sched_bury(uint32_t lane);
/* Has the lane moved since the last call? For finding out who is stuck; a lane that is idle counts as moving. */
bool fl_sched_has_moved(uint32_t lane);
/* Tiles this lane has done since the start. */
uint32_t fl_sched_tiles_done(uint32_t lane);

#endif
