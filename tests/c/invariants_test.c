/* Damage to the heap, one word at a time: each is found and told as what it is, and the walk comes to an end. */
#include "check.h"
#include "memory/heap.h"
#include "memory/survey.h"

#define ALL (FL_CHECK_ZONES | FL_CHECK_FREED | FL_CHECK_HEAP)

static block *a, *gone, *c; /* live, free, live; behind them the rest, free, and the fence */

static block *block_of(void *bytes) { return (block *)((uint8_t *)bytes - UNIT); }

static void lay_out(uint32_t debug) {
  fl_memory_start(debug);
  a = block_of(fl_memory_alloc(4096, FL_MEMORY_USER)), gone = block_of(fl_memory_alloc(100, FL_MEMORY_USER)), c = block_of(fl_memory_alloc(100, FL_MEMORY_PLAN));
  CHECK(fl_memory_free(payload(gone)) == FL_OK && fl_memory_check(ALL) == 0);
}

static bool is_found(fl_fault fault) {
  fl_finding found = {0}, another;
  bool told = fl_memory_check(ALL) == 1 && fl_memory_take_finding(&found) && found.fault == fault;
  return told && !fl_memory_take_finding(&another);
}

/* Writes one value, wants it found, puts the old one back and wants nothing found. */
#define DAMAGE(word, value, fault)                                                                      \
  do {                                                                                                  \
    __typeof__(word) kept = (word);                                                                     \
    (word) = (__typeof__(word))(value);                                                                 \
    CHECK(is_found(fault));                                                                             \
    (word) = kept;                                                                                      \
    CHECK(fl_memory_check(ALL) == 0);                                                                   \
  } while (0)

static void a_header_that_contradicts_itself_is_found(void) {
  for (uint32_t debug = 0; debug <= FL_DEBUG_FREED; debug++) {
    lay_out(debug);
    block *rest = after(c), *fence = heap.fence;
    CHECK(rest->magic == MAGIC_FREE && after(rest) == fence && after(fence) == NULL);
    DAMAGE(gone->bytes, 1, FL_FAULT_HEADER);
    DAMAGE(gone->kind, FL_MEMORY_USER, FL_FAULT_HEADER);
    DAMAGE(c->bytes, payload_bytes(c) + 1, FL_FAULT_HEADER);
    DAMAGE(c->kind, FL_MEMORY_KINDS, FL_FAULT_HEADER);
    DAMAGE(fence->kind, FL_MEMORY_USER, FL_FAULT_HEADER);
    DAMAGE(fence->magic, MAGIC_GONE, FL_FAULT_HEADER);
    DAMAGE(rest->units, rest->units + 1, FL_FAULT_HEADER); /* swallows the fence: the walk ends elsewhere */
    DAMAGE(heap.fence, rest, FL_FAULT_HEADER);
    block kept = *c;
    c->magic = MAGIC_FREE, c->bytes = 0, c->kind = FL_MEMORY_FREE; /* a free block beside free ones */
    CHECK(is_found(FL_FAULT_HEADER));
    *c = kept;
    CHECK(fl_memory_check(ALL) == 0);
  }
}

static void figures_that_are_not_those_of_the_blocks_are_found(void) {
  lay_out(FL_DEBUG_OFF);
  DAMAGE(heap.stats.live, heap.stats.live - 1, FL_FAULT_FIGURES);
  DAMAGE(heap.stats.used, heap.stats.used + UNIT, FL_FAULT_FIGURES);
  DAMAGE(heap.stats.committed, heap.stats.committed + UNIT, FL_FAULT_FIGURES);
  DAMAGE(heap.stats.blocks, 3, FL_FAULT_FIGURES);
  DAMAGE(heap.stats.peak, heap.stats.live - 1, FL_FAULT_FIGURES);
}

