#include "memory/allocator.h"

#include "base/assert.h"
#include "base/prim.h"
#include "base/size.h"
#include "memory/heap.h"
#include "memory/survey.h"

#include <string.h>

#define GROWTH_STEP (1u << 20) /* growing is slow: not for a few bytes at a time */

fl_heap fl_memory_heap;

/* The first list in which every block is large enough. */
static list_index list_to_search(uint32_t units) {
  if (units >= SECOND_LEVEL) units += (1u << (31 - (uint32_t)__builtin_clz(units) - SECOND_LEVEL_BITS)) - 1;
  return list_of(units);
}

/* To be called whenever b's size has changed. */
static void tell_successor(block *b) {
  block *next = after(b);
  if (next) next->units_before = b->units;
}

/* A header where there was none, but free memory. */
static block *new_header(uint8_t *at, uint64_t units, uint32_t units_before) {
  block *b = (block *)at;
  if (heap.debug) fl_guard_check_fill(at, UNIT);
  fl_prim_unpoison(b, UNIT);
  *b = (block){.units = (uint32_t)units, .units_before = units_before};
  tell_successor(b);
  return b;
}

static void put_in_list(block *b) {
  list_index at = list_of(b->units);
  b->magic = MAGIC_FREE, b->kind = FL_MEMORY_FREE, b->bytes = 0;
  b->previous = NULL;
  b->next = heap.lists[at.first][at.second];
  if (b->next) b->next->previous = b;
  heap.lists[at.first][at.second] = b;
  heap.filled[at.first] |= 1u << at.second;
  heap.levels |= 1u << at.first;
}

static void take_from_list(block *b) {
  list_index at = list_of(b->units);
  if (b->next) b->next->previous = b->previous;
  if (b->previous) b->previous->next = b->next;
  else heap.lists[at.first][at.second] = b->next;
  if (heap.lists[at.first][at.second]) return;
  heap.filled[at.first] &= ~(1u << at.second);
  if (heap.filled[at.first] == 0) heap.levels &= ~(1u << at.first);
}

static block *find_free(uint32_t units) {
  list_index at = list_to_search(units);
  if (at.first >= FIRST_LEVELS) return NULL;
  uint32_t seconds = heap.filled[at.first] & (~0u << at.second);
  if (seconds == 0) {
    uint32_t firsts = at.first + 1 < FIRST_LEVELS ? heap.levels & (~0u << (at.first + 1)) : 0;
    if (firsts == 0) return NULL;
    at.first = (uint32_t)__builtin_ctz(firsts);
    seconds = heap.filled[at.first];
  }
  return heap.lists[at.first][__builtin_ctz(seconds)];
}

/* A header that is a header no longer: a second free of its block shows by it. */
static void bury(block *b) {
  if (heap.debug) fl_guard_fill((uint8_t *)b, UNIT);
  else b->magic = MAGIC_GONE;
}

/* Makes one block of b and the one behind it, which is in no list. */
static void merge(block *b, block *next) {
  b->units += next->units;
  if (heap.walked == next) heap.walked = b;
  bury(next);
}

/* Makes one free block of b and its free neighbours, and lists it. */
static block *release(block *b) {
  block *next = after(b), *previous = before(b);
  heap.found = NULL;
  if (next && next->magic == MAGIC_FREE) {
    take_from_list(next);
    merge(b, next);
  }
  if (previous && previous->magic == MAGIC_FREE) {
    take_from_list(previous);
    merge(previous, b);
    b = previous;
  }
  tell_successor(b);
  put_in_list(b);
  return b;
}

/* A new region [start, start + bytes), of which the last unit is the fence. */
static void add_region(uint8_t *start, uint64_t bytes, uint32_t units_before) {
  if (heap.debug) fl_guard_fill(start, bytes);
  else fl_prim_poison(start, bytes);
  heap.end = start + bytes;
  heap.fence = new_header(heap.end - UNIT, 1, (uint32_t)(bytes / UNIT - 1));
  heap.fence->magic = MAGIC_USED, heap.fence->kind = FL_MEMORY_TABLE;
  release(new_header(start, bytes / UNIT - 1, units_before));
}

