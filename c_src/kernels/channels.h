/* Channels of a pixel moved about, none computed. Reference in channels.c, SIMD twin in channels_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_CHANNELS_H
#define FL_KERNELS_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sources of a channel beside the four channels themselves. */
#define FL_CHANNEL_ZERO 4
#define FL_CHANNEL_FULL 5

typedef struct fl_channels_kernels {
  /* Channel c of the result is channel from[c] of the source, or a constant.
   * Shape: pixels × 4 bytes; dst may be src. Range: from 0 to 5. Errors: none. Owner: borrows all. */
  void (*permute)(uint8_t *dst, const uint8_t *src, size_t pixels, const uint8_t from[4]);

  /* One channel of four.
   * Shape: src of pixels × 4 bytes, dst of pixels bytes, apart. Range: channel 0 to 3. Errors: none. Owner: borrows both. */
  void (*extract)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channel);
} fl_channels_kernels;

extern const fl_channels_kernels fl_channels_reference, fl_channels_simd;
static inline const fl_channels_kernels *fl_kernels_channels(bool simd) {
  return simd ? &fl_channels_simd : &fl_channels_reference;
}

#endif
