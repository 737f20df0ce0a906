#include "check.h"
#include "sched/sched.h"
#include "sync/mutex.h"

#ifndef __wasm__
#include <pthread.h>
#endif

#define TILES 500
#define PHASES 3

/* A job that counts how often each tile ran, and in which phase order. */
typedef struct counting {
  fl_job job;
  fl_phase phases[PHASES];
  fl_atomic words[TILES * PHASES];
  fl_atomic runs[TILES * PHASES], undone;
  fl_atomic out_of_order;
  uint32_t commit_at; /* this tile commits, then its thread dies: + 1 */
  uint32_t die_at;    /* this tile's thread dies before it commits: + 1 */
} counting;

static bool count_tile(void *context, fl_task *task) {
  counting *c = context;
  uint32_t at = task->phase * TILES + task->tile;
  for (uint32_t i = 0; task->phase > 0 && i < TILES; i += 7)
    if (fl_load(&c->runs[(task->phase - 1) * TILES + i]) == 0) fl_count(&c->out_of_order);
  if (task->lane > 0 && c->die_at == at + 1) {
    fl_sched_mark_dead(task->lane);
    return false;
  }
  if (task->lane > 0 && c->commit_at == at + 1) {
    CHECK(task->commit(task));
    fl_sched_mark_dead(task->lane);
    return false;
  }
  fl_count(&c->runs[at]);
  return task->pulse(task);
}

static void undo_tile(void *context, fl_task *task) {
  counting *c = context;
  CHECK(c->commit_at == task->phase * TILES + task->tile + 1);
  fl_count(&c->undone);
}

static counting counter;

static counting *prepare(void) {
  memset(&counter, 0, sizeof counter);
  counter.job.phase_count = PHASES;
  for (int p = 0; p < PHASES; p++) counter.job.tiles_of_phase[p] = TILES;
  counter.job.run = count_tile, counter.job.undo = undo_tile, counter.job.context = &counter;
  counter.job.words = counter.words, counter.job.phases = counter.phases;
  return &counter;
}

static bool every_tile_ran_once(const counting *c) {
  for (int i = 0; i < TILES * PHASES; i++)
    if (fl_load(&c->runs[i]) != 1) return false;
  return fl_load(&c->out_of_order) == 0;
}

static void the_caller_alone_does_every_tile_once_in_order(void) {
  fl_sched_start();
  counting *c = prepare();
  CHECK(fl_sched_submit(&c->job, 0) && fl_sched_work(&c->job, 0, 0));
  CHECK(every_tile_ran_once(c));
  uint32_t done, total;
  fl_sched_progress(&c->job, &done, &total);
  CHECK(done == TILES * PHASES && total == done);
  CHECK(fl_sched_forget(&c->job));
}

static void work_stops_after_the_tiles_it_was_allowed(void) {
  fl_sched_start();
  counting *c = prepare();
  fl_sched_submit(&c->job, 0);
  uint32_t done, total;
  CHECK(!fl_sched_work(&c->job, 10, 0));
  fl_sched_progress(&c->job, &done, &total);
  CHECK(done == 10);
  while (!fl_sched_work(&c->job, 13, 0)) {}
  CHECK(every_tile_ran_once(c) && fl_sched_forget(&c->job));
}

static void a_cancelled_job_ends_without_running_the_rest(void) {
  fl_sched_start();
  counting *c = prepare();
  fl_sched_submit(&c->job, 0);
  fl_sched_work(&c->job, 5, 0);
  fl_sched_cancel(&c->job);
  CHECK(fl_sched_work(&c->job, 0, 0) && fl_sched_was_cancelled(&c->job));
  CHECK(fl_load(&c->runs[5]) == 0 && fl_load(&c->runs[2 * TILES]) == 0);
  CHECK(fl_sched_forget(&c->job));
}

