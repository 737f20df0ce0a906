/* Litmus kernels: what a few threads do to two words, many times over, and how often each outcome was seen. As litmus7 does it (J. Alglave,
 * L. Maranget, S. Sarkar, P. Sewell, «Litmus: Running Tests Against Hardware», TACAS 2011): the threads run through arrays of cells in the
 * same random order and meet only every so many cells; what they read goes into arrays that are counted afterwards. */
#include "meet.h"

#define CELLS 4096u

enum { SB, MP, LB, CORR, IRIW, ANNOUNCE = 6 };

typedef struct cell {
  line x, y;
} cell;

static cell cells[CELLS];
static uint8_t reads[ROLES][CELLS]; /* two bits: what was read first, and second */
static _Alignas(FL_CACHE_LINE) uint32_t outcomes[ROLES][16]; /* by the bits that were read, counted by each role */

EXPORT(outcome) uint32_t outcome(uint32_t bits) {
  uint32_t sum = 0;
  for (uint32_t role = 0; role < ROLES; role++) sum += outcomes[role][bits];
  return sum;
}
EXPORT(iterations) uint32_t iterations(void) {
  uint32_t sum = 0;
  for (uint32_t bits = 0; bits < 16; bits++) sum += outcome(bits);
  return sum;
}

static uint32_t two(uint32_t first, uint32_t second) { return first | second << 1; }

/* x = 1; r = y | y = 1; r = x; the mutant with plain accesses */
static uint32_t buffer(uint32_t role, cell *c, bool mutant) {
  store(role ? &c->y.word : &c->x.word, 1, mutant);
  return load(role ? &c->x.word : &c->y.word, mutant);
}
/* The same as sched.c does it: a worker announces the job that it is about to look at (hazard), then looks whether it is still there;
 * who takes the job away looks then for such an announcement. One of them must see the other. */
static uint32_t announce(uint32_t role, cell *c, bool mutant) {
  fl_atomic *hazard = (fl_atomic *)&c->x.word;
  fl_atomic_pointer *job = (fl_atomic_pointer *)(void *)&c->y.word;
  if (mutant) return buffer(role, c, true);
  if (role == 0) fl_store_ordered(hazard, 1);
  else fl_store_pointer(job, c);
  return role == 0 ? fl_load_pointer(job) != NULL : fl_load_ordered(hazard);
}

/* The mutants do in the wrong order what x86 and wasm never reorder. */
static uint32_t pass(uint32_t role, cell *c, bool mutant) { /* x = 1; y = 1 | r = y; s = x */
  volatile uint32_t *x = &c->x.word, *y = &c->y.word;
  if (role == 0) {
    store(mutant ? y : x, 1, false);
    store(mutant ? x : y, 1, false);
    return 0;
  }
  uint32_t first = load(y, false);
  return two(first, load(x, false));
}
static uint32_t buffer_loads(uint32_t role, cell *c, bool mutant) { /* r = x; y = 1 | r = y; x = 1 */
  volatile uint32_t *to = role ? &c->x.word : &c->y.word, *from = role ? &c->y.word : &c->x.word;
  if (mutant) store(to, 1, false);
  uint32_t seen = load(from, false);
  if (!mutant) store(to, 1, false);
  return seen;
}
static uint32_t cohere(uint32_t role, cell *c, bool mutant) { /* x = 1 | r = x; s = x */
  if (role == 0) {
    store(&c->x.word, 1, false);
    return 0;
  }
  uint32_t first = load(&c->x.word, false), second = load(&c->x.word, false);
  return mutant ? two(second, first) : two(first, second);
}
static uint32_t read_independently(uint32_t role, cell *c, bool mutant, uint32_t pause) { /* x = 1 | y = 1 | r = x; s = y | r = y; s = x */
  volatile uint32_t *x = &c->x.word, *y = &c->y.word;
  if (role < 2) {
    store(role ? y : x, 1, false);
    return 0;
  }
  volatile uint32_t *one = (role == 2) != mutant ? x : y, *other = (role == 2) != mutant ? y : x;
  uint32_t first = load(one, false);
  if (pause == 0) nap(&go_on.word, 1);
  else delay(pause & 7);
  uint32_t second = load(other, false);
  return mutant ? two(second, first) : two(first, second);
}

static uint32_t outcome_at(uint32_t test, uint32_t i) {
  if (test == SB || test == LB || test == ANNOUNCE) return reads[0][i] | reads[1][i] << 1;
  return test == IRIW ? reads[2][i] | reads[3][i] << 2 : reads[1][i];
}
/* Each thread counts and clears a part of its own. */
static void tally(uint32_t test, uint32_t role, uint32_t threads) {
  for (uint32_t i = CELLS / threads * role; i < CELLS / threads * (role + 1); i++) {
    outcomes[role][outcome_at(test, i)]++;
    cells[i].x.word = cells[i].y.word = 0;
  }
}

/* All cells, meeting every stretch of them. A function of its own, called again and again: so the engine can optimize it. */
static __attribute__((noinline)) void batch(uint32_t test, uint32_t role, uint32_t threads, bool mutant, uint32_t stretch, uint32_t *order, uint32_t *random, uint32_t *generation) {
  uint32_t step = next_random(order) | 1, from = next_random(order); /* the same for all */
  for (uint32_t i = 0; i < CELLS; i++) {
    uint32_t at = (i * step + from) % CELLS, chance = next_random(random), read = 0;
    if (i % stretch == 0 && i > 0) meet(threads, generation);
    if (i % stretch == 0 || (chance & 0x70) == 0) delay(chance & 7);
    switch (test) {
      case SB: read = buffer(role, &cells[at], mutant); break;
      case MP: read = pass(role, &cells[at], mutant); break;
      case LB: read = buffer_loads(role, &cells[at], mutant); break;
      case CORR: read = cohere(role, &cells[at], mutant); break;
      case IRIW: read = read_independently(role, &cells[at], mutant, stretch == 1 ? chance >> 8 & 1 : 1); break;
      default: read = announce(role, &cells[at], mutant);
    }
    reads[role][at] = (uint8_t)read;
  }
}

EXPORT(run) void run(uint32_t test, uint32_t role, uint32_t threads, uint32_t mutant, uint32_t stretch, uint32_t seed) {
  uint32_t random = seed * 2654435761u + role * 97 + 1, order = seed | 1, generation = 0;
  for (;;) {
    if (role == 0) go_on.word = !__atomic_load_n(&stop.word, __ATOMIC_SEQ_CST);
    meet(threads, &generation);
    if (!go_on.word) return;
    batch(test, role, threads, mutant, stretch, &order, &random, &generation);
    meet(threads, &generation);
    tally(test, role, threads);
  }
}
