/* Who has seen what: vector clocks as in Flanagan & Freund, «FastTrack: Efficient and Precise Dynamic Race Detection», PLDI 2009, with
 * C11's orders. A plain access that is not ordered after every conflicting one is a race, in whatever schedule it shows.
 * After every step the clocks are renumbered so that only their order remains: two states that differ in the past alone are one. */
#include "machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define CELLS 4096u
#define T FL_MODEL_THREADS

/* Four bytes of static data. Clock 0: never. */
typedef struct cell {
  uint16_t writer, written; /* the last plain write */
  clocks read, atomic;      /* the last plain read, the last atomic access of each thread */
  clocks release;           /* what an acquire of this word sees */
} cell;

extern char __data_start, _end;

static cell *cells;
static uint16_t *cell_of; /* by place in the static data: number + 1 */
static uint32_t *cell_count;

void fl_clocks_start(void) {
  size_t words = (size_t)(&_end - &__data_start) / 4 + 1, bytes = CELLS * sizeof(cell);
  uint8_t *room = mmap(NULL, bytes + 64 + words * sizeof *cell_of, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  cells = (cell *)room, cell_count = (uint32_t *)(room + bytes), cell_of = (uint16_t *)(room + bytes + 64);
}

uint8_t *fl_clocks_state(size_t *bytes) {
  *bytes = *cell_count * sizeof(cell);
  return (uint8_t *)cells;
}

static cell *find(uintptr_t address) {
  uintptr_t at = address - (uintptr_t)&__data_start;
  if (address < (uintptr_t)&__data_start || address >= (uintptr_t)&_end) return NULL;
  if (cell_of[at / 4] == 0) {
    if (*cell_count == CELLS) fl_model_fail("the model touches more memory than clocks.c has cells for");
    cell_of[at / 4] = (uint16_t)++*cell_count;
  }
  return &cells[cell_of[at / 4] - 1];
}

static void race(const char *what, uintptr_t address, int other) {
  char text[160];
  snprintf(text, sizeof text, "race: thread %d's %s at static data +%#lx and thread %d's", fl_machine_running, what,
           (unsigned long)(address - (uintptr_t)&__data_start), other);
  fl_model_fail(text);
}

static void join(clocks into, const clocks from) {
  for (int n = 0; n < T; n++)
    if (from[n] > into[n]) into[n] = from[n];
}

static void check_against(const thread *me, const clocks past, const char *what, uintptr_t address) {
  for (int n = 0; n < T; n++)
    if (past[n] > me->seen[n]) race(what, address, n);
}

static void check_last_write(const thread *me, const cell *c, const char *what, uintptr_t address) {
  if (c->written > me->seen[c->writer]) race(what, address, c->writer);
}

void fl_clocks_plain(uintptr_t address, uint32_t size, bool write) {
  if (fl_machine_running < 0 || fl_machine_on_a_stack(address)) return;
  thread *me = &fl_machine.threads[fl_machine_running];
  for (uintptr_t at = address & ~3ull; at < address + size; at += 4) {
    cell *c = find(at);
    if (!c) return;
    check_last_write(me, c, write ? "write" : "read", at);
    uint16_t now = me->seen[fl_machine_running];
    if (write) {
      check_against(me, c->read, "write", at);
      check_against(me, c->atomic, "write", at);
      c->writer = (uint16_t)fl_machine_running, c->written = now;
      memset(c->read, 0, sizeof c->read); /* all of them came before */
    } else {
      c->read[fl_machine_running] = now;
    }
  }
}

void fl_clocks_atomic(thread *me, op_kind op, order order, uintptr_t address, bool wrote) {
  cell *c = find(address);
  if (!c) return;
  int number = (int)(me - fl_machine.threads), running = fl_machine_running;
  fl_machine_running = number; /* a race is this thread's */
  check_last_write(me, c, "atomic access", address);
  fl_machine_running = running;
  c->atomic[number] = me->seen[number];
  if (op != OP_STORE) { /* reads */
    bool acquires = order == CONSUME || order == ACQUIRE || order >= ACQ_REL;
    join(acquires ? me->seen : me->acquired, c->release);
  }
  if (!wrote) return;
  const uint16_t *published = order >= RELEASE ? me->seen : me->released;
  if (op == OP_STORE) memcpy(c->release, published, sizeof c->release);
  else join(c->release, published); /* a read-modify-write goes on with the release sequence */
  if (order >= RELEASE) me->seen[number]++;
}

void fl_clocks_publish(const buffered *store) {
  cell *c = find(store->address);
  if (c) memcpy(c->release, store->seen, sizeof c->release);
}

void fl_clocks_fence(thread *me, order order) {
  int number = (int)(me - fl_machine.threads);
  if (order == ACQUIRE || order >= ACQ_REL) join(me->seen, me->acquired);
  if (order < RELEASE) return;
  memcpy(me->released, me->seen, sizeof me->released);
  me->seen[number]++;
}

void fl_clocks_join(thread *me, const thread *other) { join(me->seen, other->seen); }

/* ---- renumbering ---- */

static void renumber(uint16_t *clock, const uint16_t *rank) { *clock = rank[*clock]; }

void fl_clocks_normalize(void) {
  uint32_t count = *cell_count;
  for (int n = 0; n < T; n++) {
    enum { CLOCKS = 8192 };
    uint16_t rank[CLOCKS];
    thread *own = &fl_machine.threads[n];
    uint32_t highest = own->seen[n];
    if (highest >= CLOCKS) fl_model_fail("a step of this model is too long for clocks.c");
    memset(rank, 0, (highest + 1) * sizeof *rank);
    for (uint32_t i = 0; i < count; i++) {
      const cell *c = &cells[i];
      if (c->writer == n) rank[c->written] = 1;
      rank[c->read[n]] = 1, rank[c->atomic[n]] = 1;
    }
    rank[0] = 0;
    for (uint32_t i = 1; i <= highest; i++) rank[i] = (uint16_t)(rank[i] + rank[i - 1]);
    for (uint32_t i = 0; i < count; i++) {
      cell *c = &cells[i];
      if (c->writer == n) renumber(&c->written, rank);
      renumber(&c->read[n], rank), renumber(&c->atomic[n], rank), renumber(&c->release[n], rank);
    }
    for (int t = 0; t < T; t++) {
      thread *other = &fl_machine.threads[t];
      renumber(&other->acquired[n], rank), renumber(&other->released[n], rank);
      for (uint32_t b = 0; b < other->buffer_count; b++) renumber(&other->buffer[b].seen[n], rank);
      if (t != n) renumber(&other->seen[n], rank);
    }
    own->seen[n] = (uint16_t)(rank[highest] + 1);
  }
}
