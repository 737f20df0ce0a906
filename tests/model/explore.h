/* Goes through all schedules of a model. */
#ifndef FL_TESTS_MODEL_EXPLORE_H
#define FL_TESTS_MODEL_EXPLORE_H

#include "machine.h"

typedef struct exploration {
  uint64_t states, steps, schedules; /* a schedule: from the start to an end, or to a state that was seen before */
  uint64_t deepest;                  /* steps of the longest one */
  bool exhausted;                    /* all of it was seen; else the limit came first */
  const char *failure;               /* NULL: none */
} exploration;

/* Ends at the first failure, and prints the schedule that leads there if told to. */
exploration fl_explore(const fl_model *model, uint64_t states_max, bool print_schedule);

#endif
