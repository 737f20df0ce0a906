/* Every call of the API that allocates, with its first, second, third … allocation refused, that one only and from there on: each time
 * an error in words or the right bytes, nothing kept, and the same call succeeds afterwards. Ends with figures. */
#include "graphs.h"

#include "flow/line.h"
#include "memory/arena.h"

typedef struct outcome {
  int32_t status;
  uint64_t hash; /* of the result's bytes */
} outcome;

static fuzz_frame frames[3]; /* rgba8 twice, gray8 */
static encoder pipeline;
static const uint32_t *handles;
static uint32_t handle_count, failures, calls;
static fl_handle output;

static uint64_t hash_of(const uint8_t *bytes, uint64_t count) {
  uint64_t hash = 1469598103934665603ull;
  for (uint64_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 1099511628211ull;
  return hash;
}

static outcome run_pipeline(void) {
  fuzz_way way = {FL_JOB_SIMD | FL_JOB_FUSE, 2, 0, 0, output, false};
  fuzz_result result = fuzz_run(pipeline.bytes, pipeline.length, handles, handle_count, &way);
  outcome found = {result.status, hash_of(result.pixels, result.bytes)};
  free(result.pixels);
  for (uint32_t f = 0; f < FL_COUNT(frames); f++) fuzz_fill_frame(&frames[f]);
  return found;
}

static outcome check_pipeline(void) {
  return (outcome){fl_graph_check((uintptr_t)pipeline.bytes, pipeline.length), 0};
}

static outcome explain_pipeline(void) {
  fl_shape shapes[] = {frames[0].shape, frames[1].shape, frames[2].shape};
  const char *text = fl_explain((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)shapes, 3, FL_JOB_SIMD, 2, 0, 0);
  return text ? (outcome){FL_OK, hash_of((const uint8_t *)text, strlen(text))} : (outcome){fl_message_status(), 0};
}

static outcome make_frame(void) {
  int32_t status = fl_frame_new(100, 50, FL_NV12);
  if (status == FL_OK) fl_frame_drop((fl_handle)fl_mail()[0]);
  return (outcome){status, 0};
}

static outcome make_view(void) {
  int32_t status = fl_frame_crop(frames[0].handle, 1, 2, 3, 4);
  if (status == FL_OK) fl_frame_drop((fl_handle)fl_mail()[0]);
  return (outcome){status, 0};
}

static uint32_t measure;
static outcome run_measure(void) {
  int32_t status = measure == 0   ? fl_histogram_open(frames[0].handle, 2, FL_JOB_SIMD)
                   : measure == 1 ? fl_statistics_open(frames[0].handle, 2, 0)
                   : measure == 2 ? fl_compare_open(frames[0].handle, frames[1].handle, 2, FL_JOB_SIMD)
                                  : fl_integral_open(frames[2].handle, 2, FL_JOB_SIMD);
  if (status != FL_OK) return (outcome){status, 0};
  uintptr_t job = (uintptr_t)fl_mail()[0];
  const uint8_t *result = (const uint8_t *)(uintptr_t)fl_mail()[5];
  if (fl_job_submit(job, 0) != FL_OK || fl_job_work(job, 0, 0) != 1) abort();
  outcome found = {FL_OK, hash_of(result, 32)};
  fl_job_close(job);
  return found;
}

/* A flow of two frames, of different shapes, through a pipeline. */
static int32_t pass_frames(uintptr_t line, uint64_t *hash) {
  for (uint32_t n = 0; n < 3; n++) {
    int32_t step = n < 2 ? fl_flows_offer(line, 30 + n, 20, FL_GRAY8) : fl_flows_feed_end(line);
    if (step != FL_STEP_DONE) return step;
    if (n == 2) continue;
    fl_image *image = &fl_frame_find((fl_handle)fl_mail()[0])->image;
    for (uint32_t i = 0; i < (30 + n) * 20; i++) image->plane[0].data[i] = (uint8_t)(i * 7 + n);
    if ((step = fl_flows_feed(line, n, n)) != FL_STEP_DONE) return step;
  }
  for (int32_t step; (step = fl_flows_receive(line)) != FL_LINE_ENDED;) {
    if (step < 0) return fl_flows_culprit(line);
    if (step == FL_STEP_WAIT) fl_flows_step(line);
    else *hash ^= hash_of(fl_frame_find((fl_handle)fl_mail()[1])->image.plane[0].data, 30 * 20);
  }
  return FL_OK;
}

static outcome run_flow(void) {
  uintptr_t line = fl_flows_open(1);
  if (!line) return (outcome){fl_message_status(), 0};
  outcome found = {fl_flows_add_host(line, 1), 0};
  if (found.status == FL_OK) found.status = fl_flows_add_pipeline(line, (uintptr_t)pipeline.bytes, pipeline.length, 0, 1, FL_JOB_SIMD | FL_JOB_FUSE, 1, 1, 0, 0);
  if (found.status == FL_OK) found.status = fl_flows_begin(line);
  if (found.status == FL_OK) found.status = pass_frames(line, &found.hash);
  fl_flows_close(line);
  return found;
}

/* The nth allocation, until there is none such. */
static void refuse_each(const char *name, outcome (*call)(void)) {
  fuzz_refuse(0, false);
  outcome expected = call();
  FUZZ_CHECK(expected.status == FL_OK, "%s: %s", name, fl_message());
  uint64_t before = fuzz_live_bytes();
  for (uint32_t for_ever = 0; for_ever < 2; for_ever++) {
    bool hit = true;
    for (uint32_t nth = 1; hit; nth++) {
      fuzz_refuse(nth, for_ever);
      outcome refused = call();
      hit = fuzz_allocations() >= nth;
      fuzz_refuse(0, false);
      fuzz_check_status(refused.status, name);
      FUZZ_CHECK(refused.status == (hit ? FL_OUT_OF_MEMORY : FL_OK), "%s without allocation %u: %d, %s", name, nth, refused.status, fl_message());
      FUZZ_CHECK(fuzz_live_bytes() == before, "%s without allocation %u keeps %lld bytes", name, nth, (long long)(fuzz_live_bytes() - before));
      outcome again = call();
      FUZZ_CHECK(again.status == FL_OK && again.hash == expected.hash, "%s after allocation %u was refused: %d", name, nth, again.status);
      failures += hit;
    }
  }
  calls++;
}

static void refuse_pipeline(const char *name, const uint32_t *given, uint32_t count, fl_handle into) {
  handles = given, handle_count = count, output = into;
  refuse_each(name, run_pipeline);
  refuse_each("fl_graph_check", check_pipeline);
  if (!into) refuse_each("fl_explain", explain_pipeline);
}

static void begin_pipeline(uint32_t count) {
  encode_start(&pipeline);
  for (uint32_t f = 0; f < count; f++) encode_frame(&pipeline, f);
}

static void refuse_a_flow(void) {
  begin_pipeline(1);
  encode_op(&pipeline, "invert", 0, 0, 0);
  encode_op(&pipeline, "gaussianBlur", 1, 0, 1);
  encode_number(&pipeline, "sigma", 1);
  encode_op(&pipeline, "equalize", 2, 0, 0);
  refuse_each("a flow", run_flow);
}

/* One operation on the first frame, all parameters left out but a list, where one is required. */
static bool encode_alone(const fl_op *op) {
  begin_pipeline(op->inputs);
  uint32_t required = 0;
  for (uint32_t p = 0; p < op->param_count; p++) required += (op->params[p].flags & FL_REQUIRED) != 0;
  encode_op(&pipeline, op->name, 0, 1, required);
  for (uint32_t p = 0; p < op->param_count; p++) {
    const fl_param *param = &op->params[p];
    if (!(param->flags & FL_REQUIRED)) continue;
    double items[1024] = {0};
    if (param->type == FL_PARAM_NUMBERS) encode_list(&pipeline, param->name, items, param->count_min);
    else encode_number(&pipeline, param->name, param->min > 1 ? param->min : 1);
  }
  return fl_graph_check((uintptr_t)pipeline.bytes, pipeline.length) == FL_OK;
}

static uint32_t refuse_every_operation(void) {
  const uint32_t colour[] = {frames[0].handle, frames[1].handle}, gray[] = {frames[2].handle, frames[2].handle};
  uint32_t done = 0;
  for (uint32_t i = 0; i < fl_ops_count(); i++) {
    const fl_op *op = fl_ops_at(i);
    if (op->internal || !encode_alone(op)) continue;
    handles = op->formats & FL_FORMAT_BIT(FL_RGBA8) ? colour : gray;
    handle_count = op->inputs, output = 0;
    if (run_pipeline().status != FL_OK) continue; /* it takes neither, or parameters that belong together */
    refuse_each(op->name, run_pipeline);
    done++;
  }
  return done;
}

static void refuse_mixtures(void) {
  const uint32_t given[] = {frames[0].handle, frames[1].handle};
  double kernel[25 * 25] = {[300] = 1, [350] = 2}; /* a list that needs memory of its own */
  begin_pipeline(2); /* a stage with a point operation in place, a kernel given as a list, two inputs, two passes */
  encode_op(&pipeline, "gaussianBlur", 0, 0, 1);
  encode_number(&pipeline, "sigma", 2);
  encode_op(&pipeline, "premultiply", 2, 0, 0);
  encode_op(&pipeline, "convolve", 3, 0, 3);
  encode_list(&pipeline, "kernel", kernel, FL_COUNT(kernel));
  encode_number(&pipeline, "width", 25);
  encode_number(&pipeline, "height", 25);
  encode_op(&pipeline, "equalize", 4, 0, 0);
  encode_op(&pipeline, "blend", 5, 1, 0);
  refuse_pipeline("a mixture", given, 2, 0);
  refuse_pipeline("a mixture over its input", given, 2, given[0]);
  begin_pipeline(1);
  encode_op(&pipeline, "invert", 0, 0, 0);
  encode_op(&pipeline, "premultiply", 1, 0, 0);
  refuse_pipeline("in place", given, 1, given[0]);
  begin_pipeline(1);
  refuse_pipeline("a copy", given, 1, 0);
  fl_handle views[2];
  for (uint32_t v = 0; v < 2; v++) {
    if (fl_frame_crop(frames[0].handle, v, v, 20, 10) != FL_OK) abort();
    views[v] = (fl_handle)fl_mail()[0];
  }
  refuse_pipeline("a copy within a frame", &views[0], 1, views[1]);
  for (uint32_t v = 0; v < 2; v++) fl_frame_drop(views[v]);
}

/* The handle table grows by 256 slots at a time. */
static void refuse_a_handle(void) {
  while (fl_memory_handle_count() % 256) fl_memory_handle_create(&pipeline);
  uint32_t before = fl_memory_handle_count();
  fuzz_refuse(1, false);
  fl_handle refused = fl_memory_handle_create(&pipeline);
  bool asked = fuzz_allocations() == 1;
  fuzz_refuse(0, false);
  FUZZ_CHECK(asked && !refused && fl_memory_handle_count() == before && fl_memory_handle_create(&pipeline), "a handle without memory");
  fl_arena arena = {0};
  FUZZ_CHECK(!fl_memory_arena_take(&arena, FL_SIZE_INVALID - 8) && arena.exhausted && arena.bytes == 0, "an arena of 2⁶⁴ bytes");
}

int main(void) {
  const uint8_t sizes[] = {32, 22, 0, 7, 0, 0}, gray[] = {32, 22, 3, 9, 0, 0};
  fuzz_start_engine();
  for (uint32_t f = 0; f < FL_COUNT(frames); f++) {
    fuzz_bytes bytes = {f == 2 ? gray : sizes, sizeof sizes};
    if (!fuzz_make_frame(&bytes, &frames[f])) return 1;
  }
  refuse_each("fl_frame_new", make_frame);
  refuse_each("fl_frame_crop", make_view);
  for (measure = 0; measure < 4; measure++) refuse_each("a measure", run_measure);
  refuse_mixtures();
  refuse_a_flow();
  uint32_t operations = refuse_every_operation();
  refuse_a_handle();
  printf("%u calls, %u of them single operations, %u allocations refused, 0 findings\n", calls, operations, failures);
  for (uint32_t f = 0; f < FL_COUNT(frames); f++) fuzz_end_frame(&frames[f]);
  return 0;
}
