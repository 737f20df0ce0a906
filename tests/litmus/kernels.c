/* Litmus kernels: what a few threads do to two words, many times over, and how often each outcome was seen. Each thread runs the same
 * loop over an array of cells; a cell's words lie on cache lines of their own. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE 64
#define CELLS 512u
#define ROLES 4
#define SPINS 4000
#define NAP_NS 50000ll
#define STUCK 2000000 /* turns of a spin after which a lock counts as not working */

typedef struct line {
  _Alignas(LINE) volatile uint32_t word;
  volatile uint32_t second;
} line;

typedef struct cell {
  line x, y, arrived, read[ROLES];
} cell;

static cell cells[CELLS];
static struct {
  line arrived, generation, go_on;
  line stop;  /* set from outside */
  line flag[2], turn, counter, stuck, waited[2];
  uint32_t iterations;
  uint32_t outcomes[16]; /* by the bits that were read */
} shared;
static _Alignas(16) uint8_t stacks[ROLES][16384];

enum { SB, MP, LB, CORR, IRIW, PETERSON };

#define EXPORT(name) __attribute__((export_name(#name)))

EXPORT(stack_top) uintptr_t stack_top(uint32_t role) { return (uintptr_t)stacks[role + 1]; }
EXPORT(stop_word) uintptr_t stop_word(void) { return (uintptr_t)&shared.stop.word; }
EXPORT(iterations) uint32_t iterations(void) { return shared.iterations; }
EXPORT(outcome) uint32_t outcome(uint32_t bits) { return shared.outcomes[bits]; }
EXPORT(lost) uint32_t lost(void) { return 2 * shared.iterations - shared.counter.word; }
EXPORT(stuck) uint32_t stuck(void) { return shared.stuck.word; }
EXPORT(waited) uint32_t waited(void) { return shared.waited[0].word + shared.waited[1].word; }

/* volatile: the compiler leaves the access where it is and makes a plain one of it */
static uint32_t load(const volatile uint32_t *at, bool plain) { return plain ? *at : __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static void store(volatile uint32_t *at, uint32_t value, bool plain) {
  if (plain) *at = value;
  else __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}
static void nap(volatile uint32_t *at, uint32_t value) { __builtin_wasm_memory_atomic_wait32((int *)at, (int)value, NAP_NS); }

static uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
  return *state;
}
static void delay(uint32_t turns) {
  for (volatile uint32_t i = 0; i < turns; i++) {}
}

/* Spins, so that all leave at the same moment; naps when somebody is long in coming, for it may want this core. */
static void await(volatile uint32_t *word, uint32_t wanted) {
  for (uint32_t spins = 1;; spins++) {
    uint32_t seen = __atomic_load_n(word, __ATOMIC_SEQ_CST);
    if ((int32_t)(seen - wanted) >= 0) return;
    if (spins % SPINS == 0) nap(word, seen);
  }
}

static void meet(uint32_t threads, uint32_t *generation) {
  ++*generation;
  if (__atomic_add_fetch(&shared.arrived.word, 1, __ATOMIC_SEQ_CST) == *generation * threads) {
    __atomic_store_n(&shared.generation.word, *generation, __ATOMIC_SEQ_CST);
    __builtin_wasm_memory_atomic_notify((int *)&shared.generation.word, ROLES);
  } else {
    await(&shared.generation.word, *generation);
  }
}

