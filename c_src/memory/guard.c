#include "memory/guard.h"

#include "base/prim.h"
#include "memory/heap.h"

#include <string.h>

#define PAINT 0xFD /* of red zones */
#define FREED_MAX 64u /* frees that are remembered */
#define FILL 0xDD  /* of memory that is nobody's */

static struct {
  uint32_t first, count; /* of the findings that wait, a ring */
  fl_finding findings[FL_FINDINGS_MAX];
  uint32_t frees; /* so far */
  fl_memory_block freed[FREED_MAX]; /* the last of them, a ring */
  uint8_t *stacks[FL_STACKS_MAX]; /* their zones; NULL: none, or it was written to and that has been told */
} guard;

void fl_guard_start(void) { memset(&guard, 0, sizeof guard); }

void fl_guard_tell(fl_finding finding) {
  if (guard.count == FL_FINDINGS_MAX) return;
  guard.findings[(guard.first + guard.count++) % FL_FINDINGS_MAX] = finding;
}

bool fl_memory_take_finding(fl_finding *out) {
  fl_mutex_lock(&heap.lock);
  bool found = guard.count > 0;
  if (found) {
    *out = guard.findings[guard.first];
    guard.first = (guard.first + 1) % FL_FINDINGS_MAX;
    guard.count--;
  }
  fl_mutex_unlock(&heap.lock);
  return found;
}

/* How many bytes are `value` before the first that is not: all of them, where nobody has written. A pointer would not do for an
 * answer: in wasm the first byte of the null guard lies at NULL. */
static size_t intact(const uint8_t *at, size_t bytes, uint8_t value) {
  uint64_t eight, expected = 0x0101010101010101u * value;
  size_t i = 0;
  for (; bytes - i >= sizeof eight; i += sizeof eight)
    if (memcpy(&eight, at + i, sizeof eight), eight != expected) break;
  while (i < bytes && at[i] == value) i++;
  return i;
}

/* ---- blocks ---- */

/* What a header leaves of its unit is the zone before the block's bytes. */
static uint8_t *zone_before(block *b) { return (uint8_t *)(b + 1); }
static size_t bytes_before(void) { return UNIT - sizeof(block); }
static uint8_t *zone_behind(block *b) { return payload(b) + b->bytes; }
static size_t bytes_behind(const block *b) { return payload_bytes(b) - (size_t)b->bytes; }

/* Paints a block's zones; sanitized builds see to it besides that nobody touches the one behind. */
void fl_guard_paint(block *b) {
  fl_prim_unpoison(b, (size_t)b->units * UNIT);
  memset(zone_before(b), PAINT, bytes_before());
  memset(zone_behind(b), PAINT, bytes_behind(b));
  fl_prim_poison(zone_behind(b), bytes_behind(b));
}

void fl_guard_check(block *b) {
  fl_prim_unpoison(b, (size_t)b->units * UNIT);
  const struct { uint8_t *at; size_t bytes; fl_fault fault; } zones[] = {
      {zone_before(b), bytes_before(), FL_FAULT_BEFORE}, {zone_behind(b), bytes_behind(b), FL_FAULT_BEHIND}};
  for (int z = 0; z < 2; z++) {
    size_t good = intact(zones[z].at, zones[z].bytes, PAINT);
    uint8_t *wrong = zones[z].at + good;
    if (good < zones[z].bytes) fl_guard_tell((fl_finding){zones[z].fault, b->kind, *wrong, (uintptr_t)wrong, (uintptr_t)payload(b), b->bytes});
  }
  fl_guard_paint(b);
}

void fl_guard_end(block *b) {
  fl_guard_check(b);
  guard.freed[guard.frees++ % FREED_MAX] = (fl_memory_block){(uintptr_t)b, (uintptr_t)b + (size_t)b->units * UNIT, (fl_memory_kind)b->kind, b->bytes};
  fl_guard_fill(payload(b), payload_bytes(b));
}

bool fl_guard_remembers(uintptr_t bytes, fl_memory_block *out) {
  for (uint32_t back = 1; back <= FREED_MAX && back <= guard.frees; back++) {
    *out = guard.freed[(guard.frees - back) % FREED_MAX];
    if (out->start + UNIT == bytes) return true;
  }
  return false;
}

void fl_guard_fill(uint8_t *at, size_t bytes) {
  fl_prim_unpoison(at, bytes);
  memset(at, FILL, bytes);
  fl_prim_poison(at, bytes);
}

void fl_guard_check_fill(uint8_t *at, size_t bytes) {
  fl_prim_unpoison(at, bytes);
  size_t good = intact(at, bytes, FILL);
  if (good < bytes) {
    fl_guard_tell((fl_finding){FL_FAULT_FREED, FL_MEMORY_FREE, at[good], (uintptr_t)at + good, (uintptr_t)at, bytes});
    memset(at, FILL, bytes);
  }
  fl_prim_poison(at, bytes);
}

/* ---- stacks and the null guard ---- */

void fl_memory_guard_stack(uint32_t lane, uint8_t *zone) {
  if (lane >= FL_STACKS_MAX) return;
  fl_mutex_lock(&heap.lock);
  guard.stacks[lane] = zone;
  if (zone) memset(zone, PAINT, FL_STACK_ZONE);
  fl_mutex_unlock(&heap.lock);
}

/* A zone that was written to is told of and then left alone: its thread may be using it at this moment. */
static void check_stacks(void) {
  for (uint32_t lane = 0; lane < FL_STACKS_MAX; lane++) {
    uint8_t *zone = guard.stacks[lane];
    size_t good = zone ? intact(zone, FL_STACK_ZONE, PAINT) : FL_STACK_ZONE;
    if (good == FL_STACK_ZONE) continue;
    fl_guard_tell((fl_finding){FL_FAULT_STACK, lane, zone[good], (uintptr_t)zone + good, (uintptr_t)zone, FL_STACK_ZONE});
    guard.stacks[lane] = NULL;
  }
}

static void check_null_guard(void) {
  size_t bytes;
  uint8_t *bottom = fl_prim_null_guard(&bytes);
  size_t good = intact(bottom, bytes, 0);
  if (good == bytes) return;
  fl_guard_tell((fl_finding){FL_FAULT_NULL, FL_MEMORY_FOREIGN, bottom[good], (uintptr_t)bottom + good, 0, 0});
  memset(bottom, 0, bytes);
}

/* ---- the walk ---- */

static void check_blocks(uint32_t depth) {
  for (block *b = heap.first; b; b = after(b)) {
    if (b->magic == MAGIC_FREE) {
      if (depth & FL_CHECK_FREED) fl_guard_check_fill(payload(b), payload_bytes(b));
    } else if (!is_fence(b) && depth & FL_CHECK_ZONES) {
      fl_guard_check(b);
    }
  }
}

uint32_t fl_memory_check(uint32_t depth) {
  fl_mutex_lock(&heap.lock);
  if (depth & FL_CHECK_ZONES) {
    check_null_guard();
    check_stacks();
  }
  /* Walking needs headers that can be trusted. */
  bool sound = fl_heap_check_blocks();
  if (sound && depth & FL_CHECK_HEAP) fl_heap_check_lists();
  if (sound && heap.debug) check_blocks(depth);
  uint32_t waiting = guard.count;
  fl_mutex_unlock(&heap.lock);
  return waiting;
}
