/* A runtime of stages that only remembers: what a stage took, emitted, skipped and allocated. Included in front of the stage's own source,
 * so that its calls come here. Static, as is all that includes it. */
#ifndef FL_TESTS_JPEG_FLOW_H
#define FL_TESTS_JPEG_FLOW_H

#include "flow/stage.h"
#include "jpeg_over.h"

#include <stdlib.h>

typedef struct flow_memory {
  fl_item emitted, skipped;
  uint32_t emits, skips, taken, given_back, allocations, blocks, copied;
  uint32_t trimmed_width, trimmed_height;
  int32_t refuse;      /* what fl_flow_take_frame returns instead */
  bool refuse_memory;
  fl_image image;      /* the one frame of the pool */
  const uint8_t *data; /* of every item */
} flow_memory;
static flow_memory memory;

static int32_t remember_frame(fl_flow *flow, uint32_t width, uint32_t height, uint32_t format, fl_item *out, fl_image *image) {
  (void)flow;
  if (memory.refuse) return memory.refuse;
  if (!memory.image.plane[0].data || memory.image.width != width || memory.image.height != height || memory.image.format != (fl_format)format) {
    free(memory.image.plane[0].data);
    memory.image = fl_frame_image_over(jpeg_block(fl_frame_image_bytes(width, height, (fl_format)format)), width, height, (fl_format)format);
  }
  *out = (fl_item){.kind = FL_ITEM_FRAME, .handle = 7}, *image = memory.image;
  memory.taken++;
  return FL_OK;
}

static int32_t remember_trim(fl_flow *flow, const fl_item *item, uint32_t width, uint32_t height) {
  (void)flow, (void)item;
  memory.trimmed_width = width, memory.trimmed_height = height;
  return FL_OK;
}

static int32_t remember_emit(fl_flow *flow, const fl_item *item) { return (void)flow, memory.emitted = *item, memory.emits++, FL_OK; }
static void remember_back(fl_flow *flow, const fl_item *item) { (void)flow, (void)item, memory.given_back++; }

static int32_t remember_skip(fl_flow *flow, uint32_t number, double time, int32_t status, const char *why) {
  (void)flow, memory.skips++;
  memory.skipped = (fl_item){.kind = FL_ITEM_SKIPPED, .number = number, .time = time, .status = status, .why = why};
  return FL_OK;
}

static void *remember_alloc(fl_flow *flow, uint32_t bytes) {
  (void)flow;
  if (memory.refuse_memory) return NULL;
  memory.allocations++, memory.blocks++;
  return jpeg_block(bytes);
}

static void remember_free(fl_flow *flow, void *block) {
  (void)flow;
  memory.blocks -= block != NULL;
  free(block);
}

static const uint8_t *remember_data(const fl_item *item) { return (void)item, memory.data; }

#define fl_flow_take_frame remember_frame
#define fl_flow_trim_frame remember_trim
#define fl_flow_emit remember_emit
#define fl_flow_give_back remember_back
#define fl_flow_skip remember_skip
#define fl_flow_alloc remember_alloc
#define fl_flow_free remember_free
#define fl_flow_data remember_data

#endif
