/* The C API with allocations that fail: number 1, 2, 3 … of every call, each once and for ever, under ASan and UBSan. After each:
 * FL_OUT_OF_MEMORY with a message or the right bytes, no byte live that was not, and the next call succeeds.
 * Prints a line for each call and, last, «N passed, M failed». */
#include "api/framelane.h"
#include "base/status.h"
#include "encode.h"
#include "faults.h"
#include "frame/format.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define W 97u
#define H 61u

static uint32_t colour, other, planar; /* handles of the frames that the calls are given */

/* ---- digests ---- */

static uint64_t mix(uint64_t digest, const uint8_t *bytes, size_t count) { /* FNV-1a */
  for (size_t i = 0; i < count; i++) digest = (digest ^ bytes[i]) * 0x100000001b3u;
  return digest;
}

/* Visits the rows of a frame's planes. */
static uint64_t each_row(uint32_t handle, uint64_t digest, uint64_t (*visit)(uint64_t digest, uint8_t *row, size_t bytes)) {
  if (fl_frame_describe(handle) != FL_OK) return 0;
  double mail[5 + 4 * 3];
  memcpy(mail, fl_mail(), sizeof mail);
  const fl_format_info *format = fl_frame_format((fl_format)mail[2]);
  for (uint32_t p = 0; p < format->planes; p++) {
    const double *plane = mail + 5 + 4 * p;
    for (uint32_t y = 0; y < plane[3]; y++)
      digest = visit(digest, (uint8_t *)(uintptr_t)plane[0] + (size_t)y * (size_t)plane[1], (size_t)plane[2] * format->bytes_per_pixel[p]);
  }
  return digest;
}

static uint64_t read_row(uint64_t digest, uint8_t *row, size_t bytes) { return mix(digest, row, bytes); }
static uint64_t write_row(uint64_t seed, uint8_t *row, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) row[i] = (uint8_t)((seed = seed * 6364136223846793005u + 1442695040888963407u) >> 56);
  return seed;
}

static uint32_t noise(uint32_t format, uint64_t seed) {
  if (fl_frame_new(W, H, format) != FL_OK) return 0;
  uint32_t handle = (uint32_t)fl_mail()[0];
  each_row(handle, seed, write_row);
  return handle;
}

/* ---- calls ---- */

/* Ends a job that was opened. */
static void carry_through(uintptr_t job) {
  fl_job_submit(job, 0);
  while (fl_job_work(job, 0, 0) != 1) {}
}

static int32_t run(void (*build)(encoder *), uint32_t input, uint32_t tile, uint64_t *digest) {
  static encoder e;
  encode_start(&e);
  build(&e);
  uint32_t handles[] = {input, other};
  int32_t status = fl_job_open((uintptr_t)e.bytes, e.length, (uintptr_t)handles, 2, 0, FL_JOB_SIMD | FL_JOB_FUSE, 2, 1, tile, tile);
  if (status != FL_OK) return status;
  uintptr_t job = (uintptr_t)fl_mail()[0];
  uint32_t output = (uint32_t)fl_mail()[1];
  carry_through(job);
  fl_job_close(job);
  *digest = each_row(output, 1, read_row);
  return fl_frame_drop(output);
}

