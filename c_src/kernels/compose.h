/* Compose kernels: two rows into one. Reference in compose.c, SIMD twin in compose_simd.c; equal byte for byte. */
#ifndef FL_KERNELS_COMPOSE_H
#define FL_KERNELS_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* B(backdrop, source) of the W3C's Compositing and Blending, in the order of the choices. */
typedef enum fl_blend_mode {
  FL_BLEND_NORMAL,   /* source */
  FL_BLEND_MULTIPLY, /* backdrop · source */
  FL_BLEND_SCREEN,   /* backdrop + source − backdrop · source */
} fl_blend_mode;
#define FL_BLEND_MODE_CHOICES "normal|multiply|screen"

typedef struct fl_blend {
  fl_blend_mode mode;
  float opacity; /* of the source, 0 to 1 */
} fl_blend;

typedef struct fl_compose_kernels {
  /* The source over the backdrop, blended: with alphas αb and αs (times opacity), αo = αs + αb − αs·αb,
   *   Co = (αs·(1 − αb)·Cs + αs·αb·B(Cb, Cs) + (1 − αs)·αb·Cb) / αo,
   * or 0 where αo is. Within one level of that formula in exact arithmetic.
   * Shape: rows of `pixels` × 4 bytes, alpha last, not premultiplied; dst may be backdrop. Range: any. */
  void (*blend)(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t pixels, const fl_blend *blend);
  /* The same for n bytes of gray, all opaque. */
  void (*blend_gray)(uint8_t *dst, const uint8_t *backdrop, const uint8_t *source, size_t n, const fl_blend *blend);
} fl_compose_kernels;

extern const fl_compose_kernels fl_compose_reference, fl_compose_simd;
static inline const fl_compose_kernels *fl_kernels_compose(bool simd) { return simd ? &fl_compose_simd : &fl_compose_reference; }

#endif
