#define _GNU_SOURCE
#include "base/prim.h"

#ifndef __wasm__

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define SANITIZED 1
#endif
#endif

#define RESERVED (4ull << 30) /* what a 32-bit linear memory could reach */

void fl_prim_wait(const uint32_t *word, uint32_t expected, int64_t timeout_ns) {
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, &timeout, NULL, 0);
}

void fl_prim_notify(const uint32_t *word, uint32_t count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count > INT32_MAX ? INT32_MAX : (int)count, NULL, NULL, 0);
}

void fl_prim_relax(void) { __builtin_ia32_pause(); }

int64_t fl_prim_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double (*fl_prim_native_input)(double offset, void *to, uint32_t bytes);

double fl_prim_read(double offset, void *to, uint32_t bytes) { return fl_prim_native_input ? fl_prim_native_input(offset, to, bytes) : -1; }

static uint8_t *reservation(void) {
  static uint8_t *base;
  uint8_t *seen = __atomic_load_n(&base, __ATOMIC_ACQUIRE);
  if (seen) return seen;
  uint8_t *fresh = mmap(NULL, RESERVED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (fresh == MAP_FAILED) __builtin_trap();
  if (__atomic_compare_exchange_n(&base, &seen, fresh, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return fresh;
  munmap(fresh, RESERVED);
  return seen;
}

static uint64_t committed = 16 * FL_PAGE;

uint8_t *fl_prim_heap_base(void) { return reservation(); }

uint64_t fl_prim_memory_bytes(void) { return (uint64_t)(uintptr_t)reservation() + committed; }

bool fl_prim_memory_grow(uint64_t bytes) {
  uint64_t pages = (bytes + FL_PAGE - 1) / FL_PAGE;
  if (pages > (RESERVED - committed) / FL_PAGE) return false;
  committed += pages * FL_PAGE;
  return true;
}

uint8_t *fl_prim_null_guard(size_t *bytes) {
  static uint8_t stand_in[1024];
  *bytes = sizeof stand_in;
  return stand_in;
}

void fl_prim_poison(void *bytes, size_t length) {
#ifdef SANITIZED
  __asan_poison_memory_region(bytes, length);
#else
  (void)bytes, (void)length;
#endif
}

void fl_prim_unpoison(void *bytes, size_t length) {
#ifdef SANITIZED
  __asan_unpoison_memory_region(bytes, length);
#else
  (void)bytes, (void)length;
#endif
}

bool fl_prim_is_poisoned(const void *bytes, size_t length) {
#ifdef SANITIZED
  return __asan_region_is_poisoned((void *)(uintptr_t)bytes, length) != NULL;
#else
  return (void)bytes, (void)length, false;
#endif
}

#endif
