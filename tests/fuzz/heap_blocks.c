#include "base/prim.h"
#include "heap.h"

#include <stdlib.h>
#include <string.h>

#define UNIT 64u
#define RESERVED (4ull << 30)

/* ---- the map: one bit for every unit of the heap that a live block covers ---- */

static _Atomic uint64_t covered[RESERVED / UNIT / 64];

static void cover(const heap_record *record, bool taken) {
  uint64_t first = (uint64_t)(record->at - fl_prim_heap_base()) / UNIT, end = first + (record->bytes + UNIT - 1) / UNIT;
  while (first < end) {
    uint64_t count = 64 - first % 64 < end - first ? 64 - first % 64 : end - first;
    uint64_t mask = (count == 64 ? ~0ull : (1ull << count) - 1) << first % 64;
    uint64_t before = taken ? atomic_fetch_or(&covered[first / 64], mask) : atomic_fetch_and(&covered[first / 64], ~mask);
    HEAP_CHECK((before & mask) == (taken ? 0 : mask), "%llu bytes at %p overlap a live block", (unsigned long long)record->bytes, (void *)record->at);
    first += count;
  }
}

/* ---- contents: whole if small, else both ends and samples between ---- */

static uint8_t value_at(const heap_record *record, uint64_t i) { return (uint8_t)(record->seed + i * 167 + (i >> 8)); }

static uint64_t next_place(const heap_record *record, uint64_t i) {
  if (record->bytes <= 512 || i < 128 || i + 128 >= record->bytes) return i + 1;
  return i + 997 < record->bytes - 128 ? i + 997 : record->bytes - 128;
}

static void fill(const heap_record *record) {
  for (uint64_t i = 0; i < record->bytes; i = next_place(record, i)) record->at[i] = value_at(record, i);
}

static bool is_intact(const heap_record *record) {
  for (uint64_t i = 0; i < record->bytes; i = next_place(record, i))
    if (record->at[i] != value_at(record, i)) return false;
  return true;
}

/* ---- steps ---- */

/* Blocks change hands here: many are freed by another thread than asked for them. */
#define CELLS 64
static struct {
  atomic_flag busy;
  heap_record record;
} cells[CELLS];

static uint64_t some_bytes(heap_random *random) {
  switch (heap_below(random, 16)) {
    case 0: return 1 + heap_below(random, 200000);
    case 1: return 1 + heap_below(random, 20000);
    case 2: return UNIT * (1 + heap_below(random, 40)) + heap_below(random, 3) - 1; /* about a whole number of units */
    case 3: return heap_below(random, 200) ? 1 + heap_below(random, 3000) : 1 + heap_below(random, 6u << 20);
    default: return 1 + heap_below(random, 600);
  }
}

static void take_block(heap_worker *worker, heap_record *slot) {
  heap_random *random = &worker->random;
  uint64_t bytes = some_bytes(random);
  bool aligned = heap_below(random, 4) == 0;
  uint32_t alignment = aligned ? UNIT << heap_below(random, heap_below(random, 8) ? 4 : 11) : UNIT;
  fl_memory_kind kind = (fl_memory_kind[]){FL_MEMORY_USER, FL_MEMORY_FRAME, FL_MEMORY_PLAN, FL_MEMORY_MODULE}[heap_below(random, 4)];
  uint8_t *at = aligned ? fl_memory_alloc_aligned(bytes, alignment, kind) : fl_memory_alloc(bytes, kind);
  if (!at) {
    worker->refused++;
    return;
  }
  *slot = (heap_record){at, bytes, heap_below(random, 256), kind};
  HEAP_CHECK((uintptr_t)at % alignment == 0, "%p is no multiple of %u", (void *)at, alignment);
  HEAP_CHECK(at >= fl_prim_heap_base() && (uint64_t)(uintptr_t)at + bytes <= fl_prim_memory_bytes(), "%p lies outside the memory", (void *)at);
  cover(slot, true);
  fill(slot);
}

static void free_block(heap_record *slot) {
  HEAP_CHECK(is_intact(slot), "%llu bytes at %p were written to", (unsigned long long)slot->bytes, (void *)slot->at);
  cover(slot, false);
  HEAP_CHECK(fl_memory_free(slot->at) == FL_OK, "%p is not freed", (void *)slot->at);
  slot->at = NULL;
}

