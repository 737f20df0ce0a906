#include "demux.h"

#define SEARCHED_AT_ONCE (256u << 10) /* bytes, in one call of fl_demux_next() */
#define START_BYTES 8u                /* that is_start() wants at least */
#define GAP_SILENT 16u                /* bytes: a gap up to that is a mistake of padding, in which no picture was lost */

/* ---- words ---- */

int32_t fl_demux_fail(fl_report *report, int32_t status, const char *text, uint64_t at) {
  fl_report_fail(report, status, FL_DEMUX_STAGE, text);
  fl_text_add(&report->text, " (at byte ");
  fl_text_add_number(&report->text, (double)at);
  fl_text_add(&report->text, ")");
  return status;
}

void fl_demux_add_bytes(fl_text *text, const uint8_t *bytes, uint32_t count) {
  static const char hex[] = "0123456789ABCDEF";
  fl_text_add(text, "'");
  for (uint32_t i = 0; i < count; i++) {
    bool is_plain = bytes[i] >= 0x20 && bytes[i] < 0x7F && bytes[i] != '\\';
    char plain[] = {(char)bytes[i], 0}, coded[] = {'\\', 'x', hex[bytes[i] >> 4], hex[bytes[i] & 15], 0};
    fl_text_add(text, is_plain ? plain : coded);
  }
  fl_text_add(text, "'");
}

/* ---- sizes ---- */

static uint64_t pixel_bytes(uint32_t width, uint32_t height, fl_format format) {
  const fl_format_info *info = fl_frame_format(format);
  uint64_t sum = 0;
  for (uint32_t p = 0; p < info->planes; p++) {
    uint32_t half = p > 0 ? info->subsampled : 0;
    sum += (uint64_t)((width + half) >> half) * ((height + half) >> half) * info->bytes_per_pixel[p];
  }
  return sum;
}

static int32_t check_side(const fl_demux_video *video, const char *name, uint64_t side, uint64_t at, fl_report *report) {
  uint32_t least = video->form ? 0 : 1;
  if (side >= least && side <= FL_DIMENSION_MAX) return FL_OK;
  fl_report_range(report, FL_DEMUX_STAGE, name, least, FL_DIMENSION_MAX, (double)side);
  fl_text_add(&report->text, " at byte ");
  fl_text_add_number(&report->text, (double)at);
  fl_text_add(&report->text, " of the file");
  return report->status = FL_BAD_FORMAT;
}

int32_t fl_demux_set_size(fl_demux_video *video, uint64_t width, uint64_t height, uint64_t at, fl_report *report) {
  int32_t status = check_side(video, "the video's width", width, at, report);
  if (status == FL_OK) status = check_side(video, "the video's height", height, at, report);
  if (status != FL_OK) return status;
  video->width = (uint32_t)width, video->height = (uint32_t)height;
  video->bytes = video->form ? 0 : pixel_bytes(video->width, video->height, video->format);
  return FL_OK;
}

/* ---- what kind of file ---- */

static bool begins(const uint8_t *bytes, int32_t there, const char *with, int32_t count) {
  return there >= count && memcmp(bytes, with, (size_t)count) == 0;
}

int32_t fl_demux_open(fl_demux *demux, fl_report *report) {
  const uint8_t *bytes = NULL;
  int32_t there = fl_demux_look(&demux->in, 0, 12, &bytes);
  if (there < 0) return there;
  if (begins(bytes, there, "RIFF", 4) && there == 12 && memcmp(bytes + 8, "AVI ", 4) == 0) demux->file = &fl_demux_avi;
  else if (begins(bytes, there, "YUV4MPEG2", 9)) demux->file = &fl_demux_y4m;
  if (demux->file) return demux->file->open(demux, report);
  fl_report_fail(report, FL_BAD_FORMAT, FL_DEMUX_STAGE, "the input is no video that can be read here: it ");
  if (there == 0) fl_text_add(&report->text, "is empty");
  else fl_text_add(&report->text, "begins with "), fl_demux_add_bytes(&report->text, bytes, (uint32_t)there);
  fl_text_add(&report->text, "; supported are AVI ('RIFF', a size, 'AVI ') and Y4M ('YUV4MPEG2')");
  return FL_BAD_FORMAT;
}

/* ---- packets ---- */

int32_t fl_demux_lose(fl_demux_packet *packet, int32_t status, const char *why) {
  packet->kind = FL_DEMUX_LOST, packet->status = status, packet->why = why;
  return FL_OK;
}

int32_t fl_demux_end(fl_demux *demux, fl_demux_packet *packet) {
  demux->ended = true;
  packet->kind = FL_DEMUX_END;
  return FL_OK;
}

void fl_demux_search(fl_demux *demux, uint64_t from, bool told) {
  demux->at = demux->gap = from;
  demux->searching = true, demux->told = told;
}

/* 1: a start is at demux->at now. 0: there is none before `end`, or the input ends. */
static int32_t find_start(fl_demux *demux, uint64_t end) {
  while (demux->at < end) {
    const uint8_t *bytes;
    int32_t there = fl_demux_look(&demux->in, demux->at, FL_DEMUX_WINDOW, &bytes);
    if (there < 0) return there;
    if (there < (int32_t)START_BYTES) {
      demux->ended = true;
      return 0;
    }
    uint32_t least = there == (int32_t)FL_DEMUX_WINDOW ? FL_DEMUX_START_MAX : START_BYTES;
    for (uint32_t i = 0; i + least <= (uint32_t)there; i++, demux->at++)
      if (demux->file->is_start(&demux->in, demux->at, bytes + i, (uint32_t)there - i)) return 1;
  }
  return 0;
}

static int32_t search(fl_demux *demux, fl_demux_packet *packet) {
  int32_t found = find_start(demux, demux->at + SEARCHED_AT_ONCE);
  if (found < 0) return found;
  uint64_t passed = demux->at - demux->gap;
  bool silent = demux->told || passed <= GAP_SILENT;
  if (found) {
    demux->searching = false;
    return silent ? FL_OK : fl_demux_lose(packet, FL_BAD_FORMAT, "the file is damaged here: what was passed over belongs to no picture");
  }
  if (demux->ended) {
    if (silent) return fl_demux_end(demux, packet);
    return fl_demux_lose(packet, FL_BAD_FORMAT, "the file is damaged or cut off: from here to its end there is no picture");
  }
  if (passed < FL_DEMUX_SEARCH_MAX) return FL_OK;
  demux->ended = true;
  return fl_demux_lose(packet, FL_BAD_FORMAT, "the file is damaged from here on: no picture was found in 16 MiB, and the rest was left out");
}

int32_t fl_demux_next(fl_demux *demux, fl_demux_packet *packet) {
  *packet = (fl_demux_packet){.kind = FL_DEMUX_NONE};
  if (demux->ended) return fl_demux_end(demux, packet);
  return demux->searching ? search(demux, packet) : demux->file->next(demux, packet);
}
