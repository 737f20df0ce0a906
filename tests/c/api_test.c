/* The public C API at its edges: what it refuses, in words, and that nothing has changed then. */
#include "api/jobs.h"
#include "api_calls.h"
#include "encode.h"
#include "memory/allocator.h"

#ifndef __wasm__
#include <pthread.h>
#endif

static encoder pipeline;

/* frames inverted and added up, whatever their number */
static void encode_sum(uint32_t frames) {
  encode_start(&pipeline);
  uint32_t sum = encode_frame(&pipeline, 0);
  for (uint32_t f = 1; f < frames; f++) sum = encode_op(&pipeline, "add", sum, encode_frame(&pipeline, f), 0);
  encode_op(&pipeline, "invert", sum, 0, 0);
}

static int32_t open_job(const uint32_t *handles, uint32_t count, fl_handle output) {
  return fl_job_open((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)handles, count, output, FL_JOB_SIMD | FL_JOB_FUSE, 2, 3, 0, 0);
}

/* ---- the engine ---- */

static void memory_is_given_only_for_good_reasons(void) {
  fl_start(0);
  const double sizes[] = {0, -1, 0.5, 1e300, NAN, 9007199254740994.0};
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++) CHECK(fl_alloc(sizes[i], 64, FL_MEMORY_USER) == 0);
  const uint32_t alignments[] = {0, 3, 65, 2 * FL_MEMORY_ALIGNMENT_MAX, 0xFFFFFFFF};
  for (uint32_t i = 0; i < FL_COUNT(alignments); i++) CHECK(fl_alloc(10, alignments[i], FL_MEMORY_USER) == 0);
  CHECK(fl_alloc(10, 64, FL_MEMORY_FREE) == 0 && fl_alloc(10, 64, FL_MEMORY_FOREIGN) == 0 && fl_alloc(10, 64, 1000) == 0);
  CHECK(live_bytes() == 0);
  uintptr_t small = fl_alloc(10, 1, FL_MEMORY_USER), wide = fl_alloc(10, FL_MEMORY_ALIGNMENT_MAX, FL_MEMORY_MODULE);
  CHECK(small && small % FL_MEMORY_ALIGNMENT == 0 && wide && wide % FL_MEMORY_ALIGNMENT_MAX == 0 && live_bytes() == 20);
  CHECK(fl_free(small) == FL_OK && fl_free(wide) == FL_OK);
  CHECK(said(fl_free(small), FL_STALE_HANDLE, "no live block") && live_bytes() == 0);
}

static void the_map_is_walked_to_its_end(void) {
  fl_start(0);
  uintptr_t block = fl_alloc(1000, 64, FL_MEMORY_USER), at = 0;
  uint32_t blocks = 0, mine = 0;
  for (; fl_layout_next(at); blocks++) {
    CHECK(fl_mail()[1] > fl_mail()[0]);
    mine += fl_mail()[2] == FL_MEMORY_USER && fl_mail()[3] == 1000;
    at = (uintptr_t)fl_mail()[0];
  }
  CHECK(blocks >= 2 && mine == 1);
  fl_free(block);
}

static void names_end_where_the_lists_do(void) {
  fl_start(1);
  CHECK(strcmp(fl_format_name(FL_NV12), "nv12") == 0 && fl_format_name(FL_FORMATS) == NULL && fl_format_name(0xFFFFFFFF) == NULL);
  for (uint32_t i = 0; i < fl_ops_count(); i++) CHECK(fl_op_json(i) && fl_op_json(i)[0] == '{' && strstr(fl_op_json(i), "\"formats\":[\""));
  CHECK(fl_op_json(fl_ops_count()) == NULL && fl_op_json(0xFFFFFFFF) == NULL);
  const fl_header *header = (const fl_header *)fl_header_address();
  CHECK(header->magic == FL_MAGIC && header->abi == fl_abi());
}

/* ---- frames ---- */

