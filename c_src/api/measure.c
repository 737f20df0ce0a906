/* Measurements: jobs whose result is not an image. */
#include "api/engine.h"
#include "api/framelane.h"
#include "api/jobs.h"
#include "kernels/histogram.h"

#include <string.h>

#define TILES_PER_LANE 4u
#define PIXELS_MIN 16384u

typedef struct histogram {
  fl_image image;
  uint32_t channels, tiles, tile_height;
  uint32_t *counts;   /* the result: channels × 256 */
  uint32_t *partials; /* one such per tile */
  bool simd;
} histogram;

static void count_tile(const histogram *h, uint32_t tile) {
  uint32_t *counts = h->partials + (size_t)tile * h->channels * 256;
  uint32_t first = tile * h->tile_height, rows = fl_min_u32(h->tile_height, h->image.height - first);
  fl_histogram_of(h->simd, fl_frame_image_row(&h->image, 0, first), h->image.plane[0].stride, h->image.width, rows, h->channels, counts);
}

static bool run_tile(void *context, fl_task *task) {
  const histogram *h = context;
  if (task->phase == 0) {
    count_tile(h, task->tile);
    return true;
  }
  memset(h->counts, 0, h->channels * 256 * sizeof *h->counts);
  for (uint32_t t = 0; t < h->tiles; t++)
    for (uint32_t i = 0; i < h->channels * 256; i++) h->counts[i] += h->partials[(size_t)t * h->channels * 256 + i];
  return true;
}

static fl_status open_histogram(api_job *job, fl_handle handle, uint32_t lanes, uint32_t flags) {
  fl_report *report = fl_api_report();
  fl_frame *frame;
  fl_status status = fl_frame_find_or_report(handle, &frame, report);
  if (status != FL_OK) return status;
  const fl_format_info *format = fl_frame_format(frame->image.format);
  if (format->planes > 1) {
    fl_report_fail(report, FL_BAD_FORMAT, "histogram", "takes rgba8, bgra8 or gray8; got ");
    fl_text_add(&report->text, format->name);
    return FL_BAD_FORMAT;
  }
  if (!fl_api_lease(job, frame->pixels, false)) return FL_BUSY;
  uint64_t pixels = (uint64_t)frame->image.width * frame->image.height;
  uint32_t tiles = (uint32_t)fl_max_u32(1, fl_min_u32(fl_max_u32(lanes, 1) * TILES_PER_LANE, (uint32_t)(pixels / PIXELS_MIN)));
  histogram *h = fl_memory_arena_take(&job->arena, sizeof *h);
  if (h) {
    *h = (histogram){.image = frame->image, .channels = format->channels, .simd = flags & FL_JOB_SIMD};
    h->tile_height = (frame->image.height + tiles - 1) / tiles;
    h->tiles = (frame->image.height + h->tile_height - 1) / h->tile_height;
    h->counts = fl_memory_arena_take_raw(&job->arena, h->channels * 256 * sizeof *h->counts);
    h->partials = fl_memory_arena_take_raw(&job->arena, (uint64_t)h->tiles * h->channels * 256 * sizeof *h->partials);
  }
  if (job->arena.exhausted) return fl_report_fail(report, FL_OUT_OF_MEMORY, "histogram", "the memory is full at its maximum; dispose of frames");
  job->job.phase_count = 2;
  job->job.tiles_of_phase[0] = h->tiles, job->job.tiles_of_phase[1] = 1;
  job->job.run = run_tile, job->job.context = h;
  return fl_api_arm_job(job);
}

FL_EXPORT(fl_histogram_open) int32_t fl_histogram_open(uint32_t handle, uint32_t lanes, uint32_t flags) {
  api_job *job = fl_api_new_job();
  if (!job) return FL_OUT_OF_MEMORY;
  fl_status status = open_histogram(job, handle, lanes, flags);
  if (status != FL_OK) {
    fl_job_close((uintptr_t)job);
    return status;
  }
  histogram *h = job->job.context;
  fl_api_mail_job(job, (double)h->image.width * h->image.height * h->channels * 0.5);
  fl_api_mail()[5] = (double)(uintptr_t)h->counts;
  return FL_OK;
}
