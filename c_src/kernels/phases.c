#include "kernels/phases.h"

#include "base/assert.h"
#include "base/size.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

/* The kernels, for the distance x from the centre in (stretched) source samples; 0 beyond their support. */

static double bilinear(double x) { return x < 1 ? 1 - x : 0; }

/* The cubic through four samples with slope parameters B and C; Keys' a is −C at B = 0. */
static double cubic(double x, double b, double c) {
  if (x < 1) return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6;
  if (x < 2) return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6;
  return 0;
}

/* sinc(x)·sinc(x/3), with sin(3t) = sin t·(3 − 4·sin² t) to save a sine. */
static double lanczos3(double x) {
  if (x >= 3) return 0;
  if (x < 1e-8) return 1;
  double third = PI * x / 3, sine = sin(third);
  return sine * (3 - 4 * sine * sine) * sine / (3 * third * third);
}

static double kernel(fl_filter filter, double x) {
  switch (filter) {
    case FL_FILTER_BILINEAR: return bilinear(x);
    case FL_FILTER_BICUBIC: return cubic(x, 0, 0.75);
    case FL_FILTER_MITCHELL: return cubic(x, 1.0 / 3, 1.0 / 3);
    default: return lanczos3(x);
  }
}

static double support(fl_filter filter) { return filter == FL_FILTER_BILINEAR ? 1 : filter == FL_FILTER_LANCZOS3 ? 3 : 2; }

static double ratio(const fl_axis *axis) { return (double)axis->source / axis->target; }

static double stretch(const fl_axis *axis) { return axis->antialias && axis->source > axis->target ? ratio(axis) : 1; }

/* The source samples under the filter, some of them perhaps beyond the source: [first, end). */
typedef struct reach {
  int64_t first, end;
} reach;

/* OpenCV's own arithmetic, so that its roundings are ours. */
static int64_t nearest(const fl_axis *axis, uint32_t i) { return (int64_t)floor(i * (1 / ((double)axis->target / axis->source))); }

/* Area between growing samples: OpenCV mixes two neighbours where an output sample straddles them. The second one's share: */
static double straddle(const fl_axis *axis, uint32_t i) {
  double share = (float)(i + 1 - (double)(nearest(axis, i) + 1) * ((double)axis->target / axis->source));
  return share <= 0 ? 0 : share - floor(share);
}

static reach find_reach(const fl_axis *axis, uint32_t i) {
  if (axis->source == axis->target) return (reach){i, (int64_t)i + 1};
  if (axis->filter == FL_FILTER_NEAREST) return (reach){nearest(axis, i), nearest(axis, i) + 1};
  if (axis->filter == FL_FILTER_AREA && axis->grows) return (reach){nearest(axis, i), nearest(axis, i) + 2};
  const double crumb = 1e-6; /* a share of a sample too small to matter, left over from rounding */
  if (axis->filter == FL_FILTER_AREA)
    return (reach){(int64_t)floor(i * ratio(axis) + crumb), (int64_t)ceil((i + 1) * ratio(axis) - crumb)};
  double centre = (i + 0.5) * ratio(axis), radius = support(axis->filter) * stretch(axis);
  return (reach){(int64_t)floor(centre - radius + 0.5), (int64_t)floor(centre + radius + 0.5)};
}

static uint32_t clip(int64_t index, uint32_t source) { return index < 0 ? 0 : index >= source ? source - 1 : (uint32_t)index; }

fl_span fl_kernels_axis_window(const fl_axis *axis, uint32_t i) {
  reach all = find_reach(axis, i);
  return (fl_span){clip(all.first, axis->source), clip(all.end - 1, axis->source) + 1};
}

/* One more than the reach, for rounding. */
uint32_t fl_kernels_axis_taps_at_most(const fl_axis *axis) {
  bool is_area = axis->filter == FL_FILTER_AREA;
  double reach = is_area ? ratio(axis) + 1 : 2 * support(axis->filter) * stretch(axis);
  return (uint32_t)fmin(axis->source, ceil(reach) + 1);
}

static double overlap(double first, double end, double sample) { return fmax(0, fmin(end, sample + 1) - fmax(first, sample)); }

/* Weight of source sample j for output sample i, not yet normalised. */
static double weigh(const fl_axis *axis, uint32_t i, int64_t j) {
  if (axis->source == axis->target) return 1;
  if (axis->filter == FL_FILTER_AREA && axis->grows) return j == nearest(axis, i) ? 1 - straddle(axis, i) : straddle(axis, i);
  if (axis->filter == FL_FILTER_AREA) return overlap(i * ratio(axis), (i + 1) * ratio(axis), (double)j);
  return kernel(axis->filter, fabs((double)j + 0.5 - (i + 0.5) * ratio(axis)) / stretch(axis));
}

