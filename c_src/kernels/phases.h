/* Where the samples of a resized row come from: for every output sample its first source sample and its weights, in fixed point.
 * Rows and columns are the same problem, so both are an axis. */
#ifndef FL_KERNELS_PHASES_H
#define FL_KERNELS_PHASES_H

#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fl_filter {
  FL_FILTER_NEAREST,
  FL_FILTER_BILINEAR,
  FL_FILTER_BICUBIC,
  FL_FILTER_MITCHELL,
  FL_FILTER_LANCZOS3,
  FL_FILTER_AREA,
} fl_filter;
#define FL_FILTER_CHOICES "nearest|bilinear|bicubic|mitchell|lanczos3|area"

/* One side of an image on its way from `source` to `target` samples, both 1 to 65535. */
typedef struct fl_axis {
  uint32_t source, target;
  fl_filter filter;
  bool antialias; /* when shrinking, stretch the filter by the ratio */
  bool grows;     /* for area: this side or the other one grows, so both interpolate */
} fl_axis;

#define FL_PHASE_BITS 15        /* fraction of a weight */
#define FL_PHASE_COARSE_BITS 14 /* and at an edge, where a weight may be above 1 */

typedef struct fl_phases {
  uint32_t taps;          /* weights per output sample; those beyond its window are 0 */
  const uint32_t *first;  /* per output sample: its first source sample, */
  const uint32_t *end;    /* and the one after its last */
  const int16_t *weights; /* taps per output sample; they sum to 1 but for 1/2¹⁵, and their absolutes to less than 1.6 */
  fl_span exact;          /* output samples whose weights have FL_PHASE_BITS of fraction; the others have FL_PHASE_COARSE_BITS */
} fl_phases;

static inline int fl_kernels_phase_bits(const fl_phases *phases, uint32_t i) {
  return i >= phases->exact.first && i < phases->exact.end ? FL_PHASE_BITS : FL_PHASE_COARSE_BITS;
}

static inline fl_span fl_kernels_phase_window(const fl_phases *phases, uint32_t i) { return (fl_span){phases->first[i], phases->end[i]}; }

/* The source samples that output sample i needs, never empty, within the source. Neither end decreases with i. */
fl_span fl_kernels_axis_window(const fl_axis *axis, uint32_t i);

/* A number of samples that no window exceeds, found without looking at them. */
uint32_t fl_kernels_axis_taps_at_most(const fl_axis *axis);

/* Bytes for the arrays of fl_phases and the working space of their making; a multiple of 8. taps: at least the weights per sample. */
size_t fl_kernels_phases_bytes(const fl_axis *axis, uint32_t taps);

/* Makes the phases in two steps in `bytes`, 8-byte aligned and of the size above, which they borrow. First the windows; taps is then
 * the longest one, and may be raised. Then the weights.
 * Source: kernels as in Pillow (cut at the edge and normalised again) and OpenCV (the edge repeated), Mitchell & Netravali 1988.
 * Each weight is what the ones before have left of the running sum, so that rounding errors do not pile up. */
fl_phases fl_kernels_phases_windows(const fl_axis *axis, void *bytes);
void fl_kernels_phases_weights(const fl_axis *axis, fl_phases *phases);

#endif
