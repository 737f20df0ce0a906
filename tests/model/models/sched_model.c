/* The scheduler: every tile is done once, in phases, though threads die at any scheduling point; a job that was forgotten is not
 * looked at any more; nobody sleeps for ever. */
#include "model.h"
#include "sched/sched.h"
#include "sync/mutex.h"

#include <string.h>

#define TILES 2
#define WORDS 4
#define PATIENCE 40000000 /* two sleeps: more would only be more of the same */

typedef struct work {
  fl_job job;
  fl_phase phases[2];
  fl_atomic words[WORDS];
} work;

static work works[2];
static uint32_t done[2][WORDS]; /* plain, by tile: what a second phase reads of the first */
static uint32_t undone;
static fl_atomic begun;

static uint32_t place(const fl_job *job, const fl_task *task) { return job->phases[task->phase].first_word + task->tile; }

static bool run(void *context, fl_task *task) {
  work *w = context;
  uint32_t *results = done[w - works];
  for (uint32_t i = 0; task->phase > 0 && i < w->job.tiles_of_phase[0]; i++) MODEL_CHECK(results[i] >= 1);
  results[place(&w->job, task)]++;
  return true;
}

/* Overwrites its input: commits first, is undone if its thread dies. */
static bool run_in_place(void *context, fl_task *task) {
  work *w = context;
  uint32_t *result = &done[w - works][place(&w->job, task)];
  if (!task->commit(task)) return false;
  ++*result;
  return task->pulse(task) || fl_sched_was_cancelled(&w->job);
}
static void undo(void *context, fl_task *task) {
  work *w = context;
  uint32_t *result = &done[w - works][place(&w->job, task)];
  if (*result == 1) --*result, undone++;
}

static void prepare(work *w, uint32_t phases, uint32_t tiles) {
  w->job = (fl_job){.phase_count = phases, .run = run, .context = w, .words = w->words, .phases = w->phases};
  for (uint32_t p = 0; p < phases; p++) w->job.tiles_of_phase[p] = tiles;
}

static void enlist(uint32_t lanes) {
  fl_sched_start();
  for (uint32_t n = 1; n <= lanes; n++) fl_sched_enlist(n);
}

static void one_phase(void) { enlist(1), prepare(&works[0], 1, TILES); }
static void one_phase_two_workers(void) { enlist(2), prepare(&works[0], 1, TILES); }
static void two_phases(void) { enlist(1), prepare(&works[0], 2, TILES); }
static void two_phases_two_workers(void) { enlist(2), prepare(&works[0], 2, 1); }
static void two_jobs(void) { enlist(1), prepare(&works[0], 1, 1), prepare(&works[1], 1, 1); }
static void two_short_phases(void) { enlist(1), prepare(&works[0], 2, 1); }
static void one_tile(void) { enlist(1), prepare(&works[0], 1, 1); }
static void in_place(void) {
  two_short_phases();
  works[0].job.run = run_in_place, works[0].job.undo = undo;
}

/* What an owner does once forget() has said yes: the memory is somebody else's. Whoever still looks at the job races with this. */
static void end_job(work *w) {
  for (uint64_t i = 0; i < fl_sched_words(&w->job); i++) MODEL_CHECK(done[w - works][i] >= 1); /* finished: the owner may look at once */
  while (!fl_sched_forget(&w->job)) {}
  memset(w, 0xDD, sizeof *w);
}

static void main_thread(uint32_t helpers) {
  work *w = &works[0];
  MODEL_CHECK(fl_sched_submit(&w->job, helpers));
  while (!fl_sched_work(&w->job, 0, PATIENCE)) {}
  end_job(w);
  fl_sched_shut_down();
}

static void share(int number) {
  if (number == 0) main_thread(1);
  else fl_sched_worker((uint32_t)number);
}
static void share_among_three(int number) {
  if (number == 0) main_thread(2);
  else fl_sched_worker((uint32_t)number);
}

/* The page that may not block: it looks in now and then. */
static void leave_it_to_the_worker(int number) {
  if (number > 0) {
    fl_sched_worker((uint32_t)number);
    return;
  }
  MODEL_CHECK(fl_sched_submit(&works[0].job, 1));
  while (!fl_sched_settle(&works[0].job)) {}
  end_job(&works[0]);
  fl_sched_shut_down();
}

/* One worker vanishes without a word; the owner is told, and buries it. */
static void one_vanishes(int number) {
  if (number > 0) {
    fl_sched_worker((uint32_t)number);
    return;
  }
  bool buried = false;
  MODEL_CHECK(fl_sched_submit(&works[0].job, 2));
  do {
    if (!buried && fl_model_is_gone(1)) fl_sched_bury(1), buried = true;
  } while (!fl_sched_work(&works[0].job, 0, 0));
  while (!fl_sched_forget(&works[0].job))
    if (!buried && fl_model_is_gone(1)) fl_sched_bury(1), buried = true;
  memset(&works[0], 0xDD, sizeof works[0]);
  fl_sched_shut_down();
}

/* What serve-lane.js does in its catch. */
static void trap(int number) { fl_sched_mark_dead((uint32_t)number); }

