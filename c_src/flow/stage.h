/* Stages: what a side module does with a stream of frames, for as long as the stream lasts. A demuxer is one, a decoder, a renderer.
 *
 * Stages are connected by rings of items. An item is a description of 64 bytes: a frame's handle, or a part of a region; the pixels and
 * bytes stay where they are. Each stage has a thread of its own (where there are threads), which waits for an item, calls step(), and
 * waits again; a full ring makes the stage before it wait (back-pressure). What a stage hands on it takes from its own pool of at most
 * so many frames or buffers, and whoever used an item last gives it back there: once warm, nothing is allocated.
 *
 * Errors: a step that fails ends the whole flow, with flow->report as the reason. What is merely wrong with one item is told by
 * fl_flow_skip(): the flow goes on, and its end says what was left out and why. */
#ifndef FL_FLOW_STAGE_H
#define FL_FLOW_STAGE_H

#include "frame/image.h"
#include "memory/handles.h"
#include "ops/op.h"

typedef enum fl_item_kind {
  FL_ITEM_NOTHING, /* the runtime's: an input that nothing came of */
  FL_ITEM_FRAME,   /* handle: a frame */
  FL_ITEM_DATA,    /* handle: a region, and bytes from offset in it: a packet of compressed data, say */
  FL_ITEM_SKIPPED, /* this number could not be made: status and why */
} fl_item_kind;

typedef struct fl_item {
  _Alignas(64) uint32_t kind;
  fl_handle handle;
  uint32_t offset, bytes;
  uint32_t number;        /* which frame of the stream: the source counts from 0, stages after it hand the number on */
  uint32_t form;          /* DATA: what it is, as FL_FOURCC; 0: unsaid */
  uint32_t width, height; /* DATA: of the picture in it; 0: unsaid */
  double time;            /* seconds from the stream's start when it is to be shown */
  int32_t status;         /* SKIPPED: an fl_status */
  const char *why;        /* SKIPPED: one sentence, static in the module */
  uint32_t pool, last;    /* the runtime's: where it goes back to; whether its input gave nothing after it */
} fl_item;

#define FL_FOURCC(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* One stage at work, on its own thread. */
typedef struct fl_flow {
  void *state;            /* state_bytes of it, zeroed before init(), 64-byte aligned */
  const fl_value *params; /* in the order of the schema */
  fl_report *report;      /* why a call failed; begin with fl_report_fail(flow->report, status, "stage", …) */
  struct fl_seat *seat;   /* the runtime's */
} fl_flow;

typedef enum fl_stage_role {
  FL_STAGE_SOURCE, /* step() is called without an item until it returns FL_FLOW_END */
  FL_STAGE_FILTER, /* step() is called for every item, in order */
} fl_stage_role;

#define FL_FLOW_END 1 /* of a source's step(): there is no more */

typedef struct fl_stage_type {
  const char *name; /* as in JavaScript */
  const char *doc;  /* one or two sentences */
  fl_stage_role role;
  const fl_param *params;
  uint32_t param_count;
  uint32_t state_bytes;
  /* Each returns FL_OK or a negative status, which ends the flow; what a call of below returned is to be handed up. NULL: nothing to do.
   * A stage that runs several times side by side has a state for each, and emits what belongs to an item before its step() returns. */
  int32_t (*init)(fl_flow *flow);
  int32_t (*step)(fl_flow *flow, const fl_item *item); /* the item goes back to its pool afterwards, unless it was emitted */
  int32_t (*flush)(fl_flow *flow);                     /* no item will come any more: emit what is left */
  void (*end)(fl_flow *flow);                          /* always the last call, after init() whatever it said: free what was allocated */
} fl_stage_type;

/* ---- what a stage may call ---- */

/* A frame or a buffer of this stage's pool, with pixels or bytes of its last use. Waits while all are in use (unless it may not wait).
 * Errors: FL_ABORTED the flow is being ended; FL_OUT_OF_MEMORY, FL_BAD_ARGUMENT as fl_frame_create, or when the stage holds all that the
 * pool has and could wait for ever. Owner: the stage, until
 * fl_flow_emit() or fl_flow_give_back(). image, data: where it lies. Sets kind, handle, offset, bytes; the rest is 0. */
int32_t fl_flow_take_frame(fl_flow *flow, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_image *image);
int32_t fl_flow_take_data(fl_flow *flow, uint32_t bytes, fl_item *out, uint8_t **data);
/* Makes a taken frame its rectangle from 0, 0: what lies beyond is padding, which a decoder of whole blocks writes and nobody sees. Taken
 * the next time, it has its whole size again. Errors: FL_BAD_ARGUMENT for a rectangle that is empty or leaves the frame. */
int32_t fl_flow_trim_frame(fl_flow *flow, const fl_item *item, uint32_t width, uint32_t height);
/* Hands an item on: one taken, or the item of this step() as it is or with another description. Waits while the ring is full.
 * Errors: FL_ABORTED; FL_BAD_ARGUMENT it is no such item, or was emitted before. The item is the runtime's in every case. */
int32_t fl_flow_emit(fl_flow *flow, const fl_item *item);
/* One that was taken and is not to be emitted. */
void fl_flow_give_back(fl_flow *flow, const fl_item *item);
/* Says that this number cannot be made, and why: one sentence, static in the module. Errors: FL_ABORTED. */
int32_t fl_flow_skip(fl_flow *flow, uint32_t number, double time, int32_t status, const char *why);

/* Where an item's pixels or bytes are. False, NULL: it is stale, or of the other kind. */
bool fl_flow_image(const fl_item *item, fl_image *out);
const uint8_t *fl_flow_data(const fl_item *item);

/* A source's input: its length in bytes, -1 where that is not known; and a part of it, straight into `to`. Returns the bytes read,
 * fewer only at the end; or a negative fl_status. Offsets are whole numbers up to 2^53. */
double fl_flow_input_size(fl_flow *flow);
double fl_flow_read(fl_flow *flow, double offset, void *to, uint32_t bytes);

/* Memory of the stage's own, 64-byte aligned; NULL: it is full. Freed by the stage, in end() at the latest. */
void *fl_flow_alloc(fl_flow *flow, uint32_t bytes);
void fl_flow_free(fl_flow *flow, void *block);
/* Bytes of pixels or packets that the stage had to copy: shown to the user. */
void fl_flow_count_copy(fl_flow *flow, uint32_t bytes);

#endif
