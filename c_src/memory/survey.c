/* Figures that are gathered by walking the heap, and questions about single addresses: for people and for checks, not for hot paths. */
#include "memory/survey.h"

#include "memory/heap.h"

#include <string.h>

static uint32_t class_of(uint64_t bytes) {
  uint32_t class = 0;
  while (class + 1 < FL_SIZE_CLASSES && bytes > (uint64_t)UNIT << class) class++;
  return class;
}

void fl_memory_survey(fl_survey *out) {
  memset(out, 0, sizeof *out);
  fl_mutex_lock(&heap.lock);
  for (block *b = heap.first; b; b = after(b)) {
    if (b->magic == MAGIC_FREE) {
      uint64_t bytes = payload_bytes(b);
      out->free += bytes, out->free_blocks++;
      if (bytes > out->largest_free) out->largest_free = bytes;
    } else if (!is_fence(b)) {
      uint32_t class = class_of(b->bytes);
      out->blocks[class]++, out->bytes[class] += b->bytes;
    }
  }
  fl_mutex_unlock(&heap.lock);
}

/* The block, free or not, that this address lies in; its header counts. */
static block *holder(uintptr_t address) {
  if (address < (uintptr_t)heap.first || address >= (uintptr_t)heap.end) return NULL;
  if (heap.found && address >= (uintptr_t)heap.found && address - (uintptr_t)heap.found < (size_t)heap.found->units * UNIT) return heap.found;
  block *b = heap.first;
  while (b && address - (uintptr_t)b >= (size_t)b->units * UNIT) b = after(b);
  if (b && b->magic == MAGIC_USED) heap.found = b;
  return b;
}

bool fl_memory_find_block(uintptr_t address, fl_memory_block *out) {
  fl_mutex_lock(&heap.lock);
  block *b = holder(address);
  if (b) *out = (fl_memory_block){(uintptr_t)b, (uintptr_t)b + (size_t)b->units * UNIT, (fl_memory_kind)b->kind, b->bytes};
  fl_mutex_unlock(&heap.lock);
  return b != NULL;
}

/* Has a header stood before this address, as far as can be seen? Memory that sanitized builds hide is looked at too. */
__attribute__((no_sanitize("address"))) static bool was_block(uintptr_t bytes) {
  if (bytes % UNIT != 0 || bytes < (uintptr_t)heap.first + UNIT) return false;
  uint32_t magic = ((block *)(bytes - UNIT))->magic;
  return magic == MAGIC_FREE || magic == MAGIC_GONE;
}

fl_blame fl_memory_blame(const void *bytes, fl_memory_block *what) {
  uintptr_t address = (uintptr_t)bytes;
  fl_blame blame = FL_BLAME_OUTSIDE;
  *what = (fl_memory_block){0};
  fl_mutex_lock(&heap.lock);
  block *b = holder(address);
  if (b && fl_guard_remembers(address, what)) {
    blame = FL_BLAME_FREED;
  } else if (b && b->magic == MAGIC_FREE) {
    *what = (fl_memory_block){0};
    blame = was_block(address) ? FL_BLAME_FREED : FL_BLAME_NOTHING;
  } else if (b && !is_fence(b)) {
    *what = (fl_memory_block){(uintptr_t)b, (uintptr_t)b + (size_t)b->units * UNIT, (fl_memory_kind)b->kind, b->bytes};
    blame = FL_BLAME_INSIDE;
  }
  fl_mutex_unlock(&heap.lock);
  return blame;
}
