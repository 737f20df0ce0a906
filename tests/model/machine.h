/* The machine that models run on: threads as coroutines, their pending access, store buffers, sleepers. All of it, with every
 * static variable of the program, is the state that explore.c saves, restores and hashes; so nothing here may remember the past. */
#ifndef FL_TESTS_MODEL_MACHINE_H
#define FL_TESTS_MODEL_MACHINE_H

#include "model.h"

#include <stddef.h>

typedef enum op_kind { OP_START, OP_LOAD, OP_STORE, OP_ADD, OP_SUB, OP_AND, OP_OR, OP_XOR, OP_EXCHANGE, OP_SWAP_IF, OP_FENCE,
                       OP_SLEEP, OP_WAKE, OP_CHOOSE, OP_GONE, OP_OVER } op_kind;
typedef enum order { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST } order;
typedef enum life { READY, ASLEEP, ENDED } life;
/* What may happen next in a state: one of these to one thread, in so many variants. */
typedef enum event_kind { EVENT_STEP, EVENT_FLUSH, EVENT_DIE, EVENT_TIMEOUT, EVENT_SPURIOUS, EVENT_KINDS } event_kind;

typedef uint16_t clocks[FL_MODEL_THREADS];

typedef struct buffered {
  uintptr_t address;
  uint64_t value;
  uint32_t size;
  bool release;
  clocks seen;
} buffered;

#define BUFFER 8
#define TLS_BYTES 128

typedef struct thread {
  void *stack_pointer;
  life life;
  bool dead, late; /* late: one of its sleeps has timed out */
  bool sleep_ends; /* that one may */
  op_kind op;
  order order;
  uint32_t size;
  uintptr_t address;
  uint64_t a, b, result;
  uintptr_t asleep_on;
  clocks seen, acquired; /* acquired: by relaxed loads, for an acquire fence to come */
  clocks released;       /* at the last release fence */
  uint32_t buffer_count;
  buffered buffer[BUFFER];
  uint8_t tls[TLS_BYTES];
} thread;

typedef struct machine {
  thread threads[FL_MODEL_THREADS];
  int last, preempted, deaths;
} machine;

extern machine fl_machine;
extern const fl_model *fl_machine_model;
extern int fl_machine_running; /* the thread whose instructions run; -1: setup, finish */

/* How the last step ended, outside the state. */
typedef struct verdict {
  bool failed;
  char text[200];
} verdict;
verdict *fl_machine_verdict(void);

void fl_machine_start(const fl_model *model);
uint8_t *fl_machine_stack_top(int number);
bool fl_machine_on_a_stack(uintptr_t address);
/* How many variants of that event are possible now; 0: it is not. */
uint32_t fl_machine_variants(event_kind kind, int number);
/* Lets it happen, up to the thread's next scheduling point. */
void fl_machine_happen(event_kind kind, int number, uint32_t variant);
/* The model's own last checks. */
void fl_machine_finish(void);
void fl_machine_describe(char *text, size_t size, event_kind kind, int number);

/* What the callbacks of the compiler and the model's own prim_*.c call. */
uint64_t fl_machine_access(op_kind op, uintptr_t address, uint32_t size, uint64_t a, uint64_t b, order order);
void fl_machine_fence(order order);
void fl_machine_sleep(uintptr_t address, uint32_t value, bool may_time_out);
bool fl_machine_is_late(void);
void fl_machine_wake(uintptr_t address, uint32_t count);

/* clocks.c */
void fl_clocks_start(void);
/* The part of the state that they keep: so many bytes so far; fresh ones are zero. */
uint8_t *fl_clocks_state(size_t *bytes);
void fl_clocks_plain(uintptr_t address, uint32_t size, bool write);
void fl_clocks_atomic(thread *me, op_kind op, order order, uintptr_t address, bool wrote);
void fl_clocks_publish(const buffered *store);
void fl_clocks_fence(thread *me, order order);
void fl_clocks_join(thread *me, const thread *other);
void fl_clocks_normalize(void);

#endif
