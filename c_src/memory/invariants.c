/* What must hold of the heap at any time that its lock is free. Nothing that is wrong leads the walk astray: pointers and sizes
 * are looked at before they are followed. */
#include "base/prim.h"
#include "memory/heap.h"

static bool is_in_heap(const void *at) {
  return (const uint8_t *)at >= (uint8_t *)heap.first && (const uint8_t *)at <= heap.end - UNIT && (uintptr_t)at % UNIT == 0;
}

static void tell(fl_fault fault, const block *b) {
  fl_guard_tell((fl_finding){fault, b->kind < FL_MEMORY_KINDS ? b->kind : FL_MEMORY_FOREIGN, *(const uint8_t *)b, (uintptr_t)b, (uintptr_t)b + UNIT, b->bytes});
}

/* Does the header make sense by itself and beside the one before it? */
static bool is_sound(block *b, const block *previous) {
  if (b->magic != MAGIC_USED && b->magic != MAGIC_FREE) return false;
  if (b->units == 0 || (uint64_t)b->units * UNIT > (uint64_t)(heap.end - (uint8_t *)b)) return false; /* in 64 bits: it must not wrap */
  if (b->units_before != (previous ? previous->units : 0)) return false;
  if (b->magic == MAGIC_FREE) return b->bytes == 0 && b->kind == FL_MEMORY_FREE && !(previous && previous->magic == MAGIC_FREE);
  if (is_fence(b)) return b->kind == FL_MEMORY_TABLE || b->kind == FL_MEMORY_FOREIGN;
  return b->kind > FL_MEMORY_FREE && b->kind < FL_MEMORY_KINDS && b->bytes <= payload_bytes(b);
}

bool fl_heap_check_blocks(void) {
  uint64_t live = 0, used = 0, covered = 0;
  uint32_t blocks = 0;
  block *previous = NULL;
  for (block *b = heap.first; b; previous = b, b = after(b)) {
    if (!is_sound(b, previous)) {
      tell(FL_FAULT_HEADER, b);
      return false;
    }
    covered += (uint64_t)b->units * UNIT;
    if (b->bytes == 0) continue;
    live += b->bytes, used += (uint64_t)b->units * UNIT, blocks++;
  }
  if (previous != heap.fence) {
    tell(FL_FAULT_HEADER, heap.fence);
    return false;
  }
  const fl_memory_stats *stats = &heap.stats;
  if (live != stats->live || used != stats->used || covered != stats->committed || blocks != stats->blocks || stats->peak < live)
    fl_guard_tell((fl_finding){.fault = FL_FAULT_FIGURES, .bytes = live});
  return true;
}

/* One list: everything in it is free, of its size, and linked both ways. Returns how many, or UINT32_MAX. */
static uint32_t check_list(uint32_t first, uint32_t second, uint32_t most) {
  uint32_t count = 0;
  block *previous = NULL;
  for (block *b = heap.lists[first][second]; b; previous = b, b = b->next) {
    bool known = is_in_heap(b) && b->magic == MAGIC_FREE;
    list_index home = known ? list_of(b->units) : (list_index){FIRST_LEVELS, 0};
    if (home.first != first || home.second != second || b->previous != previous || ++count > most) {
      fl_guard_tell((fl_finding){.fault = FL_FAULT_LIST, .address = (uintptr_t)b});
      return UINT32_MAX;
    }
  }
  bool marked = heap.filled[first] >> second & 1;
  if (marked == (count > 0) && (heap.levels >> first & 1) == (heap.filled[first] != 0)) return count;
  fl_guard_tell((fl_finding){.fault = FL_FAULT_LIST, .address = (uintptr_t)&heap.lists[first][second]});
  return UINT32_MAX;
}

void fl_heap_check_lists(void) {
  uint32_t free_blocks = 0, listed = 0;
  for (block *b = heap.first; b; b = after(b)) free_blocks += b->magic == MAGIC_FREE;
  for (uint32_t f = 0; f < FIRST_LEVELS; f++)
    for (uint32_t s = 0; s < SECOND_LEVEL; s++) {
      uint32_t count = check_list(f, s, free_blocks);
      if (count == UINT32_MAX) return;
      listed += count;
    }
  if (listed != free_blocks) fl_guard_tell((fl_finding){.fault = FL_FAULT_LIST, .bytes = free_blocks});
}
