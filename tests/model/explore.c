/* Depth-first search over the states of a real program. A state is all its static memory, the used part of each thread's stack, the
 * thread-local variables and the machine: it can be saved, restored and hashed, so nothing is run again from the start, a state that
 * two schedules reach is explored once (identified by 128 bits of hash), and loops end. No partial-order reduction: every
 * interleaving of the scheduling points is followed. In the end every state must have a way to a proper end: a deadlock, a thread
 * asleep for ever and a livelock all show as a state that has none. */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern char __data_start, _end;

#define ARENA_BYTES (6ull << 30) /* address space; what is used of it is committed */
#define TABLE_BITS 23

typedef struct frame {
  uint64_t snapshot; /* place in the arena */
  uint32_t state, kind, number, variant; /* the next event to try */
} frame;

typedef struct key {
  uint64_t low, high;
  uint32_t state;
} key;

typedef struct edge {
  uint32_t from, to;
} edge;

typedef struct explorer {
  exploration result;
  uint8_t *arena;
  uint64_t arena_used;
  frame *frames;
  uint64_t depth;
  key *table;
  edge *edges;
  uint8_t *is_end; /* by state */
  uint64_t limit;
  char text[400];
} explorer;

static void *reserve(uint64_t bytes) {
  void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) abort();
  return room;
}

/* ---- the state, piece by piece ---- */

typedef struct piece {
  uint8_t *at;
  size_t bytes;
} piece;

static piece stack_piece(int number) {
  uint8_t *top = fl_machine_stack_top(number), *from = fl_machine.threads[number].stack_pointer;
  if (fl_machine.threads[number].life == ENDED) from = top;
  return (piece){from, (size_t)(top - from)};
}

static uint64_t save(explorer *x) {
  uint64_t at = x->arena_used;
  uint8_t *to = x->arena + at;
  size_t bytes = (size_t)(&_end - &__data_start);
  memcpy(to, &__data_start, bytes), to += bytes;
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    piece p = stack_piece(n);
    memcpy(to, p.at, p.bytes), to += p.bytes;
  }
  uint8_t *cells = fl_clocks_state(&bytes);
  memcpy(to, &bytes, sizeof bytes), memcpy(to + sizeof bytes, cells, bytes);
  x->arena_used = (uint64_t)(to + sizeof bytes + bytes - x->arena);
  return at;
}

static void restore(const explorer *x, uint64_t at) {
  const uint8_t *from = x->arena + at;
  size_t bytes = (size_t)(&_end - &__data_start), saved;
  memcpy(&__data_start, from, bytes), from += bytes;
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    piece p = stack_piece(n); /* its size is part of the machine, which is back already */
    memcpy(p.at, from, p.bytes), from += p.bytes;
  }
  memcpy(&saved, from, sizeof saved);
  uint8_t *cells = fl_clocks_state(&bytes);
  memcpy(cells, from + sizeof saved, saved);
  memset(cells + saved, 0, bytes - saved); /* cells that came later */
}

static void mix(uint64_t *low, uint64_t *high, uint64_t word) {
  unsigned __int128 product = (unsigned __int128)(*low ^ word) * 0x9E3779B97F4A7C15ull;
  *low = (uint64_t)product ^ (uint64_t)(product >> 64) ^ *high;
  product = (unsigned __int128)(*high + word) * 0xD1342543DE82EF95ull;
  *high = (uint64_t)product + (uint64_t)(product >> 64);
}

static void mix_bytes(uint64_t *low, uint64_t *high, const uint8_t *at, size_t bytes) {
  uint64_t word;
  for (size_t i = 0; i + 8 <= bytes; i += 8) {
    memcpy(&word, at + i, 8);
    if (word) mix(low, high, word ^ i * 0x9E3779B97F4A7C15ull); /* zeros count by leaving their place out */
  }
  word = 0;
  memcpy(&word, at + (bytes & ~(size_t)7), bytes & 7);
  mix(low, high, word ^ bytes << 48);
}

static key hash_state(void) {
  key k = {.low = 0x243F6A8885A308D3ull, .high = 0x13198A2E03707344ull};
  size_t bytes;
  mix_bytes(&k.low, &k.high, (uint8_t *)&__data_start, (size_t)(&_end - &__data_start));
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    piece p = stack_piece(n);
    mix_bytes(&k.low, &k.high, p.at, p.bytes);
  }
  uint8_t *cells = fl_clocks_state(&bytes);
  while (bytes > 0 && cells[bytes - 1] == 0) bytes--; /* cells not touched on this way */
  bytes = (bytes + 7) & ~(size_t)7;
  mix_bytes(&k.low, &k.high, cells, bytes);
  return k;
}

/* Its number; fresh: it was not there. */
static uint32_t number_of_state(explorer *x, key k, bool *fresh) {
  uint64_t mask = (1ull << TABLE_BITS) - 1, at = k.low & mask;
  while (x->table[at].state && (x->table[at].low != k.low || x->table[at].high != k.high)) at = (at + 1) & mask;
  *fresh = x->table[at].state == 0;
  if (*fresh) {
    k.state = (uint32_t)++x->result.states;
    x->table[at] = k;
  }
  return x->table[at].state;
}

/* ---- the search ---- */