static void point(encoder *e) {
  uint32_t frame = encode_frame(e, 0), linear = encode_op(e, "linear", frame, 0, 1);
  encode_number(e, "scale", 1.2);
  encode_op(e, "invert", linear, 0, 0);
}
static void stencil(encoder *e) {
  encode_op(e, "gaussianBlur", encode_frame(e, 0), 0, 1);
  encode_number(e, "sigma", 3);
}
static void wide(encoder *e) {
  encode_op(e, "gaussianBlur", encode_frame(e, 0), 0, 1);
  encode_number(e, "sigma", 60);
}
static void resampling(encoder *e) {
  encode_op(e, "resize", encode_frame(e, 0), 0, 3);
  encode_number(e, "width", 40), encode_number(e, "height", 111), encode_text(e, "filter", "lanczos3");
}
static void random_access(encoder *e) {
  encode_op(e, "rotate", encode_frame(e, 0), 0, 1);
  encode_number(e, "degrees", 33);
}
static void reduction(encoder *e) { encode_op(e, "equalize", encode_frame(e, 0), 0, 0); }
static void cells(encoder *e) { encode_op(e, "clahe", encode_op(e, "grayscale", encode_frame(e, 0), 0, 0), 0, 0); }
static void binary(encoder *e) {
  uint32_t frame = encode_frame(e, 0), second = encode_frame(e, 1);
  encode_op(e, "blend", frame, second, 1);
  encode_text(e, "mode", "screen");
}
static void consumers(encoder *e) {
  uint32_t blurred = encode_op(e, "boxBlur", encode_frame(e, 0), 0, 1);
  encode_number(e, "radius", 2);
  encode_op(e, "absDiff", blurred, encode_op(e, "median", blurred, 0, 0), 0);
}
static void to_planar(encoder *e) { encode_op(e, "toNv12", encode_frame(e, 0), 0, 0); }
static void from_planar(encoder *e) { encode_op(e, "toRgba", encode_frame(e, 0), 0, 0); }
static void many_passes(encoder *e) {
  uint32_t canny = encode_op(e, "canny", encode_op(e, "grayscale", encode_frame(e, 0), 0, 0), 0, 2);
  encode_number(e, "low", 30), encode_number(e, "high", 80);
  uint32_t turned = encode_op(e, "rotate", canny, 0, 1);
  encode_number(e, "degrees", 5);
  encode_op(e, "threshold", turned, 0, 1);
  encode_text(e, "auto", "otsu");
}

#define RUN(build, input) static int32_t run_##build(uint64_t *digest) { return run(build, input, 0, digest); }
RUN(point, colour) RUN(stencil, colour) RUN(wide, colour) RUN(resampling, colour) RUN(random_access, colour) RUN(reduction, colour) RUN(cells, colour)
RUN(binary, colour) RUN(consumers, colour) RUN(to_planar, colour) RUN(from_planar, planar) RUN(many_passes, colour)

/* So many that the words of the tiles are an allocation of their own. */
static int32_t run_tiny_tiles(uint64_t *digest) { return run(stencil, colour, 1, digest); }

static int32_t frame(uint64_t *digest) {
  int32_t status = fl_frame_new(33, 21, FL_I420);
  if (status != FL_OK) return status;
  uint32_t handle = (uint32_t)fl_mail()[0];
  *digest = each_row(handle, 1, read_row);
  return fl_frame_drop(handle);
}
static int32_t view(uint64_t *digest) {
  int32_t status = fl_frame_crop(colour, 3, 5, 40, 30);
  if (status != FL_OK) return status;
  uint32_t handle = (uint32_t)fl_mail()[0];
  *digest = each_row(handle, 1, read_row);
  return fl_frame_drop(handle);
}
static int32_t block(uint64_t *digest) {
  uintptr_t address = fl_alloc(70000, 4096, 5);
  if (!address) return FL_OUT_OF_MEMORY;
  *digest = address % 4096 + 1;
  return fl_free(address);
}
static int32_t check(uint64_t *digest) {
  static encoder e;
  encode_start(&e), many_passes(&e);
  *digest = 1;
  return fl_graph_check((uintptr_t)e.bytes, e.length);
}
static int32_t explain(uint64_t *digest) {
  static encoder e;
  encode_start(&e), many_passes(&e);
  uint32_t shape[] = {640, 480, FL_RGBA8};
  const char *text = fl_explain((uintptr_t)e.bytes, e.length, (uintptr_t)shape, 1, FL_JOB_SIMD | FL_JOB_FUSE, 2, 0, 0);
  if (!text) return fl_message_status();
  *digest = mix(1, (const uint8_t *)text, strlen(text));
  return FL_OK;
}

static int32_t measure(int32_t status, size_t bytes, uint64_t *digest) {
  if (status != FL_OK) return status;
  uintptr_t job = (uintptr_t)fl_mail()[0], result = (uintptr_t)fl_mail()[5];
  carry_through(job);
  *digest = mix(1, (const uint8_t *)result, bytes);
  fl_job_close(job);
  return FL_OK;
}
static int32_t histogram(uint64_t *digest) { return measure(fl_histogram_open(colour, 2, FL_JOB_SIMD), 4 * 256 * 4, digest); }
static int32_t statistics(uint64_t *digest) { return measure(fl_statistics_open(colour, 2, FL_JOB_SIMD), 16 * 8, digest); }
static int32_t compare(uint64_t *digest) { return measure(fl_compare_open(colour, other, 2, FL_JOB_SIMD), 4 * 8, digest); }
static int32_t integral(uint64_t *digest) { return measure(fl_integral_open(colour, 2, FL_JOB_SIMD), (W + 1) * (H + 1) * 4 * 4, digest); }

