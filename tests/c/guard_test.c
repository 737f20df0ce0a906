#include "base/prim.h"
#include "check.h"
#include "memory/guard.h"
#include "memory/survey.h"

#define ALL (FL_CHECK_ZONES | FL_CHECK_FREED | FL_CHECK_HEAP)
#define HEADER 64u

static void starts_clean(void) { fl_memory_start(FL_DEBUG_FREED); }

/* A write that nobody may make, which sanitized builds would stop at once. */
static void write_at(uint8_t *at, uint8_t value) {
  fl_prim_unpoison(at, 1);
  *at = value;
}

static fl_finding the_finding(uint32_t depth) {
  fl_finding found = {0}, another;
  CHECK(fl_memory_check(depth) == 1);
  CHECK(fl_memory_take_finding(&found) && !fl_memory_take_finding(&another));
  return found;
}

static void a_write_past_either_end_is_found_and_told_once(void) {
  static const uint64_t sizes[] = {1, 63, 64, 65, 100, 4096};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    starts_clean();
    uint8_t *before = fl_memory_alloc(64, FL_MEMORY_USER), *block = fl_memory_alloc(sizes[i], FL_MEMORY_PLAN), *behind = fl_memory_alloc(64, FL_MEMORY_USER);
    CHECK(fl_memory_check(ALL) == 0);
    memset(block, 0xAA, sizes[i]);
    CHECK(fl_memory_check(ALL) == 0);
    write_at(block + sizes[i], 0); /* the very next byte */
    fl_finding found = the_finding(FL_CHECK_ZONES);
    CHECK(found.fault == FL_FAULT_BEHIND && found.whose == FL_MEMORY_PLAN && found.value == 0);
    CHECK(found.address == (uintptr_t)block + sizes[i] && found.block == (uintptr_t)block && found.bytes == sizes[i]);
    CHECK(fl_memory_check(ALL) == 0);
    write_at(block - 1, 7);
    found = the_finding(FL_CHECK_ZONES);
    CHECK(found.fault == FL_FAULT_BEFORE && found.value == 7 && found.address == (uintptr_t)block - 1 && found.block == (uintptr_t)block);
    CHECK(fl_memory_free(before) == FL_OK && fl_memory_free(block) == FL_OK && fl_memory_free(behind) == FL_OK);
    CHECK(fl_memory_check(ALL) == 0);
  }
}

static void a_free_finds_what_the_block_suffered(void) {
  starts_clean();
  uint8_t *block = fl_memory_alloc(10, FL_MEMORY_USER);
  fl_finding found;
  write_at(block + 20, 1);
  CHECK(!fl_memory_take_finding(&found)); /* nobody has looked yet */
  CHECK(fl_memory_free(block) == FL_OK);
  CHECK(fl_memory_take_finding(&found) && found.fault == FL_FAULT_BEHIND && found.address == (uintptr_t)block + 20);
}

static void a_write_to_freed_memory_is_found_by_the_walk_and_when_it_is_used_again(void) {
  starts_clean();
  uint8_t *block = fl_memory_alloc(1000, FL_MEMORY_USER), *keeper = fl_memory_alloc(1, FL_MEMORY_USER);
  CHECK(fl_memory_free(block) == FL_OK);
  CHECK(fl_memory_check(ALL) == 0);
  write_at(block + 777, 5);
  CHECK(fl_memory_check(FL_CHECK_ZONES) == 0); /* not what is looked at there */
  fl_finding found = the_finding(FL_CHECK_FREED);
  CHECK(found.fault == FL_FAULT_FREED && found.address == (uintptr_t)block + 777 && found.value == 5);
  CHECK(fl_memory_check(ALL) == 0);
  write_at(block + 3, 6);
  uint8_t *again = fl_memory_alloc(1000, FL_MEMORY_USER);
  CHECK(again == block && fl_memory_take_finding(&found) && found.fault == FL_FAULT_FREED && found.address == (uintptr_t)block + 3);
  CHECK(fl_memory_free(again) == FL_OK);
  for (int i = 0; i < 1000; i += 19) { /* wherever it is: also where a smaller block's neighbour gets its header */
    write_at(block + i, 6);
    again = fl_memory_alloc(200, FL_MEMORY_USER);
    CHECK(again == block && the_finding(FL_CHECK_FREED).address == (uintptr_t)block + i);
    CHECK(fl_memory_free(again) == FL_OK);
  }
  CHECK(fl_memory_free(keeper) == FL_OK);
}

