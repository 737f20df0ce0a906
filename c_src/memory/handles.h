/* Handles instead of pointers: u32 = generation:16 | slot:16, never 0. A handle of something gone, or a made-up one, finds nothing;
 * a slot whose generation would wrap is retired, so that no handle ever comes to mean another object. Thread-safe. */
#ifndef FL_MEMORY_HANDLES_H
#define FL_MEMORY_HANDLES_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t fl_handle;

/* A handle for object (not NULL; borrowed). 0: all slots are taken or there is no memory. */
fl_handle fl_memory_handle_create(void *object);
/* The object, or NULL for a stale or forged handle. */
void *fl_memory_handle_find(fl_handle handle);
/* Ends the handle and returns its object, or NULL if it was none. Of two threads that try, one gets the object. */
void *fl_memory_handle_destroy(fl_handle handle);
/* How many handles live. */
uint32_t fl_memory_handle_count(void);
/* The live handle after `after` in slot order (0: the first); 0 at the end. */
fl_handle fl_memory_handle_next(fl_handle after);
void fl_memory_handle_start(void);

#endif
