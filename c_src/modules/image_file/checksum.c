#include "checksum.h"

#define ADLER_MODULUS 65521u
#define ADLER_RUN 5552u /* bytes after which the sums are reduced: b cannot overflow 32 bits before */

static uint32_t table[256];

static void make_table(void) {
  for (uint32_t n = 0; n < 256; n++) {
    uint32_t c = n;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
    table[n] = c;
  }
}

uint32_t fl_crc32(uint32_t crc, const uint8_t *bytes, size_t count) {
  if (!table[1]) make_table();
  crc = ~crc;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
  return ~crc;
}

uint32_t fl_adler32(uint32_t adler, const uint8_t *bytes, size_t count) {
  uint32_t a = adler & 0xFFFF, b = adler >> 16;
  while (count > 0) {
    size_t run = count < ADLER_RUN ? count : ADLER_RUN;
    for (size_t i = 0; i < run; i++) a += bytes[i], b += a;
    a %= ADLER_MODULUS, b %= ADLER_MODULUS;
    bytes += run, count -= run;
  }
  return b << 16 | a;
}