/* Works until it is told to leave; somebody cancels meanwhile. */
static bool work_for_long(void *context, fl_task *task) {
  counting *c = context;
  fl_count(&c->runs[task->tile]);
  for (int row = 0; row < 1000; row++) {
    if (row == 10) fl_sched_cancel(&c->job);
    if (!task->pulse(task)) return false;
    fl_count(&c->undone); /* rows done */
  }
  return true;
}

static void a_tile_leaves_off_when_its_job_is_cancelled(void) {
  fl_sched_start();
  counting *c = prepare();
  c->job.run = work_for_long;
  fl_sched_submit(&c->job, 0);
  CHECK(fl_sched_work(&c->job, 0, 0) && fl_sched_was_cancelled(&c->job));
  CHECK(fl_load(&c->undone) == 10 && fl_load(&c->runs[1]) == 0);
  CHECK(fl_sched_forget(&c->job));
}

static void a_job_that_overwrites_its_input_is_carried_through(void) {
  fl_sched_start();
  counting *c = prepare();
  c->job.commits_from = 2;
  fl_sched_submit(&c->job, 0);
  fl_sched_work(&c->job, TILES + 1, 0);
  fl_sched_cancel(&c->job);
  CHECK(fl_sched_work(&c->job, 0, 0) && !fl_sched_was_cancelled(&c->job) && every_tile_ran_once(c));
  fl_sched_forget(&c->job);
}

static void the_table_takes_64_jobs_and_says_when_it_is_full(void) {
  fl_sched_start();
  static counting many[FL_JOBS_MAX + 1];
  for (uint32_t j = 0; j <= FL_JOBS_MAX; j++) {
    many[j].job.phase_count = 1, many[j].job.tiles_of_phase[0] = 1;
    many[j].job.run = count_tile, many[j].job.context = &many[j];
    many[j].job.words = many[j].words, many[j].job.phases = many[j].phases;
    CHECK(fl_sched_submit(&many[j].job, 0) == (j < FL_JOBS_MAX));
  }
  for (uint32_t j = 0; j < FL_JOBS_MAX; j++) CHECK(fl_sched_work(&many[j].job, 0, 0) && fl_sched_forget(&many[j].job));
}

#ifndef __wasm__
static void *serve(void *lane) {
  fl_sched_worker((uint32_t)(uintptr_t)lane);
  return NULL;
}

static void start_threads(pthread_t *threads, uint32_t count) {
  for (uint32_t n = 1; n <= count; n++) {
    fl_sched_enlist(n);
    pthread_create(&threads[n], NULL, serve, (void *)(uintptr_t)n);
  }
}

static void threads_share_the_tiles_of_many_jobs(void) {
  fl_sched_start();
  pthread_t threads[4];
  start_threads(threads, 3);
  for (int round = 0; round < 200; round++) {
    counting *c = prepare();
    CHECK(fl_sched_submit(&c->job, 3));
    while (!fl_sched_work(&c->job, 0, 1000000000)) {}
    CHECK(every_tile_ran_once(c));
    while (!fl_sched_forget(&c->job)) fl_prim_relax();
  }
  fl_sched_shut_down();
  for (int n = 1; n <= 3; n++) pthread_join(threads[n], NULL);
}

static void a_lane_leaves_once_for_each_call_and_only_then(void) {
  fl_sched_start();
  fl_sched_enlist(1);
  fl_sched_call_away(1), fl_sched_call_away(1);
  CHECK(fl_sched_worker(1));
  fl_sched_answer(1);
  CHECK(fl_sched_worker(1)); /* there is one more to be answered */
  fl_sched_answer(1);
  fl_sched_call_away(1);
  fl_sched_enlist(1); /* another thread: that call was not for it */
  pthread_t thread;
  pthread_create(&thread, NULL, serve, (void *)1);
  counting *c = prepare();
  CHECK(fl_sched_submit(&c->job, 1));
  while (!fl_sched_settle(&c->job)) fl_prim_relax(); /* by the lane alone */
  CHECK(every_tile_ran_once(c));
  while (!fl_sched_forget(&c->job)) fl_prim_relax();
  fl_sched_call_away(1);
  pthread_join(thread, NULL);
  fl_sched_answer(1);
  fl_sched_shut_down();
  CHECK(!fl_sched_worker(1));
}

