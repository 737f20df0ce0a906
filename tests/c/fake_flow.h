/* A flow of one stage and nothing else, over memory: for tests of what a stage does, and of what it does when the runtime says no.
 * Include it, then the stage's .c file, whose calls of the runtime come here. What was emitted is kept; what is read too far, given back
 * twice or left lying is counted as wrong. Blocks are malloc's and of just the size asked for: sanitized builds see each byte too many. */
#ifndef FL_TESTS_FAKE_FLOW_H
#define FL_TESTS_FAKE_FLOW_H

#include <stdlib.h>
#include <string.h>

#include "framelane_module.h"

#define FAKE_EVENTS_MAX 4096u
#define FAKE_TAKEN_MAX 4u

typedef struct fake_event {
  fl_item item;
  uint8_t *bytes; /* a packet, or pixels in tight rows, plane after plane */
  uint64_t length;
} fake_event;

typedef struct fake_taken {
  uint8_t *block;
  fl_image image;
  uint32_t bytes;
} fake_taken;

typedef struct fake_flow {
  fl_flow flow;
  fl_report report;
  const uint8_t *input;
  uint64_t input_bytes;
  bool sizeless;         /* the input's length is not told */
  uint32_t row_padding;  /* of frames: bytes between rows */
  uint64_t refused_from; /* reading at this offset or beyond fails with FL_ABORTED; 0: never */
  int32_t take_status, emit_status;
  fake_event events[FAKE_EVENTS_MAX]; /* frames, packets and skipped numbers; of the others only that they were */
  uint32_t count;
  fake_taken taken[FAKE_TAKEN_MAX];
  uint32_t in_use, reads, wrong, steps;
  uint64_t bytes_read, copied;
} fake_flow;

static inline fake_flow *fake_of(fl_flow *flow) { return (fake_flow *)(void *)flow->seat; }

static inline double fake_input_size(fl_flow *flow) { return fake_of(flow)->sizeless ? -1 : (double)fake_of(flow)->input_bytes; }

static inline double fake_read(fl_flow *flow, double offset, void *to, uint32_t bytes) {
  fake_flow *fake = fake_of(flow);
  fake->reads++;
  if (!(offset >= 0) || offset > 9007199254740992.0 || offset != (double)(uint64_t)offset) fake->wrong++;
  uint64_t at = (uint64_t)offset, left = at < fake->input_bytes ? fake->input_bytes - at : 0;
  if (fake->refused_from && at + bytes > fake->refused_from) return FL_ABORTED;
  uint32_t there = left < bytes ? (uint32_t)left : bytes;
  if (there > 0) memcpy(to, fake->input + at, there);
  fake->bytes_read += there;
  return there;
}

/* A free place among those taken; FAKE_TAKEN_MAX: a stage holds on to what it should not. */
static inline uint32_t fake_place(fake_flow *fake, uint64_t bytes) {
  uint32_t n = 0;
  while (n < FAKE_TAKEN_MAX && fake->taken[n].block) n++;
  if (n == FAKE_TAKEN_MAX) abort();
  fake->taken[n].block = malloc(bytes ? bytes : 1);
  if (!fake->taken[n].block) abort();
  fake->in_use++;
  return n;
}

static inline int32_t fake_take_data(fl_flow *flow, uint32_t bytes, fl_item *out, uint8_t **data) {
  fake_flow *fake = fake_of(flow);
  if (fake->take_status != FL_OK) return fake->take_status;
  uint32_t n = fake_place(fake, bytes);
  fake->taken[n].bytes = bytes;
  *out = (fl_item){.kind = FL_ITEM_DATA, .handle = n + 1, .bytes = bytes};
  *data = fake->taken[n].block;
  return FL_OK;
}

static inline int32_t fake_take_frame(fl_flow *flow, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_image *image) {
  fake_flow *fake = fake_of(flow);
  if (fake->take_status != FL_OK) return fake->take_status;
  uint64_t tight = fl_frame_image_bytes(width, height, (fl_format)format);
  if (tight == FL_SIZE_INVALID) return FL_BAD_ARGUMENT;
  if (tight > 1u << 28) return FL_OUT_OF_MEMORY;
  uint32_t n = fake_place(fake, tight + (uint64_t)fake->row_padding * height * FL_PLANES_MAX);
  *image = fl_frame_image_over(fake->taken[n].block, width, height, (fl_format)format);
  uint8_t *at = fake->taken[n].block;
  for (uint32_t p = 0; p < fl_frame_format((fl_format)format)->planes; p++) {
    image->plane[p].data = at;
    image->plane[p].stride += fake->row_padding;
    at += (uint64_t)image->plane[p].stride * image->plane[p].height;
  }
  fake->taken[n].image = *image;
  *out = (fl_item){.kind = FL_ITEM_FRAME, .handle = n + 1};
  return FL_OK;
}

