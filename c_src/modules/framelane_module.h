/* The SDK for side modules: Wasm files of your own that are loaded into a running engine's memory, with operations that become
 * pipeline methods and are fused with the built-in ones.
 *
 *   static void row(fl_stage *stage) { … }                       makes stage->count output rows, see fl_stage
 *   static const fl_op op = {.name = "scanlines", .doc = "…", .kind = FL_KIND_POINT, .inputs = 1, .formats = FL_FORMATS_TONE,
 *                            .cost = 0.2f, .row = row};
 *   FL_MODULE("scanlines", &op)
 *
 * And with stages, which work on a stream of frames on threads of their own: flow/stage.h, FL_MODULE_STAGES("demuxer", &demux).
 *
 * `npx framelane build scanlines.c -o scanlines.wasm` makes the module; `await engine.load('scanlines.wasm')` brings it in.
 *
 * A module has one copy of its static data in the shared memory, whatever the number of threads: operations write to stage->dst and
 * stage->state only, allocate nothing and keep nothing in statics. Of the C library there is what `env` offers: mem*, sin, cos,
 * exp, pow; of the core fl_report_fail, fl_report_range, fl_text_add, fl_text_add_number, fl_frame_format, fl_ops_find and,
 * in stages, fl_flow_*. */
#ifndef FL_MODULES_FRAMELANE_MODULE_H
#define FL_MODULES_FRAMELANE_MODULE_H

#include "base/simd.h"
#include "flow/stage.h"
#include "ops/op.h"

#define FL_MODULE_ABI 2u

typedef struct fl_module {
  uint32_t abi;      /* FL_MODULE_ABI of the header it was built with */
  uint32_t op_bytes; /* sizeof(fl_op) there */
  const char *name;  /* for messages and the map of memory */
  uint32_t op_count;
  const fl_op *const *ops;
  uint32_t stage_bytes; /* sizeof(fl_stage_type) there */
  uint32_t stage_count;
  const fl_stage_type *const *stages;
} fl_module;

/* Names the module and lists its operations, or its stages, or both, each list in brackets; one of these once, in one of its files. */
#define FL_MODULE(module_name, ...) FL_MODULE_BOTH(module_name, (__VA_ARGS__, NULL), (NULL))
#define FL_MODULE_STAGES(module_name, ...) FL_MODULE_BOTH(module_name, (NULL), (__VA_ARGS__, NULL))
#define FL_MODULE_OPS_AND_STAGES(module_name, ops, stages) FL_MODULE_BOTH(module_name, (FL_MODULE_LIST ops, NULL), (FL_MODULE_LIST stages, NULL))

/* The lists end in a NULL that is not counted, as a list of nothing has no type. */
#define FL_MODULE_LIST(...) __VA_ARGS__
#define FL_MODULE_BOTH(module_name, module_ops, module_stages)                                                          \
  static const fl_op *const fl_module_ops[] = {FL_MODULE_LIST module_ops};                                              \
  static const fl_stage_type *const fl_module_stages[] = {FL_MODULE_LIST module_stages};                                \
  static const fl_module fl_this_module = {FL_MODULE_ABI, sizeof(fl_op), module_name,                                   \
                                           FL_COUNT(fl_module_ops) - 1, fl_module_ops, sizeof(fl_stage_type),           \
                                           FL_COUNT(fl_module_stages) - 1, fl_module_stages};                           \
  FL_MODULE_EXPORT const fl_module *fl_module_about(void) { return &fl_this_module; }

#ifdef __wasm__
#define FL_MODULE_EXPORT __attribute__((export_name("fl_module_about"), visibility("default")))
#else
#define FL_MODULE_EXPORT
#endif

#endif
