/* Frames from several threads: leases guard the pixels, references keep them. */
#include "check.h"
#include "frame/frame.h"
#include "memory/allocator.h"
#include "stress.h"

static fl_pixels *pixels;
static uint8_t *data;
static fl_atomic wrong, reads, writes;

/* The pixels are plain bytes: only the lease stands between two threads. */
static void *lease_in_turn(void *number) {
  uint32_t random = (uint32_t)(uintptr_t)number + 1;
  for (uint32_t i = 0; i < fl_stress_rounds(8000); i++) {
    if (stress_random(&random) % 4 == 0) {
      if (!fl_frame_lease_write(pixels)) continue;
      for (int b = 0; b < 16; b++) data[b]++;
      fl_count(&writes);
      fl_frame_return_write(pixels);
    } else {
      if (!fl_frame_lease_read(pixels)) continue;
      for (int b = 1; b < 16; b++)
        if (data[b] != data[0]) fl_count(&wrong);
      fl_count(&reads);
      fl_frame_return_read(pixels);
    }
  }
  return NULL;
}

static void a_lease_keeps_readers_and_writers_apart(void) {
  fl_memory_start(true);
  fl_memory_handle_start();
  fl_handle frame;
  fl_report report;
  CHECK(fl_frame_create(16, 1, FL_GRAY8, true, &frame, &report) == FL_OK);
  pixels = fl_frame_find(frame)->pixels, data = fl_frame_find(frame)->image.plane[0].data;
  fl_store(&wrong, 0);
  stress_run(lease_in_turn);
  CHECK(fl_load(&wrong) == 0 && fl_load(&reads) > 0 && fl_load(&writes) > 0);
  CHECK(fl_frame_lease_write(pixels)); /* all were given back */
  fl_frame_return_write(pixels);
  CHECK(fl_frame_destroy(frame) == FL_OK);
}

static fl_pixels *held;

/* Each holds the pixels as a job does, writes its own bytes, lets go; the last one frees. */
static void *write_and_let_go(void *number) {
  uint8_t *mine = (uint8_t *)held + 64 + 8 * (uintptr_t)number;
  fl_pixels *reference = held;
  memset(mine, 1, 8);
  fl_frame_release(&reference);
  return NULL;
}

static void the_last_holder_frees_the_pixels(void) {
  fl_memory_start(true); /* what is freed is written over, so that TSan sees who was still there */
  fl_memory_handle_start();
  fl_memory_stats before, after;
  for (uint32_t round = 0; round < fl_stress_rounds(100); round++) {
    fl_handle frame;
    fl_report report;
    if (round == 1) fl_memory_read_stats(&before);
    CHECK(fl_frame_create(64, 1, FL_GRAY8, true, &frame, &report) == FL_OK);
    held = fl_frame_find(frame)->pixels;
    for (int n = 0; n < STRESS_THREADS; n++) fl_frame_hold(held);
    CHECK(fl_frame_destroy(frame) == FL_OK);
    stress_run(write_and_let_go);
  }
  fl_memory_read_stats(&after);
  CHECK(after.live == before.live && after.blocks == before.blocks);
}

void test_stress_frames(void) {
  TEST(a_lease_keeps_readers_and_writers_apart, "stress: a lease keeps readers and writers apart");
  TEST(the_last_holder_frees_the_pixels, "stress: the last holder frees the pixels");
}
