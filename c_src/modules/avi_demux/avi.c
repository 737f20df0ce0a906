#include "avi.h"

/* An AVI's header: RIFF 'AVI ' { LIST hdrl { avih, LIST strl { strh, strf, … } for each stream, … }, …, LIST movi { … } … }. What is in
 * movi, and after it, is avi_body.c's. */

#define CHUNKS_MAX 4096u /* before movi */
#define STREAMS_MAX 100u /* the names of chunks have two digits for the stream */

typedef struct header {
  uint32_t frame_us; /* microseconds per frame, of avih */
  uint32_t streams;  /* strh so far */
  bool has_video, has_format;
  uint32_t handler, codec;
  uint64_t width, height, format_at;
  double rate;
} header;

/* ---- the parts ---- */

/* The first bytes of a chunk that must have so many. Returns 1, or an error: report says that there are fewer. */
static int32_t look_into(fl_demux *demux, const fl_riff_chunk *chunk, uint32_t count, const char *few, const uint8_t **out,
                         fl_report *report) {
  if (chunk->bytes < count) return fl_demux_fail(report, FL_BAD_FORMAT, few, chunk->at);
  int32_t there = fl_demux_look(&demux->in, chunk->data, count, out);
  if (there < 0 || there == (int32_t)count) return there < 0 ? there : 1;
  return fl_demux_fail(report, FL_BAD_FORMAT, "the file ends within its header", chunk->data);
}

static int32_t read_main(fl_demux_input *in, const fl_riff_chunk *chunk, header *out) {
  const uint8_t *bytes;
  int32_t there = fl_demux_look(in, chunk->data, fl_min_u32(chunk->bytes, 4), &bytes);
  if (there == 4) out->frame_us = fl_riff_u32(bytes);
  return there < 0 ? there : FL_OK;
}

/* strh: the first one of a video counts. */
static int32_t read_stream(fl_demux *demux, const fl_riff_chunk *chunk, header *out, fl_report *report) {
  const uint8_t *bytes;
  int32_t status = look_into(demux, chunk, 28, "a stream's header, 'strh', should have 28 bytes or more", &bytes, report);
  if (status < 0) return status;
  uint32_t number = out->streams++;
  if (out->has_video || fl_riff_u32(bytes) != FL_FOURCC('v', 'i', 'd', 's')) return FL_OK;
  if (number >= STREAMS_MAX) return fl_demux_fail(report, FL_UNSUPPORTED, "the video is not among the first 100 streams", chunk->at);
  uint32_t scale = fl_riff_u32(bytes + 20), rate = fl_riff_u32(bytes + 24);
  out->has_video = true, demux->stream = number;
  out->handler = fl_riff_u32(bytes + 4);
  if (scale > 0 && rate > 0) out->rate = (double)rate / scale;
  return FL_OK;
}

/* strf, of the stream whose strh came last: a BITMAPINFOHEADER. */
static int32_t read_format(fl_demux *demux, const fl_riff_chunk *chunk, header *out, fl_report *report) {
  if (!out->has_video || out->has_format || out->streams != demux->stream + 1) return FL_OK;
  const uint8_t *bytes;
  int32_t status = look_into(demux, chunk, 20, "the video's format, 'strf', should have 20 bytes or more", &bytes, report);
  if (status < 0) return status;
  int64_t width = (int32_t)fl_riff_u32(bytes + 4), height = (int32_t)fl_riff_u32(bytes + 8);
  out->has_format = true, out->format_at = chunk->at;
  out->width = (uint64_t)(width < 0 ? -width : width), out->height = (uint64_t)(height < 0 ? -height : height); /* minus: top row first */
  out->codec = fl_riff_u32(bytes + 16);
  return FL_OK;
}

/* ---- what they come to ---- */

static const struct codec {
  char name[5];
  bool is_jpeg;
  fl_format format;
  bool swapped;
} codecs[] = {
    {"MJPG", .is_jpeg = true},
    {"JPEG", .is_jpeg = true},
    {"DMB1", .is_jpeg = true},
    {"I420", .format = FL_I420},
    {"IYUV", .format = FL_I420},
    {"YV12", .format = FL_I420, .swapped = true},
    {"NV12", .format = FL_NV12},
    {"Y800", .format = FL_GRAY8},
    {"GREY", .format = FL_GRAY8},
};

