/* Memory that can be refused. The linker puts these between the core and its allocator, and between that and the system
 * (--wrap): nothing of the core is changed for it. */
#include "base/prim.h"
#include "fuzz.h"

void *__real_fl_memory_alloc(uint64_t bytes, fl_memory_kind kind);
void *__wrap_fl_memory_alloc(uint64_t bytes, fl_memory_kind kind);
fl_status __real_fl_memory_free(void *bytes);
fl_status __wrap_fl_memory_free(void *bytes);
bool __real_fl_prim_memory_grow(uint64_t bytes);
bool __wrap_fl_prim_memory_grow(uint64_t bytes);

static uint32_t counted, refused;
static bool refused_for_ever;
static void *(*pretender)(uint64_t bytes);
#define PRETENDED (1u << 20)

void fuzz_pretend(void *(*give)(uint64_t bytes)) { pretender = give; }

void fuzz_refuse(uint32_t nth, bool for_ever) { counted = 0, refused = nth, refused_for_ever = for_ever; }
uint32_t fuzz_allocations(void) { return counted; }

void *__wrap_fl_memory_alloc(uint64_t bytes, fl_memory_kind kind) {
  counted++;
  if (refused && (counted == refused || (counted > refused && refused_for_ever))) return NULL;
  if (pretender && bytes >= PRETENDED) return pretender(bytes);
  return __real_fl_memory_alloc(bytes, kind);
}

/* What was pretended lies outside the heap: there is nothing to give back. */
fl_status __wrap_fl_memory_free(void *bytes) {
  uint64_t at = (uint64_t)(uintptr_t)bytes;
  bool ours = at >= (uint64_t)(uintptr_t)fl_prim_heap_base() && at < fl_prim_memory_bytes();
  return pretender && bytes && !ours ? FL_OK : __real_fl_memory_free(bytes);
}

bool __wrap_fl_prim_memory_grow(uint64_t bytes) {
  uint64_t held = fl_prim_memory_bytes() - (uint64_t)(uintptr_t)fl_prim_heap_base();
  return bytes <= FUZZ_MEMORY_MAX && held + bytes <= FUZZ_MEMORY_MAX && __real_fl_prim_memory_grow(bytes);
}
