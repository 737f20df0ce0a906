#include "api/measure.h"

#include "api/engine.h"
#include "api/framelane.h"
#include "kernels/histogram.h"
#include "kernels/statistics.h"

#include <math.h>
#include <string.h>

#define ROUND_ROWS 4u /* bands begin at whole blocks, which compare() counts in */

void fl_api_measure_take_partials(api_job *job, api_measure *measure, uint64_t bytes) {
  uint64_t padded = fl_align(bytes, 64);
  measure->partial_bytes = (size_t)padded;
  measure->partials = fl_memory_arena_take_raw(&job->arena, fl_mul(padded, measure->bands.count));
}

void fl_api_measure_two_phases(api_job *job, const api_measure *measure) {
  job->job.phase_count = 2;
  job->job.tiles_of_phase[0] = measure->bands.count, job->job.tiles_of_phase[1] = 1;
}

static fl_status find_frames(const api_measure_request *request, fl_frame **frames) {
  fl_report *report = fl_api_report();
  for (uint32_t i = 0; i < request->handles; i++) {
    fl_status status = fl_frame_find_or_report(request->handle[i], &frames[i], report);
    if (status != FL_OK) return status;
    const fl_format_info *format = fl_frame_format(frames[i]->image.format);
    if (format->planes == 1) continue;
    fl_report_fail(report, FL_BAD_FORMAT, request->name, "takes rgba8, bgra8 or gray8; got ");
    fl_text_add(&report->text, format->name);
    return FL_BAD_FORMAT;
  }
  return FL_OK;
}

static fl_status check_same_shape(const char *name, const fl_image *a, const fl_image *b) {
  if (a->width == b->width && a->height == b->height && a->format == b->format) return FL_OK;
  fl_report *report = fl_api_report();
  fl_status status = a->format == b->format ? FL_BAD_ARGUMENT : FL_BAD_FORMAT;
  fl_report_fail(report, status, name, "both frames must have the same size and format, got ");
  fl_frame_add_shape(&report->text, a->width, a->height, a->format);
  fl_text_add(&report->text, " and ");
  fl_frame_add_shape(&report->text, b->width, b->height, b->format);
  return status;
}

static fl_status open(api_job *job, const api_measure_request *request, const api_measure_kind *kind) {
  fl_frame *frames[2];
  fl_status status = find_frames(request, frames);
  if (status == FL_OK && request->handles == 2) status = check_same_shape(request->name, &frames[0]->image, &frames[1]->image);
  if (status != FL_OK) return status;
  api_measure *m = fl_memory_arena_take(&job->arena, sizeof *m);
  if (m) {
    *m = (api_measure){.image = frames[0]->image, .other = frames[request->handles - 1]->image, .lanes = request->lanes,
                       .simd = request->flags & FL_JOB_SIMD};
    m->channels = fl_bytes_per_pixel(m->image.format);
    uint32_t height = fl_bands_free_height(m->image.width, m->image.height, request->lanes);
    m->bands = fl_bands_even(m->image.height, (uint32_t)fl_align(height, ROUND_ROWS));
    status = kind->prepare(job, m, request->name);
  }
  if (status != FL_OK) return status;
  if (job->arena.exhausted)
    return fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, request->name, "the memory is full at its maximum; dispose of frames");
  job->job.run = kind->run, job->job.context = m;
  status = fl_api_arm_job(job);
  for (uint32_t i = 0; i < request->handles && status == FL_OK; i++)
    if (!fl_api_lease(job, frames[i]->pixels, false)) status = FL_BUSY;
  return status;
}

int32_t fl_api_measure(const api_measure_request *request, const api_measure_kind *kind) {
  api_job *job = fl_api_new_job();
  if (!job) return FL_OUT_OF_MEMORY;
  fl_status status = open(job, request, kind);
  if (status != FL_OK) {
    fl_job_close((uintptr_t)job);
    return status;
  }
  api_measure *m = job->job.context;
  fl_api_mail_job(job, (double)m->image.width * m->image.height * m->channels * kind->cost);
  fl_api_mail()[5] = (double)(uintptr_t)m->result;
  return FL_OK;
}

