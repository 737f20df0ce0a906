/* Half the size: every output pixel is the mean of a 2×2 block, the commonest way to shrink a picture. What the phases of an area
 * filter come to there, in one step on bytes. Reference in halve.c, SIMD twin in halve_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_HALVE_H
#define FL_KERNELS_HALVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* dst pixel x = (top[2x] + top[2x+1] + bottom[2x] + bottom[2x+1] + 2) / 4 in every channel.
 * Shape: n pixels of `channels` bytes, 1 or 4; twice as many in top and bottom. Errors: none. Owner: borrows all. */
typedef void fl_halve(uint8_t *dst, const uint8_t *top, const uint8_t *bottom, size_t n, uint32_t channels);

extern fl_halve fl_halve_reference, fl_halve_simd;
static inline fl_halve *fl_kernels_halve(bool simd) { return simd ? fl_halve_simd : fl_halve_reference; }

#endif
