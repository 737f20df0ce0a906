/* A picture decoded into memory of exactly the sizes that are promised, which holds something before: for ASan, and to see that nothing
 * of it shows. */
#ifndef FL_TESTS_JPEG_OVER_H
#define FL_TESTS_JPEG_OVER_H

#include "modules/jpeg_decode/jpeg_planes.h"

/* Aligned as frames are, and not a byte longer; free() it. */
void *jpeg_block(uint64_t bytes);
/* The pixels that are seen, tight, in memory of malloc's; NULL: it could not be decoded. */
uint8_t *jpeg_decode_over(const fl_jpeg_picture *picture, const uint8_t *bytes, uint32_t length, uint8_t fill, uint64_t *size);

#endif
