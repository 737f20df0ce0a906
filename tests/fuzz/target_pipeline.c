/* Bytes → frames and a pipeline, run in several ways that must agree: SIMD and reference kernels, fused and not, tiles of any size,
 * into a new frame, in place and over a part of its own input; with memory refused, and cancelled. Nothing is left behind. */
#include "graphs.h"

typedef fuzz_scene scene;

static fuzz_result run(const scene *s, const fuzz_way *way) {
  return fuzz_run(s->graph.encoded.bytes, s->graph.encoded.length, s->handles, s->count, way);
}

static uint64_t first_difference(const fuzz_result *a, const fuzz_result *b) {
  uint64_t i = 0;
  while (i < a->bytes && a->pixels[i] == b->pixels[i]) i++;
  return i;
}

static void check_alike(const scene *s, const fuzz_result *a, const fuzz_result *b, const fuzz_way *way) {
  if (b->status == FL_OUT_OF_MEMORY || a->status == FL_OUT_OF_MEMORY || a->skipped || b->skipped) return;
  const char *ops = fuzz_describe_graph(&s->graph);
  FUZZ_CHECK(a->status == b->status, "%d and %d of [%s]: %s", a->status, b->status, ops, fl_message());
  if (a->status != FL_OK) return;
  FUZZ_CHECK(a->bytes == b->bytes && memcmp(&a->shape, &b->shape, sizeof a->shape) == 0, "shapes of [%s]", ops);
  uint64_t at = first_difference(a, b);
  FUZZ_CHECK(at == a->bytes, "[%s] of %ux%u %s: byte %llu of %ux%u %s is %u and %u with flags %u, %u lanes, tiles %ux%u", ops,
             s->shapes[0].width, s->shapes[0].height, fl_format_name(s->shapes[0].format), (unsigned long long)at, a->shape.width,
             a->shape.height, fl_format_name(a->shape.format), a->pixels[at], b->pixels[at], way->flags, way->lanes, way->tile_width,
             way->tile_height);
}

static void check_inputs(const scene *s, fl_handle written) {
  for (uint32_t f = 0; f < s->count; f++)
    FUZZ_CHECK(fuzz_frame_is_unchanged(&s->frames[f], f == 0 ? written : 0), "frame %u was written to by [%s]", f, fuzz_describe_graph(&s->graph));
}

static uint32_t tile_side(fuzz_bytes *bytes) { return fuzz_one_in(bytes, 3) ? 0 : 1 + fuzz_u8(bytes) % 100; }

/* Another way to the same pixels. */
static void run_otherwise(fuzz_bytes *bytes, scene *s, const fuzz_result *expected, uint32_t flags, fl_handle output) {
  fuzz_way way = {flags, 1 + fuzz_below(bytes, 4), tile_side(bytes), tile_side(bytes), output, false};
  fuzz_result other = run(s, &way);
  check_alike(s, expected, &other, &way);
  free(other.pixels);
  check_inputs(s, output);
}

/* The output is the first input, or a part of the same pixels. */
static void run_over_itself(fuzz_bytes *bytes, scene *s, const fuzz_result *expected) {
  const fuzz_frame *frame = &s->frames[0];
  if (expected->status != FL_OK || expected->skipped || memcmp(&expected->shape, &frame->shape, sizeof frame->shape) != 0) return;
  fl_handle view = 0;
  if (frame->parent && fuzz_one_in(bytes, 2)) {
    int32_t status = fl_frame_crop(frame->parent, 2 * fuzz_below(bytes, 2), 2 * fuzz_below(bytes, 2), frame->shape.width, frame->shape.height);
    if (status == FL_OK) view = (fl_handle)fl_mail()[0];
  }
  run_otherwise(bytes, s, expected, fuzz_below(bytes, 4), view ? view : frame->handle);
  if (view) fl_frame_drop(view);
}

static void run_cancelled(fuzz_bytes *bytes, scene *s, const fuzz_result *expected) {
  fuzz_way way = {fuzz_below(bytes, 4), 2, 0, 1 + fuzz_below(bytes, 16), 0, true};
  fuzz_result cut = run(s, &way);
  if (!cut.cancelled) check_alike(s, expected, &cut, &way);
  free(cut.pixels);
  check_inputs(s, 0);
}

/* Every failure on the way, or one of them. */
static void run_without_memory(fuzz_bytes *bytes, scene *s, const fuzz_result *expected) {
  fuzz_way way = {FL_JOB_SIMD | FL_JOB_FUSE, 2, 0, 0, 0, false};
  uint32_t nth = 1 + fuzz_below(bytes, 64);
  fuzz_refuse(nth, fuzz_one_in(bytes, 2));
  fuzz_result refused = run(s, &way);
  bool hit = fuzz_allocations() >= nth;
  fuzz_refuse(0, false);
  if (hit && expected->status == FL_OK)
    FUZZ_CHECK(refused.status == FL_OUT_OF_MEMORY, "%d, with allocation %u of [%s] refused", refused.status, nth, fuzz_describe_graph(&s->graph));
  if (!hit) check_alike(s, expected, &refused, &way);
  free(refused.pixels);
}

static void explain(fuzz_bytes *bytes, scene *s) {
  const char *text = fl_explain((uintptr_t)s->graph.encoded.bytes, s->graph.encoded.length, (uintptr_t)s->shapes, s->count,
                                fuzz_below(bytes, 4), 1 + fuzz_below(bytes, 4), tile_side(bytes), tile_side(bytes));
  if (!text) fuzz_check_status(fl_message_status(), "fl_explain");
  else FUZZ_CHECK(text[0] == '{' && text[strlen(text) - 1] == '}', "%s", text);
}

static void run_all(fuzz_bytes *bytes, scene *s) {
  fuzz_way plain = {FL_JOB_SIMD | FL_JOB_FUSE, 1, 0, 0, 0, false};
  fuzz_result expected = run(s, &plain);
  if (expected.status != FL_OUT_OF_MEMORY && s->graph.status != FL_OUT_OF_MEMORY)
    FUZZ_CHECK(s->graph.status == FL_OK || expected.status == s->graph.status, "%d, resolving said %d", expected.status, s->graph.status);
  check_inputs(s, 0);
  run_otherwise(bytes, s, &expected, 0, 0);
  run_otherwise(bytes, s, &expected, FL_JOB_FUSE, 0);
  run_otherwise(bytes, s, &expected, FL_JOB_SIMD | FL_JOB_FUSE, 0);
  uint32_t more = fuzz_u8(bytes);
  if (more & 1) run_over_itself(bytes, s, &expected);
  if (more & 2) run_without_memory(bytes, s, &expected);
  if (more & 4) run_cancelled(bytes, s, &expected);
  if (more & 8) explain(bytes, s);
  free(expected.pixels);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static scene s;
  fuzz_bytes bytes = {data, size};
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes();
  fuzz_make_scene(&bytes, &s);
  if (s.count > 0) run_all(&bytes, &s);
  fuzz_end_scene(&s);
  FUZZ_CHECK(fuzz_live_bytes() == before, "[%s] left %lld bytes", fuzz_describe_graph(&s.graph), (long long)(fuzz_live_bytes() - before));
  return 0;
}
