/* The scheduler with workers that die and are replaced, several jobs at once, jobs that are forgotten and written over while workers
 * still come by, and jobs that are cancelled. */
#include "check.h"
#include "sched/sched.h"
#include "stress.h"

#define WORKERS 3
#define JOBS 3
#define PHASES 2
#define TILES 24

typedef struct work {
  fl_job job;
  fl_phase phases[PHASES];
  fl_atomic words[PHASES * TILES];
  uint32_t results[PHASES][TILES]; /* plain: phase 1 reads all that phase 0 wrote */
  uint32_t death, cancel;          /* one tile in so many kills its worker, or cancels its job; 0: none */
} work;

static work works[JOBS];
static pthread_t threads[WORKERS + 1];
static fl_atomic gone[WORKERS + 1], wrong, deaths;
static uint32_t replaced;

static bool run(void *context, fl_task *task) {
  static _Thread_local uint32_t random;
  work *w = context;
  if (random == 0) random = task->lane * 77 + 1;
  for (uint32_t i = 0; task->phase > 0 && i < TILES; i++)
    if (w->results[0][i] == 0 && !fl_sched_was_cancelled(&w->job)) fl_count(&wrong);
  if (w->death && task->lane > 0 && stress_random(&random) % w->death == 0) { /* as when its code traps */
    fl_count(&deaths);
    fl_sched_mark_dead(task->lane);
    pthread_exit(NULL);
  }
  w->results[task->phase][task->tile]++;
  if (w->cancel && stress_random(&random) % w->cancel == 0) fl_sched_cancel(&w->job);
  return task->pulse(task);
}

static void say_gone(void *lane) { fl_store(&gone[(uintptr_t)lane], 1); }

static void *serve(void *lane) {
  pthread_cleanup_push(say_gone, lane);
  fl_sched_worker((uint32_t)(uintptr_t)lane);
  pthread_cleanup_pop(1);
  return NULL;
}

static void start_worker(uint32_t lane) {
  fl_store(&gone[lane], 0);
  fl_sched_enlist(lane);
  if (pthread_create(&threads[lane], NULL, serve, (void *)(uintptr_t)lane) != 0) abort();
}

/* As js/pool.js does when it hears of a death. */
static void replace_the_dead(void) {
  for (uint32_t lane = 1; lane <= WORKERS; lane++) {
    if (!fl_load(&gone[lane])) continue;
    pthread_join(threads[lane], NULL);
    fl_sched_bury(lane);
    start_worker(lane);
    replaced++;
  }
}

static void start(void) {
  fl_sched_start();
  fl_store(&wrong, 0), fl_store(&deaths, 0);
  replaced = 0;
  for (uint32_t lane = 1; lane <= WORKERS; lane++) start_worker(lane);
}

static void end(void) {
  fl_sched_shut_down();
  for (uint32_t lane = 1; lane <= WORKERS; lane++) pthread_join(threads[lane], NULL);
}

static void submit(work *w, uint32_t death, uint32_t cancel) {
  memset(w, 0, sizeof *w);
  w->death = death, w->cancel = cancel;
  w->job = (fl_job){.phase_count = PHASES, .run = run, .context = w, .words = w->words, .phases = w->phases};
  for (uint32_t p = 0; p < PHASES; p++) w->job.tiles_of_phase[p] = TILES;
  CHECK(fl_sched_submit(&w->job, WORKERS));
}

static void finish(work *w) {
  while (!fl_sched_work(&w->job, 4, 1000000)) replace_the_dead();
  bool cancelled = fl_sched_was_cancelled(&w->job);
  for (uint32_t p = 0; p < PHASES; p++)
    for (uint32_t i = 0; i < TILES; i++)
      if (w->results[p][i] > 1 || (w->results[p][i] == 0 && !cancelled)) fl_count(&wrong);
  while (!fl_sched_forget(&w->job)) replace_the_dead();
  memset(w, 0xDD, sizeof *w); /* whoever still looks at the job races with this */
}

static void run_rounds(uint32_t rounds, uint32_t death, uint32_t cancel) {
  start();
  for (uint32_t round = 0; round < fl_stress_rounds(rounds); round++) {
    uint32_t count = 1 + round % JOBS;
    for (uint32_t j = 0; j < count; j++) submit(&works[j], death, cancel);
    for (uint32_t j = 0; j < count; j++) finish(&works[j]);
  }
  end();
  CHECK(fl_load(&wrong) == 0);
}

static void several_jobs_share_the_workers(void) { run_rounds(200, 0, 0); }

static void workers_die_and_are_replaced_while_jobs_run(void) {
  run_rounds(120, 40, 0);
  CHECK(fl_load(&deaths) > 0 && replaced > 0);
}

static void jobs_are_cancelled_meanwhile(void) { run_rounds(200, 0, 30); }

static void workers_die_in_cancelled_jobs(void) {
  run_rounds(80, 50, 50);
  CHECK(fl_load(&deaths) > 0);
}

void test_stress_sched(void) {
  TEST(several_jobs_share_the_workers, "stress: several jobs share the workers, and are written over once forgotten");
  TEST(workers_die_and_are_replaced_while_jobs_run, "stress: workers die and are replaced while jobs run");
  TEST(jobs_are_cancelled_meanwhile, "stress: jobs are cancelled meanwhile");
  TEST(workers_die_in_cancelled_jobs, "stress: workers die in cancelled jobs");
}
