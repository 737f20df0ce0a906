/* Runs: from an encoded pipeline and frames to a job of tiles, and the ends of it: leases, memory, errors. */
#include "api/jobs.h"

#include "api/engine.h"
#include "api/framelane.h"
#include "memory/allocator.h"

#include <string.h>

#define REAPINGS 2000

static api_job *retired; /* closed, but a worker was still looking at it */

void fl_api_reap(void) {
  for (api_job **at = &retired; *at;) {
    api_job *job = *at;
    if (!fl_sched_forget(&job->job)) {
      at = &job->next;
      continue;
    }
    *at = job->next;
    fl_api_end_job(job);
  }
}

void fl_api_reap_all(void) {
  /* Whoever still looks at a finished job is about to look away; if it has been put to sleep there, so be it. */
  for (int i = 0; i < REAPINGS && retired; i++) fl_api_reap();
}

api_job *fl_api_new_job(void) {
  fl_api_reap();
  api_job *job = fl_memory_alloc(sizeof *job, FL_MEMORY_PLAN);
  if (!job) {
    fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, "pipeline", "the memory is full at its maximum: no room for a job; dispose of frames");
    return NULL;
  }
  memset(job, 0, sizeof *job);
  job->graph.arena = &job->arena;
  return job;
}

void fl_api_end_job(api_job *job) {
  fl_pipeline_end_plan(&job->plan);
  fl_memory_arena_end(&job->arena);
  fl_memory_free(job->result);
  fl_memory_free(job);
}

/* ---- leases ---- */

static void return_leases(api_job *job) {
  for (uint32_t h = 0; h < job->held_count; h++) {
    held_pixels *held = &job->held[h];
    if (held->writing) fl_frame_return_write(held->pixels);
    else fl_frame_return_read(held->pixels);
    fl_frame_release(&held->pixels);
  }
  job->held_count = 0;
}

bool fl_api_lease(api_job *job, fl_pixels *pixels, bool writing) {
  for (uint32_t h = 0; h < job->held_count; h++)
    if (job->held[h].pixels == pixels && job->held[h].writing) return true; /* the output is an input too: one lease for both */
  if (!(writing ? fl_frame_lease_write(pixels) : fl_frame_lease_read(pixels))) {
    fl_report_fail(fl_api_report(), FL_BUSY, "pipeline", writing ? "the output frame is in use by a run in flight: await that run first"
                                                                 : "an input frame is being written by a run in flight: await that run first");
    return false;
  }
  fl_frame_hold(pixels);
  job->held[job->held_count++] = (held_pixels){pixels, writing};
  return true;
}

/* ---- opening ---- */

typedef struct request {
  const uint8_t *graph;
  uint64_t length;
  const uint32_t *handles;
  uint32_t handle_count, output, flags;
  fl_plan_options options;
} request;

static fl_status read_frames(api_job *job, const request *r, const fl_frame **frames, fl_shape *shapes) {
  if (r->handle_count < job->read.frames)
    return fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, "pipeline", "it refers to more frames than were given");
  for (uint32_t f = 0; f < job->read.frames; f++) {
    fl_frame *frame;
    fl_status status = fl_frame_find_or_report(r->handles[f], &frame, fl_api_report());
    if (status != FL_OK) return status;
    frames[f] = frame;
    shapes[f] = (fl_shape){frame->image.width, frame->image.height, frame->image.format};
  }
  return FL_OK;
}

/* The output given, if it has the right shape, or a new frame. */
static fl_status find_output(const request *r, fl_shape shape, fl_handle *handle, const fl_frame **out) {
  fl_report *report = fl_api_report();
  fl_frame *frame;
  *handle = r->output;
  fl_status status = r->output ? FL_OK : fl_frame_create(shape.width, shape.height, shape.format, false, handle, report);
  if (status == FL_OK) status = fl_frame_find_or_report(*handle, &frame, report);
  if (status != FL_OK) return status;
  *out = frame;
  const fl_image *image = &frame->image;
  if (image->width == shape.width && image->height == shape.height && image->format == shape.format) return FL_OK;
  status = image->format == shape.format ? FL_BAD_ARGUMENT : FL_BAD_FORMAT;
  fl_report_fail(report, status, "pipeline", "the output frame must be ");
  fl_frame_add_shape(&report->text, shape.width, shape.height, shape.format);
  fl_text_add(&report->text, ", got ");
  fl_frame_add_shape(&report->text, image->width, image->height, image->format);
  return status;
}

