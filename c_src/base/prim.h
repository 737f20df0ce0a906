/* The platform seam: all that the core asks of wasm or of the native system. */
#ifndef FL_BASE_PRIM_H
#define FL_BASE_PRIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sleeps while *word == expected, until notified or for timeout_ns; may wake for no reason. Never call it where
 * blocking is not allowed (a window's main thread). Without threads it returns at once. */
void fl_prim_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns);
/* Wakes up to count threads that sleep on word. */
void fl_prim_notify(const uint32_t *word, uint32_t count);
/* A hint to the processor that this is a spinning loop. */
void fl_prim_relax(void);
/* A clock that only goes forward; its zero means nothing. */
int64_t fl_prim_now_ns(void);
/* Reads bytes of this thread's input file straight into memory, at offset (a whole number up to 2^53). Returns how many, fewer only at the
 * end; or a negative number: there is no input, or it cannot be read. Natively: what this points to; NULL: there is none. */
double fl_prim_read(double offset, void *to, uint32_t bytes);
#ifndef __wasm__
extern double (*fl_prim_native_input)(double offset, void *to, uint32_t bytes);
#endif
/* 1 where no other thread can exist: a wait there would never end. */
#if defined(__wasm__) && !defined(__wasm_atomics__)
#define FL_PRIM_ALONE 1
#else
#define FL_PRIM_ALONE 0
#endif

/* Linear memory. Native builds reserve address space and commit it as wasm would. */
uint8_t *fl_prim_heap_base(void);          /* the first byte that is not static data or the main stack */
uint64_t fl_prim_memory_bytes(void);       /* where memory ends: an address, as the base is one */
bool fl_prim_memory_grow(uint64_t bytes);  /* adds at least so many at the end, in whole pages; false: nothing changed */

uint8_t *fl_prim_null_guard(size_t *bytes); /* where null pointers lead: kept empty by the linker. Natively, something that stands for it */

/* In native sanitizer builds: bytes that nobody may touch, the end of that, and whether any of them is such a one. Nothing in wasm. */
void fl_prim_poison(void *bytes, size_t length);
void fl_prim_unpoison(void *bytes, size_t length);
#ifdef __wasm__
static inline bool fl_prim_is_poisoned(const void *bytes, size_t length) { return (void)bytes, (void)length, false; }
#else
bool fl_prim_is_poisoned(const void *bytes, size_t length);
#endif

#define FL_PAGE 65536u

#endif