/* ---- histogram: 256 counts for each channel ---- */

static fl_status prepare_histogram(api_job *job, api_measure *m, const char *name) {
  (void)name;
  uint64_t bytes = m->channels * 256 * sizeof(uint32_t);
  m->result = fl_memory_arena_take_raw(&job->arena, bytes);
  fl_api_measure_take_partials(job, m, bytes);
  fl_api_measure_two_phases(job, m);
  return FL_OK;
}

static bool run_histogram(void *context, fl_task *task) {
  const api_measure *m = context;
  uint32_t count = m->channels * 256, *counts = m->result;
  if (task->phase == 0) {
    fl_span rows = fl_bands_rows(&m->bands, task->tile);
    fl_histogram_of(m->simd, fl_frame_image_row(&m->image, 0, rows.first), m->image.plane[0].stride, m->image.width, fl_span_length(rows),
                    m->channels, api_measure_partial(m, task->tile));
    return true;
  }
  memset(counts, 0, count * sizeof *counts);
  for (uint32_t t = 0; t < m->bands.count; t++)
    for (uint32_t i = 0; i < count; i++) counts[i] += ((uint32_t *)api_measure_partial(m, t))[i];
  return true;
}

FL_EXPORT(fl_histogram_open) int32_t fl_histogram_open(uint32_t handle, uint32_t lanes, uint32_t flags) {
  static const api_measure_kind kind = {prepare_histogram, run_histogram, 0.5};
  return fl_api_measure(&(api_measure_request){"histogram", {handle}, 1, lanes, flags}, &kind);
}

/* ---- statistics: min, max, mean and standard deviation of each channel ---- */

#define STATISTICS 4u

static fl_status prepare_statistics(api_job *job, api_measure *m, const char *name) {
  (void)name;
  m->result = fl_memory_arena_take_raw(&job->arena, STATISTICS * m->channels * sizeof(double));
  fl_api_measure_take_partials(job, m, sizeof(fl_statistics));
  fl_api_measure_two_phases(job, m);
  return FL_OK;
}

static void add_rows(const api_measure *m, fl_span rows, fl_statistics *out) {
  *out = FL_STATISTICS_NONE;
  for (uint32_t y = rows.first; y < rows.end; y++)
    fl_kernels_statistics(m->simd)->add(out, fl_frame_image_row(&m->image, 0, y), m->image.width, m->channels);
}

static void conclude_statistics(const api_measure *m) {
  double *out = m->result, pixels = (double)m->image.width * m->image.height;
  for (uint32_t c = 0; c < m->channels; c++, out += STATISTICS) {
    uint64_t sum = 0, squares = 0;
    uint8_t min = 255, max = 0;
    for (uint32_t t = 0; t < m->bands.count; t++) {
      const fl_statistics *found = api_measure_partial(m, t);
      sum += found->sum[c], squares += found->squares[c];
      if (found->min[c] < min) min = found->min[c];
      if (found->max[c] > max) max = found->max[c];
    }
    double mean = (double)sum / pixels;
    out[0] = min, out[1] = max, out[2] = mean, out[3] = sqrt(fmax(0, (double)squares / pixels - mean * mean));
  }
}

static bool run_statistics(void *context, fl_task *task) {
  const api_measure *m = context;
  if (task->phase == 0) add_rows(m, fl_bands_rows(&m->bands, task->tile), api_measure_partial(m, task->tile));
  else conclude_statistics(m);
  return true;
}

FL_EXPORT(fl_statistics_open) int32_t fl_statistics_open(uint32_t handle, uint32_t lanes, uint32_t flags) {
  static const api_measure_kind kind = {prepare_statistics, run_statistics, 0.15};
  return fl_api_measure(&(api_measure_request){"statistics", {handle}, 1, lanes, flags}, &kind);
}
