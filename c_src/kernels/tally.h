/* Medians by counting: how often each value stands in a column of 2·radius + 1 rows, kept from row to row, so that a pixel costs the
 * same for every value and little more for a larger window. Reference in tally.c, SIMD twin in tally_simd.c; equal byte for byte.
 * Source: Perreault and Hébert, Median filtering in constant time, 2007; here the counts are cumulative, and summed up where needed. */
#ifndef FL_KERNELS_TALLY_H
#define FL_KERNELS_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_TALLY_RADIUS_MAX 7u /* the counts of 15 × 15 pixels fit a byte, with what makes its sign tell */
#define FL_TALLY_BINS 16u      /* a byte's upper four bits choose one of 16 coarse bins, the lower four one of 16 fine ones in it */

typedef struct fl_tally {
  uint32_t columns, channels, radius; /* columns counted: those of the output and radius on both sides */
} fl_tally;

/* Bytes of the counts, all 0 at first, 16-byte aligned. Channel after channel, a column is one set of 16 bytes:
 * first the coarse counts of all columns (values whose upper half is ≤ k), then for every coarse bin the fine ones (values in this
 * bin whose lower half is ≤ k). */
static inline size_t fl_tally_bytes(const fl_tally *tally) {
  return (size_t)tally->columns * tally->channels * (1 + FL_TALLY_BINS) * FL_TALLY_BINS;
}

typedef struct fl_tally_kernels {
  /* Counts one more row. Shape: tally->columns pixels of tally->channels bytes, of which byte `channel` is counted. */
  void (*enter)(uint8_t *counts, const uint8_t *row, const fl_tally *tally, uint32_t channel);
  /* Counts `entering` and no more `leaving`, which was counted before. Shape: as above. */
  void (*slide)(uint8_t *counts, const uint8_t *entering, const uint8_t *leaving, const fl_tally *tally, uint32_t channel);
  /* The middle of every window of 2·radius + 1 columns in which 2·radius + 1 rows are counted.
   * Shape: byte `channel` of columns − 2·radius pixels. Range: 1 ≤ radius ≤ FL_TALLY_RADIUS_MAX. */
  void (*middle)(uint8_t *dst, const uint8_t *counts, const fl_tally *tally, uint32_t channel);
} fl_tally_kernels;

extern const fl_tally_kernels fl_tally_reference, fl_tally_simd;
static inline const fl_tally_kernels *fl_kernels_tally(bool simd) { return simd ? &fl_tally_simd : &fl_tally_reference; }

#endif