/* Merging leaves no header behind in what is filled, and growth is filled too. */
static void free_memory_is_filled_everywhere(void) {
  starts_clean();
  void *blocks[64];
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 64; i++) blocks[i] = fl_memory_alloc_aligned(1 + (uint64_t)(i * 977 * (round + 1)) % 9000, 64u << (i % 4), FL_MEMORY_USER);
    for (int i = 0; i < 64; i++) CHECK(fl_memory_free(blocks[(i * 37) % 64]) == FL_OK);
    CHECK(fl_memory_check(ALL) == 0);
  }
  CHECK(fl_memory_grow(FL_PAGE) && fl_memory_check(ALL) == 0);
}

static void null_writes_are_found(void) {
  starts_clean();
  size_t bytes;
  uint8_t *bottom = fl_prim_null_guard(&bytes);
  CHECK(fl_memory_check(FL_CHECK_ZONES) == 0);
  bottom[bytes - 1] = 3;
  fl_finding found = the_finding(FL_CHECK_ZONES);
  CHECK(found.fault == FL_FAULT_NULL && found.address == (uintptr_t)bottom + bytes - 1 && found.value == 3);
  CHECK(bottom[bytes - 1] == 0 && fl_memory_check(ALL) == 0);
}

static void a_stack_that_was_too_small_is_found(void) {
  starts_clean();
  uint8_t *stack = fl_memory_alloc(1000, FL_MEMORY_STACK);
  fl_memory_guard_stack(5, stack);
  stack[FL_STACK_ZONE] = 1; /* the stack itself */
  CHECK(fl_memory_check(ALL) == 0);
  stack[FL_STACK_ZONE - 1] = 1;
  fl_finding found = the_finding(FL_CHECK_ZONES);
  CHECK(found.fault == FL_FAULT_STACK && found.whose == 5 && found.address == (uintptr_t)stack + FL_STACK_ZONE - 1);
  CHECK(stack[FL_STACK_ZONE - 1] == 1); /* its thread may be using it: left as it is, and told once */
  CHECK(fl_memory_check(ALL) == 0);
  fl_memory_guard_stack(5, stack);
  fl_memory_guard_stack(5, NULL);
  stack[0] = 1;
  CHECK(fl_memory_check(ALL) == 0 && fl_memory_free(stack) == FL_OK);
}

/* The header's words, as memory/heap.h has them. */
static void a_damaged_heap_is_found_and_the_walk_ends(void) {
  static const struct { int word; uint32_t value; } damages[] = {
      {0, 0}, {0, 0xF7A3E002u}, {1, 0}, {1, UINT32_MAX}, {1, INT32_MAX}, {1, 1u << 30}, {2, 77}, {3, 1000}, {3, 0}};
  for (uint32_t debug = 0; debug <= 1; debug++)
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
      fl_memory_start(debug);
      uint8_t *a = fl_memory_alloc(100, FL_MEMORY_USER), *b = fl_memory_alloc(100, FL_MEMORY_USER);
      uint32_t *header = (uint32_t *)(b - HEADER), kept = header[damages[i].word];
      CHECK(fl_memory_check(ALL) == 0);
      header[damages[i].word] = damages[i].value;
      fl_finding found = the_finding(ALL);
      CHECK(found.fault == FL_FAULT_HEADER && found.address >= (uintptr_t)b - HEADER);
      header[damages[i].word] = kept;
      CHECK(fl_memory_check(ALL) == 0);
      CHECK(fl_memory_free(a) == FL_OK && fl_memory_free(b) == FL_OK);
    }
}

