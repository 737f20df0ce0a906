/* Frame leases and references: many readers or one writer, and the pixels go once, when the last holder lets go. */
#include "frame/frame.h"
#include "memory/allocator.h"
#include "model.h"

static fl_handle frame;
static fl_pixels *pixels;
static uint8_t *data;
static fl_report report;
static fl_memory_stats before;

static void setup(void) {
  fl_memory_start(true); /* freed memory is written over: a race with whoever still looks */
  fl_memory_handle_start();
  fl_frame_create(16, 1, FL_GRAY8, true, &frame, &report);
  pixels = fl_frame_find(frame)->pixels;
  data = fl_frame_find(frame)->image.plane[0].data;
  fl_memory_read_stats(&before);
}

static void write_if_free(void) {
  if (!fl_frame_lease_write(pixels)) return;
  data[0] = (uint8_t)(data[0] + 1);
  fl_frame_return_write(pixels);
}

static void read_if_free(void) {
  if (!fl_frame_lease_read(pixels)) return;
  uint8_t seen = data[0];
  MODEL_CHECK(!fl_frame_lease_write(pixels)); /* not while we read */
  MODEL_CHECK(data[0] == seen);
  fl_frame_return_read(pixels);
}

static void two_write_one_reads(int number) { number < 2 ? write_if_free() : read_if_free(); }
static void two_read_one_writes(int number) { number < 2 ? read_if_free() : write_if_free(); }

/* As a job does: holds the pixels, then works on them; the frame is disposed of meanwhile. */
static void setup_held(void) {
  setup();
  fl_frame_hold(pixels);
  fl_frame_hold(pixels);
}
static void hold_while_disposed(int number) {
  if (number == 0) {
    fl_frame_destroy(frame);
    return;
  }
  fl_pixels *held = pixels;
  data[4 * number] = (uint8_t)number;
  fl_frame_release(&held);
}

static void lease_is_free(void) {
  MODEL_CHECK(fl_frame_lease_write(pixels));
  fl_memory_stats now;
  fl_memory_read_stats(&now);
  MODEL_CHECK(now.live == before.live && now.blocks == before.blocks);
}
static void all_is_freed(void) {
  fl_memory_stats now;
  fl_memory_read_stats(&now);
  MODEL_CHECK(now.blocks == 1); /* the handle table's */
  MODEL_CHECK(fl_memory_handle_count() == 0);
}

const fl_model fl_models[] = {
  {.name = "lease: two write, one reads", .threads = 3, .setup = setup, .thread = two_write_one_reads, .finish = lease_is_free},
  {.name = "lease: two read, one writes", .threads = 3, .setup = setup, .thread = two_read_one_writes, .finish = lease_is_free},
  {.name = "lease: two read, one writes, store buffers", .threads = 3, .setup = setup, .thread = two_read_one_writes, .finish = lease_is_free, .store_buffers = true},
  {.name = "lease: disposed of while two hold it", .threads = 3, .setup = setup_held, .thread = hold_while_disposed, .finish = all_is_freed},
};
const int fl_models_count = sizeof fl_models / sizeof *fl_models;
