/* A line: stages at work on one stream, connected by rings of items. stage.h is what a stage sees of it.
 *
 * A stage runs once or several times side by side: a seat each, on a thread of its own. Rings have one writer and one reader, so between
 * n seats and m seats there are n × m of them. Order is kept by counting, without locks: the stream between two stages is a sequence of
 * groups, number g comes from seat g mod n and goes to seat g mod m, and both sides count. A group ends with an item whose `last` is
 * set. A stage with one seat makes a group of each item; one with several makes a group of what came of a group, empty ones too, and
 * each of its seats at last one of what it flushes. Behind its last group a seat writes an end mark into all its rings: whoever finds
 * one where its next group would be knows that there is none.
 *
 * A seat takes frames and buffers from pools of its own, so that it never waits for what a seat after it in the order has.
 * One word ends a line early: every wait reads it again. A line may be alone (no threads): its seats are then stepped by its owner. */
#ifndef FL_FLOW_LINE_H
#define FL_FLOW_LINE_H

#include "flow/stage.h"
#include "frame/frame.h"
#include "memory/allocator.h"
#include "memory/arena.h"
#include "sync/ring.h"

#define FL_LINE_STAGES_MAX 16u
#define FL_LINE_PARALLEL_MAX 16u /* seats of a stage */
#define FL_LINE_FRAMES_MAX 64u   /* of a stage */

/* What is done with a call that cannot go on: FL_STEP_DONE, FL_STEP_WAIT (fl_wait says on what) of sync/wait.h; and */
#define FL_LINE_ENDED 4 /* there is no more */

/* A pipeline as a stage: what its seats share. */
typedef struct fl_program {
  const uint8_t *graph;
  uint64_t length;
  fl_frame frames[64]; /* FL_GRAPH_FRAMES_MAX; those it refers to but for the first, which is the item. Held, and leased for reading */
  uint32_t frame_count;
  bool simd, fuse;
  uint32_t tile_width, tile_height;
} fl_program;

typedef struct fl_line_stage {
  const fl_stage_type *type; /* NULL: fed by the host */
  const fl_value *params;
  fl_program *program; /* of fl_pipe_stage */
  uint32_t seats, frames;
} fl_line_stage;

/* The rings from one stage to the next: rings[writer · readers + reader]. */
typedef struct fl_joint {
  uint32_t writers, readers;
  fl_ring **rings;
} fl_joint;

typedef struct fl_slot {
  fl_atomic state;  /* free, held by its seat, sent on */
  fl_handle handle; /* 0: nothing was made for it yet */
  fl_shape shape;   /* of a frame, as it was made: it may have been trimmed since */
  uint32_t next;    /* while it is free */
} fl_slot;

/* Its seat takes, whoever used an item last gives back. A list of the free slots; as one thread alone takes, what it has read of the
 * first one stays so until it is taken. */
typedef struct fl_pool {
  _Alignas(FL_CACHE_LINE) fl_atomic free; /* slot + 1; 0: none */
  fl_atomic given_back;
  _Alignas(FL_CACHE_LINE) fl_atomic taken;
  fl_slot *slots;
  uint32_t count, held; /* held: neither sent on nor given back */
} fl_pool;

typedef struct fl_block fl_block;
typedef struct fl_line fl_line;

typedef struct fl_seat {
  _Alignas(FL_CACHE_LINE) fl_flow flow;
  fl_line *line;
  const fl_line_stage *stage;
  uint32_t number, stage_number, index; /* in the line, in its stage */
  fl_joint *in, *out;      /* NULL at the ends */
  uint32_t turn;          /* the group it reads */
  uint32_t sent;          /* groups written by a seat that is alone in its stage */
  uint32_t told;          /* readers that have their end mark */
  const fl_item *current; /* of the step in progress; NULL: none, or it was emitted */
  bool begun, ended;
  uint64_t waited;        /* ns, in this step */
  fl_block *blocks;
  fl_pool frames, data;
  fl_report report;
  /* Figures for whoever looks: */
  _Alignas(FL_CACHE_LINE) fl_figure busy, waiting_in, waiting_out, copied; /* ns; bytes */
  fl_atomic in_count, out_count, skipped;
} fl_seat;

struct fl_line {
  _Alignas(FL_CACHE_LINE) fl_atomic aborted;
  fl_atomic failed; /* number + 1 of the seat that failed first */
  bool alone;
  uint32_t stage_count, seat_count;
  fl_line_stage stages[FL_LINE_STAGES_MAX];
  fl_joint joints[FL_LINE_STAGES_MAX]; /* joints[s] leads from stage s on; the last one to the sink */
  fl_seat *seats;                    /* and one more: the sink's */
  fl_arena arena;                    /* all of the above, states, parameters */
  uint32_t stepping;                 /* number + 1 of the seat whose step is in progress, if the line is alone */
  fl_item offered;                   /* to the host as source, not fed yet */
  fl_item received;                  /* by the sink, not given back yet */
  fl_handle region;                  /* the source's input, 0: the host's file, */
  double input_size;                 /* its length, -1: unknown, */
  bool has_input, input_is_copied;   /* and whether reading it costs a copy in memory */
  _Alignas(FL_CACHE_LINE) fl_figure position; /* how far it has been read */
};

