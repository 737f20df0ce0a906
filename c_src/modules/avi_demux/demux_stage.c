#include "demux_stage.h"

#include "demux.h"

typedef struct source {
  fl_demux demux;
  bool opened;
  uint32_t number; /* of the next picture, counted from the file's first */
} source;

enum { START, COUNT };

static const fl_param params[] = {
    [START] = {.name = "start", .doc = "the first frame to hand on, counted from 0", .type = FL_PARAM_INTEGER, .max = UINT32_MAX - 1.0},
    [COUNT] = {.name = "count", .doc = "how many frames, those among them that are lost included", .type = FL_PARAM_INTEGER,
               .flags = FL_COMPUTED, .min = 1, .max = UINT32_MAX, .preset_doc = "all that follow"},
};

static uint32_t start_of(const fl_flow *flow) { return (uint32_t)flow->params[START].number; }

/* The number after the last one wanted. */
static uint32_t end_of(const fl_flow *flow) {
  double count = flow->params[COUNT].number, end = flow->params[START].number + count;
  return count != count || end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
}

static double time_of(const source *source, uint32_t number) { return number / source->demux.video.rate; }

static int32_t lose(fl_flow *flow, uint32_t number, int32_t status, const char *why) {
  return fl_flow_skip(flow, number, time_of(flow->state, number), status, why);
}

static int32_t lose_end(fl_flow *flow, uint32_t number) {
  return lose(flow, number, FL_BAD_FORMAT, "the picture is cut off by the end of the file");
}

/* ---- packets and pixels, read to where they stay ---- */

static int32_t give_packet(fl_flow *flow, const fl_demux_packet *packet, uint32_t number) {
  const fl_demux_video *video = &((source *)flow->state)->demux.video;
  uint32_t bytes = (uint32_t)packet->bytes;
  fl_item item;
  uint8_t *data;
  int32_t status = fl_flow_take_data(flow, bytes, &item, &data);
  if (status != FL_OK) return status;
  double got = fl_flow_read(flow, (double)packet->at, data, bytes);
  if (got < bytes) {
    fl_flow_give_back(flow, &item);
    return got < 0 ? (int32_t)got : lose_end(flow, number);
  }
  item.bytes = bytes, item.form = video->form, item.width = video->width, item.height = video->height;
  item.number = number, item.time = time_of(flow->state, number);
  return fl_flow_emit(flow, &item);
}

/* Returns 1, 0 where the input ends before, or what reading gave. */
static int32_t read_plane(fl_flow *flow, const fl_plane *plane, uint32_t row_bytes, uint64_t *at) {
  bool tight = plane->stride == row_bytes;
  uint32_t rows = tight ? 1 : plane->height, bytes = tight ? row_bytes * plane->height : row_bytes; /* sides of 65535 and less: it fits */
  for (uint32_t y = 0; y < rows; y++, *at += bytes) {
    double got = fl_flow_read(flow, (double)*at, plane->data + (size_t)y * plane->stride, bytes);
    if (got < bytes) return got < 0 ? (int32_t)got : 0;
  }
  return 1;
}

static int32_t give_pixels(fl_flow *flow, const fl_demux_packet *packet, uint32_t number) {
  const fl_demux_video *video = &((source *)flow->state)->demux.video;
  const fl_format_info *info = fl_frame_format(video->format);
  fl_item item;
  fl_image image;
  int32_t status = fl_flow_take_frame(flow, video->width, video->height, video->format, &item, &image);
  if (status != FL_OK) return status;
  uint64_t at = packet->at;
  int32_t got = 1;
  for (uint32_t p = 0; p < info->planes && got > 0; p++) {
    const fl_plane *plane = &image.plane[video->swapped && p > 0 ? 3 - p : p];
    got = read_plane(flow, plane, plane->width * info->bytes_per_pixel[p], &at);
  }
  if (got <= 0) {
    fl_flow_give_back(flow, &item);
    return got < 0 ? got : lose_end(flow, number);
  }
  item.number = number, item.time = time_of(flow->state, number);
  return fl_flow_emit(flow, &item);
}

/* ---- the stage ---- */

static double read_input(void *flow, double offset, void *to, uint32_t bytes) { return fl_flow_read(flow, offset, to, bytes); }

/* Not in init(): this may take as long as reading takes. */
static int32_t open(fl_flow *flow, source *source) {
  fl_demux_start_input(&source->demux.in, read_input, flow, fl_flow_input_size(flow));
  source->opened = true;
  return fl_demux_open(&source->demux, flow->report);
}

static int32_t end(fl_flow *flow, const source *source) {
  if (start_of(flow) == 0 || source->number > start_of(flow)) return FL_FLOW_END;
  fl_report_fail(flow->report, FL_BAD_ARGUMENT, FL_DEMUX_STAGE, "start is ");
  fl_text_add_number(&flow->report->text, start_of(flow));
  fl_text_add(&flow->report->text, ", but the number of frames in the file is ");
  fl_text_add_number(&flow->report->text, source->number);
  return FL_BAD_ARGUMENT;
}

static int32_t step(fl_flow *flow, const fl_item *item) {
  (void)item;
  source *source = flow->state;
  int32_t status = source->opened ? FL_OK : open(flow, source);
  if (status != FL_OK) return status;
  if (source->number >= end_of(flow)) return FL_FLOW_END;
  fl_demux_packet packet;
  status = fl_demux_next(&source->demux, &packet);
  if (status != FL_OK || packet.kind == FL_DEMUX_NONE) return status;
  if (packet.kind == FL_DEMUX_END) return end(flow, source);
  uint32_t number = source->number++;
  if (number < start_of(flow)) return FL_OK;
  if (packet.kind == FL_DEMUX_LOST) return lose(flow, number, packet.status, packet.why);
  return source->demux.video.form ? give_packet(flow, &packet, number) : give_pixels(flow, &packet, number);
}

const fl_stage_type fl_avi_demux_stage = {
    .name = FL_DEMUX_STAGE,
    .doc = "Reads a video file: packets of an AVI with Motion JPEG, pixels of an AVI without compression or of a Y4M file.",
    .role = FL_STAGE_SOURCE,
    .params = params,
    .param_count = FL_COUNT(params),
    .state_bytes = sizeof(source),
    .step = step,
};