/* One thread's part in one cell. The mutant of SB has plain accesses; the others' do in the wrong order what x86 and wasm never reorder. */
static void act(uint32_t test, uint32_t role, cell *c, bool mutant, uint32_t pause) {
  volatile uint32_t *x = &c->x.word, *y = &c->y.word;
  line *read = &c->read[role];
  switch (test) {
    case SB: /* x = 1; r = y  |  y = 1; r = x */
      store(role ? y : x, 1, mutant);
      read->word = load(role ? x : y, mutant);
      break;
    case MP: /* x = 1; y = 1  |  r = y; s = x */
      if (role == 0) {
        store(mutant ? y : x, 1, false);
        store(mutant ? x : y, 1, false);
      } else {
        read->word = load(y, false);
        read->second = load(x, false);
      }
      break;
    case LB: /* r = x; y = 1  |  r = y; x = 1 */
      if (mutant) store(role ? x : y, 1, false);
      read->word = load(role ? y : x, false);
      if (!mutant) store(role ? x : y, 1, false);
      break;
    case CORR: /* x = 1  |  r = x; s = x */
      if (role == 0) {
        store(x, 1, false);
      } else {
        uint32_t first = load(x, false), second = load(x, false);
        read->word = mutant ? second : first;
        read->second = mutant ? first : second;
      }
      break;
    default: /* IRIW: x = 1  |  y = 1  |  r = x; s = y  |  r = y; s = x */
      if (role < 2) {
        store(role ? y : x, 1, false);
      } else {
        volatile uint32_t *one = role == 2 ? x : y, *other = role == 2 ? y : x;
        uint32_t first = load(mutant ? other : one, false);
        if (pause == 1) nap(&shared.turn.word, 0);
        else delay(pause >> 4 & 31);
        uint32_t second = load(mutant ? one : other, false);
        read->word = mutant ? second : first;
        read->second = mutant ? first : second;
      }
  }
}

static uint32_t outcome_of(uint32_t test, const cell *c) {
  if (test == SB || test == LB) return c->read[0].word | c->read[1].word << 1;
  uint32_t bits = c->read[test == IRIW ? 2 : 1].word | c->read[test == IRIW ? 2 : 1].second << 1;
  return test == IRIW ? bits | c->read[3].word << 2 | c->read[3].second << 3 : bits;
}

static void tally(uint32_t test) {
  for (uint32_t i = 0; i < CELLS; i++) {
    shared.outcomes[outcome_of(test, &cells[i])]++;
    cells[i].x.word = cells[i].y.word = cells[i].arrived.word = 0;
  }
  shared.iterations += CELLS;
}

/* abreast: all meet at every cell, else only at the first of each round. */
EXPORT(run) void run(uint32_t test, uint32_t role, uint32_t threads, uint32_t mutant, uint32_t abreast, uint32_t seed) {
  uint32_t random = seed * 2654435761u + role * 97 + 1, order = seed | 1, generation = 0;
  for (;;) {
    if (role == 0) shared.go_on.word = !__atomic_load_n(&shared.stop.word, __ATOMIC_SEQ_CST);
    meet(threads, &generation);
    if (!shared.go_on.word) return;
    uint32_t step = next_random(&order) | 1, from = next_random(&order); /* the same for all */
    for (uint32_t i = 0; i < CELLS; i++) {
      cell *c = &cells[(i * step + from) % CELLS];
      uint32_t chance = next_random(&random);
      if (abreast) {
        __atomic_add_fetch(&c->arrived.word, 1, __ATOMIC_SEQ_CST);
        await(&c->arrived.word, threads);
      }
      delay(chance & 7);
      act(test, role, c, mutant, abreast && threads > 2 && (chance & 8) ? 1 : chance & ~1u);
    }
    meet(threads, &generation);
    if (role == 0) tally(test);
  }
}

/* Peterson's lock («Myths About the Mutual Exclusion Problem», 1981) around a counter that is not atomic. */
EXPORT(peterson) void peterson(uint32_t role, uint32_t mutant, uint32_t seed) {
  uint32_t generation = 0, random = seed + role + 1, other = 1 - role;
  for (;;) {
    if (role == 0) shared.go_on.word = !__atomic_load_n(&shared.stop.word, __ATOMIC_SEQ_CST);
    meet(2, &generation);
    if (!shared.go_on.word) return;
    for (uint32_t i = 0; i < CELLS * 8; i++) {
      store(&shared.flag[role].word, 1, mutant);
      store(&shared.turn.word, other, mutant);
      uint32_t spins = 0;
      while (load(&shared.flag[other].word, mutant) && load(&shared.turn.word, mutant) == other && spins < STUCK)
        if (++spins % SPINS == 0) nap(&shared.go_on.word, 1);
      if (spins == STUCK) __atomic_add_fetch(&shared.stuck.word, 1, __ATOMIC_SEQ_CST);
      shared.counter.word = shared.counter.word + 1;
      store(&shared.flag[role].word, 0, mutant);
      shared.waited[role].word += spins > 0;
      delay(next_random(&random) & 7);
    }
    meet(2, &generation);
    if (role == 0) shared.iterations += CELLS * 8;
  }
}
