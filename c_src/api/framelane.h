/* The public C API: what JavaScript calls through the wasm's exports, and a C program directly.
 *
 * Calls return FL_OK (0) or a negative fl_status; fl_message() then says why, in words. Results that are more than one number lie in
 * fl_mail(): doubles, so that pointers and byte counts fit in every mode. Except where said, one thread makes all these calls. */
#ifndef FL_API_FRAMELANE_H
#define FL_API_FRAMELANE_H

#include <stdint.h>

#ifdef __wasm__
#define FL_EXPORT(name) __attribute__((export_name(#name)))
#else
#define FL_EXPORT(name)
#endif

#define FL_ABI 1u
#define FL_MAGIC 0x314E4C46u /* 'FLN1' */

/* The first word of the header, at a fixed place for whoever finds only the memory. */
typedef struct fl_header {
  uint32_t magic, abi;
} fl_header;

/* ---- the engine ---- */
int32_t fl_start(uint32_t debug);        /* once, before anything else; an fl_memory_debug */
uintptr_t fl_header_address(void);
uint32_t fl_abi(void);
double *fl_mail(void);
const char *fl_message(void);            /* of the last failure, */
int32_t fl_message_status(void);         /* and its status */
int32_t fl_stats(void);                  /* mail: live, peak, used, committed, blocks, handles */
const char *fl_op_json(uint32_t index);  /* an operation as JSON; NULL beyond the last */
const char *fl_format_name(uint32_t format); /* NULL beyond the last */

/* ---- memory ---- */
uintptr_t fl_alloc(double bytes, uint32_t alignment, uint32_t kind /* fl_memory_kind */); /* 0: out of memory; kept as it lies */
int32_t fl_free(uintptr_t address);      /* FL_STALE_HANDLE says whether it was freed before, is foreign, or lies inside a block */
int32_t fl_grow(double bytes);           /* by at least so many, for the heap; FL_OUT_OF_MEMORY: nothing has changed */
int32_t fl_layout_next(uintptr_t after); /* 1 and mail: start, end, kind, bytes; 0 at the end */
int32_t fl_survey_heap(void);            /* mail: free, largest free, free blocks, classes; for each class blocks, bytes: memory/survey.h */
/* Within linear memory, overlapping or not, by memory.copy and memory.fill. Any of it may be read; written: blocks of kind 'user',
 * regions, and pixels of frames that no run is using, each range within one of them. FL_BAD_ARGUMENT, FL_STALE_HANDLE, FL_BUSY. */
int32_t fl_copy(double to, double from, double bytes);
int32_t fl_fill(double to, uint32_t value, double bytes);
int32_t fl_may_write(double to, double bytes); /* whether that rule allows it, now */
/* Regions, memory/regions.h. mail: handle, address; zeroed */
int32_t fl_region_new(double bytes, uint32_t alignment);
int32_t fl_region_drop(uint32_t handle);
int32_t fl_region_at(uint32_t handle, double offset, double length); /* mail: the address; FL_BAD_ARGUMENT: not inside */
/* Debugging, memory/guard.h. */
void fl_guard_stack(uint32_t lane, uintptr_t zone);
uint32_t fl_check(uint32_t depth);       /* findings that wait */
int32_t fl_take_finding(void);           /* 1 and mail: fault, whose, value, address, block, bytes; 0: none */

/* ---- frames ---- */
int32_t fl_frame_new(uint32_t width, uint32_t height, uint32_t format); /* mail: handle; zeroed */
int32_t fl_frame_crop(uint32_t handle, double x, double y, double width, double height); /* mail: handle */
int32_t fl_frame_drop(uint32_t handle);
/* mail: width, height, format, is a view, planes, then per plane: address, stride, width, height */
int32_t fl_frame_describe(uint32_t handle);
int32_t fl_frame_may_read(uint32_t handle); /* FL_BUSY: a run in flight is writing its pixels */