/* Addresses that no block begins at, for as long as this one lives. */
static void free_wrongly(heap_worker *worker, const heap_record *slot) {
  int local;
  uint8_t *inside = slot->at + 1 + heap_below(&worker->random, slot->bytes < 63 ? (uint32_t)slot->bytes : 63);
  HEAP_CHECK(fl_memory_free(inside) == FL_STALE_HANDLE, "an address inside a block was freed");
  if (slot->bytes >= 2 * UNIT) {
    inside = slot->at + UNIT * (1 + heap_below(&worker->random, (uint32_t)(slot->bytes / UNIT) - 1));
    HEAP_CHECK(fl_memory_free(inside) == FL_STALE_HANDLE, "a line inside a block was freed");
  }
  HEAP_CHECK(fl_memory_free(&local) == FL_STALE_HANDLE, "an address on the stack was freed");
  HEAP_CHECK(fl_memory_free(NULL) == FL_OK, "NULL");
}

static void exchange(heap_worker *worker, heap_record *slot) {
  uint32_t cell = heap_below(&worker->random, CELLS);
  if (atomic_flag_test_and_set(&cells[cell].busy)) return;
  heap_record mine = *slot;
  *slot = cells[cell].record;
  cells[cell].record = mine;
  atomic_flag_clear(&cells[cell].busy);
}

static void look_at_figures(void) {
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  HEAP_CHECK(stats.live <= stats.peak && stats.live <= stats.used && stats.used <= stats.committed, "live %llu, used %llu, committed %llu",
             (unsigned long long)stats.live, (unsigned long long)stats.used, (unsigned long long)stats.committed);
}

/* A little of the map, while others change it. */
static void look_at_map(void) {
  fl_memory_block block = {0};
  for (uintptr_t at = 0, n = 0; n < 8 && fl_memory_next_block(at, &block); n++) {
    HEAP_CHECK(block.start > at && block.end > block.start && block.end <= fl_prim_memory_bytes(), "block %p to %p after %p", (void *)block.start,
               (void *)block.end, (void *)at);
    at = block.start;
  }
}

void heap_blocks_step(heap_worker *worker) {
  heap_record *slot = &worker->slots[heap_below(&worker->random, HEAP_SLOTS)];
  uint32_t choice = heap_below(&worker->random, 100);
  if (choice < 6) exchange(worker, slot);
  else if (choice < 7) look_at_figures();
  else if (choice < 8 && worker->number == 0) look_at_map();
  else if (!slot->at) take_block(worker, slot);
  else if (choice < 12) free_wrongly(worker, slot);
  else free_block(slot);
  worker->operations++;
}

/* ---- at rest ---- */

uint64_t heap_foreign_pages;
static uint8_t *foreign[256];

bool __real_fl_prim_memory_grow(uint64_t bytes);

void heap_add_foreign(void) {
  uint8_t *at = (uint8_t *)(uintptr_t)fl_prim_memory_bytes();
  if (heap_foreign_pages == 256 || !__real_fl_prim_memory_grow(FL_PAGE)) return;
  foreign[heap_foreign_pages++] = memset(at, 0x77, FL_PAGE);
}

static int by_address(const void *a, const void *b) {
  const heap_record *left = a, *right = b;
  return left->at < right->at ? -1 : left->at > right->at;
}

static uint32_t collect(heap_worker *workers, uint32_t count, heap_record *all) {
  uint32_t found = 0;
  for (uint32_t w = 0; w < count; w++)
    for (uint32_t s = 0; s < HEAP_SLOTS; s++)
      if (workers[w].slots[s].at) all[found++] = workers[w].slots[s];
  for (uint32_t c = 0; c < CELLS; c++)
    if (cells[c].record.at) all[found++] = cells[c].record;
  qsort(all, found, sizeof *all, by_address);
  return found;
}

/* A second free, of which nothing may come. */
static void free_twice(heap_worker *worker) {
  for (uint32_t s = 0; s < HEAP_SLOTS; s++) {
    heap_record *slot = &worker->slots[s];
    if (!slot->at) continue;
    uint8_t *at = slot->at;
    free_block(slot);
    HEAP_CHECK(fl_memory_free(at) == FL_STALE_HANDLE, "%p was freed twice", (void *)at);
    return;
  }
}

