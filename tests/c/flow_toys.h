/* Stages and lines for the tests of flow/: small stages that each do one thing, threads for the seats, a list of what came out. */
#ifndef FL_TESTS_FLOW_TOYS_H
#define FL_TESTS_FLOW_TOYS_H

#include "api_calls.h"
#include "flow/line.h"
#include "memory/regions.h"
#include "sync_threads.h"

enum { TOY_COUNT, TOY_SIDE, TOY_PARAMS }; /* parameters of toy_count */

/* A source of `count` gray frames of side × side, number n all n modulo 251. */
extern const fl_stage_type toy_count;
/* A source of `count` buffers of so many bytes; number n holds n. */
extern const fl_stage_type toy_packets;
extern const fl_stage_type toy_pass, toy_thin /* leaves out 2, 5, 8 … */, toy_skip /* skips 1, 5, 9 … */, toy_twice /* the negative first */;
/* Swallows all; at the end emits one packet with how many there were. */
extern const fl_stage_type toy_tally;
/* Fails at item 5, with a reason; or its thread ends there without a word. */
extern const fl_stage_type toy_fail, toy_vanish;

typedef struct toy_line {
  fl_line *line;
  crew threads;
  fl_value params[TOY_PARAMS];
} toy_line;

/* What has come out: number · 1000 + the first byte, 999 for what was skipped. */
typedef struct toy_output {
  uint32_t values[4096];
  uint32_t count;
  int32_t end; /* FL_LINE_ENDED or FL_ABORTED */
} toy_output;

/* Forgets all, and makes what is kept for good: bytes live after that. */
void toy_start(void);
extern uint64_t toy_warm;

void toy_open(toy_line *t, bool alone, uint32_t count, uint32_t side);
/* parallel: of all but the first */
void toy_add(toy_line *t, const fl_stage_type *type, uint32_t parallel, uint32_t frames);
void toy_begin(toy_line *t);
/* Takes what comes until the end, at most `most` items; steps the line where it is alone. */
void toy_drain(toy_line *t, toy_output *out, uint32_t most);
/* Waits for the threads, telling them to end if `abort` says so. */
void toy_join(toy_line *t, bool abort);
void toy_close(toy_line *t);
/* All of that. */
void toy_run(bool alone, uint32_t count, const fl_stage_type *const *types, uint32_t type_count, uint32_t parallel, uint32_t frames, toy_output *out);

#endif
