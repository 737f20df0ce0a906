/* Between RGB and hue, saturation, value. Reference in hsv.c, SIMD twin in hsv_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_HSV_H
#define FL_KERNELS_HSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shape: pixels × 4 bytes; dst may be src. `red` is the byte of a pixel that holds red, 0 or 2; hue stands there too, blue and
 * value in byte 2 − red, green and saturation in byte 1, alpha in byte 3 as it was.
 * Errors: none. Owner: borrows both.
 * Source: Smith 1978; the scale is OpenCV's: hue in steps of 2 degrees, 0 to 179, saturation and value 0 to 255. */
typedef struct fl_hsv_kernels {
  /* Range: any; the exact quotients, rounded, halves away from 0 degrees, 120 or 240 (hue) or up (saturation). Gray has hue 0. */
  void (*from_rgb)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red);
  /* Range: any; a hue of 180 and above counts less 180. Within 0.6 of the exact value. */
  void (*to_rgb)(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t red);
} fl_hsv_kernels;

extern const fl_hsv_kernels fl_hsv_reference, fl_hsv_simd;
static inline const fl_hsv_kernels *fl_kernels_hsv(bool simd) { return simd ? &fl_hsv_simd : &fl_hsv_reference; }

#endif
