/* Memory for decoding and encoding: blocks of the engine's own heap, zeroed, so that a damaged file can show nobody what was in them
 * before. One decoding or encoding at a time, on the engine's thread. */
#ifndef FL_MODULES_IMAGE_MEMORY_H
#define FL_MODULES_IMAGE_MEMORY_H

#include <framelane_module.h>

/* What went wrong since fl_image_memory_begin(). */
typedef struct fl_image_memory {
  uint8_t *pixels; /* of the frame that is being decoded into: handed out as if it were a block of the heap, to whoever asks for that size */
  uint64_t pixels_bytes, slack; /* the request is so many bytes larger: stb_image asks for more than it uses */
  uint64_t largest;  /* a larger block is refused */
  bool pixels_taken;
  bool is_full;      /* the engine's memory was */
  bool was_too_large;
} fl_image_memory;
extern fl_image_memory fl_image_heap;

void fl_image_memory_begin(uint8_t *pixels, uint64_t pixels_bytes, uint64_t slack, uint64_t largest);
/* NULL: see is_full, was_too_large. Owner: the caller, until fl_image_memory_give(). */
void *fl_image_memory_take(size_t bytes);
void *fl_image_memory_resize(void *block, size_t old_bytes, size_t bytes);
void fl_image_memory_give(void *block); /* NULL is no block */

/* ---- bytes of which it is not known how many there will be ---- */

typedef struct fl_image_output {
  uint8_t *bytes;
  size_t length, room;
  bool failed; /* there was no memory: nothing is added any more */
} fl_image_output;

void fl_image_output_add(fl_image_output *out, const void *bytes, size_t count);
static inline void fl_image_output_add_byte(fl_image_output *out, uint8_t byte) {
  if (out->length < out->room) out->bytes[out->length++] = byte;
  else fl_image_output_add(out, &byte, 1);
}

#endif
