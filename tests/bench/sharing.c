/* Two threads that count, each on a word of its own: what does it cost when the words share a cache line? */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))

static _Alignas(256) uint32_t words[128];

EXPORT(words_at) uintptr_t words_at(void) { return (uintptr_t)words; }

EXPORT(count_atomic) void count_atomic(uint32_t *word, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
}
/* volatile: every turn loads and stores */
EXPORT(count_plain) void count_plain(volatile uint32_t *word, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) *word += 1;
}
EXPORT(store_only) void store_only(volatile uint32_t *word, uint32_t times) {
  for (uint32_t i = 0; i < times; i++) *word = i;
}