static void damaged_lists_and_figures_are_found(void) {
  starts_clean();
  uint8_t *a = fl_memory_alloc(100, FL_MEMORY_USER), *b = fl_memory_alloc(100, FL_MEMORY_USER), *c = fl_memory_alloc(100, FL_MEMORY_USER);
  CHECK(fl_memory_free(b) == FL_OK);
  uint8_t **links = (uint8_t **)(b - HEADER + 24); /* next and previous */
  uint8_t *kept = links[0];
  uint8_t *const wrong[] = {b - HEADER, a - HEADER, a + 1, (uint8_t *)8};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    links[0] = wrong[i];
    CHECK(the_finding(FL_CHECK_HEAP).fault == FL_FAULT_LIST);
  }
  links[0] = kept;
  CHECK(fl_memory_check(ALL) == 0);
  uint64_t *bytes = (uint64_t *)(a - HEADER + 16);
  *bytes = 99;
  CHECK(the_finding(FL_CHECK_HEAP).fault == FL_FAULT_FIGURES);
  *bytes = 100;
  CHECK(fl_memory_free(a) == FL_OK && fl_memory_free(c) == FL_OK && fl_memory_check(ALL) == 0);
}

static void more_findings_than_there_is_room_for_do_no_harm(void) {
  starts_clean();
  uint8_t *blocks[3 * FL_FINDINGS_MAX];
  const uint32_t count = sizeof blocks / sizeof *blocks;
  fl_finding found;
  for (uint32_t i = 0; i < count; i++) write_at((blocks[i] = fl_memory_alloc(1, FL_MEMORY_USER)) + 1, 9);
  CHECK(fl_memory_check(ALL) == FL_FINDINGS_MAX);
  for (uint32_t i = 0; i < FL_FINDINGS_MAX; i++) CHECK(fl_memory_take_finding(&found) && found.block == (uintptr_t)blocks[i]);
  CHECK(!fl_memory_take_finding(&found) && fl_memory_check(ALL) == 0);
  for (uint32_t i = 0; i < count; i++) CHECK(fl_memory_free(blocks[i]) == FL_OK);
}

static void without_debug_nothing_is_painted(void) {
  fl_memory_start(FL_DEBUG_OFF);
  uint8_t *a = fl_memory_alloc(64, FL_MEMORY_USER), *b = fl_memory_alloc(64, FL_MEMORY_USER);
  CHECK(b - a == 128);
  a[0] = 1;
  CHECK(fl_memory_free(a) == FL_OK);
  fl_prim_unpoison(a, 1);
  CHECK(a[0] == 1 && fl_memory_check(ALL) == 0 && fl_memory_free(b) == FL_OK);
}

void test_guard(void) {
  TEST(a_write_past_either_end_is_found_and_told_once, "guard: a write past either end of a block is found, and told once");
  TEST(a_free_finds_what_the_block_suffered, "guard: a free finds what the block has suffered");
  TEST(a_write_to_freed_memory_is_found_by_the_walk_and_when_it_is_used_again, "guard: a write to freed memory is found by the walk and when it is used again");
  TEST(free_memory_is_filled_everywhere, "guard: free memory is filled everywhere, whatever was merged");
  TEST(null_writes_are_found, "guard: writes through null pointers are found");
  TEST(a_stack_that_was_too_small_is_found, "guard: a stack that was too small is found");
  TEST(a_damaged_heap_is_found_and_the_walk_ends, "guard: a damaged header is found, and the walk ends");
  TEST(damaged_lists_and_figures_are_found, "guard: damaged lists and figures are found");
  TEST(more_findings_than_there_is_room_for_do_no_harm, "guard: more findings than there is room for do no harm");
  TEST(without_debug_nothing_is_painted, "guard: without debug nothing is painted or filled");
}