/* Grows the memory by at least so many bytes and makes them the heap's. */
static bool extend(uint64_t bytes) {
  block *last = before(heap.fence);
  uint64_t ended = fl_prim_memory_bytes();
  bool ours = (uint8_t *)(uintptr_t)ended == heap.end;
  if (bytes == 0) return true;
  if (!fl_prim_memory_grow(bytes)) return false;
  uint64_t added = fl_prim_memory_bytes() - ended;
  heap.stats.committed += added;
  if (ours) {
    add_region((uint8_t *)heap.fence, added + UNIT, last->units);
    return true;
  }
  /* Somebody else has added pages since: they stay theirs, and the fence now stands for them. */
  uint64_t foreign = ended - (uint64_t)(uintptr_t)heap.end;
  heap.fence->units += (uint32_t)(foreign / UNIT), heap.fence->kind = FL_MEMORY_FOREIGN;
  heap.stats.committed += foreign;
  add_region((uint8_t *)(uintptr_t)ended, added, heap.fence->units);
  return true;
}

/* Adds room for one block of so many units at the end. */
static bool grow(uint64_t units) {
  block *last = before(heap.fence);
  uint64_t have = last->magic == MAGIC_FREE ? last->units : 0;
  bool ours = (uint8_t *)(uintptr_t)fl_prim_memory_bytes() == heap.end;
  if (have >= units) return true; /* the search, rounding up, passed it by */
  uint64_t bytes = ours ? (units - have) * UNIT : (units + 1) * UNIT;
  return (bytes < GROWTH_STEP && extend(GROWTH_STEP)) || extend(bytes);
}

bool fl_memory_grow(uint64_t bytes) {
  fl_mutex_lock(&heap.lock);
  bool grown = extend(bytes);
  fl_mutex_unlock(&heap.lock);
  return grown;
}

/* Splits what b has beyond `units` off its end and frees that. */
static void trim(block *b, uint32_t units) {
  if (b->units == units) return;
  uint32_t rest = b->units - units;
  b->units = units;
  release(new_header((uint8_t *)b + (size_t)units * UNIT, rest, units));
}

/* Cuts free space off b's front, so that the payload of the rest is aligned; b is not listed. */
static block *align_front(block *b, uint32_t alignment) {
  uintptr_t address = (uintptr_t)payload(b);
  uint32_t gap = (uint32_t)((-address & (alignment - 1)) / UNIT);
  if (gap == 0) return b;
  uint32_t rest = b->units - gap;
  b->units = gap;
  put_in_list(b);
  return new_header((uint8_t *)b + (size_t)gap * UNIT, rest, gap);
}

void fl_memory_start(uint32_t debug) {
  memset(&heap, 0, sizeof heap);
  fl_guard_start();
  heap.debug = debug, heap.margin = debug ? 1 : 0;
  uint8_t *base = (uint8_t *)(((uintptr_t)fl_prim_heap_base() + UNIT - 1) & ~(uintptr_t)(UNIT - 1));
  uint64_t bytes = fl_prim_memory_bytes() - (uint64_t)(uintptr_t)base;
  heap.first = (block *)base;
  add_region(base, bytes / UNIT * UNIT, 0); /* the linker leaves at least a page beyond the static data */
  heap.stats.committed = bytes / UNIT * UNIT;
}