/* ---- jobs ---- */
#define FL_JOB_SIMD 1u
#define FL_JOB_FUSE 2u
/* Checks an encoded pipeline without frames. */
int32_t fl_graph_check(uintptr_t bytes, double length);
/* Plans a run: graph bytes, the frames' handles, the output's handle or 0 for a new frame.
 * lanes: threads that will work on it. scratches: 1 + the highest lane number that may.
 * mail: job, output handle, address of its news word, tiles, cost in ns. FL_BUSY: a lease is in the way; nothing has changed. */
int32_t fl_job_open(uintptr_t graph, double length, uintptr_t handles, uint32_t handle_count, uint32_t output, uint32_t flags,
                    uint32_t lanes, uint32_t scratches, uint32_t tile_width, uint32_t tile_height);
/* Counts the values of every channel. mail: as above; [5]: address of the 256·channels counts, valid until the job is closed. */
int32_t fl_histogram_open(uint32_t handle, uint32_t lanes, uint32_t flags);
/* Likewise, at [5]: doubles min, max, mean and standard deviation of each channel. */
int32_t fl_statistics_open(uint32_t handle, uint32_t lanes, uint32_t flags);
/* Doubles: sum of squared differences, largest difference, sum of the windows' structural similarities, number of windows. */
int32_t fl_compare_open(uint32_t a, uint32_t b, uint32_t lanes, uint32_t flags);
/* (height + 1) rows of (width + 1) × channels u32: sums of all pixels above and to the left. */
int32_t fl_integral_open(uint32_t handle, uint32_t lanes, uint32_t flags);
int32_t fl_job_submit(uintptr_t job, uint32_t helpers); /* FL_BUSY: too many jobs in flight */
int32_t fl_job_work(uintptr_t job, uint32_t max_tiles, double patience_ms); /* 1: finished. See fl_sched_work */
int32_t fl_job_settle(uintptr_t job);                                       /* 1: finished; 0: from now on its news wake sleepers */
void fl_job_cancel(uintptr_t job);
int32_t fl_job_progress(uintptr_t job); /* mail: tiles done, tiles in all, threads lost */
int32_t fl_job_was_cancelled(uintptr_t job); /* 1: the cancellation came in time, the output is not whole */
uintptr_t fl_job_take_result(uintptr_t job); /* of fl_integral_open: the caller's from now on, to be given back with fl_free */
void fl_job_close(uintptr_t job);       /* after it is finished, or was never submitted: its leases and memory go back */
/* Plans without pixels and says how. mail: shapes of the frames as width, height, format each. NULL: see fl_message. */
const char *fl_explain(uintptr_t graph, double length, uintptr_t shapes, uint32_t frame_count, uint32_t flags, uint32_t lanes,
                       uint32_t tile_width, uint32_t tile_height);

/* ---- side modules ---- */
/* Adds the operations of a module that lies in memory: its fl_module. mail: how many, then the index of each, for fl_op_json.
 * FL_BAD_MODULE: it was built for another ABI, or an operation does not fit; nothing has changed then. */
int32_t fl_module_register(uintptr_t module);
/* Takes them out of the table. No job may use them any more. */
void fl_module_unregister(uintptr_t module);

/* ---- flows: flow/line.h ---- */
/* A stage of a module as JSON: name, doc, whether it is a source, parameters. NULL beyond the last, or if it is too long. */
const char *fl_stage_json(uintptr_t module, uint32_t index);
/* Checks the parameters of a stage, encoded as those of a node are in a pipeline. */
int32_t fl_flows_check(uintptr_t module, uint32_t index, uintptr_t params, double length);
uintptr_t fl_flows_open(uint32_t alone); /* alone: nobody but the caller steps its seats. 0: out of memory */
/* Stages in their order. frames: how many it may have in use. */
int32_t fl_flows_add_host(uintptr_t line, uint32_t frames); /* a source that the caller feeds */
int32_t fl_flows_add_stage(uintptr_t line, uintptr_t module, uint32_t index, uintptr_t params, double length, uint32_t parallel, uint32_t frames);
int32_t fl_flows_add_pipeline(uintptr_t line, uintptr_t graph, double length, uintptr_t handles, uint32_t handle_count, uint32_t flags,
                              uint32_t parallel, uint32_t frames, uint32_t tile_width, uint32_t tile_height); /* as fl_job_open */
