/* Memory that is taken bit by bit and given back at once: what one job's plan needs. One thread uses it. */
#ifndef FL_MEMORY_ARENA_H
#define FL_MEMORY_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_arena_chunk fl_arena_chunk;
typedef struct fl_arena {
  fl_arena_chunk *chunks;
  uint64_t bytes;  /* taken from the allocator */
  bool exhausted;  /* an allocation failed: test once, at the end, where the pieces are not used before */
} fl_arena;

/* Zeroed, 64-byte aligned when bytes ≥ 64, else 16. NULL when memory is out. Freed by fl_memory_arena_end. */
void *fl_memory_arena_take(fl_arena *arena, uint64_t bytes);
/* Likewise, but whatever lay there before: for pixels and scratch. */
void *fl_memory_arena_take_raw(fl_arena *arena, uint64_t bytes);
void fl_memory_arena_end(fl_arena *arena);

#endif
