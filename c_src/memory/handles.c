#include "memory/handles.h"

#include "memory/allocator.h"
#include "sync/mutex.h"

#include <string.h>

#define CHUNK_SLOTS 256u
#define CHUNKS 256u
#define GENERATION_MAX 0xFFFFu

/* generation counts the lives of a slot: odd while it holds an object. The handle carries (generation + 1) / 2, 1 to GENERATION_MAX. */
typedef struct slot {
  uint32_t generation;
  uint32_t next_free; /* slot number + 1; 0 at the end of the list */
  void *object;
} slot;

static struct {
  fl_mutex lock;
  uint32_t free;  /* slot number + 1 */
  uint32_t slots; /* in the chunks so far */
  uint32_t live;
  slot *chunks[CHUNKS];
} table;

static slot *slot_at(uint32_t number) { return &table.chunks[number / CHUNK_SLOTS][number % CHUNK_SLOTS]; }

static fl_handle handle_of(uint32_t number, uint32_t generation) { return (generation + 1) / 2 << 16 | number; }

void fl_memory_handle_start(void) { memset(&table, 0, sizeof table); }

static bool add_chunk(void) {
  if (table.slots == CHUNKS * CHUNK_SLOTS) return false;
  slot *chunk = fl_memory_alloc(CHUNK_SLOTS * sizeof(slot), FL_MEMORY_TABLE);
  if (!chunk) return false;
  memset(chunk, 0, CHUNK_SLOTS * sizeof(slot));
  table.chunks[table.slots / CHUNK_SLOTS] = chunk;
  for (uint32_t i = CHUNK_SLOTS; i-- > 0;) {
    chunk[i].next_free = table.free;
    table.free = table.slots + i + 1;
  }
  table.slots += CHUNK_SLOTS;
  return true;
}

fl_handle fl_memory_handle_create(void *object) {
  fl_handle handle = 0;
  fl_mutex_lock(&table.lock);
  if (table.free || add_chunk()) {
    uint32_t number = table.free - 1;
    slot *s = slot_at(number);
    table.free = s->next_free;
    s->object = object;
    s->generation++;
    handle = handle_of(number, s->generation);
    table.live++;
  }
  fl_mutex_unlock(&table.lock);
  return handle;
}

/* The slot in which this handle lives now. */
static slot *living(fl_handle handle) {
  uint32_t number = handle & 0xFFFF, life = handle >> 16;
  if (life == 0 || number >= table.slots) return NULL;
  slot *s = slot_at(number);
  return s->generation == life * 2 - 1 ? s : NULL;
}

void *fl_memory_handle_find(fl_handle handle) {
  fl_mutex_lock(&table.lock);
  slot *s = living(handle);
  void *object = s ? s->object : NULL;
  fl_mutex_unlock(&table.lock);
  return object;
}

void *fl_memory_handle_destroy(fl_handle handle) {
  void *object = NULL;
  fl_mutex_lock(&table.lock);
  slot *s = living(handle);
  if (s) {
    object = s->object;
    s->object = NULL;
    uint32_t generation = ++s->generation;
    table.live--;
    if (generation / 2 < GENERATION_MAX) {
      s->next_free = table.free;
      table.free = (handle & 0xFFFF) + 1;
    }
  }
  fl_mutex_unlock(&table.lock);
  return object;
}

uint32_t fl_memory_handle_count(void) {
  fl_mutex_lock(&table.lock);
  uint32_t live = table.live;
  fl_mutex_unlock(&table.lock);
  return live;
}

fl_handle fl_memory_handle_next(fl_handle after) {
  fl_handle found = 0;
  fl_mutex_lock(&table.lock);
  for (uint32_t n = after ? (after & 0xFFFF) + 1 : 0; n < table.slots && !found; n++)
    if (slot_at(n)->generation & 1) found = handle_of(n, slot_at(n)->generation);
  fl_mutex_unlock(&table.lock);
  return found;
}
