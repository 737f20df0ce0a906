#include "base/prim.h"

#ifdef __wasm__

extern uint8_t __heap_base; /* placed by the linker */
/* performance.now() of js/imports.js: wasm has no clock of its own */
extern double emscripten_performance_now(void);
/* Also there: the file that the host has opened for a stage's thread. */
__attribute__((import_module("env"), import_name("framelane_read"))) double framelane_read(double offset, void *to, uint32_t bytes);

/* A function of its own, with nothing to do after the wait: Node 20's baseline compiler sets the last local to 0 there (tests/litmus/wait.js). */
__attribute__((noinline)) void fl_prim_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns) {
#ifdef __wasm_atomics__
  __builtin_wasm_memory_atomic_wait32((int *)word, (int)expected, timeout_ns);
#else
  (void)word, (void)expected, (void)timeout_ns;
#endif
}

void fl_prim_notify(const uint32_t *word, uint32_t count) {
#ifdef __wasm_atomics__
  __builtin_wasm_memory_atomic_notify((int *)word, count);
#else
  (void)word, (void)count;
#endif
}

void fl_prim_relax(void) {}

int64_t fl_prim_now_ns(void) { return (int64_t)(emscripten_performance_now() * 1e6); }

double fl_prim_read(double offset, void *to, uint32_t bytes) { return framelane_read(offset, to, bytes); }

uint8_t *fl_prim_heap_base(void) { return &__heap_base; }

uint64_t fl_prim_memory_bytes(void) { return (uint64_t)__builtin_wasm_memory_size(0) * FL_PAGE; }

bool fl_prim_memory_grow(uint64_t bytes) {
  uint64_t pages = (bytes + FL_PAGE - 1) / FL_PAGE;
  if (pages > SIZE_MAX / FL_PAGE) return false;
  return __builtin_wasm_memory_grow(0, (size_t)pages) != (size_t)-1;
}

uint8_t *fl_prim_null_guard(size_t *bytes) {
  *bytes = 1024; /* --global-base */
  return (uint8_t *)0;
}

void fl_prim_poison(void *bytes, size_t length) { (void)bytes, (void)length; }
void fl_prim_unpoison(void *bytes, size_t length) { (void)bytes, (void)length; }

#endif