static void frames_beyond_the_limits_are_refused(void) {
  fl_start(0);
  uint64_t before = live_bytes();
  CHECK(said(fl_frame_new(0, 5, FL_RGBA8), FL_BAD_ARGUMENT, "width must be between 1 and 65535, got 0"));
  CHECK(said(fl_frame_new(5, 65536, FL_RGBA8), FL_BAD_ARGUMENT, "height"));
  CHECK(said(fl_frame_new(5, 5, FL_FORMATS), FL_BAD_FORMAT, "no such pixel format"));
  CHECK(said(fl_frame_new(65535, 65535, FL_RGBA8), FL_OUT_OF_MEMORY, "65535×65535 rgba8 needs 17179344900 bytes"));
  CHECK(live_bytes() == before);
  fl_handle frame = frame_of(10, 8, FL_I420);
  const double wrong[][4] = {{-1, 0, 1, 1}, {0.5, 0, 1, 1}, {0, NAN, 1, 1}, {0, 0, 65536, 1}, {0, 0, 1, INFINITY}};
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++)
    CHECK(said(fl_frame_crop(frame, wrong[i][0], wrong[i][1], wrong[i][2], wrong[i][3]), FL_BAD_ARGUMENT, "must be between"));
  CHECK(said(fl_frame_crop(frame, 0, 0, 0, 1), FL_BAD_ARGUMENT, "at least one pixel"));
  CHECK(said(fl_frame_crop(frame, 8, 0, 3, 8), FL_BAD_ARGUMENT, "leaves the image of 10 × 8"));
  CHECK(said(fl_frame_crop(frame, 0, 8, 1, 1), FL_BAD_ARGUMENT, "leaves the image"));
  CHECK(said(fl_frame_crop(frame, 0, 3, 2, 2), FL_BAD_ARGUMENT, "must be even"));
  CHECK(fl_frame_drop(frame) == FL_OK);
  CHECK(said(fl_frame_drop(frame), FL_STALE_HANDLE, "disposed of") && said(fl_frame_describe(frame), FL_STALE_HANDLE, "disposed of"));
  CHECK(said(fl_frame_crop(frame, 0, 0, 1, 1), FL_STALE_HANDLE, "disposed of"));
}

static void a_frame_may_be_read_unless_a_run_is_writing_it(void) {
  fl_start(0);
  fl_handle frame = frame_of(4, 4, FL_GRAY8);
  fl_pixels *pixels = fl_frame_find(frame)->pixels;
  CHECK(fl_frame_may_read(frame) == FL_OK && fl_load(&pixels->lease) == 0);
  CHECK(fl_frame_lease_write(pixels) && said(fl_frame_may_read(frame), FL_BUSY, "a run in flight is writing this frame"));
  fl_frame_return_write(pixels);
  CHECK(fl_frame_lease_read(pixels) && fl_frame_may_read(frame) == FL_OK && fl_load(&pixels->lease) == 1);
  fl_frame_return_read(pixels);
  CHECK(fl_frame_drop(frame) == FL_OK && said(fl_frame_may_read(frame), FL_STALE_HANDLE, "disposed of"));
}

/* Handles run out before memory does. */
static void a_frame_without_a_handle_leaves_nothing_behind(void) {
  fl_start(0);
  fl_handle frame = frame_of(4, 4, FL_GRAY8);
  int object;
  while (fl_memory_handle_create(&object)) {}
  uint64_t before = live_bytes();
  CHECK(said(fl_frame_new(100, 100, FL_RGBA8), FL_OUT_OF_MEMORY, "no room for another frame"));
  CHECK(said(fl_frame_crop(frame, 0, 0, 2, 2), FL_OUT_OF_MEMORY, "no room for another frame"));
  encode_sum(1);
  CHECK(said(open_job(&frame, 1, 0), FL_OUT_OF_MEMORY, "no room for another frame"));
  CHECK(live_bytes() == before && fl_load(&fl_frame_find(frame)->pixels->references) == 1);
  CHECK(fl_frame_drop(frame) == FL_OK && fl_frame_new(1, 1, FL_GRAY8) == FL_OK);
}

