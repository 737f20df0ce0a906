/* A run of pixels of one colour. */
#ifndef FL_KERNELS_FILL_H
#define FL_KERNELS_FILL_H

#include <stdint.h>
#include <string.h>

/* Shape: pixels × channels bytes, channels 1 or 4; color is one pixel. */
static inline void fl_kernels_fill(uint8_t *dst, uint32_t pixels, const uint8_t *color, uint32_t channels) {
  if (channels == 1) memset(dst, color[0], pixels);
  else
    for (uint32_t i = 0; i < pixels; i++) memcpy(dst + 4 * i, color, 4);
}

#endif
