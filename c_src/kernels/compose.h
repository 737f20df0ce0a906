/* Compose kernels: two rows into one. Reference in compose.c, SIMD twin in compose_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_COMPOSE_H
#define FL_KERNELS_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The W3C's blend modes, which say what becomes of two colours where both layers are, and its Porter-Duff operators, which say how much
 * of each layer there is; in the order of the choices. Source: Compositing and Blending Level 1, chapters 9 and 10. */
typedef enum fl_blend_mode {
  FL_BLEND_NORMAL,
  FL_BLEND_MULTIPLY, FL_BLEND_SCREEN, FL_BLEND_OVERLAY, FL_BLEND_DARKEN, FL_BLEND_LIGHTEN, FL_BLEND_COLOR_DODGE, FL_BLEND_COLOR_BURN,
  FL_BLEND_HARD_LIGHT, FL_BLEND_SOFT_LIGHT, FL_BLEND_DIFFERENCE, FL_BLEND_EXCLUSION,
  FL_BLEND_HUE, FL_BLEND_SATURATION, FL_BLEND_COLOR, FL_BLEND_LUMINOSITY, /* not of each channel alone */
  FL_BLEND_CLEAR, /* here the operators begin */
  FL_BLEND_COPY, FL_BLEND_DESTINATION, FL_BLEND_SOURCE_OVER, FL_BLEND_DESTINATION_OVER, FL_BLEND_SOURCE_IN, FL_BLEND_DESTINATION_IN,
  FL_BLEND_SOURCE_OUT, FL_BLEND_DESTINATION_OUT, FL_BLEND_SOURCE_ATOP, FL_BLEND_DESTINATION_ATOP, FL_BLEND_XOR, FL_BLEND_LIGHTER,
} fl_blend_mode;
#define FL_BLEND_MODE_CHOICES                                                                                              \
  "normal|multiply|screen|overlay|darken|lighten|colorDodge|colorBurn|hardLight|softLight|difference|exclusion|"           \
  "hue|saturation|color|luminosity|"                                                                                       \
  "clear|copy|destination|sourceOver|destinationOver|sourceIn|destinationIn|sourceOut|destinationOut|"                     \
  "sourceAtop|destinationAtop|xor|lighter"

typedef struct fl_blend {
  fl_blend_mode mode;
  float opacity;   /* of the source, 0 to 1 */
  bool blue_first; /* bgra8: it matters to hue, saturation, color and luminosity */
} fl_blend;

/* How much of each layer there is, with alphas αs (times opacity) and αb from 0 to 1: source·αs + source_both·αs·αb of the source,
 * backdrop·αb + backdrop_both·αs·αb of the backdrop, and for a blend mode αs·αb of the mixed colour. */
typedef struct fl_blend_shares {
  float source, source_both, backdrop, backdrop_both;
} fl_blend_shares;
fl_blend_shares fl_kernels_blend_shares(fl_blend_mode mode);
static inline bool fl_blend_mixes(fl_blend_mode mode) { return mode > FL_BLEND_NORMAL && mode < FL_BLEND_CLEAR; }

/* The two weights of gray, in 1/16384: of the source, mixed where the mode mixes, and of the backdrop. */
typedef struct fl_blend_gray_weights {
  int32_t source, backdrop;
} fl_blend_gray_weights;
fl_blend_gray_weights fl_kernels_blend_gray_weights(const fl_blend *blend);

typedef struct fl_compose_kernels {
  /* The source over the backdrop, blended: with alphas αb and αs (times opacity), αo = αs + αb − αs·αb,
   *   Co = (αs·(1 − αb)·Cs + αs·αb·B(Cb, Cs) + (1 − αs)·αb·Cb) / αo,
   * or 0 where αo is; an operator's shares in place of those. Within one level of that formula in exact arithmetic.
   * Shape: rows of `pixels` × 4 bytes, alpha last, not premultiplied; dst may be backdrop. Range: any. */
  void (*blend)(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend);
  /* The same for n bytes of gray, all opaque; of the result only the colour is kept. */
  void (*blend_gray)(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n, const fl_blend *blend);
} fl_compose_kernels;

extern const fl_compose_kernels fl_compose_reference, fl_compose_simd;
static inline const fl_compose_kernels *fl_kernels_compose(bool simd) { return simd ? &fl_compose_simd : &fl_compose_reference; }

#endif
