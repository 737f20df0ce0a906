/* Allocations and growth that fail to order. Linked with --wrap for each of the three calls. */
#include "base/prim.h"
#include "faults.h"
#include "memory/allocator.h"

#define NEVER FAULTS_NEVER
#define NO_FAULT {NEVER, NEVER, NEVER, NEVER}

/* Counts begin at -1, as nothing may be 0: the first call makes 0 of it, so «seen + 1» is what JavaScript reads. */
fault_words faults = {"framelane-faults", NO_FAULT, NO_FAULT, NEVER, NEVER, NEVER, NEVER, {NEVER, NEVER, NEVER, NEVER, NEVER, NEVER}};

static bool fails(fault *kind) {
  uint32_t number = fl_fetch_add(&kind->seen, 1) + 2, from = fl_load(&kind->from);
  if (number != from && !(number > from && fl_load(&kind->lasting) == 1)) return false;
  fl_count(&kind->failed);
  return true;
}

__typeof__(fl_memory_alloc) __wrap_fl_memory_alloc;
__typeof__(fl_memory_alloc_aligned) __wrap_fl_memory_alloc_aligned, __real_fl_memory_alloc_aligned;
__typeof__(fl_prim_memory_grow) __wrap_fl_prim_memory_grow, __real_fl_prim_memory_grow;

/* Past the real fl_memory_alloc, which calls the other one: an allocation is counted once. */
void *__wrap_fl_memory_alloc(uint64_t bytes, fl_memory_kind kind) {
  return fails(&faults.allocations) ? NULL : __real_fl_memory_alloc_aligned(bytes, FL_MEMORY_ALIGNMENT, kind);
}

void *__wrap_fl_memory_alloc_aligned(uint64_t bytes, uint32_t alignment, fl_memory_kind kind) {
  return fails(&faults.allocations) ? NULL : __real_fl_memory_alloc_aligned(bytes, alignment, kind);
}

bool __wrap_fl_prim_memory_grow(uint64_t bytes) { return fails(&faults.growths) ? false : __real_fl_prim_memory_grow(bytes); }

#ifdef __wasm__
__attribute__((export_name("faults_words"))) uintptr_t faults_words(void) { return (uintptr_t)&faults; }
#endif