static inline void fake_give_back(fl_flow *flow, const fl_item *item) {
  fake_flow *fake = fake_of(flow);
  if (item->handle < 1 || item->handle > FAKE_TAKEN_MAX || !fake->taken[item->handle - 1].block) {
    fake->wrong++;
    return;
  }
  free(fake->taken[item->handle - 1].block);
  fake->taken[item->handle - 1].block = NULL;
  fake->in_use--;
}

static inline void fake_keep_pixels(fake_event *event, const fl_image *image) {
  event->length = fl_frame_image_bytes(image->width, image->height, image->format);
  event->bytes = malloc(event->length);
  uint8_t *to = event->bytes;
  for (uint32_t p = 0; p < fl_frame_format(image->format)->planes; p++) {
    uint32_t row = image->plane[p].width * fl_frame_format(image->format)->bytes_per_pixel[p];
    for (uint32_t y = 0; y < image->plane[p].height; y++, to += row) memcpy(to, fl_frame_image_row(image, p, y), row);
  }
}

static inline int32_t fake_emit(fl_flow *flow, const fl_item *item) {
  fake_flow *fake = fake_of(flow);
  if (fake->emit_status == FL_OK && fake->count < FAKE_EVENTS_MAX) {
    fake_event *event = &fake->events[fake->count++];
    const fake_taken *taken = &fake->taken[(item->handle - 1) % FAKE_TAKEN_MAX];
    *event = (fake_event){.item = *item};
    if (item->kind == FL_ITEM_FRAME) fake_keep_pixels(event, &taken->image);
    if (item->kind == FL_ITEM_DATA && (uint64_t)item->offset + item->bytes > taken->bytes) {
      fake->wrong++;
    } else if (item->kind == FL_ITEM_DATA) {
      event->length = item->bytes;
      event->bytes = memcpy(malloc(item->bytes + 1u), taken->block + item->offset, item->bytes);
    }
  }
  fake_give_back(flow, item);
  return fake->emit_status;
}

static inline int32_t fake_skip(fl_flow *flow, uint32_t number, double time, int32_t status, const char *why) {
  fake_flow *fake = fake_of(flow);
  if (status >= 0 || !why || strlen(why) < 10) fake->wrong++;
  if (fake->emit_status == FL_OK && fake->count < FAKE_EVENTS_MAX)
    fake->events[fake->count++] = (fake_event){.item = {.kind = FL_ITEM_SKIPPED, .number = number, .time = time, .status = status, .why = why}};
  return fake->emit_status;
}

static inline void fake_count_copy(fl_flow *flow, uint32_t bytes) { fake_of(flow)->copied += bytes; }

/* ---- running a source ---- */

static inline void fake_start(fake_flow *fake, const fl_stage_type *stage, const fl_value *params, const uint8_t *input, uint64_t input_bytes) {
  void *state = aligned_alloc(64, (stage->state_bytes + 63) & ~63u);
  memset(state, 0, stage->state_bytes);
  fake->input = input, fake->input_bytes = input_bytes;
  fake->flow = (fl_flow){.state = state, .params = params, .report = &fake->report, .seat = (struct fl_seat *)(void *)fake};
}

/* Steps until it ends, one way or the other, at most so often. What the last step gave. */
static inline int32_t fake_run(fake_flow *fake, const fl_stage_type *stage, uint64_t steps_max) {
  int32_t status = stage->init ? stage->init(&fake->flow) : FL_OK;
  for (fake->steps = 0; status == FL_OK && fake->steps < steps_max; fake->steps++) status = stage->step(&fake->flow, NULL);
  if (status == FL_FLOW_END && stage->flush) stage->flush(&fake->flow);
  if (stage->end) stage->end(&fake->flow);
  return status;
}

/* Nothing is left lying. False: something was wrong. */
static inline bool fake_end(fake_flow *fake) {
  bool right = fake->wrong == 0 && fake->in_use == 0;
  for (uint32_t i = 0; i < fake->count; i++) free(fake->events[i].bytes);
  for (uint32_t n = 0; n < FAKE_TAKEN_MAX; n++) free(fake->taken[n].block);
  free(fake->flow.state);
  memset(fake, 0, sizeof *fake);
  return right;
}

#define fl_flow_input_size fake_input_size
#define fl_flow_read fake_read
#define fl_flow_take_data fake_take_data
#define fl_flow_take_frame fake_take_frame
#define fl_flow_give_back fake_give_back
#define fl_flow_emit fake_emit
#define fl_flow_skip fake_skip
#define fl_flow_count_copy fake_count_copy

#endif
