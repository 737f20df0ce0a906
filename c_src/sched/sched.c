#include "sched/sched.h"

#include "base/assert.h"
#include "sync/mutex.h"

#include <string.h>

/* A tile word: the state in the low bits, the owner's lane above. */
enum { FREE = 0, CLAIMED = 1, COMMITTED = 2, DONE = 3 };
static uint32_t owned(uint32_t state, uint32_t lane) { return lane << 2 | state; }

/* DYING: it still looks at its job, to tell of its death; burying it meanwhile would let the job go. */
enum { LANE_ABSENT, LANE_SERVING, LANE_DYING, LANE_DEAD };
/* How it rests. WATCHING: it is awake and sees the epoch move. */
enum { BUSY, WATCHING, ASLEEP };

/* Written by its own thread, but for state: one cache line each. */
typedef struct lane {
  _Alignas(FL_CACHE_LINE) fl_atomic hazard; /* slot + 1 of the job it looks at: that job may not be forgotten */
  fl_atomic beat;
  fl_atomic tiles;
  fl_atomic state;
  fl_atomic rest;
  fl_atomic calls;  /* to other things, not answered yet */
  fl_atomic joined; /* number of the job it last came to help */
  bool from_last;   /* and from which end */
  uint32_t beat_seen; /* by has_moved */
} lane;

static struct {
  _Alignas(FL_CACHE_LINE) fl_atomic epoch; /* moves when there is something to do: idle workers sleep on it */
  fl_atomic shut_down;
  _Alignas(FL_CACHE_LINE) fl_atomic_pointer jobs[FL_JOBS_MAX];
  bool slot_taken[FL_JOBS_MAX]; /* the submitting thread's own, */
  uint32_t submitted;           /* as is this: numbers the jobs, from 1 */
  fl_atomic highest;            /* lane that ever served */
  lane lanes[FL_LANES_MAX];
} pool;

#define SLICE_NS 20000000ll /* how long a waiting caller overlooks a silent death */

void fl_sched_start(void) { memset(&pool, 0, sizeof pool); }

uint64_t fl_sched_words(const fl_job *job) {
  uint64_t words = 0;
  for (uint32_t p = 0; p < job->phase_count; p++) words += job->tiles_of_phase[p];
  return words;
}

/* Gets so many workers to look. Those that watch the epoch need not be woken, a sleeper woken in vain would take the time of a core from
 * those that work, and waking takes some 15 µs even if nobody sleeps: engines keep a lock and a list for it. One that goes to sleep says
 * so before it looks at the epoch for the last time. */
static void wake_workers(uint32_t count) {
  fl_fetch_add_ordered(&pool.epoch, 1);
  uint32_t resting[] = {0, 0, 0}, highest = fl_load(&pool.highest);
  for (uint32_t n = 1; n <= highest; n++) resting[fl_load_ordered(&pool.lanes[n].rest)]++;
  if (resting[ASLEEP] > 0 && resting[WATCHING] < count) fl_wake(&pool.epoch, count - resting[WATCHING]);
}

static void tell_news(fl_job *job) {
  fl_fetch_add_ordered(&job->news, 1);
  if (fl_load_ordered(&job->sleeper)) fl_wake(&job->news, UINT32_MAX);
}

static bool is_finished(const fl_job *job) { return fl_load(&job->phase) == job->phase_count; }

/* Before a phase that overwrites a user's pixels: from now on the job is carried through. */
static void close_cancellation(fl_job *job, uint32_t phase) {
  if (job->commits_from && phase + 1 >= job->commits_from) fl_swap_if(&job->cancel, 0, 2);
}

