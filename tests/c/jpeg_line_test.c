/* The stage in a line as it is: pictures go in, frames of their size come out, out of a pool that is filled once. */
#include "check.h"
#include "flow/line.h"
#include "frame/frame.h"
#include "jpeg_writer.h"
#include "memory/allocator.h"
#include "memory/regions.h"

#include <stdlib.h>

#include <framelane_module.h>
#undef FL_MODULE_EXPORT /* this is no module: others may be in this program too */
#define FL_MODULE_EXPORT
#define fl_module_about fl_jpeg_line_about
#include "modules/jpeg_decode/jpeg_decode.c"

static jpeg_written written;
static fl_report report;
static const fl_value values[] = {{.number = 64}};

static fl_line *open_line(void) {
  fl_memory_start(true), fl_memory_handle_start();
  fl_line *line = fl_line_open(true);
  static const fl_line_stage host = {.seats = 1, .frames = 1}, decode = {.type = &jpeg_decode, .params = values, .seats = 1, .frames = 1};
  CHECK(fl_line_add(line, &host, "source", &report) == FL_OK && fl_line_add(line, &decode, "jpegDecode", &report) == FL_OK);
  CHECK(fl_line_begin(line, &report) == FL_OK);
  return line;
}

/* One picture through the line: what came of it. */
static const fl_item *pass(fl_line *line, const jpeg_wish *wish, uint32_t number) {
  jpeg_write(wish, &written);
  fl_item item;
  fl_wait wait = {.flags = FL_WAIT_TRY};
  const fl_item *received = NULL;
  CHECK(fl_line_offer(line, written.length, 0, FL_FORMATS, &item, &wait) == FL_STEP_DONE);
  memcpy(fl_memory_region_at(item.handle, 0, written.length), written.bytes, written.length);
  item.form = MJPG, item.number = number, item.last = 1;
  CHECK(fl_line_feed(line, &item, &wait) == FL_STEP_DONE);
  CHECK(fl_line_step(line) == FL_STEP_DONE);
  CHECK(fl_line_receive(line, &received, &wait) == FL_STEP_DONE);
  return received;
}

/* The sink wants the next one, so it is done with this. */
static void give_back(fl_line *line) {
  const fl_item *next;
  fl_wait wait = {.flags = FL_WAIT_TRY};
  CHECK(fl_line_receive(line, &next, &wait) == FL_STEP_WAIT);
}

static uint64_t live(void) {
  fl_memory_stats stats;
  fl_memory_read_stats(&stats);
  return stats.live;
}

static void frames_of_any_size_come_out_of_one_that_is_padded(void) {
  static const uint32_t sizes[][2] = {{17, 33}, {32, 48}, {31, 40}, {17, 33}};
  fl_line *line = open_line();
  fl_handle first = 0;
  uint64_t before = 0;
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++) {
    jpeg_wish wish = {.width = sizes[i][0], .height = sizes[i][1], .components = 3, .sampling = {0x22}, .seed = i};
    const fl_item *item = pass(line, &wish, i);
    fl_image image = {0};
    CHECK(item->kind == FL_ITEM_FRAME && item->number == i && fl_flow_image(item, &image));
    CHECK(image.width == wish.width && image.height == wish.height && image.format == FL_I420 && image.plane[0].stride == 32);
    CHECK(image.plane[2].width == (wish.width + 1) / 2 && image.plane[2].stride == 16);
    for (uint32_t p = 0; p < 3; p++) {
      uint32_t x = image.plane[p].width - 1, y = image.plane[p].height - 1;
      CHECK(abs(fl_frame_image_row(&image, p, y)[x] - jpeg_sample(&written, p, x, y)) <= 1);
    }
    if (i == 0) first = item->handle, before = live();
    CHECK(item->handle == first && live() == before); /* all four are 32 × 48 with their padding */
    give_back(line);
  }
  fl_line_close(line);
}

static void a_frame_is_trimmed_by_its_owner_within_its_size_only(void) {
  fl_line *line = open_line();
  jpeg_wish wish = {.width = 17, .height = 33, .components = 3, .sampling = {0x22}};
  const fl_item *item = pass(line, &wish, 0);
  fl_flow *flow = &line->seats[1].flow;
  CHECK(fl_flow_trim_frame(flow, item, 1, 1) == FL_BAD_ARGUMENT && strstr(flow->report->message, "not taken"));
  fl_item taken;
  give_back(line);
  CHECK(fl_flow_take_frame(flow, 32, 48, FL_I420, &taken, NULL) == FL_OK);
  CHECK(fl_flow_trim_frame(flow, &taken, 33, 48) == FL_BAD_ARGUMENT && strstr(flow->report->message, "leaves the image of 32 × 48"));
  CHECK(fl_flow_trim_frame(flow, &taken, 0, 48) == FL_BAD_ARGUMENT);
  fl_image image;
  CHECK(fl_flow_trim_frame(flow, &taken, 5, 6) == FL_OK && fl_flow_image(&taken, &image) && image.width == 5 && image.plane[1].height == 3);
  fl_flow_give_back(flow, &taken);
  CHECK(fl_flow_take_frame(flow, 32, 48, FL_I420, &taken, &image) == FL_OK && image.width == 32 && image.plane[2].height == 24);
  fl_flow_give_back(flow, &taken);
  fl_line_close(line);
}

void test_jpeg_line(void) {
  TEST(frames_of_any_size_come_out_of_one_that_is_padded, "jpeg: frames of any size come out of one that is padded");
  TEST(a_frame_is_trimmed_by_its_owner_within_its_size_only, "jpeg: a frame is trimmed by its owner, within its size only");
}
