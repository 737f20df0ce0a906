#include "demux.h"

/* YUV4MPEG2: a line «YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420jpeg», then for each frame a line «FRAME», which may have parameters
 * too, and the bytes of the planes, one after the other. */

#define HEADER_MAX 1024u                  /* bytes of the first line */
#define FRAME_LINE_MAX FL_DEMUX_START_MAX /* of a frame's line */

/* ---- words of a line ---- */

typedef struct word {
  const char *at;
  uint32_t length;
} word;

/* The next word behind `from`, which is one: of no length at the line's end. */
static word next_word(word from, const char *end) {
  const char *at = from.at + from.length;
  while (at < end && *at == ' ') at++;
  const char *stop = at;
  while (stop < end && *stop != ' ') stop++;
  return (word){at, (uint32_t)(stop - at)};
}

/* Digits at *at; more than fits 32 bits is UINT32_MAX. */
static uint32_t read_number(const char **at, const char *end) {
  uint64_t value = 0;
  for (; *at < end && **at >= '0' && **at <= '9'; ++*at) value = value < UINT32_MAX ? value * 10 + (uint64_t)(**at - '0') : value;
  return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

/* W640: 640. Anything else but digits: 0, which is no side. */
static uint32_t read_side(word from) {
  const char *at = from.at + 1, *end = from.at + from.length;
  uint32_t value = read_number(&at, end);
  return at == end ? value : 0;
}

/* F30000:1001 */
static double read_rate(word from) {
  const char *at = from.at + 1, *end = from.at + from.length;
  uint32_t over = read_number(&at, end), under = 0;
  if (at < end && *at == ':') at++, under = read_number(&at, end);
  return over > 0 && under > 0 ? (double)over / under : FL_DEMUX_RATE;
}

/* C420jpeg: where chroma is sited makes no difference here. What has more than 8 bits is called 420p10 and so on. */
static bool read_chroma(word from, fl_format *out) {
  static const struct {
    char name[10];
    uint32_t length;
    fl_format format;
  } known[] = {{"420", 3, FL_I420}, {"420jpeg", 7, FL_I420}, {"420mpeg2", 8, FL_I420}, {"420paldv", 8, FL_I420}, {"mono", 4, FL_GRAY8}};
  for (uint32_t i = 0; i < FL_COUNT(known); i++)
    if (from.length - 1 == known[i].length && memcmp(from.at + 1, known[i].name, known[i].length) == 0) return *out = known[i].format, true;
  return false;
}

/* ---- the header ---- */

/* Bytes up to the line's end; 0: it has none within so many. */
static uint32_t line_length(const uint8_t *bytes, uint32_t there) {
  for (uint32_t i = 0; i < there; i++)
    if (bytes[i] == '\n') return i + 1;
  return 0;
}

static int32_t refuse_chroma(word chroma, fl_report *report) {
  fl_report_fail(report, FL_UNSUPPORTED, FL_DEMUX_STAGE, "the file's chroma format is ");
  fl_demux_add_bytes(&report->text, (const uint8_t *)chroma.at, fl_min_u32(chroma.length, 32));
  fl_text_add(&report->text, ", supported are C420, C420jpeg, C420mpeg2, C420paldv and Cmono, of 8 bits");
  return FL_UNSUPPORTED;
}

static int32_t open(fl_demux *demux, fl_report *report) {
  const uint8_t *bytes = NULL;
  int32_t there = fl_demux_look(&demux->in, 0, HEADER_MAX, &bytes);
  if (there < 0) return there;
  uint32_t length = line_length(bytes, (uint32_t)there), width = 0, height = 0;
  if (length == 0) return fl_demux_fail(report, FL_BAD_FORMAT, "the header's line should end within 1024 bytes", (uint64_t)there);
  demux->at = length;
  demux->video = (fl_demux_video){.format = FL_I420, .rate = FL_DEMUX_RATE};
  const char *end = (const char *)bytes + length - 1;
  for (word word = next_word((struct word){(const char *)bytes, 9}, end); word.length > 0; word = next_word(word, end)) {
    switch (*word.at) {
      case 'W': width = read_side(word); break;
      case 'H': height = read_side(word); break;
      case 'F': demux->video.rate = read_rate(word); break;
      case 'C':
        if (!read_chroma(word, &demux->video.format)) return refuse_chroma(word, report);
        break;
      default: break; /* interlacing, the pixels' shape, comments */
    }
  }
  return fl_demux_set_size(&demux->video, width, height, 0, report);
}

/* ---- frames ---- */

static bool is_line(const uint8_t *bytes) { return memcmp(bytes, "FRAME", 5) == 0 && (bytes[5] == '\n' || bytes[5] == ' '); }

/* A line that does not end is none. */
static bool is_start(const fl_demux_input *in, uint64_t at, const uint8_t *bytes, uint32_t there) {
  return (void)in, (void)at, is_line(bytes) && line_length(bytes, fl_min_u32(there, FRAME_LINE_MAX)) > 0;
}


static int32_t lose_rest(fl_demux *demux, fl_demux_packet *packet) {
  demux->ended = true;
  return fl_demux_lose(packet, FL_BAD_FORMAT, "the picture is cut off by the end of the file");
}

static int32_t next(fl_demux *demux, fl_demux_packet *packet) {
  const uint8_t *bytes = NULL;
  int32_t there = fl_demux_look(&demux->in, demux->at, FRAME_LINE_MAX, &bytes);
  if (there < 0) return there;
  if (there == 0) return fl_demux_end(demux, packet);
  if (there < 6) return lose_rest(demux, packet);
  bool begins = is_line(bytes);
  uint32_t length = begins ? line_length(bytes, (uint32_t)there) : 0;
  if (length == 0 && begins && there < (int32_t)FRAME_LINE_MAX) return lose_rest(demux, packet);
  if (length == 0) {
    fl_demux_search(demux, demux->at, false);
    return FL_OK;
  }
  uint64_t data = demux->at + length, size = demux->video.bytes;
  if (!fl_demux_holds(&demux->in, data, size)) return lose_rest(demux, packet);
  *packet = (fl_demux_packet){.kind = FL_DEMUX_PICTURE, .at = data, .bytes = size};
  demux->at = data + size;
  return FL_OK;
}

const fl_demux_file fl_demux_y4m = {open, next, is_start};
