/* The platform seam (base/prim.h) on the model's machine: a little static memory, sleeping and waking as scheduling points. */
#include "base/prim.h"

#include "machine.h"

#define HEAP_BYTES 4096u

static _Alignas(64) uint8_t heap[HEAP_BYTES];

void fl_prim_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  (void)timeout_ns;
  fl_machine_sleep((uintptr_t)word, expected);
}
void fl_prim_notify(const uint32_t *word, uint32_t count) { fl_machine_wake((uintptr_t)word, count); }
void fl_prim_relax(void) {}

uint8_t *fl_prim_heap_base(void) { return heap; }
uint64_t fl_prim_memory_bytes(void) { return (uint64_t)(uintptr_t)heap + HEAP_BYTES; }
bool fl_prim_memory_grow(uint64_t bytes) { return (void)bytes, false; }

void fl_prim_poison(void *bytes, size_t length) { (void)bytes, (void)length; }
void fl_prim_unpoison(void *bytes, size_t length) { (void)bytes, (void)length; }