static fl_status lease_all(api_job *job, const fl_frame *const *frames, const fl_frame *output) {
  bool leased = fl_api_lease(job, output->pixels, true);
  for (uint32_t f = 0; leased && f < job->read.frames; f++) leased = fl_api_lease(job, frames[f]->pixels, false);
  return leased ? FL_OK : FL_BUSY;
}

fl_status fl_api_arm_job(api_job *job) {
  job->job.words = fl_memory_arena_take(&job->arena, fl_mul(fl_sched_words(&job->job), sizeof(fl_atomic)));
  job->job.phases = fl_memory_arena_take(&job->arena, job->job.phase_count * sizeof(fl_phase));
  if (job->job.words && job->job.phases) return FL_OK;
  return fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, "pipeline", "the memory is full at its maximum: no room for a job; dispose of frames");
}

static fl_status arm_plan(api_job *job) {
  job->job.phase_count = job->plan.step_count;
  for (uint32_t s = 0; s < job->plan.step_count; s++) job->job.tiles_of_phase[s] = fl_step_tiles(&job->plan.steps[s]);
  job->job.run = fl_pipeline_run_tile, job->job.undo = fl_pipeline_undo_tile;
  job->job.context = &job->plan;
  job->job.commits_from = job->plan.overwrites_from;
  return fl_api_arm_job(job);
}

static fl_status open_job(api_job *job, const request *r, fl_handle *output_handle) {
  const fl_frame *frames[FL_GRAPH_FRAMES_MAX], *output;
  fl_shape shapes[FL_GRAPH_FRAMES_MAX];
  fl_report *report = fl_api_report();
  fl_status status = fl_pipeline_read_graph(r->graph, r->length, &job->arena, &job->read, report);
  if (status == FL_OK) status = read_frames(job, r, frames, shapes);
  if (status == FL_OK) status = fl_pipeline_resolve_graph(&job->read, shapes, r->flags & FL_JOB_SIMD, &job->graph, report);
  if (status == FL_OK) status = find_output(r, job->graph.nodes[job->graph.root].node.out, output_handle, &output);
  if (status == FL_OK) status = lease_all(job, frames, output);
  if (status == FL_OK) status = fl_pipeline_make_plan(&job->graph, frames, output, &r->options, &job->plan, report);
  if (status == FL_OK) status = arm_plan(job);
  return status;
}

void fl_api_mail_job(api_job *job, double cost) {
  double *mail = fl_api_mail();
  mail[0] = (double)(uintptr_t)job, mail[2] = (double)(uintptr_t)&job->job.news;
  mail[3] = (double)fl_sched_words(&job->job), mail[4] = cost;
}

FL_EXPORT(fl_job_open)
int32_t fl_job_open(uintptr_t graph, double length, uintptr_t handles, uint32_t handle_count, uint32_t output, uint32_t flags,
                    uint32_t lanes, uint32_t scratches, uint32_t tile_width, uint32_t tile_height) {
  request r = {.graph = (const uint8_t *)graph, .length = (uint64_t)length, .handles = (const uint32_t *)handles,
               .handle_count = handle_count, .output = output, .flags = flags,
               .options = {.lanes = lanes, .scratches = scratches, .fuse = flags & FL_JOB_FUSE, .tile_width = tile_width, .tile_height = tile_height}};
  api_job *job = fl_api_new_job();
  if (!job) return FL_OUT_OF_MEMORY;
  fl_handle output_handle = output;
  fl_status status = open_job(job, &r, &output_handle);
  if (status != FL_OK) {
    return_leases(job);
    if (output_handle && !output) fl_frame_destroy(output_handle);
    fl_api_end_job(job);
    return status;
  }
  fl_api_mail_job(job, job->plan.cost);
  fl_api_mail()[1] = output_handle;
  return FL_OK;
}

FL_EXPORT(fl_graph_check) int32_t fl_graph_check(uintptr_t bytes, double length) {
  fl_arena arena = {0};
  fl_graph graph;
  fl_status status = fl_pipeline_read_graph((const uint8_t *)bytes, (uint64_t)length, &arena, &graph, fl_api_report());
  fl_memory_arena_end(&arena);
  return status;
}

/* ---- running ---- */

