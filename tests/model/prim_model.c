/* The platform seam (base/prim.h) on the model's machine: a little static memory, sleeping and waking as scheduling points. */
#include "base/prim.h"

#include "machine.h"

#define HEAP_BYTES 4096u

#define SLEEP_NS 1000000000ll /* FL_SLEEP_NS: a longer sleep is for ever */

static _Alignas(64) uint8_t heap[HEAP_BYTES];

void fl_prim_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  fl_machine_sleep((uintptr_t)word, expected, timeout_ns < SLEEP_NS);
}
void fl_prim_notify(const uint32_t *word, uint32_t count) { fl_machine_wake((uintptr_t)word, count); }
/* Time stands still, until a sleep of this thread has timed out: then it is late for everything. */
int64_t fl_prim_now_ns(void) { return fl_machine_is_late() ? INT64_MAX / 2 : 0; }
void fl_prim_relax(void) {}

uint8_t *fl_prim_heap_base(void) { return heap; }
uint64_t fl_prim_memory_bytes(void) { return (uint64_t)(uintptr_t)heap + HEAP_BYTES; }
bool fl_prim_memory_grow(uint64_t bytes) { return (void)bytes, false; }

uint8_t *fl_prim_null_guard(size_t *bytes) { return *bytes = 0, heap; }
bool fl_prim_is_poisoned(const void *bytes, size_t length) { return (void)bytes, (void)length, false; }
void fl_prim_poison(void *bytes, size_t length) { (void)bytes, (void)length; }
void fl_prim_unpoison(void *bytes, size_t length) { (void)bytes, (void)length; }