/* In capital letters: writers use both. */
static uint32_t capitals(uint32_t id) {
  for (uint32_t shift = 0; shift < 32; shift += 8)
    if ((id >> shift & 0xFF) >= 'a' && (id >> shift & 0xFF) <= 'z') id -= 0x20u << shift;
  return id;
}

static int32_t find_codec(const header *from, fl_demux_video *video, fl_report *report) {
  uint32_t id = from->codec ? from->codec : from->handler;
  for (uint32_t i = 0; i < FL_COUNT(codecs); i++) {
    if (fl_riff_u32((const uint8_t *)codecs[i].name) != capitals(id)) continue;
    video->form = codecs[i].is_jpeg ? FL_FOURCC('M', 'J', 'P', 'G') : 0;
    video->format = codecs[i].format, video->swapped = codecs[i].swapped;
    return FL_OK;
  }
  uint8_t bytes[] = {(uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16), (uint8_t)(id >> 24)};
  fl_report_fail(report, FL_UNSUPPORTED, FL_DEMUX_STAGE, "the video's codec is ");
  fl_demux_add_bytes(&report->text, bytes, 4);
  fl_text_add(&report->text, " (at byte ");
  fl_text_add_number(&report->text, (double)from->format_at);
  fl_text_add(&report->text, "), supported are ");
  for (uint32_t i = 0; i < FL_COUNT(codecs); i++) fl_text_add(&report->text, i ? ", " : ""), fl_text_add(&report->text, codecs[i].name);
  return FL_UNSUPPORTED;
}

static int32_t conclude(fl_demux *demux, const header *from, fl_report *report) {
  fl_demux_video *video = &demux->video;
  if (!from->has_video) return fl_demux_fail(report, FL_BAD_FORMAT, "no stream before the list 'movi' is a video", demux->at);
  if (!from->has_format) return fl_demux_fail(report, FL_BAD_FORMAT, "the video has no format, 'strf', before the list 'movi'", demux->at);
  int32_t status = find_codec(from, video, report);
  if (status == FL_OK) status = fl_demux_set_size(video, from->width, from->height, from->format_at, report);
  video->rate = from->rate > 0 ? from->rate : from->frame_us > 0 ? 1e6 / from->frame_us : FL_DEMUX_RATE;
  return status;
}

static int32_t read_part(fl_demux *demux, const fl_riff_chunk *chunk, header *out, fl_report *report) {
  switch (chunk->id) {
    case FL_FOURCC('a', 'v', 'i', 'h'): return read_main(&demux->in, chunk, out);
    case FL_FOURCC('s', 't', 'r', 'h'): return read_stream(demux, chunk, out, report);
    case FL_FOURCC('s', 't', 'r', 'f'): return read_format(demux, chunk, out, report);
    default: return FL_OK;
  }
}

int32_t fl_avi_open(fl_demux *demux, fl_report *report) {
  header header = {0};
  fl_riff_chunk chunk;
  int32_t status = fl_riff_read_chunk(&demux->in, 0, &chunk);
  if (status < 0) return status;
  demux->body_end = fl_avi_end_of(&chunk);
  demux->at = chunk.data;
  for (uint32_t n = 0; n < CHUNKS_MAX; n++) {
    status = fl_riff_read_chunk(&demux->in, demux->at, &chunk);
    if (status < 0) return status;
    const char *wrong = status == 0 ? "the file ends within its header, before the list 'movi'"
                        : fl_riff_is_name(chunk.id) ? NULL : "the header is damaged: there should be a chunk";
    if (wrong) return fl_demux_fail(report, FL_BAD_FORMAT, wrong, demux->at);
    if (chunk.list == FL_FOURCC('m', 'o', 'v', 'i')) {
      status = conclude(demux, &header, report);
      demux->at = chunk.data;
      return status;
    }
    status = read_part(demux, &chunk, &header, report);
    if (status != FL_OK) return status;
    bool enters = chunk.list == FL_FOURCC('h', 'd', 'r', 'l') || chunk.list == FL_FOURCC('s', 't', 'r', 'l');
    demux->at = enters ? chunk.data : chunk.after;
  }
  return fl_demux_fail(report, FL_BAD_FORMAT, "there are 4096 chunks before the list 'movi', if there is one", demux->at);
}
