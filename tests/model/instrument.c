/* What code compiled with -fsanitize=thread calls: here it ends in the machine instead of ThreadSanitizer's run-time library. */
#include "machine.h"

#include <string.h>

void __tsan_init(void) {}
void __tsan_func_entry(void *caller) { (void)caller; }
void __tsan_func_exit(void) {}

#define PLAIN(size)                                                                                  \
  void __tsan_read##size(void *at) { fl_clocks_plain((uintptr_t)at, size, false); }                  \
  void __tsan_write##size(void *at) { fl_clocks_plain((uintptr_t)at, size, true); }                  \
  void __tsan_unaligned_read##size(void *at) { fl_clocks_plain((uintptr_t)at, size, false); }        \
  void __tsan_unaligned_write##size(void *at) { fl_clocks_plain((uintptr_t)at, size, true); }        \
  void __tsan_read_write##size(void *at) { fl_clocks_plain((uintptr_t)at, size, true); }             \
  void __tsan_unaligned_read_write##size(void *at) { fl_clocks_plain((uintptr_t)at, size, true); }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

void *__tsan_memset(void *to, int value, size_t n) {
  fl_clocks_plain((uintptr_t)to, (uint32_t)n, true);
  return memset(to, value, n);
}
void *__tsan_memcpy(void *to, const void *from, size_t n) {
  fl_clocks_plain((uintptr_t)from, (uint32_t)n, false);
  fl_clocks_plain((uintptr_t)to, (uint32_t)n, true);
  return memcpy(to, from, n);
}
void *__tsan_memmove(void *to, const void *from, size_t n) {
  fl_clocks_plain((uintptr_t)from, (uint32_t)n, false);
  fl_clocks_plain((uintptr_t)to, (uint32_t)n, true);
  return memmove(to, from, n);
}

#define MODIFY(type, size, name, op)                                                          \
  type __tsan_atomic##size##_##name(volatile type *at, type value, int mo) {                  \
    return (type)fl_machine_access(op, (uintptr_t)at, sizeof(type), value, 0, (order)mo);     \
  }
#define ATOMIC(type, size)                                                                    \
  type __tsan_atomic##size##_load(const volatile type *at, int mo) {                          \
    return (type)fl_machine_access(OP_LOAD, (uintptr_t)at, sizeof(type), 0, 0, (order)mo);    \
  }                                                                                           \
  void __tsan_atomic##size##_store(volatile type *at, type value, int mo) {                   \
    fl_machine_access(OP_STORE, (uintptr_t)at, sizeof(type), value, 0, (order)mo);            \
  }                                                                                           \
  type __tsan_atomic##size##_compare_exchange_val(volatile type *at, type expected, type desired, int mo, int failure) { \
    (void)failure; /* never stronger than what the core asks for on success */                \
    return (type)fl_machine_access(OP_SWAP_IF, (uintptr_t)at, sizeof(type), expected, desired, (order)mo); \
  }                                                                                           \
  MODIFY(type, size, exchange, OP_EXCHANGE)                                                   \
  MODIFY(type, size, fetch_add, OP_ADD)                                                       \
  MODIFY(type, size, fetch_sub, OP_SUB)                                                       \
  MODIFY(type, size, fetch_and, OP_AND)                                                       \
  MODIFY(type, size, fetch_or, OP_OR)                                                         \
  MODIFY(type, size, fetch_xor, OP_XOR)
ATOMIC(uint8_t, 8)
ATOMIC(uint16_t, 16)
ATOMIC(uint32_t, 32)
ATOMIC(uint64_t, 64)

void __tsan_atomic_thread_fence(int mo) { fl_machine_fence((order)mo); }
void __tsan_atomic_signal_fence(int mo) { (void)mo; }
