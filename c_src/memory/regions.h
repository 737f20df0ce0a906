/* Regions: memory that something outside writes into (a file being read, a camera) and that modules reach by a handle. Every access
 * names an offset and a length and is checked in 64 bits, so that nothing beyond the region can be reached through it. A handle is
 * generation:16 | slot:16, never 0, as in handles.h but in a table of its own: no frame's handle is ever taken for a region's.
 * Thread-safe. */
#ifndef FL_MEMORY_REGIONS_H
#define FL_MEMORY_REGIONS_H

#include "base/status.h"
#include "memory/handles.h"

#include <stdbool.h>
#include <stdint.h>

#define FL_REGIONS_MAX 1024u /* at a time */

typedef struct fl_region {
  uint8_t *data;
  uint64_t bytes;
} fl_region;

/* A region of so many bytes, zeroed. alignment: as fl_memory_alloc_aligned. Owner: the handle. Errors: FL_OUT_OF_MEMORY: no memory, or
 * FL_REGIONS_MAX regions live. */
fl_status fl_memory_region_create(uint64_t bytes, uint32_t alignment, fl_handle *out);
/* Errors: FL_STALE_HANDLE. Whoever still writes to it writes to free memory. */
fl_status fl_memory_region_destroy(fl_handle region);
/* Where and how long it is. False: a stale or forged handle. */
bool fl_memory_region_find(fl_handle region, fl_region *out);
/* The address of [offset, offset + length) of the region. NULL: stale, or not all of it lies inside. length may be 0. */
uint8_t *fl_memory_region_at(fl_handle region, uint64_t offset, uint64_t length);
/* Forgets all: once, at the start. */
void fl_memory_region_start(void);

#endif
