#include "check.h"
#include "frame/frame.h"
#include "memory/allocator.h"

static fl_report report;

static void fresh(void) {
  fl_memory_start(true);
  fl_memory_handle_start();
}

static uint64_t live(void) {
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  return stats.live;
}

static void a_new_frame_is_zeroed_and_goes_without_a_trace(void) {
  fresh();
  fl_handle first, frame;
  CHECK(fl_frame_create(3, 2, FL_RGBA8, true, &first, &report) == FL_OK); /* makes the handle table */
  memset(fl_frame_find(first)->image.plane[0].data, 0xFF, 24);
  CHECK(fl_frame_destroy(first) == FL_OK);
  uint64_t before = live();
  CHECK(fl_frame_create(3, 2, FL_RGBA8, true, &frame, &report) == FL_OK);
  for (int i = 0; i < 24; i++) CHECK(fl_frame_find(frame)->image.plane[0].data[i] == 0);
  CHECK(fl_frame_destroy(frame) == FL_OK && live() == before);
  CHECK(fl_frame_destroy(frame) == FL_STALE_HANDLE);
}

static void a_view_keeps_its_parents_pixels_alive(void) {
  fresh();
  fl_handle parent, view, inner;
  fl_frame_create(10, 8, FL_GRAY8, true, &parent, &report);
  uint64_t with_table = live();
  CHECK(fl_frame_view(parent, 2, 3, 4, 5, &view, &report) == FL_OK);
  CHECK(fl_frame_view(view, 1, 1, 2, 2, &inner, &report) == FL_OK);
  uint8_t *whole = fl_frame_find(parent)->image.plane[0].data;
  CHECK(fl_frame_find(inner)->image.plane[0].data == whole + 4 * 10 + 3);
  fl_frame_destroy(parent);
  fl_frame_destroy(view);
  fl_frame_find(inner)->image.plane[0].data[0] = 7; /* ASan would tell */
  fl_frame_destroy(inner);
  CHECK(live() < with_table);
}

static void sizes_out_of_range_are_refused_by_name(void) {
  fresh();
  fl_handle frame = 0;
  CHECK(fl_frame_create(0, 5, FL_RGBA8, true, &frame, &report) == FL_BAD_ARGUMENT && strstr(report.message, "width must be between 1 and 65535, got 0"));
  CHECK(fl_frame_create(5, 65536, FL_RGBA8, true, &frame, &report) == FL_BAD_ARGUMENT && strstr(report.message, "height"));
  CHECK(fl_frame_create(5, 5, 99, true, &frame, &report) == FL_BAD_FORMAT);
  CHECK(fl_frame_create(65535, 65535, FL_RGBA8, true, &frame, &report) == FL_OUT_OF_MEMORY && strstr(report.message, "65535×65535 rgba8"));
  CHECK(frame == 0);
}

static void a_lease_is_many_readers_or_one_writer(void) {
  fresh();
  fl_handle handle;
  fl_frame_create(2, 2, FL_GRAY8, true, &handle, &report);
  fl_pixels *pixels = fl_frame_find(handle)->pixels;
  CHECK(fl_frame_lease_read(pixels) && fl_frame_lease_read(pixels) && !fl_frame_lease_write(pixels));
  fl_frame_return_read(pixels);
  CHECK(!fl_frame_lease_write(pixels));
  fl_frame_return_read(pixels);
  CHECK(fl_frame_lease_write(pixels) && !fl_frame_lease_read(pixels) && !fl_frame_lease_write(pixels));
  fl_frame_return_write(pixels);
  CHECK(fl_frame_lease_read(pixels));
  fl_frame_return_read(pixels);
  fl_frame_destroy(handle);
}

static void overlap_is_judged_by_place(void) {
  fresh();
  fl_handle parent, left, right, middle, again;
  fl_frame_create(10, 10, FL_GRAY8, true, &parent, &report);
  fl_frame_view(parent, 0, 0, 5, 10, &left, &report);
  fl_frame_view(parent, 5, 0, 5, 10, &right, &report);
  fl_frame_view(parent, 3, 3, 4, 4, &middle, &report);
  fl_frame_view(parent, 3, 3, 4, 4, &again, &report);
  CHECK(fl_frame_overlap(fl_frame_find(left), fl_frame_find(right)) == FL_APART);
  CHECK(fl_frame_overlap(fl_frame_find(left), fl_frame_find(middle)) == FL_OVERLAPPING);
  CHECK(fl_frame_overlap(fl_frame_find(middle), fl_frame_find(again)) == FL_IDENTICAL);
  CHECK(fl_frame_overlap(fl_frame_find(parent), fl_frame_find(middle)) == FL_OVERLAPPING);
}

void test_frame(void) {
  TEST(a_new_frame_is_zeroed_and_goes_without_a_trace, "frame: a new frame is zeroed and goes without a trace");
  TEST(a_view_keeps_its_parents_pixels_alive, "frame: a view keeps its parent's pixels alive");
  TEST(sizes_out_of_range_are_refused_by_name, "frame: sizes out of range are refused by name");
  TEST(a_lease_is_many_readers_or_one_writer, "frame: a lease is many readers or one writer");
  TEST(overlap_is_judged_by_place, "frame: overlap is judged by place");
}
