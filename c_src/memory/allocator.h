/* The allocator over linear memory. Thread-safe; 64-byte aligned; bounded time: two-level segregated fit,
 * M. Masmano et al., «TLSF: a new dynamic memory allocator for real-time systems», ECRTS 2004.
 * Grows the memory when nothing fits, merges what is freed with its free neighbours, and counts exactly. */
#ifndef FL_MEMORY_ALLOCATOR_H
#define FL_MEMORY_ALLOCATOR_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_MEMORY_ALIGNMENT 64u
#define FL_MEMORY_ALIGNMENT_MAX 65536u

/* Whose block it is: for the map of memory, and for nothing else. */
typedef enum fl_memory_kind {
  FL_MEMORY_FREE,
  FL_MEMORY_FRAME,
  FL_MEMORY_STACK,   /* a worker's stack and thread-local data */
  FL_MEMORY_PLAN,    /* graphs, tables, scratch of the jobs in flight */
  FL_MEMORY_MODULE,  /* a side module's data */
  FL_MEMORY_USER,
  FL_MEMORY_TABLE,   /* the core's own bookkeeping */
  FL_MEMORY_FOREIGN, /* pages that somebody else added to the memory */
  FL_MEMORY_REGION,  /* what memory/regions.h has handed out */
  FL_MEMORY_KINDS,
} fl_memory_kind;

typedef struct fl_memory_stats {
  uint64_t live;      /* bytes asked for and not freed */
  uint64_t peak;      /* the most that live has been */
  uint64_t used;      /* live, with headers and rounding */
  uint64_t committed; /* bytes of the heap: used or free */
  uint32_t blocks;    /* live blocks */
} fl_memory_stats;

/* How much is watched. */
enum fl_memory_debug {
  FL_DEBUG_OFF,   /* nothing: no cost */
  FL_DEBUG_ZONES, /* red zones around blocks, checked when freed and at each job's end; freed memory is filled, checked when used again */
  FL_DEBUG_FREED, /* besides, all free memory is looked at at each job's end */
};

/* Takes the heap from the first free byte to the end of memory. Once, before anything else, on one thread. */
void fl_memory_start(uint32_t debug);

/* bytes ≥ 1 at a multiple of FL_MEMORY_ALIGNMENT; not zeroed. NULL: memory is at its maximum, nothing has changed. */
void *fl_memory_alloc(uint64_t bytes, fl_memory_kind kind);
/* Likewise at a multiple of alignment, a power of two up to FL_MEMORY_ALIGNMENT_MAX. */
void *fl_memory_alloc_aligned(uint64_t bytes, uint32_t alignment, fl_memory_kind kind);
/* Gives a block back; NULL is fine. Errors: FL_STALE_HANDLE when it is not a live block (a second free, a foreign address): nothing
 * has changed then, and fl_memory_blame() says more. */
fl_status fl_memory_free(void *bytes);
/* Grows the memory by at least so many bytes, in whole pages; blocks are made of them from now on. False: nothing has changed. */
bool fl_memory_grow(uint64_t bytes);

void fl_memory_read_stats(fl_memory_stats *out);

/* Walks the heap in order of addresses: the first block that begins behind `after` (0: the first of all). False at the end. */
typedef struct fl_memory_block {
  uintptr_t start, end; /* with its header */
  fl_memory_kind kind;
  uint64_t bytes; /* asked for */
} fl_memory_block;
bool fl_memory_next_block(uintptr_t after, fl_memory_block *out);

#endif
