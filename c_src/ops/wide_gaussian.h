/* A Gaussian of a large sigma, at a lower resolution: smoothed by four boxes, coarse by `step` in both directions, weighed with a
 * narrower Gaussian, spread over the image again with cubic B-splines. The narrower one has the variance that boxes and splines leave
 * over. Coarse places lie at multiples of step from the image's origin, so that tiles do not show. The kernels that come out differ
 * from the truncated, normalised Gaussian by less than a level for any image (the test sums that up for all sigmas): mostly where
 * that one is cut off, which splines make a slope of. It is about as fast for every sigma. */
#ifndef FL_OPS_WIDE_GAUSSIAN_H
#define FL_OPS_WIDE_GAUSSIAN_H

#include "kernels/decimate.h"
#include "ops/stencil.h"

#define FL_WIDE_GAUSSIAN_SIGMA 4.0 /* the smallest: step is then 2 */
#define FL_WIDE_GAUSSIAN_REACH 20u /* coarse taps on a side at most: cut off at 5 sigma, which is less than 4 steps */

typedef struct fl_wide_gaussian {
  uint32_t step, reach;   /* reach: coarse taps on a side */
  uint32_t smooth_radius; /* of the four boxes */
  float weight[FL_WIDE_GAUSSIAN_REACH + 1];
  float across[FL_DECIMATE_STEP_MAX * FL_DECIMATE_TAPS]; /* the spline's weights: of each tap for all phases */
  int16_t down[FL_DECIMATE_STEP_MAX * FL_DECIMATE_TAPS]; /* of each phase for all taps, in fixed point */
  fl_separable_weights smooth;                           /* the four boxes; last, as it is open-ended */
} fl_wide_gaussian;

/* Is this sigma, cut off at this radius, within the method's accuracy? */
bool fl_wide_gaussian_suits(double sigma, uint32_t radius);

/* Pixels needed on a side. */
uint32_t fl_wide_gaussian_halo(double sigma, uint32_t radius);

size_t fl_wide_gaussian_bytes(double sigma);
void fl_wide_gaussian_fill(fl_wide_gaussian *tables, double sigma, uint32_t radius);

/* A stage's functions. node->halo is fl_wide_gaussian_halo on every side, node->tables what fill made. */
size_t fl_wide_gaussian_state_bytes(const fl_node *node, fl_span columns, double sigma, uint32_t radius);
void fl_wide_gaussian_begin(fl_stage *stage);
void fl_wide_gaussian_row(fl_stage *stage);

#endif
