/* The heap fuzzer: threads that use the allocator and the handle table at random, each result held against a map of what is live.
 * A program of its own, for it is threads that matter here, not bytes. */
#ifndef FL_TESTS_FUZZ_HEAP_H
#define FL_TESTS_FUZZ_HEAP_H

#include "memory/allocator.h"
#include "memory/handles.h"

#include <stdatomic.h>
#include <stdio.h>

#define HEAP_THREADS_MAX 16
#define HEAP_SLOTS 192
#define HEAP_HANDLES 384
#define HEAP_STALE 64

typedef struct heap_random {
  uint64_t state;
} heap_random;

static inline uint32_t heap_below(heap_random *random, uint32_t n) {
  random->state ^= random->state << 13, random->state ^= random->state >> 7, random->state ^= random->state << 17;
  return (uint32_t)((random->state >> 20) % n);
}

/* Live blocks: who finds one in its slot owns it. */
typedef struct heap_record {
  uint8_t *at;
  uint64_t bytes;
  uint32_t seed;
  fl_memory_kind kind;
} heap_record;

typedef struct heap_worker {
  heap_random random;
  uint32_t number;
  uint64_t operations, refused; /* refused: there was no memory */
  heap_record slots[HEAP_SLOTS];
  fl_handle handles[HEAP_HANDLES], stale[HEAP_STALE];
  uint32_t retired; /* slots of the handle table that have lived all their lives */
} heap_worker;

extern _Atomic uint32_t heap_findings;

/* Says what does not hold, and goes on: one finding may explain another. */
#define HEAP_CHECK(condition, ...)                                                                      \
  do {                                                                                                  \
    if (!(condition) && atomic_fetch_add(&heap_findings, 1) < 20) {                                     \
      fprintf(stderr, "finding, %s:%d: %s does not hold: ", __FILE__, __LINE__, #condition);            \
      fprintf(stderr, __VA_ARGS__);                                                                     \
      fputc('\n', stderr);                                                                              \
    }                                                                                                   \
  } while (0)

void heap_blocks_step(heap_worker *worker);
void heap_handles_step(heap_worker *worker);
/* Everybody rests: figures, the heap's order and the handle table are exactly what the map says. */
void heap_blocks_check(heap_worker *workers, uint32_t count);
void heap_handles_check(heap_worker *workers, uint32_t count);
/* Gives back all that is live. */
void heap_blocks_end(heap_worker *workers, uint32_t count);
/* Pages that somebody else adds to the memory stay theirs. */
void heap_add_foreign(void);
extern uint64_t heap_foreign_pages;

#endif
