/* For the C tests in wasm only: malloc's memory is this array, so that everything from __heap_base to the end of linear memory
 * belongs to the core's own allocator, as in the product. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_BYTES (192u << 20)
static _Alignas(16) uint8_t arena[ARENA_BYTES];
static _Atomic uintptr_t used;

void *sbrk(intptr_t bytes) {
  uintptr_t before = atomic_fetch_add(&used, (uintptr_t)bytes);
  if (before + (uintptr_t)bytes <= ARENA_BYTES) return arena + before;
  atomic_fetch_sub(&used, (uintptr_t)bytes);
  errno = ENOMEM;
  return (void *)-1;
}