bool fl_sched_submit(fl_job *job, uint32_t helpers) {
  uint32_t slot = 0, word = 0;
  while (slot < FL_JOBS_MAX && pool.slot_taken[slot]) slot++;
  if (slot == FL_JOBS_MAX) return false;
  fl_assert(job->phase_count >= 1 && job->phase_count <= FL_PHASES_MAX);
  for (uint32_t p = 0; p < job->phase_count; p++) {
    job->phases[p].tiles = job->tiles_of_phase[p];
    job->phases[p].first_word = word;
    word += job->tiles_of_phase[p];
  }
  job->slot = slot, job->helpers = helpers, job->number = ++pool.submitted;
  pool.slot_taken[slot] = true;
  close_cancellation(job, 0);
  fl_store_pointer(&pool.jobs[slot], job);
  if (helpers > 0) wake_workers(helpers);
  return true;
}

/* Phase p is whole: the next one begins. Any thread may come to this conclusion; one carries it out. */
static void advance(fl_job *job, uint32_t p) {
  close_cancellation(job, p + 1);
  if (!fl_swap_if(&job->phase, p, p + 1)) return;
  tell_news(job);
  if (p + 1 < job->phase_count && job->helpers > 0) wake_workers(job->helpers);
}

/* ---- one tile ---- */

typedef struct tile_task {
  fl_task task;
  fl_job *job;
  fl_atomic *word;
} tile_task;

static bool is_cancelled(const fl_job *job) { return fl_load(&job->cancel) == 1; }

static bool pulse(fl_task *task) {
  lane *me = &pool.lanes[task->lane];
  fl_beat(&me->beat);
  return (task->lane == 0 || fl_load(&me->state) == LANE_SERVING) && !is_cancelled(((tile_task *)task)->job);
}

static bool commit(fl_task *task) {
  return fl_swap_if(((tile_task *)task)->word, owned(CLAIMED, task->lane), owned(COMMITTED, task->lane));
}

/* True: this thread has done the tile. */
static bool try_tile(fl_job *job, uint32_t p, uint32_t tile, uint32_t lane_number) {
  fl_atomic *word = &job->words[job->phases[p].first_word + tile];
  if (!fl_swap_if(word, FREE, owned(CLAIMED, lane_number))) return false;
  tile_task t = {{.phase = p, .tile = tile, .lane = lane_number, .pulse = pulse, .commit = commit}, job, word};
  if (!is_cancelled(job) && !job->run(job->context, &t.task) && !is_cancelled(job)) return false;
  uint32_t held = fl_load(word);
  if (held >> 2 != lane_number || !fl_swap_if(word, held, DONE)) return false;
  fl_beat(&pool.lanes[lane_number].tiles);
  if (fl_fetch_add(&job->phases[p].done, 1) + 1 == job->phases[p].tiles) advance(job, p);
  return true;
}

/* The next tile from this lane's end, or one that does not exist: nothing is left. Where the ends meet two may get the same one; its
 * word decides. */
static uint32_t claim(fl_phase *phase, bool from_last) {
  uint64_t claimed = (uint64_t)fl_load(&phase->from_first) + fl_load(&phase->from_last);
  if (claimed >= phase->tiles) return phase->tiles;
  return from_last ? phase->tiles - 1 - fl_fetch_add(&phase->from_last, 1) : fl_fetch_add(&phase->from_first, 1);
}

/* Claims and computes until nothing is left to claim or the limit is reached; how many tiles it did. */
static uint32_t help(fl_job *job, uint32_t lane_number, uint32_t limit) {
  uint32_t ran = 0;
  while (limit == 0 || ran < limit) {
    uint32_t p = fl_load(&job->phase);
    if (p == job->phase_count) break;
    fl_phase *phase = &job->phases[p];
    uint32_t tile = claim(phase, pool.lanes[lane_number].from_last);
    if (tile < phase->tiles) {
      ran += try_tile(job, p, tile, lane_number);
    } else {
      uint32_t before = ran;
      /* What a dead thread had claimed is free again, and so may be a tile it claimed and had no time to mark. */
      for (uint32_t i = 0; fl_load(&job->deaths) > 0 && i < phase->tiles && (limit == 0 || ran < limit); i++)
        ran += try_tile(job, p, i, lane_number);
      if (ran == before && fl_load(&job->phase) == p) break;
    }
    if (lane_number > 0 && fl_load(&pool.lanes[lane_number].state) != LANE_SERVING) break;
  }
  return ran;
}

