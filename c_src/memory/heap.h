/* What the files of the allocator share, and nobody else sees: the blocks of the heap, and how to get from one to the next. */
#ifndef FL_MEMORY_HEAP_H
#define FL_MEMORY_HEAP_H

#include "memory/allocator.h"
#include "memory/guard.h"
#include "sync/mutex.h"

/* Sizes are counted in units of 64 bytes, header included, so that every payload is aligned. */
#define UNIT 64u
#define SECOND_LEVEL 16u /* lists per power of two */
#define SECOND_LEVEL_BITS 4u
#define FIRST_LEVELS 26u /* up to 2^29 units: 32 GiB */

#define MAGIC_USED 0xF7A3E001u
#define MAGIC_FREE 0xF7A3E000u
#define MAGIC_GONE 0xF7A3E002u /* the header of a block that was freed and is now inside a larger free one */

typedef struct block {
  uint32_t magic;
  uint32_t units;          /* with this header */
  uint32_t units_before;   /* size of the block that ends here; 0 for the first */
  uint32_t kind;
  uint64_t bytes;          /* what was asked for */
  struct block *next, *previous; /* in the list of free blocks of its size */
} block;
_Static_assert(sizeof(block) <= UNIT, "a header takes one unit");

typedef struct fl_heap {
  fl_mutex lock;
  uint32_t debug;  /* a level of allocator.h */
  uint32_t margin; /* units behind every payload, for its red zone: 1 in debug */
  block *first;
  block *fence; /* a header of its own behind the last block: what lies beyond may come to be somebody else's */
  uint8_t *end;
  block *found; /* what fl_memory_find_block() has found last: forgotten when anything is freed */
  block *walked; /* where the last walk stands: the next step need not begin at the first block */
  uint32_t levels;                   /* bit f: some list in lists[f] is not empty */
  uint32_t filled[FIRST_LEVELS];     /* bit s: lists[f][s] is not empty */
  block *lists[FIRST_LEVELS][SECOND_LEVEL];
  fl_memory_stats stats;
} fl_heap;
extern fl_heap fl_memory_heap; /* one per memory; its lock guards all of it */
#define heap fl_memory_heap

typedef struct list_index {
  uint32_t first, second;
} list_index;

static inline list_index list_of(uint32_t units) {
  if (units < SECOND_LEVEL) return (list_index){0, units};
  uint32_t log = 31 - (uint32_t)__builtin_clz(units);
  return (list_index){log - SECOND_LEVEL_BITS + 1, (units >> (log - SECOND_LEVEL_BITS)) & (SECOND_LEVEL - 1)};
}

static inline block *after(block *b) {
  uint8_t *next = (uint8_t *)b + (size_t)b->units * UNIT;
  return next < heap.end ? (block *)next : NULL;
}
static inline block *before(block *b) { return b->units_before ? (block *)((uint8_t *)b - (size_t)b->units_before * UNIT) : NULL; }
static inline uint8_t *payload(block *b) { return (uint8_t *)b + UNIT; }
static inline size_t payload_bytes(const block *b) { return ((size_t)b->units - 1) * UNIT; }

/* Fences hold nothing, and what lies behind one is not the heap's. */
static inline bool is_fence(const block *b) { return b->magic == MAGIC_USED && b->bytes == 0; }

/* ---- red zones and filled memory; under the lock, and only in debug ---- */

void fl_guard_paint(block *b);                 /* b has been handed out: its red zones, before and behind */
void fl_guard_check(block *b);                 /* tells when they were written to, and paints them anew */
void fl_guard_end(block *b);                   /* b is about to be freed: checks, fills and remembers it */
bool fl_guard_remembers(uintptr_t bytes, fl_memory_block *out); /* a block that was freed lately and began there */
void fl_guard_fill(uint8_t *at, size_t bytes); /* nobody's memory from now on */
void fl_guard_check_fill(uint8_t *at, size_t bytes); /* tells when it was written to, and fills it anew */

/* ---- invariants ---- */

bool fl_heap_check_blocks(void); /* headers and figures; false: the headers cannot be trusted */
void fl_heap_check_lists(void);  /* the free lists, once the headers are sound */

#endif
