/* The second part of Canny's edges: weak edges that are connected to strong ones. Pixels are single bits here, 64 to a word, so that a
 * row of them is done in a few steps. Reference in hysteresis.c, SIMD twin in hysteresis_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_HYSTERESIS_H
#define FL_KERNELS_HYSTERESIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_hysteresis_kernels {
  /* Bit i of edges is bit 7 of marks[i], of strong its bit 6.
   * Shape: n bytes into ⌈n / 64⌉ words each; what is left of the last is 0. */
  void (*pack)(uint64_t *edges, uint64_t *strong, const uint8_t *marks, size_t n);
  /* dst[i] = 255 where bit first + i of bits is set, else 0. Shape: n bytes; the word after the last bit's is valid too. */
  void (*unpack)(uint8_t *dst, const uint64_t *bits, size_t first, size_t n);
} fl_hysteresis_kernels;

extern const fl_hysteresis_kernels fl_hysteresis_reference, fl_hysteresis_simd;
static inline const fl_hysteresis_kernels *fl_kernels_hysteresis(bool simd) {
  return simd ? &fl_hysteresis_simd : &fl_hysteresis_reference;
}

/* Adds to `strong` all edges that are connected to it, diagonally too, through edges. connected: in groups of so many rows that has been
 * done already, each on its own; 1 otherwise.
 * Shape: height rows of `words`; rows of either are strides words apart; looks: scratch of 2·height words. Range: strong is a part of
 * edges. */
void fl_hysteresis_connect(uint64_t *strong, size_t strong_stride, const uint64_t *edges, size_t edges_stride, size_t words, size_t height,
                           size_t connected, uint64_t *looks);

#endif
