/* Peterson's lock («Myths About the Mutual Exclusion Problem», 1981) around a counter that is not atomic. */
#include "meet.h"

#define TURNS 4096u     /* a batch */
#define STUCK 20000000u /* turns of a spin after which a lock counts as not working */

static line flag[2], turn, counter, stuck_turns, waits[2], batches;

EXPORT(turns) uint32_t turns(void) { return batches.word * TURNS; }
/* Increments that are missing. After a spin without end a thread went in though the other may have been inside: none of the lock's faults. */
EXPORT(lost) int32_t lost(void) { return (int32_t)(2 * turns() - counter.word - stuck_turns.word); }
EXPORT(stuck) uint32_t stuck(void) { return stuck_turns.word; }
EXPORT(waited) uint32_t waited(void) { return (waits[0].word + waits[1].word) / 2; }

static void enter(uint32_t role, bool mutant) {
  uint32_t other = 1 - role, spins = 0;
  store(&flag[role].word, 1, mutant);
  store(&turn.word, other, mutant);
  while (load(&flag[other].word, mutant) && load(&turn.word, mutant) == other && spins < STUCK)
    if (++spins % SPINS == 0) nap(&go_on.word, 1);
  if (spins > 0) waits[role].word = waits[role].word + 1;
  if (spins == STUCK) __atomic_add_fetch(&stuck_turns.word, 1, __ATOMIC_SEQ_CST);
}

static __attribute__((noinline)) void batch(uint32_t role, bool mutant, uint32_t *random) {
  for (uint32_t i = 0; i < TURNS; i++) {
    enter(role, mutant);
    counter.word = counter.word + 1;
    store(&flag[role].word, 0, mutant);
    delay(next_random(random) & 7);
  }
}

EXPORT(peterson) void peterson(uint32_t role, uint32_t mutant, uint32_t seed) {
  uint32_t generation = 0, random = seed * 2654435761u + role + 1;
  for (;;) {
    if (role == 0) go_on.word = !__atomic_load_n(&stop.word, __ATOMIC_SEQ_CST);
    meet(2, &generation);
    if (!go_on.word) return;
    batch(role, mutant, &random);
    meet(2, &generation);
    if (role == 0) batches.word = batches.word + 1;
  }
}
