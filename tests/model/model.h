/* What a model is: threads that call the real C, and what must hold. The sources under test are compiled unchanged but for scaled
 * constants (scale.js), with the compiler's -fsanitize=thread instrumentation; its callbacks are ours (machine.c), and each atomic
 * access, sleep and wake is a scheduling point. Plain accesses are none: they are checked for races instead (clocks.c), and without a
 * race no schedule inside them can show. */
#ifndef FL_TESTS_MODEL_H
#define FL_TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define FL_MODEL_THREADS 4

typedef struct fl_model {
  const char *name;
  int threads;
  void (*setup)(void);         /* one thread, before the others begin: not explored */
  void (*thread)(int number);  /* each thread's life: 0 … threads - 1 */
  void (*finish)(void);        /* after the last one: not explored; may be NULL */
  void (*after_death)(int number); /* what is left to a thread that trapped; NULL: it vanishes */
  uint32_t killable;  /* bit n: thread n may die at any scheduling point */
  int deaths;         /* how many of them in one schedule */
  bool timeouts;      /* a sleep may end by its timeout. Else it never does: a lost wake-up is a thread asleep for ever */
  bool spurious;      /* a sleep may end for no reason */
  bool store_buffers; /* stores that are not seq_cst become visible later, as on x86: total store order */
  bool may_stay;      /* a thread may be asleep at the end: a pool's worker */
  int preemptions;    /* bound on switches away from a thread that could go on; 0: none, all schedules */
} fl_model;

#define MODEL_CHECK(condition) ((condition) ? (void)0 : fl_model_fail(#condition))
void fl_model_fail(const char *what) __attribute__((noreturn));
/* Any number below count, each in a schedule of its own. */
uint32_t fl_model_choose(uint32_t count);
/* Is that thread gone by a death? Whoever is told so sees all that it did. */
bool fl_model_is_gone(int number);
/* Has it come to the end of its life, by death or not? */
bool fl_model_has_ended(int number);
int fl_model_self(void);

#endif
