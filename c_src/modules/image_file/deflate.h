/* DEFLATE in zlib's wrapping (RFC 1950, 1951), as it streams: bytes go in piece by piece, what they become is added to an output.
 * stb_image_write's own writes past its buffer when memory is full, and keeps to the fixed code, which makes photos a third larger. */
#ifndef FL_MODULES_DEFLATE_H
#define FL_MODULES_DEFLATE_H

#include "image_memory.h"

typedef struct fl_deflate fl_deflate;

/* Begins a stream. NULL: no memory. Owner: the caller, until fl_deflate_end(). */
fl_deflate *fl_deflate_begin(fl_image_output *out);
/* Up to 4 GiB in all. Whether the output has failed is looked at in the end. */
void fl_deflate_put(fl_deflate *stream, const uint8_t *bytes, size_t count);
/* Writes what is left and the checksum, and frees the stream. */
void fl_deflate_end(fl_deflate *stream);

#endif
