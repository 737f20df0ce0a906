#define _GNU_SOURCE
#include "heap.h"

#include <sys/mman.h>

/* What handles stand for. */
static uint32_t objects[HEAP_THREADS_MAX][HEAP_HANDLES];

/* A bit for every handle there can be: none is ever given twice. 512 MB of address space, of which few pages are touched. */
static _Atomic uint64_t *given;

static void note(fl_handle handle) {
  uint64_t at = (uint64_t)(handle & 0xFFFF) << 16 | handle >> 16;
  uint64_t before = atomic_fetch_or(&given[at / 64], 1ull << at % 64);
  HEAP_CHECK(!(before >> at % 64 & 1), "handle %x was given before", handle);
  HEAP_CHECK(handle >> 16 != 0, "handle %x has no generation", handle);
}

static void open_handle(heap_worker *worker, uint32_t slot) {
  worker->handles[slot] = fl_memory_handle_create(&objects[worker->number][slot]);
  if (worker->handles[slot]) note(worker->handles[slot]);
  else worker->refused++;
}

static void close_handle(heap_worker *worker, uint32_t slot) {
  fl_handle handle = worker->handles[slot];
  HEAP_CHECK(fl_memory_handle_destroy(handle) == &objects[worker->number][slot], "handle %x gave back another object", handle);
  HEAP_CHECK(fl_memory_handle_find(handle) == NULL && fl_memory_handle_destroy(handle) == NULL, "handle %x lives on", handle);
  if (handle >> 16 == 0xFFFF) worker->retired++;
  worker->stale[heap_below(&worker->random, HEAP_STALE)] = handle;
  worker->handles[slot] = 0;
}

static void try_stale(heap_worker *worker) {
  fl_handle handle = worker->stale[heap_below(&worker->random, HEAP_STALE)];
  HEAP_CHECK(fl_memory_handle_find(handle) == NULL, "stale handle %x finds something", handle);
  HEAP_CHECK(fl_memory_handle_destroy(handle) == NULL, "stale handle %x ended something", handle);
}

/* One that was made up finds nothing, or what somebody really has. */
static void try_forged(heap_worker *worker) {
  fl_handle handle = heap_below(&worker->random, 0x10000) << 16 | heap_below(&worker->random, heap_below(&worker->random, 2) ? 0x400 : 0x10000);
  uint32_t *object = fl_memory_handle_find(handle);
  HEAP_CHECK(!object || (object >= objects[0] && object < objects[HEAP_THREADS_MAX - 1] + HEAP_HANDLES), "forged handle %x finds %p", handle, (void *)object);
  HEAP_CHECK(fl_memory_handle_find(handle & 0xFFFF) == NULL, "a handle without generation finds something");
}

/* One slot lives many lives, until it has had them all. */
#define LIVES 70000 /* more than a slot has */
static void live_often(heap_worker *worker, uint32_t slot) {
  for (uint32_t i = 0; i < LIVES && !worker->handles[slot]; i++, worker->operations += 2) {
    open_handle(worker, slot);
    if (worker->handles[slot]) close_handle(worker, slot);
  }
}

void heap_handles_step(heap_worker *worker) {
  uint32_t slot = heap_below(&worker->random, HEAP_HANDLES), choice = heap_below(&worker->random, 100);
  fl_handle handle = worker->handles[slot];
  if (choice < 10) try_stale(worker);
  else if (choice < 14) try_forged(worker);
  else if (choice < 15 && handle) HEAP_CHECK(fl_memory_handle_next(handle) != handle, "the walk does not move on");
  else if (!handle && heap_below(&worker->random, 30000) == 0) live_often(worker, slot);
  else if (!handle) open_handle(worker, slot);
  else if (choice < 40) HEAP_CHECK(fl_memory_handle_find(handle) == &objects[worker->number][slot], "handle %x finds another object", handle);
  else close_handle(worker, slot);
  worker->operations++;
}

void heap_handles_check(heap_worker *workers, uint32_t count) {
  if (!given) given = mmap(NULL, 1ull << 29, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  uint32_t live = 0, walked = 0, found = 0;
  for (uint32_t w = 0; w < count; w++)
    for (uint32_t s = 0; s < HEAP_HANDLES; s++) {
      live += workers[w].handles[s] != 0;
      if (workers[w].handles[s]) found += fl_memory_handle_find(workers[w].handles[s]) == &objects[w][s];
    }
  for (fl_handle at = 0; (at = fl_memory_handle_next(at));) {
    HEAP_CHECK(fl_memory_handle_find(at) != NULL, "walked to %x, which is not live", at);
    walked++;
  }
  HEAP_CHECK(live == found && live == walked && live == fl_memory_handle_count(), "%u live, %u found, %u walked, %u counted", live, found, walked,
             fl_memory_handle_count());
}
