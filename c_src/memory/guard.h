/* What debugging finds: writes past the ends of blocks and stacks, into freed memory, through null pointers; a heap that is not sound.
 * A finding waits here until somebody takes it; what was overwritten is painted anew, so that each is told once. Thread-safe. */
#ifndef FL_MEMORY_GUARD_H
#define FL_MEMORY_GUARD_H

#include "memory/allocator.h"

typedef enum fl_fault {
  FL_FAULT_NULL,    /* the first bytes of memory, which nothing lives in, are not zero */
  FL_FAULT_STACK,   /* the red zone below a thread's stack: it was too small for what ran on it */
  FL_FAULT_BEFORE,  /* the red zone before a block's bytes */
  FL_FAULT_BEHIND,  /* the red zone behind them */
  FL_FAULT_FREED,   /* memory that belongs to nobody */
  FL_FAULT_HEADER,  /* a block's header contradicts itself or its neighbours: blocks behind it are not looked at */
  FL_FAULT_LIST,    /* a list of free blocks lacks one, or holds what does not belong there */
  FL_FAULT_FIGURES, /* the figures are not those of the blocks */
} fl_fault;

typedef struct fl_finding {
  fl_fault fault;
  uint32_t whose;    /* fl_memory_kind of the block, or the lane of the stack */
  uint32_t value;    /* the byte that was found */
  uintptr_t address; /* the first byte that is wrong */
  uintptr_t block;   /* where the block's bytes, or the stack's zone, begin; 0: none */
  uint64_t bytes;    /* of the block */
} fl_finding;

#define FL_FINDINGS_MAX 16u /* more than so many at a time are counted only */
#define FL_STACKS_MAX 129u  /* as many as there are lanes */
#define FL_STACK_ZONE 256u  /* bytes below a stack that stay as they were painted */

enum fl_check_depth {
  FL_CHECK_ZONES = 1, /* null guard, stacks, and in debug every live block's red zones: what is done at each job's end */
  FL_CHECK_FREED = 2, /* in debug: all free memory, byte by byte */
  FL_CHECK_HEAP = 4,  /* the heap's invariants: blocks without gaps, every free one in its list, exact figures */
};
/* Walks what depth says. Returns how many findings wait, earlier ones among them. Time: one step per block, FREED: per byte. */
uint32_t fl_memory_check(uint32_t depth);
/* The oldest finding that waits. False: none. */
bool fl_memory_take_finding(fl_finding *out);

/* Paints FL_STACK_ZONE bytes below a stack, which its owner leaves free, and watches them from then on; NULL: no longer. */
void fl_memory_guard_stack(uint32_t lane, uint8_t *zone);

/* For the allocator: forgets all. For its files: adds a finding. The heap's lock is held, or there is one thread. */
void fl_guard_start(void);
void fl_guard_tell(fl_finding finding);

#endif