static void frames_overlap_as_their_rectangles_do(void) {
  fl_start(0);
  fl_handle whole = frame_of(20, 20, FL_GRAY8), other = frame_of(20, 20, FL_GRAY8);
  const uint32_t rect[][4] = {{5, 5, 10, 10}, {5, 5, 10, 9}, {5, 5, 9, 10}, {6, 5, 9, 10}, {5, 6, 10, 9}, {0, 0, 5, 20}, {15, 0, 5, 20}, {0, 0, 20, 5}, {0, 15, 20, 5}};
  const fl_overlap expected[] = {FL_IDENTICAL, FL_OVERLAPPING, FL_OVERLAPPING, FL_OVERLAPPING, FL_OVERLAPPING, FL_APART, FL_APART, FL_APART, FL_APART};
  fl_frame_crop(whole, 5, 5, 10, 10);
  const fl_frame *middle = fl_frame_find((fl_handle)fl_mail()[0]);
  for (uint32_t i = 0; i < FL_COUNT(rect); i++) {
    CHECK(fl_frame_crop(whole, rect[i][0], rect[i][1], rect[i][2], rect[i][3]) == FL_OK);
    const fl_frame *view = fl_frame_find((fl_handle)fl_mail()[0]);
    CHECK(fl_frame_overlap(view, middle) == expected[i] && fl_frame_overlap(middle, view) == expected[i]);
  }
  CHECK(fl_frame_overlap(fl_frame_find(other), middle) == FL_APART);
}

/* ---- runs ---- */

static void a_run_of_wrong_frames_is_refused(void) {
  fl_start(0);
  fl_handle a = frame_of(30, 20, FL_RGBA8), b = frame_of(30, 20, FL_RGBA8), gray = frame_of(30, 20, FL_GRAY8), narrow = frame_of(29, 20, FL_RGBA8);
  fl_handle low = frame_of(30, 19, FL_RGBA8), gone = frame_of(5, 5, FL_RGBA8), yuv = frame_of(30, 20, FL_NV12);
  fl_frame_drop(gone);
  encode_sum(2);
  uint64_t before = live_bytes();
  CHECK(said(open_job((uint32_t[]){a, b}, 1, 0), FL_BAD_ARGUMENT, "more frames than were given"));
  CHECK(said(open_job((uint32_t[]){a, gone}, 2, 0), FL_STALE_HANDLE, "disposed of"));
  CHECK(said(open_job((uint32_t[]){a, 0xFFFFFFFF}, 2, 0), FL_STALE_HANDLE, "disposed of"));
  CHECK(said(open_job((uint32_t[]){a, b}, 2, gone), FL_STALE_HANDLE, "disposed of"));
  CHECK(said(open_job((uint32_t[]){a, gray}, 2, 0), FL_BAD_FORMAT, "add: both images must be alike, got 30×20 rgba8 and 30×20 gray8"));
  CHECK(said(open_job((uint32_t[]){a, narrow}, 2, 0), FL_BAD_ARGUMENT, "both images must be alike"));
  CHECK(said(open_job((uint32_t[]){a, low}, 2, 0), FL_BAD_ARGUMENT, "30×20 rgba8 and 30×19 rgba8"));
  CHECK(said(open_job((uint32_t[]){a, b}, 2, gray), FL_BAD_FORMAT, "the output frame must be 30×20 rgba8, got 30×20 gray8"));
  CHECK(said(open_job((uint32_t[]){a, b}, 2, narrow), FL_BAD_ARGUMENT, "got 29×20 rgba8"));
  CHECK(said(open_job((uint32_t[]){a, b}, 2, low), FL_BAD_ARGUMENT, "got 30×19 rgba8"));
  CHECK(said(open_job((uint32_t[]){yuv, yuv}, 2, 0), FL_BAD_FORMAT, "put toRgba() before it"));
  encode_start(&pipeline);
  encode_frame(&pipeline, 0);
  encode_op(&pipeline, "equalize", 0, 0, 0);
  CHECK(said(open_job(&yuv, 1, 0), FL_BAD_FORMAT, "equalize: takes "));
  CHECK(live_bytes() == before);
}

