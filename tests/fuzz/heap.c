/* heap [operations] [threads] [seed] [debug level]: see heap.h. Ends with figures, and with exit code 1 if there were findings. */
#define _GNU_SOURCE
#include "heap.h"

#include "base/prim.h"
#include "sync/mutex.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 50
#define MEMORY_MAX (10ull << 20) /* less than what the threads want at times */

_Atomic uint32_t heap_findings;
static heap_worker workers[HEAP_THREADS_MAX];
static uint64_t operations_per_round;

/* Memory that does not always grow when it is asked to, and ends (--wrap). */
static _Atomic uint32_t asked, refused;
bool __real_fl_prim_memory_grow(uint64_t bytes);
bool __wrap_fl_prim_memory_grow(uint64_t bytes);
bool __wrap_fl_prim_memory_grow(uint64_t bytes) {
  uint64_t held = fl_prim_memory_bytes() - (uint64_t)(uintptr_t)fl_prim_heap_base();
  if (held + bytes <= MEMORY_MAX && atomic_fetch_add(&asked, 1) * 2654435761u >> 30 != 0) return __real_fl_prim_memory_grow(bytes);
  atomic_fetch_add(&refused, 1);
  return false;
}

static void *work(void *context) {
  heap_worker *worker = context;
  fl_sync_allow_blocking(worker->number != 0); /* as on a window's main thread */
  for (uint64_t end = worker->operations + operations_per_round; worker->operations < end;) {
    if (heap_below(&worker->random, 3)) heap_blocks_step(worker);
    else heap_handles_step(worker);
  }
  return NULL;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void one_round(uint32_t threads) {
  pthread_t thread[HEAP_THREADS_MAX];
  for (uint32_t w = 0; w < threads; w++)
    if (pthread_create(&thread[w], NULL, work, &workers[w]) != 0) abort();
  for (uint32_t w = 0; w < threads; w++) pthread_join(thread[w], NULL);
}

int main(int count, char **arguments) {
  uint64_t wanted = count > 1 ? strtoull(arguments[1], NULL, 10) : 10000000;
  uint32_t threads = count > 2 ? (uint32_t)atoi(arguments[2]) : 4;
  uint64_t seed = count > 3 ? strtoull(arguments[3], NULL, 10) : 1;
  if (threads < 1 || threads > HEAP_THREADS_MAX) return 2;
  operations_per_round = (wanted + (uint64_t)ROUNDS * threads - 1) / ((uint64_t)ROUNDS * threads);
  for (uint32_t w = 0; w < threads; w++) workers[w].number = w, workers[w].random.state = (seed * HEAP_THREADS_MAX + w + 1) * 0x9E3779B97F4A7C15ull;
  HEAP_CHECK(fl_memory_free(workers) == FL_STALE_HANDLE, "a block before there is a heap");
  fl_memory_start(count > 4 ? (uint32_t)atoi(arguments[4]) : 0);
  fl_memory_handle_start();
  heap_handles_check(workers, threads);
  double start = seconds(), spent = 0;
  for (uint32_t round = 0; round < ROUNDS && heap_findings == 0; round++) {
    if (round % 8 == 3) heap_add_foreign();
    one_round(threads);
    spent += seconds() - start;
    heap_blocks_check(workers, threads);
    heap_handles_check(workers, threads);
    start = seconds();
  }
  fl_memory_stats stats;
  if (heap_findings == 0) heap_blocks_end(workers, threads), heap_blocks_check(workers, threads);
  fl_memory_read_stats(&stats);
  uint64_t operations = 0, denied = 0;
  uint32_t retired = 0;
  for (uint32_t w = 0; w < threads; w++) operations += workers[w].operations, denied += workers[w].refused, retired += workers[w].retired;
  printf("%llu operations on %u threads, peak %.1f MB, growth refused %u times, %llu operations without memory, %u handle slots retired, "
         "%llu foreign pages, %u findings, %.2f million operations/s\n",
         (unsigned long long)operations, threads, (double)stats.peak / 1e6, refused, (unsigned long long)denied, retired,
         (unsigned long long)heap_foreign_pages, heap_findings, (double)operations / spent / 1e6);
  return heap_findings > 0;
}