/* What the source reads: a region; or with 0 the file that the host has opened on its thread. size -1: unknown. copied: reading costs a copy. */
void fl_flows_input(uintptr_t line, uint32_t region, double size, uint32_t copied);
int32_t fl_flows_begin(uintptr_t line);                    /* mail: how many seats; the host has none of them but the first, if it feeds */
int32_t fl_flows_run_seat(uintptr_t line, uint32_t seat);  /* a seat's life, on its own thread. FL_OK, or why it ended early */
int32_t fl_flows_step(uintptr_t line);                     /* alone: FL_STEP_DONE, FL_STEP_WAIT nothing to do; or it has failed */
void fl_flows_abort(uintptr_t line);                       /* any thread; again and again until all seats have ended */
/* The sink. FL_STEP_DONE, mail: kind, handle, address of the data, its bytes, number, form, width, height, time, status, address of why;
 * FL_STEP_WAIT, mail: the word to sleep on, and its value; 4: there is no more; FL_ABORTED. The next call gives the item back. */
int32_t fl_flows_receive(uintptr_t line);
/* The host as source: a frame, or with a format beyond the last a buffer of width bytes. FL_STEP_DONE, mail: handle, address of the data;
 * FL_STEP_WAIT as above. Then that is sent on: FL_STEP_DONE or FL_STEP_WAIT, then again; at last the end. */
int32_t fl_flows_offer(uintptr_t line, uint32_t width, uint32_t height, uint32_t format);
int32_t fl_flows_feed(uintptr_t line, uint32_t number, double time);
int32_t fl_flows_feed_end(uintptr_t line);
/* Why it has failed, or FL_OK. mail: the number of the stage, which alone is also known after a trap. */
int32_t fl_flows_culprit(uintptr_t line);
/* Of a seat. mail: its stage, ns busy, waiting for input, for output, bytes copied, items in, out, skipped, frames and buffers in use. */
int32_t fl_flows_stats(uintptr_t line, uint32_t seat);
double fl_flows_position(uintptr_t line); /* how far the input has been read */
void fl_flows_close(uintptr_t line);      /* once all seats have ended: everything goes back */

