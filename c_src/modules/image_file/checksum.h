/* The two checksums of PNG. */
#ifndef FL_MODULES_CHECKSUM_H
#define FL_MODULES_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 of ISO 3309, as PNG has it. Begins with crc = 0; goes on with what it gave. */
uint32_t fl_crc32(uint32_t crc, const uint8_t *bytes, size_t count);
/* Adler-32 (RFC 1950). Begins with adler = 1. */
uint32_t fl_adler32(uint32_t adler, const uint8_t *bytes, size_t count);

#endif
