#include "avi.h"

/* What comes after an AVI's header: chunks of pictures and sound, in lists 'rec ' or not; an index; further RIFFs, 'AVIX', with more.
 * The indices are not used: every chunk says itself what it is and how long, and a file that was never finished has none. */

#define CHUNKS_AT_ONCE 4096u /* in one call */

static uint32_t pair(uint32_t id, uint32_t at) { return id >> 8 * at & 0xFFFF; }
static bool is_digits(uint32_t two) { return (two & 0xFF) - '0' < 10 && (two >> 8) - '0' < 10; }

/* Is it a name that a file's body has? Of a chunk that belongs to a stream, or of one that stands between those. */
static bool is_known(uint32_t id) {
  static const char kinds[][3] = {"dc", "db", "wb", "pc", "tx", "sb", "iv"};
  if (id == FL_RIFF_LIST || id == FL_RIFF_RIFF || id == FL_FOURCC('J', 'U', 'N', 'K') || id == FL_FOURCC('i', 'd', 'x', '1')) return true;
  if (pair(id, 0) == ('i' | 'x' << 8)) return is_digits(pair(id, 2));
  for (uint32_t i = 0; i < FL_COUNT(kinds) && is_digits(pair(id, 0)); i++)
    if (pair(id, 2) == ((uint32_t)kinds[i][0] | (uint32_t)kinds[i][1] << 8)) return true;
  return false;
}

static bool is_picture(const fl_demux *demux, uint32_t id) {
  uint32_t stream = ('0' + demux->stream / 10) | ('0' + demux->stream % 10) << 8, kind = pair(id, 2);
  return pair(id, 0) == stream && (kind == ('d' | 'c' << 8) || kind == ('d' | 'b' << 8));
}

uint64_t fl_avi_end_of(const fl_riff_chunk *riff) {
  return riff->bytes == 0 || riff->bytes == UINT32_MAX ? FL_DEMUX_ENDLESS : riff->at + 8 + riff->bytes;
}

static int32_t give_picture(fl_demux *demux, const fl_riff_chunk *chunk, fl_demux_packet *packet) {
  demux->at = chunk->after;
  if (!fl_demux_holds(&demux->in, chunk->data, chunk->bytes)) {
    fl_demux_search(demux, chunk->data, true);
    return fl_demux_lose(packet, FL_BAD_FORMAT, "the picture is cut off by the end of the file, or its size is wrong");
  }
  if (chunk->bytes == 0) return fl_demux_lose(packet, FL_UNSUPPORTED, "the picture is empty: the one before it is to be shown again");
  if (demux->video.bytes && chunk->bytes != demux->video.bytes)
    return fl_demux_lose(packet, FL_BAD_FORMAT, "the picture has not as many bytes as its width, height and format say");
  if (demux->video.form && chunk->bytes > FL_DEMUX_PACKET_MAX)
    return fl_demux_lose(packet, FL_UNSUPPORTED, "the compressed picture is larger than 64 MiB");
  *packet = (fl_demux_packet){.kind = FL_DEMUX_PICTURE, .at = chunk->data, .bytes = chunk->bytes};
  return FL_OK;
}

/* Lists whose chunks count. */
static bool is_entered(const fl_riff_chunk *chunk) {
  if (chunk->id == FL_RIFF_RIFF) return chunk->list == FL_FOURCC('A', 'V', 'I', 'X');
  return chunk->list == FL_FOURCC('m', 'o', 'v', 'i') || chunk->list == FL_FOURCC('r', 'e', 'c', ' ');
}

/* Can it be passed over? Of lists the bytes that data leaves out count too. */
static bool is_passable(const fl_demux_input *in, const fl_riff_chunk *chunk) {
  return fl_riff_is_name(chunk->id) && fl_demux_holds(in, chunk->at + 8, chunk->bytes);
}

static bool is_start(const fl_demux_input *in, uint64_t at, const uint8_t *bytes, uint32_t there) {
  fl_riff_chunk chunk;
  if (!is_known(fl_riff_u32(bytes)) || !fl_riff_parse_chunk(bytes, there, at, &chunk)) return false;
  return chunk.id == FL_RIFF_RIFF || is_entered(&chunk) || is_passable(in, &chunk);
}

static int32_t next(fl_demux *demux, fl_demux_packet *packet) {
  for (uint32_t n = 0; n < CHUNKS_AT_ONCE; n++) {
    fl_riff_chunk chunk;
    int32_t found = fl_riff_read_chunk(&demux->in, demux->at, &chunk);
    if (found < 0) return found;
    if (found == 0) return fl_demux_end(demux, packet);
    if (is_picture(demux, chunk.id)) return give_picture(demux, &chunk, packet);
    if (is_entered(&chunk)) {
      if (chunk.id == FL_RIFF_RIFF) demux->body_end = fl_avi_end_of(&chunk);
      demux->at = chunk.data;
    } else if (chunk.id == FL_RIFF_RIFF || (demux->at >= demux->body_end && !is_known(chunk.id))) {
      return fl_demux_end(demux, packet); /* another file behind this one, or anything */
    } else if (is_passable(&demux->in, &chunk)) {
      demux->at = chunk.after;
    } else {
      fl_demux_search(demux, chunk.at - 1, false); /* 1: a byte of padding may have been left out */
      return FL_OK;
    }
  }
  return FL_OK;
}

const fl_demux_file fl_demux_avi = {fl_avi_open, next, is_start};
