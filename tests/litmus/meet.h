/* What the kernels share: words on lines of their own, a barrier that spins, chance. */
#ifndef FL_LITMUS_MEET_H
#define FL_LITMUS_MEET_H

#include "sync/atomic.h"

#define ROLES 4
#define SPINS 4000u /* then nap: whom we wait for may want this core */
#define NAP_NS 50000ll
#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))

typedef struct line {
  _Alignas(FL_CACHE_LINE) volatile uint32_t word;
} line;

/* Set from outside: an end to it. */
extern line stop;
/* Told by role 0, once a batch. */
extern line go_on;

/* A function of its own, with nothing to do after the wait: see wait.js for what Node 20 does to a local there. */
void nap(volatile uint32_t *at, uint32_t value);
void meet(uint32_t threads, uint32_t *generation);

/* volatile: the compiler leaves the access where it is and makes a plain one of it */
static inline uint32_t load(const volatile uint32_t *at, bool plain) { return plain ? *at : __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static inline void store(volatile uint32_t *at, uint32_t value, bool plain) {
  if (plain) *at = value;
  else __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}

static inline uint32_t next_random(uint32_t *state) {
  *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
  return *state;
}
static inline void delay(uint32_t turns) {
  for (volatile uint32_t i = 0; i < turns; i++) {}
}

#endif