static void a_list_that_holds_what_does_not_belong_there_is_found(void) {
  lay_out(FL_DEBUG_OFF);
  list_index at = list_of(gone->units);
  block **list = &heap.lists[at.first][at.second];
  CHECK(*list == gone && at.first == 0 && gone->next == NULL);
  DAMAGE(*list, heap.end, FL_FAULT_LIST);            /* beyond the heap */
  DAMAGE(*list, (uint8_t *)heap.first - UNIT, FL_FAULT_LIST);
  DAMAGE(*list, (uint8_t *)gone + 8, FL_FAULT_LIST); /* not where blocks begin */
  DAMAGE(*list, c, FL_FAULT_LIST);                   /* not free */
  DAMAGE(*list, NULL, FL_FAULT_LIST);                /* lost, though it is marked */
  DAMAGE(gone->previous, c, FL_FAULT_LIST);
  DAMAGE(gone->next, gone, FL_FAULT_LIST);
  DAMAGE(heap.lists[at.first][at.second + 1], gone, FL_FAULT_LIST); /* of a block one unit larger */
  DAMAGE(heap.lists[at.first + 1][at.second], gone, FL_FAULT_LIST);
  DAMAGE(heap.filled[at.first], 0, FL_FAULT_LIST);
  DAMAGE(heap.levels, heap.levels & ~(1u << at.first), FL_FAULT_LIST);
  DAMAGE(heap.filled[FIRST_LEVELS - 1], 1, FL_FAULT_LIST);
  /* a block that is in no list, with nothing marked */
  *list = NULL, heap.filled[at.first] = 0, heap.levels &= ~(1u << at.first);
  CHECK(is_found(FL_FAULT_LIST));
}

/* Free blocks that no walk meets, well linked, in the middle of a live one. */
static void a_list_that_is_longer_than_there_are_free_blocks_is_found(void) {
  lay_out(FL_DEBUG_OFF);
  block *before_it = gone;
  for (uint32_t i = 0; i < 4; i++) {
    block *forged = (block *)(payload(a) + i * 3 * UNIT);
    *forged = (block){.magic = MAGIC_FREE, .units = gone->units, .previous = before_it};
    before_it = before_it->next = forged;
  }
  CHECK(is_found(FL_FAULT_LIST));
  gone->next = NULL;
  CHECK(fl_memory_check(ALL) == 0);
}

static void a_block_is_found_by_any_address_in_it(void) {
  for (uint32_t debug = 0; debug <= FL_DEBUG_FREED; debug++) {
    lay_out(debug);
    fl_memory_block found;
    uintptr_t start = (uintptr_t)a;
    CHECK(!fl_memory_find_block(start - 1, &found) && !fl_memory_find_block((uintptr_t)heap.end, &found) && !fl_memory_find_block(0, &found));
    const uintptr_t inside[] = {start, start + UNIT, start + UNIT + 4095, (uintptr_t)gone - 1, start + 1};
    for (int round = 0; round < 2; round++) /* found anew, and found again */
      for (uint32_t i = 0; i < sizeof inside / sizeof *inside; i++)
        CHECK(fl_memory_find_block(inside[i], &found) && found.start == start && found.bytes == 4096 && found.kind == FL_MEMORY_USER);
    CHECK(fl_memory_find_block((uintptr_t)gone, &found) && found.kind == FL_MEMORY_FREE);
    CHECK(fl_memory_find_block((uintptr_t)c + UNIT, &found) && found.kind == FL_MEMORY_PLAN && found.bytes == 100);
    CHECK(fl_memory_find_block(start + UNIT, &found) && found.start == start); /* before what was found last */
    CHECK(fl_memory_find_block((uintptr_t)heap.fence, &found) && found.kind == FL_MEMORY_TABLE && found.end == (uintptr_t)heap.end);
    CHECK(fl_memory_free(payload(a)) == FL_OK && fl_memory_find_block(start, &found) && found.kind == FL_MEMORY_FREE); /* nothing is remembered */
  }
}

static fl_blame blame(const void *at, fl_memory_block *what) { return fl_memory_blame(at, what); }

