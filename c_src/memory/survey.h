/* How the heap is used. Each call walks it, a step per block, while its lock is held. */
#ifndef FL_MEMORY_SURVEY_H
#define FL_MEMORY_SURVEY_H

#include "memory/allocator.h"

#define FL_SIZE_CLASSES 27u /* class c: blocks of up to 64·2^c bytes that are too large for class c − 1 */

typedef struct fl_survey {
  uint64_t free;         /* bytes that blocks could be made of; what is free is fragmented by 1 − largest_free / free */
  uint64_t largest_free; /* bytes of the largest block that fits without growing */
  uint32_t free_blocks;
  uint32_t blocks[FL_SIZE_CLASSES]; /* live ones */
  uint64_t bytes[FL_SIZE_CLASSES];  /* that were asked for */
} fl_survey;
void fl_memory_survey(fl_survey *out);

/* The block, live or free, in which this address lies. False: it is outside the heap. out->start + FL_MEMORY_ALIGNMENT is where a
 * block's own bytes begin; a fence has none. */
bool fl_memory_find_block(uintptr_t address, fl_memory_block *out);

/* The live block whose bytes begin at this address, without a walk. False: there is none. */
bool fl_memory_describe(void *bytes, fl_memory_block *out);

/* Why an address cannot be freed. */
typedef enum fl_blame {
  FL_BLAME_OUTSIDE, /* it lies outside the heap: static data, a stack, another's pages, nothing at all */
  FL_BLAME_FREED,   /* its block was freed before; *what: that block if debug remembers it, else bytes is 0 */
  FL_BLAME_INSIDE,  /* it lies in the middle of a live block: *what */
  FL_BLAME_NOTHING, /* it lies in free memory and no block that is remembered began there */
} fl_blame;
fl_blame fl_memory_blame(const void *bytes, fl_memory_block *what);

#endif
