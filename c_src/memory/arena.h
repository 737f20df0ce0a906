/* Memory that is taken bit by bit and given back at once: what one job's plan needs. One thread uses it. */
#ifndef FL_MEMORY_ARENA_H
#define FL_MEMORY_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_arena_chunk fl_arena_chunk;
typedef struct fl_arena {
  fl_arena_chunk *chunks;
  fl_arena_chunk *spare; /* of what was taken before fl_memory_arena_rewind() */
  uint64_t bytes;  /* taken from the allocator */
  bool exhausted;  /* an allocation failed: test once, at the end, where the pieces are not used before */
} fl_arena;

/* Zeroed, 64-byte aligned when bytes ≥ 64, else 16. NULL when memory is out. Freed by fl_memory_arena_end. */
void *fl_memory_arena_take(fl_arena *arena, uint64_t bytes);
/* Likewise, but whatever lay there before: for pixels and scratch. */
void *fl_memory_arena_take_raw(fl_arena *arena, uint64_t bytes);
/* Gives all back, but keeps the memory: for who takes the same pieces again, and is to allocate nothing then. */
void fl_memory_arena_rewind(fl_arena *arena);
void fl_memory_arena_end(fl_arena *arena);

#endif
