/* The scheduler, with a place to die at each step of a tile's life. It is sched.c itself: the calls that move a tile's word on are
 * renamed while it is compiled, and each does what it did. */
#include "faults.h"
#include "sched/sched.h"
#include "sync/mutex.h"

static bool pass_swap_if(fl_atomic *word, uint32_t expected, uint32_t desired);
static void pass_beat(fl_atomic *word);

#define fl_swap_if pass_swap_if
#define fl_beat pass_beat
#include "sched/sched.c"
#undef fl_swap_if
#undef fl_beat

/* A pool thread's tile words are told from all others by the lane in their upper bits: lane 0 is the calling thread. */
static bool is_tile_of_pool(uint32_t word, uint32_t state) { return word >> 2 != 0 && (word & 3) == state; }

static bool pass_swap_if(fl_atomic *word, uint32_t expected, uint32_t desired) {
  if (expected == FREE && is_tile_of_pool(desired, CLAIMED)) faults_pass(POINT_CLAIM, desired >> 2); /* has its number, not yet the tile */
  bool holds = is_tile_of_pool(expected, CLAIMED) || is_tile_of_pool(expected, COMMITTED);
  if (holds && desired == DONE) faults_pass(POINT_PUBLISH, expected >> 2);
  bool swapped = fl_swap_if(word, expected, desired);
  if (swapped && is_tile_of_pool(desired, COMMITTED)) faults_pass(POINT_COMMIT, desired >> 2);
  if (swapped && holds && desired == DONE) faults_pass(POINT_PUBLISHED, expected >> 2); /* done, and nobody has been told */
  return swapped;
}

static void pass_beat(fl_atomic *word) {
  lane *of = (lane *)((uintptr_t)word & ~(uintptr_t)(_Alignof(lane) - 1));
  uint32_t number = (uint32_t)(of - pool.lanes);
  fl_beat(word);
  if (word == &of->beat && number != 0) faults_pass(POINT_KERNEL, number);
}

void faults_pass(uint32_t point, uint32_t lane) {
  fl_count(&faults.passed[point]);
  if (fl_load(&faults.point) != point || fl_fetch_sub(&faults.countdown, 1) != 1) return;
  fl_store(&faults.point, FAULTS_NEVER);
  fl_store(&faults.lane, lane);
  if (fl_load(&faults.action) == ACTION_TRAP) __builtin_trap();
  while (fl_load(&faults.action) == ACTION_STOP) fl_sleep_while(&faults.action, ACTION_STOP, FL_SLEEP_NS);
}
