/* The public C API as tests call it. */
#ifndef FL_TESTS_API_CALLS_H
#define FL_TESTS_API_CALLS_H

#include "api/engine.h"
#include "api/framelane.h"
#include "check.h"
#include "memory/handles.h"
#include "modules/framelane_module.h"

static inline fl_handle frame_of(uint32_t width, uint32_t height, fl_format format) {
  CHECK(fl_frame_new(width, height, format) == FL_OK);
  return (fl_handle)fl_mail()[0];
}

static inline uint64_t live_bytes(void) {
  fl_stats();
  return (uint64_t)fl_mail()[0];
}

/* status, and a message that has this in it. */
static inline bool said(int32_t got, fl_status status, const char *words) {
  bool ok = got == status && fl_message_status() == status && strstr(fl_message(), words);
  if (!ok) printf("# %d: %s\n", got, fl_message());
  return ok;
}

/* ---- modules: natively one is nothing but its list of operations ---- */

/* What every operation of a test has. */
#define OF_A_TEST .family = "test", .doc = "of a test", .inputs = 1, .formats = FL_FORMATS_TONE

static inline void pass_on(fl_stage *stage) { memcpy(stage->dst, stage->in[0].rows[0], fl_span_length(stage->columns) * 4); }

static inline fl_module module_of(const fl_op *const *ops, uint32_t count) {
  return (fl_module){.abi = FL_MODULE_ABI, .op_bytes = sizeof(fl_op), .name = "test", .op_count = count, .ops = ops, .stage_bytes = sizeof(fl_stage_type)};
}

#endif