static void a_frame_in_use_is_busy_and_free_again_afterwards(void) {
  fl_start(0);
  fl_handle a = frame_of(30, 20, FL_RGBA8), out = frame_of(30, 20, FL_RGBA8);
  encode_sum(1);
  CHECK(open_job(&a, 1, out) == FL_OK);
  uintptr_t job = (uintptr_t)fl_mail()[0];
  uint64_t before = live_bytes();
  CHECK(said(open_job(&a, 1, out), FL_BUSY, "the output frame is in use"));
  CHECK(said(open_job(&out, 1, 0), FL_BUSY, "an input frame is being written"));
  CHECK(said(open_job(&out, 1, a), FL_BUSY, "the output frame is in use"));
  CHECK(said(fl_histogram_open(out, 1, FL_JOB_SIMD), FL_BUSY, "being written"));
  CHECK(live_bytes() == before);
  fl_job_close(job); /* never submitted */
  CHECK(fl_load(&fl_frame_find(a)->pixels->lease) == 0 && fl_load(&fl_frame_find(out)->pixels->lease) == 0);
  CHECK(open_job(&out, 1, a) == FL_OK);
  fl_job_close((uintptr_t)fl_mail()[0]);
}

static void the_65th_run_in_flight_is_refused(void) {
  fl_start(0);
  fl_handle a = frame_of(3, 3, FL_GRAY8);
  uint64_t before = live_bytes();
  uintptr_t jobs[FL_JOBS_MAX + 1];
  fl_handle outputs[FL_JOBS_MAX + 1];
  encode_sum(1);
  for (uint32_t j = 0; j <= FL_JOBS_MAX; j++) {
    CHECK(open_job(&a, 1, 0) == FL_OK);
    jobs[j] = (uintptr_t)fl_mail()[0], outputs[j] = (fl_handle)fl_mail()[1];
    if (j < FL_JOBS_MAX) CHECK(fl_job_submit(jobs[j], 0) == FL_OK);
    else CHECK(said(fl_job_submit(jobs[j], 0), FL_BUSY, "too many runs are in flight"));
  }
  for (uint32_t j = 0; j <= FL_JOBS_MAX; j++) {
    if (j < FL_JOBS_MAX) CHECK(fl_job_work(jobs[j], 0, 0) == 1);
    fl_job_close(jobs[j]);
    fl_frame_drop(outputs[j]);
  }
  CHECK(live_bytes() == before);
}

static void more_operations_than_there_is_room_for_are_refused(void) {
  fl_start(0);
  fl_handle a = frame_of(8, 8, FL_GRAY8);
  uint64_t before = live_bytes();
  encode_start(&pipeline);
  for (uint32_t n = encode_frame(&pipeline, 0); n < 70; n++) encode_op(&pipeline, "equalize", n, 0, 0);
  CHECK(said(open_job(&a, 1, 0), FL_BAD_ARGUMENT, "too many passes"));
  encode_start(&pipeline);
  encode_frame(&pipeline, 0);
  uint32_t count = FL_GRAPH_NODES_MAX + 1;
  memcpy(pipeline.bytes + 4, &count, sizeof count);
  CHECK(said(open_job(&a, 1, 0), FL_BAD_ARGUMENT, "the number of operations must be between 1 and 1024, got 1025"));
  count = 0;
  memcpy(pipeline.bytes + 4, &count, sizeof count);
  CHECK(said(open_job(&a, 1, 0), FL_BAD_ARGUMENT, "the number of operations"));
  encode_start(&pipeline); /* each opening is two operations */
  for (uint32_t n = encode_frame(&pipeline, 0); n < 511; n++) encode_op(&pipeline, "open", n, 0, 0);
  encoder nearly = pipeline;
  for (uint32_t n = 511; n < 520; n++) encode_op(&pipeline, "open", n, 0, 0);
  CHECK(said(open_job(&a, 1, 0), FL_BAD_ARGUMENT, "the number of operations must be between 1 and 1024, got 1025"));
  pipeline = nearly;
  for (uint32_t n = 0; n < 5; n++) encode_frame(&pipeline, 0);
  CHECK(said(open_job(&a, 1, 0), FL_BAD_ARGUMENT, "too many frames"));
  CHECK(live_bytes() == before);
}