/* ---- synchronisation: c_src/sync for many threads, each primitive at an address; any thread may call these ---- */
enum {
  FL_SYNC_MUTEX = 1, FL_SYNC_CONDVAR, FL_SYNC_RWLOCK, FL_SYNC_SEMAPHORE, FL_SYNC_BARRIER, FL_SYNC_LATCH, FL_SYNC_EVENT, FL_SYNC_ONCE,
  FL_SYNC_SEQLOCK, FL_SYNC_RING, FL_SYNC_QUEUE,
};
/* What can be done with them. Those on the first line may have to wait. */
enum {
  FL_SYNC_LOCK, FL_SYNC_WAIT, FL_SYNC_LOCK_READ, FL_SYNC_LOCK_WRITE, FL_SYNC_ACQUIRE, FL_SYNC_ARRIVE, FL_SYNC_PASS, FL_SYNC_AWAIT,
  FL_SYNC_BEGIN, FL_SYNC_BEGIN_WRITE, FL_SYNC_BEGIN_READ, FL_SYNC_RING_WRITE, FL_SYNC_RING_READ, FL_SYNC_PUSH, FL_SYNC_POP,
  FL_SYNC_UNLOCK, FL_SYNC_NOTIFY, FL_SYNC_UNLOCK_READ, FL_SYNC_UNLOCK_WRITE, FL_SYNC_RELEASE, FL_SYNC_COUNT_DOWN, FL_SYNC_SET,
  FL_SYNC_RESET, FL_SYNC_COMPLETE, FL_SYNC_FAIL, FL_SYNC_PUBLISH, FL_SYNC_END_READ, FL_SYNC_RING_PUBLISH, FL_SYNC_RING_RELEASE,
  FL_SYNC_QUEUE_PUBLISH, FL_SYNC_QUEUE_RELEASE, FL_SYNC_OPS,
};
/* What an operation takes and gives, and where to sleep when it must wait; fl_wait of sync/wait.h with the primitive's serial number. */
typedef struct fl_sync_step {
  uintptr_t word;   /* out: the address to sleep on */
  uint32_t value;   /* out: while it has this value */
  uint32_t stage, ticket; /* the operation's own from one attempt to the next; 0 at first. ticket: of BEGIN_READ, for END_READ */
  uint32_t flags;   /* FL_WAIT_TRY, FL_WAIT_ASYNC */
  uintptr_t argument; /* WAIT: the mutex; QUEUE_PUBLISH, QUEUE_RELEASE: the item */
  uint32_t count;   /* items, permits, threads to wake */
  uintptr_t result; /* out: where a span, an item, the words of a seqlock begin */
  uint32_t serial;  /* 0, or what fl_sync_create has said: then a later primitive at the same address is not taken for this one */
} fl_sync_step;
/* This thread's; every call below reads it and writes it. */
fl_sync_step *fl_sync_my_step(void);
/* A new one of this kind: count permits, parties, items, bytes of a seqlock; item_size in bytes. step: result its address, serial. */
int32_t fl_sync_create(uint32_t kind, double count, double item_size);
/* The same for one that exists: is it a live one of this kind? step: serial; count: its count or capacity; ticket: bytes of an item. */
int32_t fl_sync_find(uint32_t kind, uintptr_t primitive);
/* Ends it. Who still waits for it gets FL_STALE_HANDLE. */
int32_t fl_sync_free(uintptr_t primitive);
/* One attempt. Gives FL_STEP_… of sync/wait.h, or an error. After FL_STEP_WAIT: sleep, then repeat, or give up with fl_sync_cancel. */
int32_t fl_sync_attempt(uint32_t op, uintptr_t primitive);
int32_t fl_sync_cancel(uint32_t op, uintptr_t primitive);
/* The whole operation for a thread that may sleep. timeout_ms < 0: for ever. FL_BUSY: not within that time. */
int32_t fl_sync_run(uint32_t op, uintptr_t primitive, double timeout_ms);
/* That thread has ended: what it holds is free, and whoever gets it next is told (FL_STEP_OWNER_DIED). */
void fl_sync_bury(uint32_t thread);

/* ---- threads ---- */
uint32_t fl_thread_new(void);             /* a number for a thread that is about to start */
void fl_thread_be(uint32_t number);       /* this thread is that one */
uint32_t fl_thread(void);                 /* this thread's number */
void fl_allow_blocking(uint32_t allowed); /* this thread; not on a window's main thread */
uint32_t fl_worker(uint32_t lane);        /* a pool thread's life; 1: it is called away, to fetch one message, */
void fl_worker_call_away(uint32_t lane);  /* which its owner has sent before this call, */
void fl_worker_answer(uint32_t lane);     /* and to say so when it is done */
void fl_worker_enlist(uint32_t lane);     /* before it starts */
void fl_worker_failed(uint32_t lane);     /* it trapped: called by itself */
void fl_worker_bury(uint32_t lane);       /* it is gone: its work is handed back */
uint32_t fl_worker_is_dead(uint32_t lane);
uint32_t fl_worker_has_moved(uint32_t lane);
uint32_t fl_worker_tiles(uint32_t lane);
void fl_shut_down(void);

#endif