/* Notes who did which of four tiles. The helper waits for the caller's first one to begin, and that one for the other three. */
static fl_atomic helped, begun;
static uint32_t by_helper[4];

static bool note_tile(void *context, fl_task *task) {
  (void)context;
  if (task->lane > 0) {
    while (fl_load(&begun) == 0) fl_prim_relax();
    by_helper[fl_load(&helped)] = task->tile;
    fl_fetch_add(&helped, 1);
  } else {
    fl_store(&begun, task->tile + 1);
    while (fl_load(&helped) < 3) fl_prim_relax();
  }
  return true;
}

static void the_first_helper_comes_from_the_other_end(void) {
  fl_sched_start();
  pthread_t threads[2];
  start_threads(threads, 1);
  for (int round = 0; round < 50; round++) {
    counting *c = prepare();
    c->job.phase_count = 1, c->job.tiles_of_phase[0] = 4, c->job.run = note_tile;
    fl_store(&helped, 0), fl_store(&begun, 0);
    CHECK(fl_sched_submit(&c->job, 1));
    while (!fl_sched_work(&c->job, 1, 1000000000)) {} /* the caller's one tile ends when the helper has done the others */
    CHECK(by_helper[0] == 3 && by_helper[1] == 2 && by_helper[2] == 1 && fl_load(&begun) == 1);
    while (!fl_sched_forget(&c->job)) fl_prim_relax();
  }
  fl_sched_shut_down();
  pthread_join(threads[1], NULL);
}

/* A thread dies on a given tile, before or after it has committed; the job ends with every tile done. */
static void die_and_finish(uint32_t tile, bool committed) {
  fl_sched_start();
  pthread_t threads[3];
  start_threads(threads, 2);
  counting *c = prepare();
  if (committed) c->commit_at = tile + 1;
  else c->die_at = tile + 1;
  fl_sched_submit(&c->job, 2);
  while (!fl_sched_work(&c->job, 0, 1000000000)) {}
  CHECK(every_tile_ran_once(c));
  CHECK(fl_load(&c->undone) <= 2); /* the second thread may take the tile over and die as well */
  while (!fl_sched_forget(&c->job)) fl_prim_relax();
  fl_sched_shut_down();
  for (int n = 1; n <= 2; n++) pthread_join(threads[n], NULL);
}

static void a_thread_that_dies_loses_nothing(void) {
  for (uint32_t tile = 3; tile < TILES * PHASES; tile += 97) {
    die_and_finish(tile, false);
    die_and_finish(tile, true);
  }
}
#endif

void test_sched(void) {
  TEST(the_caller_alone_does_every_tile_once_in_order, "sched: the caller alone does every tile once, in order");
  TEST(work_stops_after_the_tiles_it_was_allowed, "sched: work stops after the tiles it was allowed");
  TEST(a_tile_leaves_off_when_its_job_is_cancelled, "sched: a tile leaves off when its job is cancelled");
  TEST(a_cancelled_job_ends_without_running_the_rest, "sched: a cancelled job ends without running the rest");
  TEST(a_job_that_overwrites_its_input_is_carried_through, "sched: a job that overwrites its input is carried through");
  TEST(the_table_takes_64_jobs_and_says_when_it_is_full, "sched: the table takes 64 jobs and says when it is full");
#ifndef __wasm__
  TEST(a_lane_leaves_once_for_each_call_and_only_then, "a lane that is called away leaves until every call is answered, and works on afterwards");
  TEST(the_first_helper_comes_from_the_other_end, "sched: the first helper comes from the other end");
  TEST(threads_share_the_tiles_of_many_jobs, "sched: threads share the tiles of many jobs");
  TEST(a_thread_that_dies_loses_nothing, "sched: a thread that dies loses nothing");
#endif
}
