/* Threads that fail, vanish or come too many, one thing at a time and in a fixed order: most of it on one thread, which takes the part
 * of each in turn. A pool thread's life ends when a tile of the test's own says so. */
#include "check.h"
#include "sched/sched.h"
#include "sync/mutex.h"

#ifndef __wasm__
#include <pthread.h>
#endif

#define TILES 12
#define NOBODY 0xFFFFFFFFu

typedef struct script {
  fl_job job;
  fl_phase phases[1];
  fl_atomic words[TILES];
  uint32_t runs[TILES], undone[TILES];
  uint32_t fatal;    /* the tile at which a pool thread's life ends; NOBODY: none */
  uint32_t last;     /* the tile after which the pool is shut down; NOBODY: none */
  bool commits;      /* the fatal tile commits first */
  bool vanishes;     /* the thread is gone, and has told nobody */
  bool pulse_said;   /* what pulse() said to the thread that had failed */
} script;

static script one, two;

static bool play(void *context, fl_task *task) {
  script *s = context;
  if (task->lane > 0 && task->tile == s->fatal) {
    if (s->commits) CHECK(task->commit(task));
#ifndef __wasm__
    if (s->vanishes) pthread_exit(NULL);
#endif
    fl_sched_mark_dead(task->lane);
    s->pulse_said = task->pulse(task);
    return false;
  }
  s->runs[task->tile]++;
  if (task->tile == s->last) fl_sched_shut_down();
  return task->pulse(task);
}

static void take_back(void *context, fl_task *task) { ((script *)context)->undone[task->tile]++; }

static script *write_script(script *s) {
  memset(s, 0, sizeof *s);
  s->fatal = s->last = NOBODY;
  s->job.phase_count = 1, s->job.tiles_of_phase[0] = TILES;
  s->job.run = play, s->job.undo = take_back, s->job.context = s;
  s->job.words = s->words, s->job.phases = s->phases;
  return s;
}

static bool every_tile_ran_once(const script *s) {
  for (uint32_t t = 0; t < TILES; t++)
    if (s->runs[t] != 1) return false;
  return true;
}

/* A thread of this lane comes and stays until the script ends its life or shuts the pool down. */
static void serve(uint32_t lane) {
  fl_sched_enlist(lane);
  fl_sched_worker(lane);
}

static script *begin(void) {
  fl_sched_start();
  return write_script(&one);
}

static void fail_at(uint32_t tile, bool commits) {
  script *s = begin();
  s->fatal = tile, s->commits = commits;
  CHECK(fl_sched_submit(&s->job, 1));
  serve(1);
  CHECK(fl_sched_is_dead(1) && !s->pulse_said && s->runs[tile] == 0);
  CHECK(fl_sched_tiles_done(1) == TILES - 1 - tile); /* the first helper comes from the last tile */
  CHECK(fl_sched_work(&s->job, 0, 0) && every_tile_ran_once(s));
  for (uint32_t t = 0; t < TILES; t++) CHECK(s->undone[t] == (commits && t == tile));
  CHECK(!fl_sched_is_dead(1) && fl_load(&s->job.deaths) == 1 && fl_sched_forget(&s->job));
}

static void a_failed_threads_tile_is_done_by_another(void) {
  fail_at(0, false);
  fail_at(5, false);
  fail_at(TILES - 1, false);
}

static void what_it_had_overwritten_is_taken_back_once(void) {
  fail_at(0, true);
  fail_at(TILES - 1, true);
}

static void a_job_that_has_nothing_to_take_back_goes_on(void) {
  script *s = begin();
  s->fatal = 3, s->commits = true, s->job.undo = NULL;
  fl_sched_submit(&s->job, 1);
  serve(1);
  CHECK(fl_sched_work(&s->job, 0, 0) && every_tile_ran_once(s) && fl_sched_forget(&s->job));
}

/* All tiles are claimed when it is buried: its own is found among those that were passed by. */
static void a_freed_tile_is_found_however_few_may_be_done_at_once(void) {
  script *s = begin();
  s->fatal = TILES - 3;
  fl_sched_submit(&s->job, 1);
  serve(1);
  uint32_t calls = 0;
  while (!fl_sched_work(&s->job, 1, 0) && calls < 100) calls++;
  CHECK(calls >= TILES - 3 && calls < TILES && every_tile_ran_once(s) && fl_sched_forget(&s->job));
}

static void no_more_threads_join_than_a_job_was_given(void) {
  script *alone = begin(), *helped = write_script(&two);
  fl_sched_submit(&alone->job, 0);
  fl_sched_submit(&helped->job, 1);
  helped->last = 0;
  serve(1); /* visits the first job, then does the second */
  CHECK(every_tile_ran_once(helped) && alone->runs[0] == 0 && fl_sched_tiles_done(1) == TILES);
  CHECK(fl_sched_work(&alone->job, 0, 0) && fl_sched_forget(&alone->job) && fl_sched_work(&helped->job, 0, 0) && fl_sched_forget(&helped->job));
}