/* After a trap nobody but the caller buries, and forget() must wait for that. */
static void one_traps(int number) {
  if (number > 0) {
    fl_sched_worker((uint32_t)number);
    return;
  }
  MODEL_CHECK(fl_sched_submit(&works[0].job, 1));
  while (!fl_sched_work(&works[0].job, 0, PATIENCE)) {}
  while (!fl_sched_forget(&works[0].job))
    if (fl_sched_is_dead(1)) fl_sched_bury(1);
  memset(&works[0], 0xDD, sizeof works[0]);
  fl_sched_shut_down();
}

static void both_jobs(int number) {
  if (number > 0) {
    fl_sched_worker((uint32_t)number);
    return;
  }
  for (int w = 0; w < 2; w++) MODEL_CHECK(fl_sched_submit(&works[w].job, 1));
  for (int w = 0; w < 2; w++) {
    while (!fl_sched_work(&works[w].job, 0, PATIENCE)) {}
    end_job(&works[w]);
  }
  fl_sched_shut_down();
}

static bool was_cancelled;
static void cancel_meanwhile(int number) {
  if (number == 1) {
    fl_sched_worker(1);
  } else if (number == 2) {
    fl_sched_cancel(&works[0].job);
    fl_store(&begun, 1);
  } else {
    MODEL_CHECK(fl_sched_submit(&works[0].job, 1));
    while (!fl_sched_work(&works[0].job, 0, PATIENCE)) {}
    was_cancelled = fl_sched_was_cancelled(&works[0].job);
    while (!fl_sched_forget(&works[0].job)) {}
    while (!fl_load(&begun)) {} /* who may still cancel still holds the job */
    memset(&works[0], 0xDD, sizeof works[0]);
    fl_sched_shut_down();
  }
}

static void each_tile_once(void) {
  for (int w = 0; w < 2; w++)
    for (uint32_t i = 0; i < WORDS; i++) MODEL_CHECK(done[w][i] <= 1);
  MODEL_CHECK(done[0][0] == 1);
}
static void done_once(uint32_t count) {
  for (uint32_t i = 0; i < count; i++) MODEL_CHECK(done[0][i] == 1);
  each_tile_once();
}
static void both_tiles_once(void) { done_once(2); }
static void all_tiles_once(void) { done_once(4); }
static void both_jobs_once(void) {
  each_tile_once();
  MODEL_CHECK(done[1][0] == 1);
}
/* A tile whose thread died after it had done it and before it said so is done twice: the same bytes. */
static void each_tile_once_or_again(void) {
  MODEL_CHECK(done[0][0] >= 1 && done[0][1] >= 1 && done[0][0] + done[0][1] <= 3);
}
static void one_tile_once_or_again(void) { MODEL_CHECK(done[0][0] >= 1 && done[0][0] <= 2); }
static void once_unless_cancelled(void) {
  for (uint32_t i = 0; i < WORDS; i++) MODEL_CHECK(done[0][i] <= 1);
  if (!was_cancelled) done_once(2);
}

const fl_model fl_models[] = {
  {.name = "sched: one tile and a worker", .threads = 2, .setup = one_tile, .thread = share, .finish = each_tile_once},
  {.name = "sched: two tiles and a worker", .threads = 2, .setup = one_phase, .thread = share, .finish = both_tiles_once},
  {.name = "sched: two phases and a worker", .threads = 2, .setup = two_phases, .thread = share, .finish = all_tiles_once},
  {.name = "sched: the owner only looks", .threads = 2, .setup = two_short_phases, .thread = leave_it_to_the_worker, .finish = both_tiles_once},
  {.name = "sched: two jobs and a worker", .threads = 2, .setup = two_jobs, .thread = both_jobs, .finish = both_jobs_once},
  {.name = "sched: one tile, store buffers", .threads = 2, .setup = one_tile, .thread = share, .finish = each_tile_once, .store_buffers = true},
  {.name = "sched: a worker traps", .threads = 2, .setup = one_phase, .thread = one_traps, .finish = each_tile_once_or_again, .after_death = trap, .killable = 2, .deaths = 1},
  {.name = "sched: a worker traps, two phases", .threads = 2, .setup = two_short_phases, .thread = one_traps, .finish = each_tile_once_or_again, .after_death = trap, .killable = 2, .deaths = 1},
  {.name = "sched: a worker traps in place", .threads = 2, .setup = in_place, .thread = one_traps, .finish = both_tiles_once, .after_death = trap, .killable = 2, .deaths = 1},
  {.name = "sched: a worker vanishes", .threads = 2, .setup = one_tile, .thread = one_vanishes, .finish = one_tile_once_or_again, .killable = 2, .deaths = 1},
  {.name = "sched: a worker vanishes, two tiles", .threads = 2, .setup = one_phase, .thread = one_vanishes, .finish = each_tile_once_or_again, .killable = 2, .deaths = 1},
  {.name = "sched: two workers, one vanishes", .threads = 3, .setup = one_phase_two_workers, .thread = one_vanishes, .finish = each_tile_once_or_again, .killable = 2, .deaths = 1, .preemptions = 2},
  {.name = "sched: cancelled meanwhile", .threads = 3, .setup = one_phase, .thread = cancel_meanwhile, .finish = once_unless_cancelled},
  {.name = "sched: two workers", .threads = 3, .setup = one_phase_two_workers, .thread = share_among_three, .finish = both_tiles_once, .preemptions = 2},
  {.name = "sched: two workers, two phases", .threads = 3, .setup = two_phases_two_workers, .thread = share_among_three, .finish = both_tiles_once, .preemptions = 2},
};
const int fl_models_count = sizeof fl_models / sizeof *fl_models;