/* ---- making one: on one thread ---- */

/* NULL: out of memory. Owner: the caller, until fl_line_close(). */
fl_line *fl_line_open(bool alone);
/* Adds a stage behind those before. Errors: FL_BAD_ARGUMENT too many stages, seats or frames; a source that is not the first stage or has
 * several seats, a filter that is the first. */
fl_status fl_line_add(fl_line *line, const fl_line_stage *stage, const char *name, fl_report *report);
/* Makes the seats and what lies between them. Errors: FL_OUT_OF_MEMORY; FL_BAD_ARGUMENT there is no stage. */
fl_status fl_line_begin(fl_line *line, fl_report *report);
/* Gives back all that the line and its stages have taken. No thread is in it any more. */
void fl_line_close(fl_line *line);

/* ---- at work ---- */

/* A seat's life, on its thread, until the end: FL_OK, or why it ended early; the line is aborted then. */
int32_t fl_seat_run(fl_seat *seat);
/* One step of a line that is alone, of the seat nearest to the sink that has something to do. FL_STEP_DONE; FL_STEP_WAIT: none has, as the
 * host feeds nothing; or a negative status, and the line is aborted. */
int32_t fl_line_step(fl_line *line);
/* Ends it early: every seat comes back soon. To be called again until they have, as who was about to sleep may have missed it. Any thread. */
void fl_line_abort(fl_line *line);
static inline bool fl_line_is_aborted(const fl_line *line) { return fl_load(&line->aborted) != 0; }

/* The sink: the next item, FRAME, DATA or SKIPPED. FL_STEP_DONE, FL_STEP_WAIT, FL_LINE_ENDED, FL_ABORTED. One item at a time: the next call
 * gives the one before back. */
int32_t fl_line_receive(fl_line *line, const fl_item **item, fl_wait *wait);
/* The host as source: a frame (format < FL_FORMATS) or bytes to fill. FL_STEP_DONE, FL_STEP_WAIT, an error. */
int32_t fl_line_offer(fl_line *line, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_wait *wait);
/* Sends what it was given on; NULL: there is no more. FL_STEP_DONE, FL_STEP_WAIT, FL_ABORTED. */
int32_t fl_line_feed(fl_line *line, const fl_item *item, fl_wait *wait);

/* ---- among the files of flow/ ---- */

extern const fl_stage_type fl_pipe_stage; /* runs stage->program on every frame */

/* Repeats an attempt until it is done; adds to what the seat has waited. FL_STEP_WAIT only where the line is alone. Errors: FL_ABORTED. */
int32_t fl_seat_wait(fl_seat *seat, fl_attempt *attempt, void *object, fl_wait *wait, fl_figure *figure);
/* The next item of this seat's input, copied out. FL_STEP_DONE, FL_STEP_WAIT, FL_LINE_ENDED, FL_ABORTED.
 * wait_here: whether it sleeps, or says on what. */
int32_t fl_joint_read(fl_seat *seat, fl_item *item, fl_wait *wait, bool wait_here);
/* One item of the seat's present group. */
int32_t fl_joint_write(fl_seat *seat, const fl_item *item, fl_wait *wait, bool wait_here);
/* The present group is whole: what follows belongs to the next one. */
int32_t fl_joint_end_group(fl_seat *seat);
/* All groups are. After FL_STEP_WAIT it goes on where it was. */
int32_t fl_joint_end(fl_seat *seat, fl_wait *wait, bool wait_here);
bool fl_joint_make(fl_line *line, fl_joint *joint, uint32_t writers, uint32_t readers);

bool fl_pool_make(fl_line *line, fl_pool *pool, uint32_t count);
int32_t fl_pool_take_frame(fl_seat *seat, fl_shape shape, fl_item *out, fl_wait *wait, bool wait_here);
int32_t fl_pool_take_data(fl_seat *seat, uint32_t bytes, fl_item *out, fl_wait *wait, bool wait_here);
/* The slot of an item that this seat has taken and holds; NULL: it is none. */
fl_slot *fl_pool_held(fl_seat *seat, const fl_item *item);
void fl_pool_send(fl_seat *seat, fl_slot *slot, const fl_item *item); /* it is no longer the seat's */
void fl_pool_keep(fl_seat *seat, fl_slot *slot, const fl_item *item); /* it could not be sent: it is the seat's again */
/* Where it came from, from any thread; nothing if it is there already, or was never anywhere. */
void fl_pool_give_back(fl_line *line, const fl_item *item);
void fl_pool_end(fl_pool *pool, bool frames);
void fl_seat_free_blocks(fl_seat *seat);

#endif