bool fl_sched_settle(fl_job *job) {
  for (uint32_t p; (p = fl_load(&job->phase)) < job->phase_count;) {
    for (uint32_t i = 0; i < job->phases[p].tiles; i++)
      if (fl_load(&job->words[job->phases[p].first_word + i]) != DONE) return false;
    advance(job, p);
  }
  return true;
}

/* True: some thread is about to be dead. */
static bool bury_the_dead(void) {
  bool dying = false;
  for (uint32_t n = 1; n < FL_LANES_MAX; n++) {
    dying |= fl_load(&pool.lanes[n].state) == LANE_DYING;
    if (fl_sched_is_dead(n)) fl_sched_bury(n);
  }
  return dying;
}

bool fl_sched_work(fl_job *job, uint32_t max_tiles, int64_t patience_ns) {
  for (int64_t waited = 0;; waited += SLICE_NS) {
    uint32_t news = fl_load(&job->news); /* before the look at the lanes: a death after it is news */
    bool dying = bury_the_dead();
    uint32_t ran = help(job, 0, max_tiles);
    if (is_finished(job) || fl_sched_settle(job)) return true;
    if ((max_tiles > 0 && ran > 0) || waited >= patience_ns || !fl_sync_may_block()) return false;
    if (dying || fl_watch_while(&job->news, news)) continue;
    fl_sched_announce_sleep(job);
    fl_sleep_while(&job->news, news, SLICE_NS);
    fl_store(&job->sleeper, 0);
  }
}

void fl_sched_announce_sleep(fl_job *job) { fl_store_ordered(&job->sleeper, 1); }

void fl_sched_cancel(fl_job *job) { fl_swap_if(&job->cancel, 0, 1); }
bool fl_sched_was_cancelled(const fl_job *job) { return is_cancelled(job); }

void fl_sched_progress(const fl_job *job, uint32_t *done, uint32_t *total) {
  *done = *total = 0;
  for (uint32_t p = 0; p < job->phase_count; p++) {
    *done += fl_peek(&job->phases[p].done);
    *total += job->phases[p].tiles;
  }
}

bool fl_sched_forget(fl_job *job) {
  fl_assert(is_finished(job));
  fl_store_pointer(&pool.jobs[job->slot], NULL);
  for (uint32_t n = 1; n < FL_LANES_MAX; n++)
    if (fl_load_ordered(&pool.lanes[n].hazard) == job->slot + 1) return false;
  pool.slot_taken[job->slot] = false;
  return true;
}

/* ---- the pool's threads ---- */

/* More threads than the job was given would take the cores from those that it has. */
static bool may_join(fl_job *job, lane *me) {
  if (fl_load(&me->joined) == job->number) return true;
  uint32_t others = fl_fetch_add(&job->joined, 1);
  if (others >= job->helpers + fl_load(&job->deaths)) {
    fl_fetch_sub(&job->joined, 1);
    return false;
  }
  me->from_last = others % 2 == 0; /* the first from the other end than the calling thread, and so on in turn */
  fl_store(&me->joined, job->number);
  return true;
}

/* Looks at one slot of the job table. The hazard is announced before the pointer is read, and forget() clears the pointer before it
 * reads the hazards: one of the two sees the other. */
static bool visit(uint32_t slot, uint32_t lane_number) {
  lane *me = &pool.lanes[lane_number];
  if (!fl_load_pointer(&pool.jobs[slot])) return false;
  fl_store_ordered(&me->hazard, slot + 1);
  fl_job *job = fl_load_pointer(&pool.jobs[slot]);
  bool worked = job && may_join(job, me) && help(job, lane_number, 0) > 0;
  fl_store_ordered(&me->hazard, 0);
  return worked;
}

