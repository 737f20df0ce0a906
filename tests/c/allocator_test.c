#include "base/prim.h"
#include "check.h"
#include "memory/allocator.h"

#define SLOTS 200

static void starts_clean(void) { fl_memory_start(true); }

static void blocks_are_aligned_and_do_not_overlap(void) {
  starts_clean();
  uint8_t *blocks[SLOTS] = {0};
  size_t sizes[SLOTS] = {0};
  uint32_t random = 1;
  for (int step = 0; step < 20000; step++) {
    random = random * 1664525u + 1013904223u;
    int slot = (int)(random >> 8) % SLOTS;
    if (blocks[slot]) {
      /* Every byte is as it was written: nobody else's block lies here. */
      for (size_t i = 0; i < sizes[slot]; i += 37) CHECK(blocks[slot][i] == (uint8_t)slot);
      CHECK(fl_memory_free(blocks[slot]) == FL_OK);
      blocks[slot] = NULL;
      continue;
    }
    sizes[slot] = 1 + (random >> 12) % 5000;
    uint32_t alignment = 64u << (random >> 28) % 5;
    blocks[slot] = fl_memory_alloc_aligned(sizes[slot], alignment, FL_MEMORY_USER);
    CHECK(blocks[slot] && (uintptr_t)blocks[slot] % alignment == 0);
    if (blocks[slot]) memset(blocks[slot], slot, sizes[slot]);
  }
  for (int slot = 0; slot < SLOTS; slot++) CHECK(fl_memory_free(blocks[slot]) == FL_OK);
}

static void figures_are_exact_and_return_to_zero(void) {
  starts_clean();
  fl_memory_stats stats;
  void *a = fl_memory_alloc(1000, FL_MEMORY_USER), *b = fl_memory_alloc(1, FL_MEMORY_USER);
  fl_memory_read_stats(&stats);
  CHECK(stats.live == 1001 && stats.blocks == 2 && stats.peak == 1001);
  CHECK(stats.used == 64 + 1024 + 64 + 64);
  fl_memory_free(a);
  fl_memory_read_stats(&stats);
  CHECK(stats.live == 1 && stats.peak == 1001);
  fl_memory_free(b);
  fl_memory_read_stats(&stats);
  CHECK(stats.live == 0 && stats.used == 0 && stats.blocks == 0);
}

static void freed_memory_merges_with_both_neighbours(void) {
  starts_clean();
  void *a = fl_memory_alloc(64, FL_MEMORY_USER), *b = fl_memory_alloc(64, FL_MEMORY_USER), *c = fl_memory_alloc(64, FL_MEMORY_USER);
  fl_memory_free(a);
  fl_memory_free(c);
  fl_memory_free(b);
  fl_memory_block block;
  CHECK(fl_memory_next_block(0, &block) && block.kind == FL_MEMORY_FREE);
  CHECK(fl_memory_next_block(block.start, &block) && block.kind == FL_MEMORY_TABLE && block.end - block.start == 64); /* the fence */
  CHECK(!fl_memory_next_block(block.start, &block));
}

static void a_second_free_and_a_foreign_address_are_refused(void) {
  starts_clean();
  uint8_t *a = fl_memory_alloc(100, FL_MEMORY_USER);
  CHECK(fl_memory_free(a + 64) == FL_STALE_HANDLE);
  CHECK(fl_memory_free(a + 1) == FL_STALE_HANDLE);
  CHECK(fl_memory_free(a) == FL_OK);
  CHECK(fl_memory_free(a) == FL_STALE_HANDLE);
  int local;
  CHECK(fl_memory_free(&local) == FL_STALE_HANDLE);
  CHECK(fl_memory_free(NULL) == FL_OK);
}

