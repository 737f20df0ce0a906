/* RIFF: chunks of a name, a size and as many bytes, one after the other at even offsets; some, named RIFF and LIST, hold chunks. They are
 * walked as if they lay flat: a list is entered or passed over, and that it ends is not watched, as the sizes of lists are what writers
 * get wrong most (0, -1, what fitted 32 bits). So there is no depth either. */
#ifndef FL_MODULES_AVI_DEMUX_RIFF_H
#define FL_MODULES_AVI_DEMUX_RIFF_H

#include <framelane_module.h>

#include "input.h"

#define FL_RIFF_LIST FL_FOURCC('L', 'I', 'S', 'T')
#define FL_RIFF_RIFF FL_FOURCC('R', 'I', 'F', 'F')

typedef struct fl_riff_chunk {
  uint32_t id, bytes;
  uint32_t list;          /* what kind of list, 0: it is none */
  uint64_t at;            /* of the header */
  uint64_t data;          /* of its bytes; of a list: of what is in it */
  uint64_t after;         /* of what follows it, if its size is true */
} fl_riff_chunk;

static inline uint32_t fl_riff_u32(const uint8_t *bytes) { return FL_FOURCC(bytes[0], bytes[1], bytes[2], (uint32_t)bytes[3]); }

/* The header of a chunk, of which so many bytes are there. False: they are not enough. */
bool fl_riff_parse_chunk(const uint8_t *bytes, uint32_t there, uint64_t at, fl_riff_chunk *out);
/* The same, of the chunk at `at`. Returns 1, 0 where the input ends within it, or what reading gave. */
int32_t fl_riff_read_chunk(fl_demux_input *in, uint64_t at, fl_riff_chunk *out);
/* Could that be the name of a chunk? */
bool fl_riff_is_name(uint32_t id);

#endif