static void a_death_that_is_nobodys_changes_nothing(void) {
  script *s = begin();
  fl_sched_mark_dead(7);
  CHECK(!fl_sched_is_dead(7)); /* it never served */
  fl_sched_enlist(7);
  CHECK(fl_sched_has_moved(7)); /* it is idle */
  fl_sched_mark_dead(7);
  fl_sched_mark_dead(7);
  CHECK(fl_sched_is_dead(7));
  fl_sched_submit(&s->job, 0);
  fl_sched_work(&s->job, 3, 0); /* buries it */
  CHECK(!fl_sched_is_dead(7) && fl_load(&s->job.deaths) == 1);
  CHECK(fl_sched_work(&s->job, 0, 0) && every_tile_ran_once(s));
  fl_sched_bury(7); /* the job is finished and still on the table */
  CHECK(fl_load(&s->job.deaths) == 1 && fl_sched_forget(&s->job));
}

#ifndef __wasm__
static void *serve_lane_1(void *unused) {
  (void)unused;
  serve(1);
  return NULL;
}

/* A thread that vanished while it had this tile: it is waited for, and nothing but its burial helps. */
static script *vanish_at(uint32_t tile, bool commits) {
  script *s = begin();
  pthread_t thread;
  s->fatal = tile, s->commits = commits, s->vanishes = true;
  fl_sched_submit(&s->job, 1);
  pthread_create(&thread, NULL, serve_lane_1, NULL);
  pthread_join(thread, NULL);
  CHECK(!fl_sched_work(&s->job, 0, 0) && s->runs[tile] == 0);
  return s;
}

static void who_waits_for_a_vanished_thread_waits_no_longer_than_it_said(void) {
  script *s = vanish_at(4, false);
  CHECK(!fl_sched_work(&s->job, 0, 1));
  fl_sync_allow_blocking(false);
  CHECK(!fl_sched_work(&s->job, 0, INT64_MAX)); /* where blocking is not allowed: not at all */
  fl_sync_allow_blocking(true);
  fl_sched_bury(1);
  CHECK(fl_sched_work(&s->job, 0, 0) && every_tile_ran_once(s) && fl_sched_forget(&s->job));
}

static void a_vanished_thread_is_seen_not_to_move(void) {
  script *s = vanish_at(4, true);
  fl_sched_has_moved(1);
  CHECK(!fl_sched_has_moved(1));
  fl_sched_mark_dead(1);
  CHECK(fl_sched_work(&s->job, 0, 0) && every_tile_ran_once(s) && s->undone[4] == 1 && fl_sched_forget(&s->job));
  CHECK(fl_sched_has_moved(1));
}

static void burying_one_leaves_what_another_has(void) {
  script *s = vanish_at(4, true);
  fl_sched_enlist(7);
  fl_sched_mark_dead(7);
  CHECK(!fl_sched_work(&s->job, 3, 0) && !fl_sched_is_dead(7)); /* nothing is left to claim but the first one's tile */
  CHECK(s->runs[4] == 0 && s->undone[4] == 0);
  fl_sched_bury(1);
  CHECK(fl_sched_work(&s->job, 3, 0) && every_tile_ran_once(s) && s->undone[4] == 1 && fl_sched_forget(&s->job));
}

/* Between its last tile and saying so: the tile's word says done, nobody has begun the next phase. */
static void a_job_whose_last_tile_was_done_unsaid_is_settled(void) {
  script *s = vanish_at(TILES - 1, false);
  fl_store(&s->words[TILES - 1], 3);
  CHECK(fl_sched_work(&s->job, 0, 0) && fl_sched_settle(&s->job));
  CHECK(!fl_sched_forget(&s->job)); /* for all one knows it is still looking at the job */
  fl_sched_bury(1);
  CHECK(fl_sched_forget(&s->job));
}
#endif

void test_burial(void) {
  TEST(a_failed_threads_tile_is_done_by_another, "burial: a failed thread's tile is done by another, once");
  TEST(what_it_had_overwritten_is_taken_back_once, "burial: what it had overwritten is taken back once");
  TEST(a_job_that_has_nothing_to_take_back_goes_on, "burial: a job that has nothing to take back goes on");
  TEST(a_freed_tile_is_found_however_few_may_be_done_at_once, "burial: a freed tile is found, however few may be done at once");
  TEST(no_more_threads_join_than_a_job_was_given, "burial: no more threads join than a job was given");
  TEST(a_death_that_is_nobodys_changes_nothing, "burial: a death that is nobody's changes nothing");
#ifndef __wasm__
  TEST(who_waits_for_a_vanished_thread_waits_no_longer_than_it_said, "burial: who waits for a vanished thread waits no longer than it said");
  TEST(a_vanished_thread_is_seen_not_to_move, "burial: a vanished thread is seen not to move");
  TEST(burying_one_leaves_what_another_has, "burial: burying one leaves what another has");
  TEST(a_job_whose_last_tile_was_done_unsaid_is_settled, "burial: a job whose last tile was done unsaid is settled");
#endif
}