static void an_address_that_cannot_be_freed_is_blamed_rightly(void) {
  for (uint32_t debug = 0; debug <= FL_DEBUG_FREED; debug++) {
    lay_out(debug);
    fl_memory_block what;
    int elsewhere;
    CHECK(blame(&elsewhere, &what) == FL_BLAME_OUTSIDE && blame(NULL, &what) == FL_BLAME_OUTSIDE && what.bytes == 0);
    CHECK(blame(heap.fence + 1, &what) == FL_BLAME_OUTSIDE && blame((uint8_t *)heap.fence + 5, &what) == FL_BLAME_OUTSIDE);
    CHECK(blame(payload(gone), &what) == FL_BLAME_FREED && what.bytes == (debug ? 100 : 0) && (!debug || what.start == (uintptr_t)gone));
    CHECK(blame(payload(gone) + 1, &what) == FL_BLAME_NOTHING && what.bytes == 0);
    CHECK(blame(payload(a) + 64, &what) == FL_BLAME_INSIDE && what.start == (uintptr_t)a && what.bytes == 4096);
    CHECK(blame(heap.first, &what) == FL_BLAME_INSIDE); /* a header is part of its block */
    CHECK(fl_memory_free(payload(a)) == FL_OK);         /* `gone` is merged into it, its header with it */
    CHECK(blame(payload(gone), &what) == FL_BLAME_FREED && blame(payload(a), &what) == FL_BLAME_FREED);
    CHECK(blame(a, &what) == FL_BLAME_NOTHING && blame(payload(a) + 128, &what) == FL_BLAME_NOTHING);
  }
}

/* Debugging remembers the last frees only. */
static void a_free_long_ago_is_forgotten(void) {
  lay_out(FL_DEBUG_FREED);
  fl_memory_block what;
  uint8_t *bytes = payload(gone);
  for (int i = 0; i < 1000; i++) CHECK(fl_memory_free(fl_memory_alloc(8000, FL_MEMORY_USER)) == FL_OK);
  CHECK(blame(bytes, &what) == FL_BLAME_FREED && what.bytes == 0); /* only its header says so */
  fl_memory_guard_stack(FL_STACKS_MAX, bytes);                     /* no such lane: nothing is painted or watched */
  CHECK(fl_memory_check(ALL) == 0 && fl_memory_grow(0));
}

static void sizes_are_counted_in_their_classes(void) {
  lay_out(FL_DEBUG_OFF);
  fl_survey survey;
  fl_memory_survey(&survey);
  CHECK(survey.blocks[6] == 1 && survey.bytes[6] == 4096 && survey.blocks[1] == 1 && survey.bytes[1] == 100 && survey.free_blocks == 2);
  CHECK(survey.free == payload_bytes(gone) + payload_bytes(after(c)) && survey.largest_free == payload_bytes(after(c)));
  c->bytes = 1ull << 40; /* larger than any: the last class */
  fl_memory_survey(&survey);
  CHECK(survey.blocks[FL_SIZE_CLASSES - 1] == 1 && survey.bytes[FL_SIZE_CLASSES - 1] == 1ull << 40);
  c->bytes = 100;
}

void test_invariants(void) {
  TEST(a_header_that_contradicts_itself_is_found, "invariants: a header that contradicts itself or its neighbours is found");
  TEST(figures_that_are_not_those_of_the_blocks_are_found, "invariants: figures that are not those of the blocks are found");
  TEST(a_list_that_holds_what_does_not_belong_there_is_found, "invariants: a list that holds what does not belong there is found");
  TEST(a_list_that_is_longer_than_there_are_free_blocks_is_found, "invariants: a list that is longer than there are free blocks is found");
  TEST(a_block_is_found_by_any_address_in_it, "survey: a block is found by any address in it");
  TEST(an_address_that_cannot_be_freed_is_blamed_rightly, "survey: an address that cannot be freed is blamed rightly");
  TEST(a_free_long_ago_is_forgotten, "survey: a free long ago is forgotten");
  TEST(sizes_are_counted_in_their_classes, "survey: sizes are counted in their classes");
}
