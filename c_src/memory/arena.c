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

/* The smallest spare chunk that is large enough: then the same requests find the same chunks again. */
static fl_arena_chunk *reuse(fl_arena *arena, uint64_t capacity) {
  fl_arena_chunk **best = NULL;
  for (fl_arena_chunk **at = &arena->spare; *at; at = &(*at)->next)
    if ((*at)->capacity >= capacity && (!best || (*at)->capacity < (*best)->capacity)) best = at;
  if (!best) return NULL;
  fl_arena_chunk *chunk = *best;
  *best = chunk->next;
  return chunk;
}

static fl_arena_chunk *add_chunk(fl_arena *arena, uint64_t capacity) {
  uint64_t total = fl_add(capacity, sizeof(fl_arena_chunk));
  fl_arena_chunk *chunk = reuse(arena, capacity);
  if (!chunk) {
    chunk = total == FL_SIZE_INVALID ? NULL : fl_memory_alloc(total, FL_MEMORY_PLAN);
    if (!chunk) return NULL;
    chunk->capacity = capacity;
    arena->bytes += total;
  }
  chunk->used = 0;
  chunk->next = arena->chunks;
  return arena->chunks = chunk;
}

void *fl_memory_arena_take_raw(fl_arena *arena, uint64_t bytes) {
  uint64_t alignment = bytes >= 64 ? 64 : 16;
  fl_arena_chunk *chunk = arena->chunks;
  uint64_t at = chunk ? fl_align(chunk->used, alignment) : 0;
  if (!chunk || fl_add(at, bytes) > chunk->capacity) {
    chunk = add_chunk(arena, bytes > CHUNK_BYTES / 2 ? bytes : CHUNK_BYTES - sizeof(fl_arena_chunk));
    if (!chunk) {
      arena->exhausted = true;
      return NULL;
    }
    at = 0;
  }
  chunk->used = at + bytes;
  return chunk->bytes + at;
}

void *fl_memory_arena_take(fl_arena *arena, uint64_t bytes) {
  void *taken = fl_memory_arena_take_raw(arena, bytes);
  return taken ? memset(taken, 0, bytes) : NULL;
}

void fl_memory_arena_rewind(fl_arena *arena) {
  for (fl_arena_chunk *chunk; (chunk = arena->chunks);) {
    arena->chunks = chunk->next;
    chunk->next = arena->spare;
    arena->spare = chunk;
  }
}

void fl_memory_arena_end(fl_arena *arena) {
  fl_memory_arena_rewind(arena);
  for (fl_arena_chunk *chunk = arena->spare, *next; chunk; chunk = next) {
    next = chunk->next;
    fl_memory_free(chunk);
  }
  *arena = (fl_arena){0};
}
