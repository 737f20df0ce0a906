/* Prefix codes for DEFLATE: how long each symbol's code is, and the code. */
#ifndef FL_MODULES_HUFFMAN_H
#define FL_MODULES_HUFFMAN_H

#include <stdbool.h>
#include <stdint.h>

#define FL_HUFFMAN_SYMBOLS_MAX 288u
#define FL_HUFFMAN_BITS_MAX 15u

typedef struct fl_huffman {
  uint8_t bits[FL_HUFFMAN_SYMBOLS_MAX];   /* 0: the symbol does not occur */
  uint16_t code[FL_HUFFMAN_SYMBOLS_MAX];  /* its first bit lowest, as DEFLATE writes it */
} fl_huffman;

/* A code for symbols that occur so often: no longer than `longest` bits, complete unless there is only one symbol, and the best there is
 * where that limit does not matter.
 * Range : symbols ≤ FL_HUFFMAN_SYMBOLS_MAX, symbols ≤ 2^longest, longest ≤ FL_HUFFMAN_BITS_MAX; the sum of counts fits in 32 bits.
 * Source: Huffman 1952, with two queues; the limit as in Brotli and miniz, by moving codes until Kraft's sum is 1 again. */
void fl_huffman_make(const uint32_t *counts, uint32_t symbols, uint32_t longest, fl_huffman *out);

#endif