/* ---- the sweep ---- */

static uint32_t calls, failures, injected, errors, right;

static double live(void) {
  fl_stats();
  return fl_mail()[0];
}

static void complain(const char *name, uint32_t n, bool lasting, const char *what) {
  failures++;
  printf("not ok - %s, allocation %u fails %s: %s\n", name, n, lasting ? "for ever" : "once", what);
}

static void arm(uint32_t from, bool lasting) {
  fl_store(&faults.allocations.from, from), fl_store(&faults.allocations.lasting, lasting);
  fl_store(&faults.allocations.seen, FAULTS_NEVER), fl_store(&faults.allocations.failed, FAULTS_NEVER);
}

/* False: the call needs no n allocations. */
static bool trial(const char *name, int32_t (*call)(uint64_t *), uint64_t expected, uint32_t n, bool lasting) {
  uint64_t digest = 0;
  double before = live();
  arm(n, lasting);
  int32_t status = call(&digest);
  uint32_t failed = fl_load(&faults.allocations.failed) + 1;
  arm(FAULTS_NEVER, false);
  if (failed == 0) return false;
  injected++;
  status == FL_OK ? right++ : errors++;
  if (status == FL_OK && digest != expected) complain(name, n, lasting, "other bytes");
  if (status != FL_OK && status != FL_OUT_OF_MEMORY) complain(name, n, lasting, "another error than FL_OUT_OF_MEMORY");
  if (status != FL_OK && call != block && (fl_message_status() != status || strlen(fl_message()) < 16)) complain(name, n, lasting, "the message says too little");
  if (live() != before) complain(name, n, lasting, "bytes are leaked");
  if (call(&digest) != FL_OK || digest != expected) complain(name, n, lasting, "the next call does not succeed");
  if (live() != before) complain(name, n, lasting, "bytes are leaked after the next call");
  return true;
}

static void sweep(const char *name, int32_t (*call)(uint64_t *)) {
  uint64_t expected = 0;
  uint32_t failures_before = failures, injected_before = injected, errors_before = errors, right_before = right;
  arm(FAULTS_NEVER, false);
  if (call(&expected) != FL_OK) complain(name, 0, false, fl_message());
  uint32_t seen = fl_load(&faults.allocations.seen) + 1;
  for (int lasting = 0; lasting < 2; lasting++)
    for (uint32_t n = 1; trial(name, call, expected, n, lasting); n++) {}
  if (injected - injected_before < 2 * seen) complain(name, seen, false, "not every allocation was failed");
  calls++;
  printf("%-32s %2u allocations %3u faults %3u typed errors %3u right\n", name, seen, injected - injected_before, errors - errors_before, right - right_before);
  if (failures > failures_before) failures = failures_before + 1; /* one a call */
}

int main(void) {
  fl_start(1);
  colour = noise(FL_RGBA8, 1), other = noise(FL_RGBA8, 2), planar = noise(FL_NV12, 3);
  sweep("fl_frame_new", frame), sweep("fl_frame_crop", view), sweep("fl_alloc", block);
  sweep("fl_graph_check", check), sweep("fl_explain", explain);
  sweep("fl_histogram_open", histogram), sweep("fl_statistics_open", statistics), sweep("fl_compare_open", compare), sweep("fl_integral_open", integral);
  sweep("fl_job_open, point", run_point), sweep("fl_job_open, stencil", run_stencil), sweep("fl_job_open, wide stencil", run_wide);
  sweep("fl_job_open, resample", run_resampling), sweep("fl_job_open, random access", run_random_access), sweep("fl_job_open, reduce", run_reduction);
  sweep("fl_job_open, reduce by cells", run_cells), sweep("fl_job_open, binary", run_binary), sweep("fl_job_open, two consumers", run_consumers);
  sweep("fl_job_open, to planar", run_to_planar), sweep("fl_job_open, from planar", run_from_planar), sweep("fl_job_open, many passes", run_many_passes);
  sweep("fl_job_open, tiles of 1×1", run_tiny_tiles);
  printf("%u faults: %u typed errors, %u right results\n", injected, errors, right);
  printf("%u passed, %u failed\n", calls - failures, failures);
  return failures > 0;
}
