#include "api/engine.h"

#include "api/framelane.h"
#include "frame/format.h"
#include "memory/allocator.h"
#include "memory/handles.h"
#include "memory/regions.h"
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
  fl_memory_start(debug);
  fl_memory_handle_start();
  fl_memory_region_start();
  fl_sched_start();
  fl_api_forget_primitives();
  header = (fl_header){FL_MAGIC, FL_ABI};
  return FL_OK;
}

FL_EXPORT(fl_header_address) uintptr_t fl_header_address(void) { return (uintptr_t)&header; }
FL_EXPORT(fl_abi) uint32_t fl_abi(void) { return FL_ABI; }
FL_EXPORT(fl_mail) double *fl_mail(void) { return mail; }
FL_EXPORT(fl_message) const char *fl_message(void) { return report.message; }

FL_EXPORT(fl_message_status) int32_t fl_message_status(void) { return report.status; }

FL_EXPORT(fl_stats) int32_t fl_stats(void) {
  fl_api_reap_all();
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  mail[0] = (double)stats.live, mail[1] = (double)stats.peak, mail[2] = (double)stats.used;
  mail[3] = (double)stats.committed, mail[4] = stats.blocks, mail[5] = fl_memory_handle_count();
  return FL_OK;
}

FL_EXPORT(fl_format_name) const char *fl_format_name(uint32_t format) {
  return format < FL_FORMATS ? fl_frame_format((fl_format)format)->name : NULL;
}

/* ---- threads ---- */

static fl_atomic thread_of_lane[FL_LANES_MAX]; /* its number; of lane 0, which never ends: 0 */

FL_EXPORT(fl_allow_blocking) void fl_allow_blocking(uint32_t allowed) { fl_sync_allow_blocking(allowed != 0); }
FL_EXPORT(fl_worker) uint32_t fl_worker(uint32_t lane) {
  fl_sync_be_thread(fl_load(&thread_of_lane[lane]));
  return fl_sched_worker(lane);
}
FL_EXPORT(fl_worker_call_away) void fl_worker_call_away(uint32_t lane) { fl_sched_call_away(lane); }
FL_EXPORT(fl_worker_answer) void fl_worker_answer(uint32_t lane) { fl_sched_answer(lane); }
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
