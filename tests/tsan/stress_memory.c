/* The allocator and the handle table from several threads at once. */
#include "check.h"
#include "memory/allocator.h"
#include "memory/handles.h"
#include "stress.h"
#include "sync/atomic.h"

#define KEPT 32
#define BYTES_MAX 3000u

static fl_atomic wrong;

/* Allocates, fills, looks whether it is still so, frees, in random order. */
static void *allocate_and_free(void *number) {
  uint32_t random = (uint32_t)(uintptr_t)number + 1, bytes[KEPT] = {0};
  uint8_t *kept[KEPT] = {0}, mark = (uint8_t)(0x10 + (uintptr_t)number);
  for (uint32_t i = 0; i < fl_stress_rounds(4000); i++) {
    uint32_t at = stress_random(&random) % KEPT;
    if (kept[at]) {
      if (kept[at][0] != mark || kept[at][bytes[at] - 1] != mark) fl_count(&wrong);
      if (fl_memory_free(kept[at]) != FL_OK) fl_count(&wrong);
      kept[at] = NULL;
    } else {
      bytes[at] = 1 + stress_random(&random) % BYTES_MAX;
      kept[at] = i % 5 ? fl_memory_alloc(bytes[at], FL_MEMORY_USER) : fl_memory_alloc_aligned(bytes[at], 256, FL_MEMORY_USER);
      if (kept[at]) memset(kept[at], mark, bytes[at]);
      else fl_count(&wrong);
    }
    if (i % 512 == 0) {
      fl_memory_block block = {0};
      while (fl_memory_next_block(block.start, &block)) {}
    }
  }
  for (int at = 0; at < KEPT; at++)
    if (fl_memory_free(kept[at]) != FL_OK) fl_count(&wrong);
  return NULL;
}

static void the_allocator_serves_several_threads(void) {
  fl_memory_start(true);
  fl_store(&wrong, 0);
  stress_run(allocate_and_free);
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  CHECK(fl_load(&wrong) == 0 && stats.live == 0 && stats.blocks == 0);
}

#define SHARED 64
static fl_atomic shared[SHARED];  /* handles that all threads find and destroy */
static uint32_t objects[SHARED];  /* plain: whoever destroys the handle owns the object */

static void *make_find_destroy(void *number) {
  uint32_t random = (uint32_t)(uintptr_t)number + 1;
  for (uint32_t i = 0; i < fl_stress_rounds(6000); i++) {
    uint32_t at = stress_random(&random) % SHARED;
    fl_handle handle = fl_load(&shared[at]);
    uint32_t *found = fl_memory_handle_find(handle);
    if (found && found != &objects[at]) fl_count(&wrong);
    uint32_t *mine = fl_memory_handle_destroy(handle);
    if (!mine) continue;
    ++*mine;
    fl_handle fresh = fl_memory_handle_create(mine);
    if (fresh == 0 || fresh == handle) fl_count(&wrong);
    fl_store(&shared[at], fresh);
    if (i % 64 == 0)
      for (fl_handle h = 0; (h = fl_memory_handle_next(h));) {}
  }
  return NULL;
}

static void of_several_threads_one_ends_a_handle(void) {
  fl_memory_start(true);
  fl_memory_handle_start();
  fl_store(&wrong, 0);
  for (int at = 0; at < SHARED; at++) fl_store(&shared[at], fl_memory_handle_create(&objects[at]));
  stress_run(make_find_destroy);
  CHECK(fl_load(&wrong) == 0 && fl_memory_handle_count() == SHARED);
}

void test_stress_memory(void) {
  TEST(the_allocator_serves_several_threads, "stress: the allocator serves several threads");
  TEST(of_several_threads_one_ends_a_handle, "stress: of several threads one ends a handle");
}