/* The map asked for what follows addresses where no block begins: nothing, or what lies beyond. */
static void ask_wrongly(const heap_record *some) {
  uintptr_t base = (uintptr_t)fl_prim_heap_base(), end = (uintptr_t)fl_prim_memory_bytes();
  const uintptr_t starts[] = {base - UNIT, end, end + UNIT, base + 8, some ? (uintptr_t)some->at : 0, some ? (uintptr_t)some->at + 8 : 0};
  fl_memory_block block;
  for (uint32_t i = 0; i < sizeof starts / sizeof *starts; i++)
    HEAP_CHECK(!fl_memory_next_block(starts[i], &block) || block.start > starts[i] || !starts[i], "%p follows %p", (void *)block.start, (void *)starts[i]);
  HEAP_CHECK(!fl_memory_alloc(UINT64_MAX, FL_MEMORY_USER) && !fl_memory_alloc(15ull << 30, FL_MEMORY_USER), "15 GB of 4");
  if (fl_memory_next_block(0, &block))
    for (uintptr_t at = block.start; fl_memory_next_block(at, &block); at = block.start) {}
  HEAP_CHECK(fl_memory_free((void *)block.end) == FL_STALE_HANDLE && fl_memory_free((void *)(block.start + UNIT)) == FL_STALE_HANDLE, "the fence was freed");
}

void heap_blocks_check(heap_worker *workers, uint32_t count) {
  static heap_record all[HEAP_THREADS_MAX * HEAP_SLOTS + CELLS];
  free_twice(&workers[0]);
  uint32_t records = collect(workers, count, all), seen = 0, tables = 0;
  ask_wrongly(records ? &all[0] : NULL);
  uint64_t live = 0, table_bytes = 0, heap_bytes = 0, used = 0;
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  fl_memory_block block = {0}, before = {0};
  for (uintptr_t at = 0; fl_memory_next_block(at, &block); at = block.start, before = block) {
    HEAP_CHECK(!at || block.start == before.end, "a gap in the map at %p", (void *)block.start);
    HEAP_CHECK(!at || block.kind != FL_MEMORY_FREE || before.kind != FL_MEMORY_FREE, "two free blocks side by side at %p", (void *)block.start);
    heap_bytes += block.end - block.start;
    if (block.kind == FL_MEMORY_FREE || block.kind == FL_MEMORY_FOREIGN) continue;
    if (block.kind == FL_MEMORY_TABLE) {
      table_bytes += block.bytes, tables += block.bytes > 0;
      used += block.bytes > 0 ? block.end - block.start : 0;
      continue;
    }
    const heap_record *record = &all[seen < records ? seen : 0];
    uintptr_t payload = (uintptr_t)record->at;
    HEAP_CHECK(seen < records && payload > block.start && payload + record->bytes <= block.end && record->bytes == block.bytes && record->kind == block.kind,
               "the block at %p is not in the map", (void *)block.start);
    seen++, live += block.bytes, used += block.end - block.start;
  }
  HEAP_CHECK(seen == records, "%u of %u live blocks are in the heap", seen, records);
  HEAP_CHECK(stats.live == live + table_bytes && stats.blocks == records + tables && stats.used == used, "live %llu, %u blocks, used %llu",
             (unsigned long long)stats.live, stats.blocks, (unsigned long long)stats.used);
  HEAP_CHECK(stats.committed == heap_bytes, "committed %llu, the map has %llu", (unsigned long long)stats.committed, (unsigned long long)heap_bytes);
  for (uint64_t p = 0; p < heap_foreign_pages; p++)
    for (uint32_t i = 0; i < FL_PAGE; i += 61) HEAP_CHECK(foreign[p][i] == 0x77, "a page of somebody else's was written to");
}

void heap_blocks_end(heap_worker *workers, uint32_t count) {
  for (uint32_t w = 0; w < count; w++)
    for (uint32_t s = 0; s < HEAP_SLOTS; s++)
      if (workers[w].slots[s].at) free_block(&workers[w].slots[s]);
  for (uint32_t c = 0; c < CELLS; c++)
    if (cells[c].record.at) free_block(&cells[c].record);
}