static void explaining_refuses_what_running_would(void) {
  fl_start(0);
  const fl_shape shapes[2] = {{30, 20, FL_RGBA8}, {30, 20, (fl_format)FL_FORMATS}};
  uint64_t before = live_bytes();
  encode_sum(2);
  CHECK(!fl_explain((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)shapes, 1, 3, 1, 0, 0) && said(fl_message_status(), FL_BAD_ARGUMENT, "too few frames"));
  CHECK(!fl_explain((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)shapes, 2, 3, 1, 0, 0) && said(fl_message_status(), FL_BAD_FORMAT, "no such pixel format"));
  encode_start(&pipeline);
  for (uint32_t n = encode_frame(&pipeline, 0); n < 300; n++) encode_op(&pipeline, "premultiply", n, 0, 0);
  const char *text = fl_explain((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)shapes, 1, FL_JOB_SIMD, 1, 0, 0);
  CHECK(!text && said(fl_message_status(), FL_BAD_ARGUMENT, "too many passes"));
  encode_start(&pipeline);
  for (uint32_t n = encode_frame(&pipeline, 0); n < 600; n++) encode_op(&pipeline, "prewitt", n, 0, 0);
  const fl_shape gray = {30, 20, FL_GRAY8};
  text = fl_explain((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)&gray, 1, FL_JOB_FUSE, 1, 0, 20);
  CHECK(!text && said(fl_message_status(), FL_UNSUPPORTED, "too long to be explained"));
  CHECK(live_bytes() == before);
}

static void a_measure_of_the_wrong_frames_is_refused(void) {
  fl_start(0);
  fl_handle a = frame_of(30, 20, FL_RGBA8), narrow = frame_of(29, 20, FL_RGBA8), low = frame_of(30, 19, FL_RGBA8), gray = frame_of(30, 20, FL_GRAY8), yuv = frame_of(30, 20, FL_I420);
  uint64_t before = live_bytes();
  CHECK(said(fl_histogram_open(yuv, 1, 0), FL_BAD_FORMAT, "histogram: takes rgba8, bgra8 or gray8; got i420"));
  CHECK(said(fl_statistics_open(0, 1, 0), FL_STALE_HANDLE, "disposed of"));
  CHECK(said(fl_compare_open(a, narrow, 1, 0), FL_BAD_ARGUMENT, "same size and format, got 30×20 rgba8 and 29×20 rgba8"));
  CHECK(said(fl_compare_open(a, low, 1, 0), FL_BAD_ARGUMENT, "30×19"));
  CHECK(said(fl_compare_open(a, gray, 1, 0), FL_BAD_FORMAT, "compare: both frames"));
  CHECK(live_bytes() == before);
  fl_handle large = frame_of(4105, 4105, FL_GRAY8);
  before = live_bytes();
  CHECK(said(fl_integral_open(large, 1, 0), FL_UNSUPPORTED, "integral: sums of 4105×4105 gray8 may not fit in 32 bits"));
  CHECK(live_bytes() == before);
}

/* ---- threads that vanish ---- */

#ifndef __wasm__
static _Thread_local bool mortal;
static void die_in_row(fl_stage *stage) {
  if (mortal) pthread_exit(NULL);
  pass_on(stage);
}
static void *serve_lane_1(void *unused) {
  (void)unused;
  mortal = true;
  fl_worker_enlist(1);
  fl_worker(1);
  return NULL;
}

