#include "memory/regions.h"

#include "base/size.h"
#include "memory/allocator.h"
#include "sync/mutex.h"

#include <string.h>

#define GENERATION_MAX 0xFFFFu

static struct {
  fl_mutex lock;
  struct {
    fl_region region; /* data: NULL while the slot is free */
    uint32_t generation;
  } slots[FL_REGIONS_MAX];
} table;

void fl_memory_region_start(void) { memset(&table, 0, sizeof table); }

/* A slot that is free and whose generation can still be told from all before. */
static fl_handle claim(fl_region region) {
  for (uint32_t s = 0; s < FL_REGIONS_MAX; s++) {
    if (table.slots[s].region.data || table.slots[s].generation == GENERATION_MAX) continue;
    table.slots[s].region = region;
    return ++table.slots[s].generation << 16 | s;
  }
  return 0;
}

fl_status fl_memory_region_create(uint64_t bytes, uint32_t alignment, fl_handle *out) {
  uint8_t *data = fl_memory_alloc_aligned(bytes, alignment, FL_MEMORY_REGION);
  if (!data) return FL_OUT_OF_MEMORY;
  memset(data, 0, bytes);
  fl_mutex_lock(&table.lock);
  *out = claim((fl_region){data, bytes});
  fl_mutex_unlock(&table.lock);
  if (*out) return FL_OK;
  fl_memory_free(data);
  return FL_OUT_OF_MEMORY;
}

static fl_region *living(fl_handle handle) {
  uint32_t slot = handle & 0xFFFF;
  if (slot >= FL_REGIONS_MAX || !table.slots[slot].region.data || table.slots[slot].generation != handle >> 16) return NULL;
  return &table.slots[slot].region;
}

fl_status fl_memory_region_destroy(fl_handle handle) {
  fl_mutex_lock(&table.lock);
  fl_region *region = living(handle);
  uint8_t *data = region ? region->data : NULL;
  if (region) *region = (fl_region){0};
  fl_mutex_unlock(&table.lock);
  return data ? fl_memory_free(data) : FL_STALE_HANDLE;
}

bool fl_memory_region_find(fl_handle handle, fl_region *out) {
  fl_mutex_lock(&table.lock);
  fl_region *region = living(handle);
  if (region) *out = *region;
  fl_mutex_unlock(&table.lock);
  return region != NULL;
}

uint8_t *fl_memory_region_at(fl_handle handle, uint64_t offset, uint64_t length) {
  fl_region region;
  if (!fl_memory_region_find(handle, &region) || !fl_fits(fl_add(offset, length), region.bytes)) return NULL;
  return region.data + offset;
}
