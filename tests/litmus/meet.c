#include "meet.h"

line stop, go_on;
static line arrived, generations;
static _Alignas(16) uint8_t stacks[ROLES][16384];

EXPORT(stack_top) uintptr_t stack_top(uint32_t role) { return (uintptr_t)stacks[role + 1]; }
EXPORT(stop_word) uintptr_t stop_word(void) { return (uintptr_t)&stop.word; }

__attribute__((noinline)) void nap(volatile uint32_t *at, uint32_t value) {
  __builtin_wasm_memory_atomic_wait32((int *)at, (int)value, NAP_NS);
}

/* Spins, so that all leave at the same moment. */
__attribute__((noinline)) void meet(uint32_t threads, uint32_t *generation) {
  uint32_t mine = ++*generation;
  if (__atomic_add_fetch(&arrived.word, 1, __ATOMIC_SEQ_CST) == mine * threads) {
    __atomic_store_n(&generations.word, mine, __ATOMIC_SEQ_CST);
    if (threads > 2) __builtin_wasm_memory_atomic_notify((int *)&generations.word, ROLES);
    return;
  }
  for (uint32_t spins = 1; (int32_t)(__atomic_load_n(&generations.word, __ATOMIC_SEQ_CST) - mine) < 0; spins++)
    if (spins % SPINS == 0) nap(&generations.word, mine - 1);
}
