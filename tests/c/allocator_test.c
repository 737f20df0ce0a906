#include "base/prim.h"
#include "check.h"
#include "memory/allocator.h"
#include "memory/guard.h"
#include "memory/survey.h"

#define SLOTS 200

static void starts_clean(void) { fl_memory_start(FL_DEBUG_FREED); }

#define ALL (FL_CHECK_ZONES | FL_CHECK_FREED | FL_CHECK_HEAP)

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
  CHECK(fl_memory_check(ALL) == 0);
  for (int slot = 0; slot < SLOTS; slot++) CHECK(fl_memory_free(blocks[slot]) == FL_OK);
  CHECK(fl_memory_check(ALL) == 0);
}

static void figures_are_exact_and_return_to_zero(void) {
  fl_memory_start(FL_DEBUG_OFF); /* debug adds a unit to each block */
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

/* Where a walk stood there are a user's bytes by now, and they look like a header. */
static void a_walk_does_not_read_what_was_a_block(void) {
  fl_memory_start(FL_DEBUG_OFF);
  void *a = fl_memory_alloc(64, FL_MEMORY_USER), *b = fl_memory_alloc(64, FL_MEMORY_USER), *c = fl_memory_alloc(64, FL_MEMORY_USER);
  fl_memory_block block, walked;
  CHECK(fl_memory_next_block(0, &block) && fl_memory_next_block(block.start, &walked) && walked.start == (uintptr_t)b - 64);
  uint32_t header[2];
  memcpy(header, (void *)walked.start, sizeof header); /* says that it is used, and how long it is */
  header[1] = 0x00FFFFFF;
  fl_memory_free(a);
  fl_memory_free(b);
  uint32_t *both = fl_memory_alloc(192, FL_MEMORY_USER);
  CHECK((uintptr_t)both < walked.start && walked.start < (uintptr_t)both + 192);
  for (uint32_t i = 0; i < 192 / 4; i++) both[i] = header[i % 2];
  CHECK(fl_memory_next_block(walked.start, &block) && block.start == (uintptr_t)c - 64);
  fl_memory_free(both);
  CHECK(fl_memory_next_block(walked.start, &block) && block.start == (uintptr_t)c - 64);
  fl_memory_free(c);
  CHECK(fl_memory_next_block(walked.start, &block) && block.kind == FL_MEMORY_TABLE); /* all is one free block before it; then the fence */
}

static void a_refused_free_says_why(void) {
  for (uint32_t debug = 0; debug <= FL_DEBUG_FREED; debug++) {
    fl_memory_start(debug);
    fl_memory_block what;
    int local = 0;
    uint8_t *fence_guard = fl_memory_alloc(10, FL_MEMORY_USER);
    uint8_t *a = fl_memory_alloc(100, FL_MEMORY_PLAN), *b = fl_memory_alloc(3000, FL_MEMORY_USER), *c = fl_memory_alloc(5, FL_MEMORY_USER);
    memset(b, 0, 3000); /* no address in it looks like a block */
    CHECK(fl_memory_free(b + 128) == FL_STALE_HANDLE);
    CHECK(fl_memory_blame(b + 128, &what) == FL_BLAME_INSIDE && what.kind == FL_MEMORY_USER && what.bytes == 3000);
    CHECK(fl_memory_blame(&local, &what) == FL_BLAME_OUTSIDE && fl_memory_free(&local) == FL_STALE_HANDLE);
    fl_memory_free(a);
    CHECK(fl_memory_free(a) == FL_STALE_HANDLE && fl_memory_blame(a, &what) == FL_BLAME_FREED);
    CHECK(what.bytes == (debug ? 100 : 0) && (!debug || what.kind == FL_MEMORY_PLAN));
    fl_memory_free(b); /* merges with a, which leaves b's header inside */
    CHECK(fl_memory_free(b) == FL_STALE_HANDLE && fl_memory_blame(b, &what) == FL_BLAME_FREED && what.bytes == (debug ? 3000 : 0));
    CHECK(fl_memory_blame(b + 256, &what) == FL_BLAME_NOTHING && fl_memory_free(b + 256) == FL_STALE_HANDLE);
    uint8_t *d = fl_memory_alloc(3100, FL_MEMORY_USER); /* where both were: b is stale now, and inside d */
    CHECK(d == a && fl_memory_free(b) == FL_STALE_HANDLE);
    CHECK(fl_memory_blame(b, &what) == (debug ? FL_BLAME_FREED : FL_BLAME_INSIDE));
    CHECK(fl_memory_free(d) == FL_OK && fl_memory_free(c) == FL_OK && fl_memory_free(fence_guard) == FL_OK);
    CHECK(fl_memory_check(ALL) == 0);
  }
}

/* What a user writes into a block may happen to look like a header. */
static void bytes_that_look_like_a_header_are_not_freed(void) {
  starts_clean();
  uint8_t *a = fl_memory_alloc(1000, FL_MEMORY_USER);
  const uint32_t forged[] = {0xF7A3E001u, 3, 0, FL_MEMORY_USER, 64, 0};
  memset(a, 0, 1000);
  memcpy(a, forged, sizeof forged);
  CHECK(fl_memory_free(a + 64) == FL_STALE_HANDLE);
  const uint32_t endless[] = {0xF7A3E001u, UINT32_MAX, 0, FL_MEMORY_USER, 64, 0};
  memcpy(a, endless, sizeof endless);
  CHECK(fl_memory_free(a + 64) == FL_STALE_HANDLE);
  CHECK(fl_memory_free(a) == FL_OK && fl_memory_check(ALL) == 0);
}

static void the_survey_adds_up(void) {
  fl_memory_start(FL_DEBUG_OFF);
  fl_survey survey;
  fl_memory_stats stats;
  fl_memory_survey(&survey);
  CHECK(survey.free_blocks == 1 && survey.free == survey.largest_free && survey.free > 0);
  static const uint64_t sizes[] = {1, 64, 65, 128, 129, 70000};
  static const uint32_t classes[] = {0, 0, 1, 1, 2, 11};
  uint8_t *blocks[6];
  for (int i = 0; i < 6; i++) blocks[i] = fl_memory_alloc(sizes[i], FL_MEMORY_USER);
  fl_memory_free(blocks[2]);
  fl_memory_survey(&survey);
  fl_memory_read_stats(&stats);
  uint64_t bytes = 0;
  uint32_t count = 0, seen[FL_SIZE_CLASSES] = {0};
  for (uint32_t c = 0; c < FL_SIZE_CLASSES; c++) bytes += survey.bytes[c], count += survey.blocks[c];
  for (int i = 0; i < 6; i++) seen[classes[i]] += i != 2;
  CHECK(memcmp(seen, survey.blocks, sizeof seen) == 0);
  CHECK(survey.bytes[0] == 65 && survey.bytes[1] == 128 && survey.bytes[11] == 70000);
  CHECK(bytes == stats.live && count == stats.blocks);
  CHECK(survey.free_blocks == 2 && survey.free - survey.largest_free == 128); /* the hole that the third left */
  for (int i = 0; i < 6; i++)
    if (i != 2) fl_memory_free(blocks[i]);
}

static void growth_on_demand_is_the_heap_s(void) {
  starts_clean();
  fl_memory_stats before, after;
  fl_survey survey;
  fl_memory_read_stats(&before);
  CHECK(fl_memory_grow(1));
  CHECK(fl_prim_memory_grow(FL_PAGE)); /* somebody else's */
  CHECK(fl_memory_grow(5 * FL_PAGE));
  fl_memory_read_stats(&after);
  CHECK(after.committed == before.committed + 7 * FL_PAGE);
  CHECK(fl_memory_check(ALL) == 0);
  fl_memory_survey(&survey);
  CHECK(survey.free_blocks == 2);
  CHECK(!fl_memory_grow(1ull << 40) && fl_memory_check(ALL) == 0);
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
  TEST(a_walk_does_not_read_what_was_a_block, "allocator: a walk does not read what was a block");
  TEST(a_refused_free_says_why, "allocator: a refused free says whether it was freed before, is foreign, or lies inside a block");
  TEST(bytes_that_look_like_a_header_are_not_freed, "allocator: bytes that look like a header are not freed");
  TEST(the_survey_adds_up, "allocator: the survey adds up");
  TEST(growth_on_demand_is_the_heap_s, "allocator: growth on demand is the heap's, beside pages that are not");
}