bool fl_sched_worker(uint32_t lane_number) {
  lane *me = &pool.lanes[lane_number];
  for (;;) {
    /* Before the look at the reasons to leave: who gives one moves the epoch after it, and then there is no sleeping on the old one. */
    uint32_t epoch = fl_load_ordered(&pool.epoch);
    if (fl_load(&pool.shut_down) || fl_load(&me->state) != LANE_SERVING) return false;
    if (fl_load(&me->calls) > 0) return true;
    bool worked = false;
    for (uint32_t slot = 0; slot < FL_JOBS_MAX; slot++) worked |= visit(slot, lane_number);
    if (worked) continue;
    fl_store_ordered(&me->rest, WATCHING);
    if (!fl_watch_while(&pool.epoch, epoch)) {
      fl_store_ordered(&me->rest, ASLEEP);
      fl_sleep_while(&pool.epoch, epoch, FL_SLEEP_NS);
    }
    fl_store_ordered(&me->rest, BUSY);
  }
}

void fl_sched_call_away(uint32_t lane_number) {
  fl_fetch_add(&pool.lanes[lane_number].calls, 1);
  wake_workers(UINT32_MAX);
}

void fl_sched_answer(uint32_t lane_number) { fl_fetch_sub(&pool.lanes[lane_number].calls, 1); }

void fl_sched_shut_down(void) {
  fl_store(&pool.shut_down, 1);
  wake_workers(UINT32_MAX);
}

void fl_sched_enlist(uint32_t lane_number) {
  fl_store(&pool.lanes[lane_number].calls, 0); /* those to the thread before it are its own affair */
  fl_store(&pool.lanes[lane_number].state, LANE_SERVING);
  if (fl_load(&pool.highest) < lane_number) fl_store(&pool.highest, lane_number);
}

bool fl_sched_is_dead(uint32_t lane_number) { return fl_load(&pool.lanes[lane_number].state) == LANE_DEAD; }

void fl_sched_mark_dead(uint32_t lane_number) {
  lane *me = &pool.lanes[lane_number];
  if (!fl_swap_if(&me->state, LANE_SERVING, LANE_DYING)) return;
  uint32_t slot = fl_load(&me->hazard);
  fl_job *job = slot ? fl_load_pointer(&pool.jobs[slot - 1]) : NULL;
  if (job) tell_news(job); /* a caller that sleeps is to bury this lane */
  fl_swap_if(&me->state, LANE_DYING, LANE_DEAD); /* the job may be gone from here on */
}

/* Frees this lane's tiles of one job. */
static void reclaim(fl_job *job, uint32_t lane_number) {
  uint32_t p = fl_load(&job->phase);
  if (p == job->phase_count) return;
  fl_fetch_add(&job->deaths, 1);
  for (uint32_t i = 0; i < job->phases[p].tiles; i++) {
    fl_atomic *word = &job->words[job->phases[p].first_word + i];
    uint32_t held = fl_load(word);
    if (held == FREE || held == DONE || held >> 2 != lane_number) continue;
    fl_task task = {.phase = p, .tile = i, .lane = lane_number};
    if ((held & 3) == COMMITTED && job->undo) job->undo(job->context, &task);
    fl_store(word, FREE);
  }
  fl_sched_settle(job);
  tell_news(job);
}

void fl_sched_bury(uint32_t lane_number) {
  lane *gone = &pool.lanes[lane_number];
  for (uint32_t slot = 0; slot < FL_JOBS_MAX; slot++) {
    fl_job *job = fl_load_pointer(&pool.jobs[slot]);
    if (job) reclaim(job, lane_number);
  }
  fl_store(&gone->hazard, 0);
  fl_store_ordered(&gone->rest, BUSY);
  fl_store(&gone->state, LANE_ABSENT);
  wake_workers(UINT32_MAX);
}

bool fl_sched_has_moved(uint32_t lane_number) {
  lane *l = &pool.lanes[lane_number];
  uint32_t beat = fl_peek(&l->beat);
  bool moved = beat != l->beat_seen || fl_load(&l->hazard) == 0;
  l->beat_seen = beat;
  return moved;
}

uint32_t fl_sched_tiles_done(uint32_t lane_number) { return fl_peek(&pool.lanes[lane_number].tiles); }