void *fl_memory_alloc_aligned(uint64_t bytes, uint32_t alignment, fl_memory_kind kind) {
  fl_assert(bytes > 0 && alignment >= FL_MEMORY_ALIGNMENT && alignment <= FL_MEMORY_ALIGNMENT_MAX);
  if (!fl_fits(bytes, (uint64_t)SIZE_MAX - 2 * FL_MEMORY_ALIGNMENT_MAX)) return NULL;
  uint64_t units = 1 + (bytes + UNIT - 1) / UNIT + heap.margin, slack = alignment / UNIT - 1;
  if (units + slack > (1u << 28)) return NULL;
  fl_mutex_lock(&heap.lock);
  block *b = find_free((uint32_t)(units + slack));
  if (!b && grow(units + slack + SECOND_LEVEL)) b = find_free((uint32_t)(units + slack));
  if (!b && grow(units + slack)) b = before(heap.fence); /* a full memory: no more than is needed */
  if (b) {
    take_from_list(b);
    b = align_front(b, alignment);
    b->magic = MAGIC_USED, b->kind = kind, b->bytes = bytes;
    trim(b, (uint32_t)units);
    if (heap.debug) fl_guard_check_fill(payload(b), payload_bytes(b));
    heap.stats.live += bytes;
    heap.stats.used += units * UNIT;
    heap.stats.blocks++;
    if (heap.stats.live > heap.stats.peak) heap.stats.peak = heap.stats.live;
    fl_prim_unpoison(payload(b), bytes);
    if (heap.debug) fl_guard_paint(b);
  }
  fl_mutex_unlock(&heap.lock);
  return b ? payload(b) : NULL;
}

void *fl_memory_alloc(uint64_t bytes, fl_memory_kind kind) { return fl_memory_alloc_aligned(bytes, FL_MEMORY_ALIGNMENT, kind); }

/* A header is believed when its neighbour agrees: what lies before an address that never was a block may look like one. It may also
 * be memory that sanitized builds let nobody touch. */
__attribute__((no_sanitize("address"))) static block *block_of(void *bytes) {
  uint8_t *at = bytes;
  if (!heap.first || at < (uint8_t *)heap.first + UNIT || at >= heap.end || (uintptr_t)at % UNIT != 0) return NULL;
  block *b = (block *)(at - UNIT);
  if (b->magic != MAGIC_USED || b->bytes == 0) return NULL; /* a fence has none */
  uint64_t ahead = (uint64_t)b->units * UNIT;
  if (ahead > (uint64_t)(heap.end - (uint8_t *)b) - UNIT) return NULL; /* the fence lies behind every block */
  return ((block *)((uint8_t *)b + ahead))->units_before == b->units ? b : NULL;
}

bool fl_memory_describe(void *bytes, fl_memory_block *out) {
  fl_mutex_lock(&heap.lock);
  block *b = block_of(bytes);
  if (b) *out = (fl_memory_block){(uintptr_t)b, (uintptr_t)b + (size_t)b->units * UNIT, (fl_memory_kind)b->kind, b->bytes};
  fl_mutex_unlock(&heap.lock);
  return b != NULL;
}

fl_status fl_memory_free(void *bytes) {
  if (!bytes) return FL_OK;
  fl_mutex_lock(&heap.lock);
  block *b = block_of(bytes);
  if (b) {
    heap.stats.live -= b->bytes;
    heap.stats.used -= (uint64_t)b->units * UNIT;
    heap.stats.blocks--;
    fl_prim_unpoison(payload(b), payload_bytes(b));
    if (heap.debug) fl_guard_end(b);
    else fl_prim_poison(payload(b), payload_bytes(b));
    release(b);
  }
  fl_mutex_unlock(&heap.lock);
  return b ? FL_OK : FL_STALE_HANDLE;
}

void fl_memory_read_stats(fl_memory_stats *out) {
  fl_mutex_lock(&heap.lock);
  *out = heap.stats;
  fl_mutex_unlock(&heap.lock);
}

bool fl_memory_next_block(uintptr_t start, fl_memory_block *out) {
  fl_mutex_lock(&heap.lock);
  /* What was a block when it was walked over may be a part of somebody's block by now: nothing is read there. */
  block *b = heap.walked && (uintptr_t)heap.walked <= start ? heap.walked : heap.first;
  while (b && (uintptr_t)b <= start) b = after(b);
  if (b) {
    heap.walked = b;
    *out = (fl_memory_block){(uintptr_t)b, (uintptr_t)b + (size_t)b->units * UNIT, (fl_memory_kind)b->kind, b->bytes};
  }
  fl_mutex_unlock(&heap.lock);
  return b != NULL;
}