/* Beyond the edge: a stretched filter and lanczos3 are cut and normalised (as Pillow), the others repeat the edge (as OpenCV). */
static bool is_cut(const fl_axis *axis) { return axis->filter == FL_FILTER_LANCZOS3 || stretch(axis) > 1; }

/* The weights of a window, which sum to 1. */
static void find_weights(const fl_axis *axis, uint32_t i, fl_span window, double *exact) {
  uint32_t count = fl_span_length(window);
  memset(exact, 0, count * sizeof *exact);
  reach all = find_reach(axis, i);
  if (is_cut(axis)) all = (reach){window.first, window.end};
  double total = 0;
  for (int64_t j = all.first; j < all.end; j++) {
    double weight = weigh(axis, i, j);
    exact[clip(j, axis->source) - window.first] += weight;
    total += weight;
  }
  for (uint32_t k = 0; k < count; k++) exact[k] /= total;
}

/* Each weight is what the ones before have left of the running sum, so that rounding errors do not pile up. */
static void round_weights(const double *exact, uint32_t count, int bits, int16_t *weights) {
  double sum = 0, done = 0;
  for (uint32_t k = 0; k < count; k++) {
    sum += exact[k] * (1 << bits);
    double weight = fmin(floor(sum - done + 0.5), INT16_MAX);
    weights[k] = (int16_t)weight;
    done += weight;
  }
}

size_t fl_kernels_phases_bytes(const fl_axis *axis, uint32_t taps) {
  size_t bytes = taps * sizeof(double) + axis->target * (2 * sizeof(uint32_t) + taps * sizeof(int16_t));
  return (bytes + 7) / 8 * 8;
}

/* Where the arrays lie: first, end, room for one exact window, weights. */
static double *exact_of(const fl_axis *axis, const fl_phases *phases) { return (double *)(void *)(phases->end + axis->target); }

fl_phases fl_kernels_phases_windows(const fl_axis *axis, void *bytes) {
  uint32_t *first = bytes, *end = first + axis->target, longest = 1;
  for (uint32_t i = 0; i < axis->target; i++) {
    fl_span window = fl_kernels_axis_window(axis, i);
    first[i] = window.first, end[i] = window.end;
    longest = fl_max_u32(longest, fl_span_length(window));
  }
  return (fl_phases){.taps = longest, .first = first, .end = end};
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
  while (b > 0) {
    uint32_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Is output i the same as output i − period, only `jump` source samples further on? Not near an edge, where windows are cut. */
static bool repeats(const fl_phases *phases, uint32_t i, uint32_t period, uint32_t jump) {
  return i >= period && phases->first[i - period] + jump == phases->first[i] && phases->end[i - period] + jump == phases->end[i];
}

static bool has_above_one(const double *exact, uint32_t count) {
  for (uint32_t k = 0; k < count; k++)
    if (exact[k] > 1 + 1e-5) return true;
  return false;
}

/* Finds weights of FL_PHASE_BITS; and where those do: all but some near the ends. */
static fl_span fill_exact(const fl_axis *axis, const fl_phases *phases, int16_t *weights) {
  uint32_t divisor = common_divisor(axis->source, axis->target), period = axis->target / divisor, taps = phases->taps;
  double *exact = exact_of(axis, phases);
  fl_span good = {0, axis->target};
  for (uint32_t i = 0; i < axis->target; i++, weights += taps) {
    fl_span window = fl_kernels_phase_window(phases, i);
    uint32_t count = fl_span_length(window);
    fl_assert(count <= taps);
    if (repeats(phases, i, period, axis->source / divisor)) {
      memcpy(weights, weights - (size_t)period * taps, taps * sizeof *weights);
      continue;
    }
    find_weights(axis, i, window, exact);
    round_weights(exact, count, FL_PHASE_BITS, weights);
    if (!has_above_one(exact, count)) continue;
    if (i < axis->target / 2) good.first = i + 1;
    else if (i < good.end) good.end = i;
  }
  if (good.end < good.first) good.end = good.first;
  return good;
}

void fl_kernels_phases_weights(const fl_axis *axis, fl_phases *phases) {
  double *exact = exact_of(axis, phases);
  int16_t *weights = (int16_t *)(exact + phases->taps);
  memset(weights, 0, (size_t)axis->target * phases->taps * sizeof *weights);
  phases->weights = weights;
  phases->exact = fill_exact(axis, phases, weights);
  for (uint32_t i = 0; i < axis->target; i++) {
    if (i == phases->exact.first && phases->exact.end > i) i = phases->exact.end;
    if (i >= axis->target) break;
    fl_span window = fl_kernels_phase_window(phases, i);
    find_weights(axis, i, window, exact);
    round_weights(exact, fl_span_length(window), FL_PHASE_COARSE_BITS, weights + (size_t)i * phases->taps);
  }
}
