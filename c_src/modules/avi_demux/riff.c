#include "riff.h"

bool fl_riff_parse_chunk(const uint8_t *bytes, uint32_t there, uint64_t at, fl_riff_chunk *out) {
  if (there < 8) return false;
  *out = (fl_riff_chunk){.id = fl_riff_u32(bytes), .bytes = fl_riff_u32(bytes + 4), .at = at, .data = at + 8};
  out->after = out->data + out->bytes + (out->bytes & 1);
  if (out->id != FL_RIFF_LIST && out->id != FL_RIFF_RIFF) return true;
  if (there < 12) return false;
  out->list = fl_riff_u32(bytes + 8);
  out->data = at + 12;
  return true;
}

int32_t fl_riff_read_chunk(fl_demux_input *in, uint64_t at, fl_riff_chunk *out) {
  const uint8_t *bytes = NULL;
  int32_t there = fl_demux_look(in, at, 12, &bytes);
  return there < 0 ? there : fl_riff_parse_chunk(bytes, (uint32_t)there, at, out);
}

bool fl_riff_is_name(uint32_t id) {
  for (uint32_t shift = 0; shift < 32; shift += 8)
    if ((id >> shift & 0xFF) < 0x20 || (id >> shift & 0xFF) > 0x7E) return false;
  return true;
}
