/* JPEG pictures of known coefficients, in every arrangement that a test wants: what a decoder should make of them is a formula. */
#ifndef FL_TESTS_JPEG_WRITER_H
#define FL_TESTS_JPEG_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#define JPEG_BYTES_MAX (1u << 19)
#define JPEG_BLOCKS_MAX 256u /* of one component */

typedef struct jpeg_wish {
  uint32_t width, height, components;
  uint8_t sampling[4]; /* h << 4 | v; 0 is 0x11 */
  uint8_t ids[4];      /* 0: 1, 2, 3, 4 */
  bool apart;          /* a scan for each component, not one for all */
  bool progressive;    /* first all but the last bit, then the last */
  bool standard;       /* no Huffman tables: few symbols, in the standard's codes; not for progressive ones */
  uint32_t restarts;   /* units from one restart marker to the next */
  uint32_t adobe;      /* 0: without; else with Adobe's marker, and one more than its transform */
  bool grey;           /* components 1 and 2 are 0 throughout */
  uint32_t seed;
} jpeg_wish;

typedef struct jpeg_written {
  uint32_t length;
  uint32_t h[4], v[4], h_max, v_max, units_across, units_down;
  uint32_t across[4], down[4];                  /* blocks, with those that fill up the last units */
  int16_t coefficients[4][JPEG_BLOCKS_MAX][64]; /* in the order of the file, not yet multiplied by the quantizer */
  uint8_t bytes[JPEG_BYTES_MAX];
  jpeg_wish wish;
  uint32_t bits, bit_count; /* not yet written */
  int32_t before[4];        /* DC of the block before */
} jpeg_written;

void jpeg_write(const jpeg_wish *wish, jpeg_written *out);
/* A sample by the formula of T.81, A.3.3, in doubles, clamped and rounded; halves up. */
int jpeg_sample(const jpeg_written *picture, uint32_t component, uint32_t x, uint32_t y);
/* Is it of a block that has its mean only? */
bool jpeg_is_flat(const jpeg_written *picture, uint32_t component, uint32_t x, uint32_t y);
/* Where the nth segment of this marker begins, at its FF; 0: there is none. */
uint32_t jpeg_find(const jpeg_written *picture, uint8_t marker, uint32_t nth);

#endif