static bool all_ended(void) {
  for (int n = 0; n < FL_MODEL_THREADS; n++) {
    const thread *t = &fl_machine.threads[n];
    if (t->life == READY || t->buffer_count > 0) return false;
    if (t->life == ASLEEP && !fl_machine_model->may_stay) return false;
  }
  return true;
}

/* A state where nothing can happen any more is found at once, with its schedule. */
static bool is_stuck(void) {
  for (event_kind kind = 0; kind < EVENT_KINDS; kind++)
    for (int n = 0; n < FL_MODEL_THREADS; n++)
      if (kind != EVENT_DIE && fl_machine_variants(kind, n) > 0) return false;
  return !all_ended();
}

/* Moves on to the next event that is possible in the state that is restored; false: there is none. */
static bool find_event(frame *f) {
  for (; f->kind < EVENT_KINDS; f->kind++, f->number = 0)
    for (; f->number < FL_MODEL_THREADS; f->number++, f->variant = 0)
      if (f->variant < fl_machine_variants((event_kind)f->kind, (int)f->number)) return true;
  return false;
}

/* Is it within the bound? Leaving a thread that could go on is a preemption. */
static bool may_switch(const frame *f) {
  int bound = fl_machine_model->preemptions, last = fl_machine.last;
  if (bound == 0 || f->kind != EVENT_STEP) return true;
  bool preempts = last >= 0 && last != (int)f->number && fl_machine_variants(EVENT_STEP, last) > 0;
  if (preempts && fl_machine.preempted >= bound) return false;
  fl_machine.preempted += preempts;
  fl_machine.last = (int)f->number;
  return true;
}

static void push(explorer *x, uint32_t state) {
  x->frames[x->depth++] = (frame){.snapshot = save(x), .state = state};
  if (x->depth > x->result.deepest) x->result.deepest = x->depth;
  if (all_ended()) x->is_end[state] = 1, fl_machine_finish();
}

static void print_schedule(explorer *x) {
  for (uint64_t d = 0; d < x->depth; d++) {
    const frame *f = &x->frames[d];
    char line[160];
    restore(x, f->snapshot);
    fl_machine_describe(line, sizeof line, (event_kind)f->kind, (int)f->number);
    printf("#   %4llu  %s%s\n", (unsigned long long)d, line, d + 1 == x->depth ? "   ← then" : "");
  }
}

static bool has_failed(explorer *x) {
  const verdict *v = fl_machine_verdict();
  if (v->failed) x->result.failure = v->text;
  else if (is_stuck()) x->result.failure = "nobody can go on: a deadlock or a lost wake-up";
  if (x->result.failure) x->result.schedules++;
  return x->result.failure;
}

static void search(explorer *x, bool print) {
  bool fresh;
  push(x, number_of_state(x, hash_state(), &fresh));
  while (x->depth > 0) {
    frame *f = &x->frames[x->depth - 1];
    restore(x, f->snapshot);
    if (!find_event(f)) {
      x->arena_used = f->snapshot;
      x->depth--;
      continue;
    }
    if (may_switch(f)) {
      fl_machine_happen((event_kind)f->kind, (int)f->number, f->variant);
      uint32_t state = number_of_state(x, hash_state(), &fresh);
      x->edges[x->result.steps++] = (edge){f->state, state};
      if (fresh && !fl_machine_verdict()->failed) push(x, state);
      if (!fresh || x->is_end[state]) x->result.schedules++;
      if (has_failed(x)) {
        if (print) print_schedule(x);
        return;
      }
    }
    f->variant++;
    if (x->result.states >= x->limit || x->arena_used > ARENA_BYTES - (1 << 20)) return;
  }
  x->result.exhausted = true;
}

/* ---- has every state a way to an end? ---- */

static void look_for_dead_ends(explorer *x) {
  uint64_t known = 0;
  for (uint32_t s = 1; s <= x->result.states; s++) known += x->is_end[s];
  for (uint64_t before = 0; known != before;) { /* edges were found depth first: backwards, few rounds suffice */
    before = known;
    for (uint64_t e = x->result.steps; e-- > 0;) {
      edge *way = &x->edges[e];
      if (x->is_end[way->to] && !x->is_end[way->from]) x->is_end[way->from] = 1, known++;
    }
  }
  if (known == x->result.states) return;
  snprintf(x->text, sizeof x->text, "%llu of %llu states have no way to an end: a deadlock, a lost wake-up or a livelock",
           (unsigned long long)(x->result.states - known), (unsigned long long)x->result.states);
  x->result.failure = x->text;
}

exploration fl_explore(const fl_model *model, uint64_t states_max, bool print) {
  explorer *x = reserve(sizeof *x);
  uint64_t states = 1ull << TABLE_BITS;
  x->limit = states_max < states / 2 ? states_max : states / 2;
  x->arena = reserve(ARENA_BYTES);
  x->frames = reserve((x->limit + 2) * sizeof(frame));
  x->table = reserve(states * sizeof(key));
  x->edges = reserve(x->limit * 64 * sizeof(edge));
  x->is_end = reserve(x->limit + 2);
  fl_machine_start(model);
  fl_clocks_normalize();
  search(x, print);
  if (!x->result.failure && x->result.exhausted && model->preemptions == 0) look_for_dead_ends(x);
  return x->result;
}
