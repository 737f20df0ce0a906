#include "api/engine.h"

#include "api/framelane.h"
#include "frame/format.h"
#include "memory/allocator.h"
#include "memory/handles.h"
#include "sched/sched.h"
#include "sync/mutex.h"
#include "sync/thread.h"

/* One for each thread: attached threads call as well. */
static _Thread_local double mail[64];
static _Thread_local fl_report report;
static fl_header header;

double *fl_api_mail(void) { return mail; }
fl_report *fl_api_report(void) { return &report; }

FL_EXPORT(fl_start) int32_t fl_start(uint32_t debug) {
  fl_memory_start(debug != 0);
  fl_memory_handle_start();
  fl_sched_start();
  header = (fl_header){FL_MAGIC, FL_ABI};
  return FL_OK;
}

FL_EXPORT(fl_header_address) uintptr_t fl_header_address(void) { return (uintptr_t)&header; }
FL_EXPORT(fl_abi) uint32_t fl_abi(void) { return FL_ABI; }
FL_EXPORT(fl_mail) double *fl_mail(void) { return mail; }
FL_EXPORT(fl_message) const char *fl_message(void) { return report.message; }

FL_EXPORT(fl_message_status) int32_t fl_message_status(void) { return report.status; }

FL_EXPORT(fl_alloc) uintptr_t fl_alloc(double bytes, uint32_t alignment, uint32_t kind) {
  if (!(bytes >= 1 && bytes <= 9007199254740992.0) || alignment < 1 || alignment > FL_MEMORY_ALIGNMENT_MAX || (alignment & (alignment - 1))) return 0;
  if (alignment < FL_MEMORY_ALIGNMENT) alignment = FL_MEMORY_ALIGNMENT;
  if (kind <= FL_MEMORY_FREE || kind >= FL_MEMORY_FOREIGN) return 0;
  return (uintptr_t)fl_memory_alloc_aligned((uint64_t)bytes, alignment, (fl_memory_kind)kind);
}

FL_EXPORT(fl_free) int32_t fl_free(uintptr_t address) {
  if (fl_memory_free((void *)address) == FL_OK) return FL_OK;
  return fl_report_fail(&report, FL_STALE_HANDLE, NULL, "this address is no live block: it was freed before, or never came from alloc()");
}

FL_EXPORT(fl_stats) int32_t fl_stats(void) {
  fl_api_reap_all();
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  mail[0] = (double)stats.live, mail[1] = (double)stats.peak, mail[2] = (double)stats.used;
  mail[3] = (double)stats.committed, mail[4] = stats.blocks, mail[5] = fl_memory_handle_count();
  return FL_OK;
}

FL_EXPORT(fl_layout_next) int32_t fl_layout_next(uintptr_t after) {
  fl_memory_block block;
  if (!fl_memory_next_block(after, &block)) return 0;
  mail[0] = (double)block.start, mail[1] = (double)block.end, mail[2] = block.kind, mail[3] = (double)block.bytes;
  return 1;
}

FL_EXPORT(fl_format_name) const char *fl_format_name(uint32_t format) {
  return format < FL_FORMATS ? fl_frame_format((fl_format)format)->name : NULL;
}

/* ---- threads ---- */

static fl_atomic thread_of_lane[FL_LANES_MAX]; /* its number; of lane 0, which never ends: 0 */

FL_EXPORT(fl_allow_blocking) void fl_allow_blocking(uint32_t allowed) { fl_sync_allow_blocking(allowed != 0); }
FL_EXPORT(fl_worker) void fl_worker(uint32_t lane) {
  fl_sync_be_thread(fl_load(&thread_of_lane[lane]));
  fl_sched_worker(lane);
}
FL_EXPORT(fl_worker_enlist) void fl_worker_enlist(uint32_t lane) {
  fl_store(&thread_of_lane[lane], fl_sync_new_thread());
  fl_sched_enlist(lane);
}
FL_EXPORT(fl_worker_failed) void fl_worker_failed(uint32_t lane) { fl_sched_mark_dead(lane); }
FL_EXPORT(fl_worker_bury) void fl_worker_bury(uint32_t lane) {
  fl_sched_bury(lane);
  fl_sync_bury(fl_load(&thread_of_lane[lane]));
}
FL_EXPORT(fl_worker_is_dead) uint32_t fl_worker_is_dead(uint32_t lane) { return fl_sched_is_dead(lane); }
FL_EXPORT(fl_worker_has_moved) uint32_t fl_worker_has_moved(uint32_t lane) { return fl_sched_has_moved(lane); }
FL_EXPORT(fl_worker_tiles) uint32_t fl_worker_tiles(uint32_t lane) { return fl_sched_tiles_done(lane); }
FL_EXPORT(fl_shut_down) void fl_shut_down(void) { fl_sched_shut_down(); }
