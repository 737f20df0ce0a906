/* How far two frames are apart: squared differences, and structural similarity.
 *
 * Similarity is that of Wang, Bovik, Sheikh & Simoncelli 2004 (K₁ 0.01, K₂ 0.03, L 255) with sample covariance, over windows of 8×8
 * pixels of equal weight that begin every 4 pixels; up to 3 columns and rows at the right and bottom lie in none. A side shorter than
 * 8 pixels has windows as short. Each channel has windows of its own. A window's similarity is rounded to 2⁻³⁰, so that the sum of all
 * does not depend on the order they are added in. */
#include "api/framelane.h"
#include "api/measure.h"
#include "kernels/statistics.h"

#include <math.h>

#define WINDOW 8u
#define BLOCK 4u
#define UNIT 1073741824.0 /* 2³⁰ */

enum { SQUARES, MAX_DIFF, SIMILARITY, WINDOWS, RESULTS };

typedef struct found {
  _Alignas(16) fl_differences differences;
  int64_t similarity;
  uint64_t windows;
} found;

/* Behind it, in the same partial: the sums of two rows of blocks. */
static uint32_t *sums_of(found *f, size_t units, uint32_t row) { return (uint32_t *)(void *)(f + 1) + row % 2 * 4 * units; }

static uint32_t windows_along(uint32_t side) { return side < WINDOW ? 1 : (side - WINDOW) / BLOCK + 1; }
static size_t units_of(const api_measure *m) { return (size_t)(m->image.width / BLOCK) * m->channels; }
static bool has_short_side(const api_measure *m) { return m->image.width < WINDOW || m->image.height < WINDOW; }

static fl_status prepare(api_job *job, api_measure *m, const char *name) {
  (void)name;
  m->result = fl_memory_arena_take_raw(&job->arena, RESULTS * sizeof(double));
  fl_api_measure_take_partials(job, m, sizeof(found) + 2 * 4 * units_of(m) * sizeof(uint32_t));
  fl_api_measure_two_phases(job, m);
  return FL_OK;
}

/* Sums over a window of n pixels: Σ a, Σ b, Σ a² + b², Σ a·b. */
static int64_t rate_window(const uint64_t sum[4], double n) {
  double luminance = (0.01 * 255) * (0.01 * 255) * n * n, contrast = (0.03 * 255) * (0.03 * 255) * n * fmax(n - 1, 1);
  double a = (double)sum[0], b = (double)sum[1], variances = n * (double)sum[2] - a * a - b * b, covariance = n * (double)sum[3] - a * b;
  double similarity = (2 * a * b + luminance) * (2 * covariance + contrast) / ((a * a + b * b + luminance) * (variances + contrast));
  return (int64_t)floor(similarity * UNIT + 0.5);
}

/* A row of windows, from the sums of the blocks in its upper and its lower half. */
static void rate_windows(found *f, const uint32_t *upper, const uint32_t *lower, size_t units, uint32_t channels) {
  for (size_t i = 0; i + channels < units; i++) {
    uint64_t sum[4];
    for (uint32_t k = 0; k < 4; k++) {
      size_t at = k * units + i;
      sum[k] = (uint64_t)upper[at] + upper[at + channels] + lower[at] + lower[at + channels];
    }
    f->similarity += rate_window(sum, WINDOW * WINDOW), f->windows++;
  }
}

static const uint8_t *pixel_of(const fl_image *image, uint32_t y) { return fl_frame_image_row(image, 0, y); }

static void compare_blocks(const api_measure *m, found *f, fl_span windows) {
  size_t units = units_of(m);
  for (uint32_t row = windows.first; row <= windows.end && windows.first < windows.end; row++) {
    uint32_t *sums = sums_of(f, units, row);
    fl_kernels_statistics(m->simd)->moments(sums, units, pixel_of(&m->image, row * BLOCK), m->image.plane[0].stride,
                                            pixel_of(&m->other, row * BLOCK), m->other.plane[0].stride, m->channels);
    if (row > windows.first) rate_windows(f, sums_of(f, units, row - 1), sums, units, m->channels);
  }
}

/* One window of an image with a short side, for one channel. */
static void compare_window(const api_measure *m, found *f, uint32_t left, uint32_t top, uint32_t channel) {
  uint32_t width = fl_min_u32(WINDOW, m->image.width), height = fl_min_u32(WINDOW, m->image.height);
  uint64_t sum[4] = {0};
  for (uint32_t y = top; y < top + height; y++)
    for (uint32_t x = left; x < left + width; x++) {
      uint32_t a = pixel_of(&m->image, y)[x * m->channels + channel], b = pixel_of(&m->other, y)[x * m->channels + channel];
      sum[0] += a, sum[1] += b, sum[2] += a * a + b * b, sum[3] += a * b;
    }
  f->similarity += rate_window(sum, (double)(width * height)), f->windows++;
}

static void compare_short(const api_measure *m, found *f, fl_span windows) {
  for (uint32_t row = windows.first; row < windows.end; row++)
    for (uint32_t column = 0; column < windows_along(m->image.width); column++)
      for (uint32_t c = 0; c < m->channels; c++) compare_window(m, f, column * BLOCK, row * BLOCK, c);
}

static void compare_band(const api_measure *m, uint32_t tile) {
  found *f = api_measure_partial(m, tile);
  fl_span rows = fl_bands_rows(&m->bands, tile);
  *f = (found){0};
  for (uint32_t y = rows.first; y < rows.end; y++)
    fl_kernels_statistics(m->simd)->add_differences(&f->differences, pixel_of(&m->image, y), pixel_of(&m->other, y),
                                                    (size_t)m->image.width * m->channels);
  /* The windows that begin in this band; bands begin at whole blocks. */
  uint32_t all = windows_along(m->image.height);
  fl_span windows = {fl_min_u32(rows.first / BLOCK, all), fl_min_u32((rows.end + BLOCK - 1) / BLOCK, all)};
  if (has_short_side(m)) compare_short(m, f, windows);
  else compare_blocks(m, f, windows);
}

static void conclude(const api_measure *m) {
  double *out = m->result;
  uint64_t squares = 0, windows = 0;
  int64_t similarity = 0;
  uint32_t max = 0;
  for (uint32_t t = 0; t < m->bands.count; t++) {
    const found *f = api_measure_partial(m, t);
    squares += f->differences.squares, similarity += f->similarity, windows += f->windows;
    max = fl_max_u32(max, f->differences.max);
  }
  out[SQUARES] = (double)squares, out[MAX_DIFF] = max, out[SIMILARITY] = (double)similarity / UNIT, out[WINDOWS] = (double)windows;
}

static bool run(void *context, fl_task *task) {
  const api_measure *m = context;
  if (task->phase == 0) compare_band(m, task->tile);
  else conclude(m);
  return true;
}

FL_EXPORT(fl_compare_open) int32_t fl_compare_open(uint32_t a, uint32_t b, uint32_t lanes, uint32_t flags) {
  static const api_measure_kind kind = {prepare, run, 1.5};
  return fl_api_measure(&(api_measure_request){"compare", {a, b}, 2, lanes, flags}, &kind);
}