FL_EXPORT(fl_job_submit) int32_t fl_job_submit(uintptr_t job, uint32_t helpers) {
  api_job *j = (api_job *)job;
  j->submitted = fl_sched_submit(&j->job, helpers);
  return j->submitted ? FL_OK : fl_report_fail(fl_api_report(), FL_BUSY, "pipeline", "too many runs are in flight: await some of them first");
}

FL_EXPORT(fl_job_work) int32_t fl_job_work(uintptr_t job, uint32_t max_tiles, double patience_ms) {
  return fl_sched_work(&((api_job *)job)->job, max_tiles, (int64_t)(patience_ms * 1e6));
}

FL_EXPORT(fl_job_settle) int32_t fl_job_settle(uintptr_t job) {
  fl_job *j = &((api_job *)job)->job;
  bool finished = fl_sched_settle(j);
  if (!finished) fl_sched_announce_sleep(j);
  return finished;
}
FL_EXPORT(fl_job_cancel) void fl_job_cancel(uintptr_t job) { fl_sched_cancel(&((api_job *)job)->job); }

FL_EXPORT(fl_job_progress) int32_t fl_job_progress(uintptr_t job) {
  fl_job *j = &((api_job *)job)->job;
  uint32_t done, total;
  fl_sched_progress(j, &done, &total);
  fl_api_mail()[0] = done, fl_api_mail()[1] = total, fl_api_mail()[2] = fl_peek(&j->deaths);
  return FL_OK;
}

FL_EXPORT(fl_job_was_cancelled) int32_t fl_job_was_cancelled(uintptr_t job) { return fl_sched_was_cancelled(&((api_job *)job)->job); }

FL_EXPORT(fl_job_take_result) uintptr_t fl_job_take_result(uintptr_t job) {
  uintptr_t result = (uintptr_t)((api_job *)job)->result;
  ((api_job *)job)->result = NULL;
  return result;
}

FL_EXPORT(fl_job_close) void fl_job_close(uintptr_t job) {
  api_job *j = (api_job *)job;
  return_leases(j);
  if (!j->submitted || fl_sched_forget(&j->job)) fl_api_end_job(j);
  else j->next = retired, retired = j;
}

/* ---- explaining ---- */

static char explanation[32 << 10];

FL_EXPORT(fl_explain)
const char *fl_explain(uintptr_t graph, double length, uintptr_t shapes, uint32_t frame_count, uint32_t flags, uint32_t lanes,
                       uint32_t tile_width, uint32_t tile_height) {
  api_job *job = fl_api_new_job();
  if (!job) return NULL;
  fl_report *report = fl_api_report();
  const fl_shape *given = (const fl_shape *)shapes;
  fl_frame pixelless[FL_GRAPH_FRAMES_MAX] = {0}, output = {0};
  const fl_frame *frames[FL_GRAPH_FRAMES_MAX];
  fl_plan_options options = {.lanes = lanes, .scratches = lanes + 1, .dry = true, .fuse = flags & FL_JOB_FUSE, .tile_width = tile_width, .tile_height = tile_height};
  fl_status status = fl_pipeline_read_graph((const uint8_t *)graph, (uint64_t)length, &job->arena, &job->read, report);
  if (status == FL_OK && frame_count < job->read.frames) status = fl_report_fail(report, FL_BAD_ARGUMENT, "pipeline", "explain() was given too few frames");
  for (uint32_t f = 0; status == FL_OK && f < job->read.frames; f++) {
    frames[f] = &pixelless[f];
    if ((uint32_t)given[f].format >= FL_FORMATS) status = fl_report_fail(report, FL_BAD_FORMAT, "pipeline", "there is no such pixel format");
    pixelless[f].image = (fl_image){.width = given[f].width, .height = given[f].height, .format = given[f].format};
  }
  if (status == FL_OK) status = fl_pipeline_resolve_graph(&job->read, given, flags & FL_JOB_SIMD, &job->graph, report);
  if (status == FL_OK) {
    fl_shape out = job->graph.nodes[job->graph.root].node.out;
    output.image = (fl_image){.width = out.width, .height = out.height, .format = out.format};
    status = fl_pipeline_make_plan(&job->graph, frames, &output, &options, &job->plan, report);
  }
  fl_text text;
  fl_text_start(&text, explanation, sizeof explanation);
  if (status == FL_OK) fl_pipeline_explain(&job->plan, &text);
  if (text.overflowed) status = fl_report_fail(report, FL_UNSUPPORTED, "pipeline", "it is too long to be explained");
  fl_api_end_job(job);
  return status == FL_OK ? explanation : NULL;
}
