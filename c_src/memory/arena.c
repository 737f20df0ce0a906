#include "memory/arena.h"

#include "base/size.h"
#include "memory/allocator.h"

#include <string.h>

#define CHUNK_BYTES (8u << 10)

struct fl_arena_chunk {
  fl_arena_chunk *next;
  uint64_t used, capacity;
  _Alignas(64) uint8_t bytes[];
};

void *fl_memory_arena_take_raw(fl_arena *arena, uint64_t bytes) {
  uint64_t alignment = bytes >= 64 ? 64 : 16;
  fl_arena_chunk *chunk = arena->chunks;
  uint64_t at = chunk ? fl_align(chunk->used, alignment) : 0;
  if (!chunk || fl_add(at, bytes) > chunk->capacity) {
    uint64_t capacity = bytes > CHUNK_BYTES / 2 ? bytes : CHUNK_BYTES - sizeof(fl_arena_chunk);
    uint64_t total = fl_add(capacity, sizeof(fl_arena_chunk));
    fl_arena_chunk *fresh = total == FL_SIZE_INVALID ? NULL : fl_memory_alloc(total, FL_MEMORY_PLAN);
    if (!fresh) {
      arena->exhausted = true;
      return NULL;
    }
    fresh->used = 0, fresh->capacity = capacity;
    arena->bytes += total;
    fresh->next = chunk;
    arena->chunks = chunk = fresh;
    at = 0;
  }
  chunk->used = at + bytes;
  return chunk->bytes + at;
}

void *fl_memory_arena_take(fl_arena *arena, uint64_t bytes) {
  void *taken = fl_memory_arena_take_raw(arena, bytes);
  return taken ? memset(taken, 0, bytes) : NULL;
}

void fl_memory_arena_end(fl_arena *arena) {
  for (fl_arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
    next = chunk->next;
    fl_memory_free(chunk);
  }
  *arena = (fl_arena){0};
}