/* A thread that is gone, in the middle of a run or between its last tile and saying so. */
static uintptr_t vanish_in_run(const uint32_t *frame) {
  pthread_t thread;
  encode_start(&pipeline);
  encode_frame(&pipeline, 0);
  encode_op(&pipeline, "testMortal", 0, 0, 0);
  CHECK(open_job(frame, 1, 0) == FL_OK);
  uintptr_t job = (uintptr_t)fl_mail()[0];
  fl_frame_drop((fl_handle)fl_mail()[1]);
  CHECK(fl_job_submit(job, 1) == FL_OK);
  pthread_create(&thread, NULL, serve_lane_1, NULL);
  pthread_join(thread, NULL);
  CHECK(fl_job_work(job, 0, 0) == 0 && fl_job_settle(job) == 0);
  return job;
}

static void a_run_outlives_a_thread_and_a_thread_a_run(void) {
  static const fl_op op = {.name = "testMortal", OF_A_TEST, .row = die_in_row}, *const ops[] = {&op};
  const fl_module module = module_of(ops, 1);
  fl_start(0);
  CHECK(fl_module_register((uintptr_t)&module) == FL_OK);
  fl_handle frame = frame_of(50, 50, FL_RGBA8);
  uint64_t before = live_bytes();
  uintptr_t job = vanish_in_run(&frame);
  CHECK(!fl_worker_is_dead(1) && (fl_worker_has_moved(1), !fl_worker_has_moved(1)));
  fl_worker_failed(1);
  CHECK(fl_worker_is_dead(1) && fl_job_work(job, 0, 0) == 1 && fl_job_progress(job) == FL_OK && fl_mail()[0] == fl_mail()[1] && fl_mail()[2] == 1);
  fl_job_close(job);
  CHECK(live_bytes() == before);
  job = vanish_in_run(&frame);
  fl_job *run = &((api_job *)job)->job;
  for (uint32_t t = 0; t < fl_sched_words(run); t++) fl_store(&run->words[t], 3);
  CHECK(fl_job_settle(job) == 1);
  fl_job_close(job);
  CHECK(live_bytes() > before); /* the thread may be looking at it */
  fl_worker_bury(1);
  CHECK(live_bytes() == before && fl_worker_tiles(1) == 0);
  fl_module_unregister((uintptr_t)&module);
  fl_shut_down();
}
#endif

void test_api(void) {
  TEST(memory_is_given_only_for_good_reasons, "api: memory is given only for good reasons");
  TEST(the_map_is_walked_to_its_end, "api: the map is walked to its end");
  TEST(names_end_where_the_lists_do, "api: names end where the lists do");
  TEST(frames_beyond_the_limits_are_refused, "api: frames beyond the limits are refused");
  TEST(a_frame_may_be_read_unless_a_run_is_writing_it, "api: a frame may be read unless a run is writing it");
  TEST(a_frame_without_a_handle_leaves_nothing_behind, "api: a frame without a handle leaves nothing behind");
  TEST(frames_overlap_as_their_rectangles_do, "api: frames overlap as their rectangles do");
  TEST(a_run_of_wrong_frames_is_refused, "api: a run of wrong frames is refused");
  TEST(a_frame_in_use_is_busy_and_free_again_afterwards, "api: a frame in use is busy, and free again afterwards");
  TEST(the_65th_run_in_flight_is_refused, "api: the 65th run in flight is refused");
  TEST(more_operations_than_there_is_room_for_are_refused, "api: more operations than there is room for are refused");
  TEST(explaining_refuses_what_running_would, "api: explaining refuses what running would");
  TEST(a_measure_of_the_wrong_frames_is_refused, "api: a measure of the wrong frames is refused");
#ifndef __wasm__
  TEST(a_run_outlives_a_thread_and_a_thread_a_run, "api: a run outlives a thread, and a thread a run");
#endif
}
