/* The summed-area table. Two phases: what each column of a band sums up to, then each band's rows, the first from the sums of all bands
 * above. */
#include "api/engine.h"
#include "api/framelane.h"
#include "api/measure.h"
#include "kernels/statistics.h"
#include "memory/allocator.h"

#include <string.h>

/* Below, one thread does it all: it needs no sums of other bands' columns. */
#define SHARED_SAMPLES_MIN (1u << 19)
/* More bands would even out unequal threads better, but all but the last are added up first (a quarter of the work on them), and each
 * goes through the sums of all above. */
#define BANDS_PER_LANE 2u
#define BAND_ROWS_MIN 64u
#define ROUND_ROWS 8u /* add_columns() is quick with so many at once */
#define SUM_MAX 4294967295.0

static uint32_t samples_of(const api_measure *m) { return m->image.width * m->channels; }
/* Row y of the table, whose row 0 and column 0 are zeros. */
static uint32_t *row_of(const api_measure *m, uint32_t y) { return (uint32_t *)m->result + (size_t)y * (samples_of(m) + m->channels); }

static fl_status prepare(api_job *job, api_measure *m, const char *name) {
  double pixels = (double)m->image.width * m->image.height;
  if (255 * pixels > SUM_MAX) {
    fl_report *report = fl_api_report();
    fl_report_fail(report, FL_UNSUPPORTED, name, "sums of ");
    fl_frame_add_shape(&report->text, m->image.width, m->image.height, m->image.format);
    fl_text_add(&report->text, " may not fit in 32 bits: at most 16843009 pixels; use views of the frame");
    return FL_UNSUPPORTED;
  }
  bool shared = m->lanes > 1 && (uint64_t)samples_of(m) * m->image.height >= SHARED_SAMPLES_MIN;
  uint32_t bands = shared ? BANDS_PER_LANE * m->lanes : 1, height = fl_max_u32((m->image.height + bands - 1) / bands, BAND_ROWS_MIN);
  m->bands = fl_bands_even(m->image.height, (uint32_t)fl_align(height, ROUND_ROWS));
  uint64_t row = (uint64_t)(samples_of(m) + m->channels) * sizeof(uint32_t);
  m->result = job->result = fl_memory_alloc(fl_mul(row, (uint64_t)m->image.height + 1), FL_MEMORY_USER);
  if (!m->result) return fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, name, "the memory is full at its maximum; dispose of frames");
  fl_api_measure_take_partials(job, m, samples_of(m) * sizeof(uint32_t));
  job->job.phase_count = 2;
  job->job.tiles_of_phase[0] = job->job.tiles_of_phase[1] = m->bands.count;
  return FL_OK;
}

/* The last band's are of no use to anyone. */
static void add_columns(const api_measure *m, uint32_t tile) {
  if (tile + 1 == m->bands.count) return;
  fl_span rows = fl_bands_rows(&m->bands, tile);
  uint32_t *sums = api_measure_partial(m, tile);
  memset(sums, 0, samples_of(m) * sizeof *sums);
  fl_kernels_statistics(m->simd)->add_columns(sums, fl_frame_image_row(&m->image, 0, rows.first), m->image.plane[0].stride,
                                              fl_span_length(rows), samples_of(m));
}

/* The table's row where a band begins: it belongs to that band and to none above. */
static void make_first_row(const api_measure *m, uint32_t tile, uint32_t *row) {
  memset(row, 0, (samples_of(m) + m->channels) * sizeof *row);
  for (uint32_t t = 0; t < tile; t++) {
    const uint32_t *columns = api_measure_partial(m, t);
    for (uint32_t i = 0; i < samples_of(m); i++) row[m->channels + i] += columns[i];
  }
  for (uint32_t i = 0; i < samples_of(m); i++) row[m->channels + i] += row[i];
}

static void make_rows(const api_measure *m, uint32_t tile) {
  fl_span rows = fl_bands_rows(&m->bands, tile);
  make_first_row(m, tile, row_of(m, rows.first));
  uint32_t end = rows.end == m->image.height ? rows.end : rows.end - 1;
  for (uint32_t y = rows.first; y < end; y++)
    fl_kernels_statistics(m->simd)->integrate(row_of(m, y + 1), row_of(m, y), fl_frame_image_row(&m->image, 0, y), m->image.width, m->channels);
}

static bool run(void *context, fl_task *task) {
  const api_measure *m = context;
  if (task->phase == 0) add_columns(m, task->tile);
  else make_rows(m, task->tile);
  return true;
}

FL_EXPORT(fl_integral_open) int32_t fl_integral_open(uint32_t handle, uint32_t lanes, uint32_t flags) {
  static const api_measure_kind kind = {prepare, run, 1.2};
  return fl_api_measure(&(api_measure_request){"integral", {handle}, 1, lanes, flags}, &kind);
}