static void grows_the_memory_and_survives_its_end(void) {
  starts_clean();
  fl_memory_stats before, after;
  fl_memory_read_stats(&before);
  void *large = fl_memory_alloc(before.committed + 1, FL_MEMORY_USER);
  CHECK(large != NULL);
  fl_memory_read_stats(&after);
  CHECK(after.committed > before.committed);
  CHECK(fl_memory_alloc(UINT64_MAX - 5, FL_MEMORY_USER) == NULL);
  CHECK(fl_memory_alloc((uint64_t)1 << 40, FL_MEMORY_USER) == NULL);
  CHECK(fl_memory_alloc(5ull << 30, FL_MEMORY_USER) == NULL);
  void *small = fl_memory_alloc(10, FL_MEMORY_USER);
  CHECK(small != NULL);
  fl_memory_free(small);
  fl_memory_free(large);
  fl_memory_read_stats(&after);
  CHECK(after.live == 0);
}

static void pages_that_somebody_else_adds_stay_theirs(void) {
  starts_clean();
  uint8_t *end = (uint8_t *)(uintptr_t)fl_prim_memory_bytes();
  CHECK(fl_prim_memory_grow(3 * FL_PAGE));
  memset(end, 77, 3 * FL_PAGE);
  void *blocks[4];
  for (int i = 0; i < 4; i++) {
    blocks[i] = fl_memory_alloc(900000, FL_MEMORY_USER);
    memset(blocks[i], i, 900000);
  }
  for (int i = 0; i < 4; i++) CHECK(fl_memory_free(blocks[i]) == FL_OK);
  for (size_t i = 0; i < 3 * FL_PAGE; i++) CHECK(end[i] == 77);
}

/* A free block that is large enough but not listed where the search, rounding up, looks. */
static void a_block_that_just_fits_at_the_end_is_found(void) {
  starts_clean();
  fl_memory_stats stats;
  for (uint32_t rest = 1000; rest < 400000; rest = rest * 9 / 8) {
    fl_memory_read_stats(&stats);
    void *most = fl_memory_alloc(stats.committed - stats.used - rest * 64 - 128, FL_MEMORY_USER);
    void *just = fl_memory_alloc((uint64_t)(rest - 1) * 64, FL_MEMORY_USER);
    CHECK(most && just);
    memset(just, 1, (size_t)(rest - 1) * 64);
    fl_memory_free(most);
    fl_memory_free(just);
  }
}

static void the_map_covers_the_heap_without_gaps(void) {
  starts_clean();
  void *blocks[10];
  for (int i = 0; i < 10; i++) blocks[i] = fl_memory_alloc(100 * (i + 1), FL_MEMORY_USER);
  for (int i = 0; i < 10; i += 2) fl_memory_free(blocks[i]);
  fl_memory_block block;
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  uintptr_t at = 0, previous_end = 0;
  uint64_t covered = 0, live = 0;
  while (fl_memory_next_block(at, &block)) {
    if (at) CHECK(block.start == previous_end);
    previous_end = block.end;
    covered += block.end - block.start;
    live += block.bytes;
    at = block.start;
  }
  CHECK(covered == stats.committed);
  CHECK(live == stats.live);
  for (int i = 1; i < 10; i += 2) fl_memory_free(blocks[i]);
}

void test_allocator(void) {
  TEST(blocks_are_aligned_and_do_not_overlap, "allocator: blocks are aligned and do not overlap");
  TEST(figures_are_exact_and_return_to_zero, "allocator: figures are exact and return to zero");
  TEST(freed_memory_merges_with_both_neighbours, "allocator: freed memory merges with both neighbours");
  TEST(a_second_free_and_a_foreign_address_are_refused, "allocator: a second free and a foreign address are refused");
  TEST(grows_the_memory_and_survives_its_end, "allocator: grows the memory and survives its end");
  TEST(pages_that_somebody_else_adds_stay_theirs, "allocator: pages that somebody else adds stay theirs");
  TEST(a_block_that_just_fits_at_the_end_is_found, "allocator: a block that just fits at the end is found");
  TEST(the_map_covers_the_heap_without_gaps, "allocator: the map covers the heap without gaps");
}
