#include "input.h"

#define GLANCE 512u /* bytes read at least: of a header the neighbours are wanted next, of a packet none are wanted here */

void fl_demux_start_input(fl_demux_input *in, double (*read)(void *, double, void *, uint32_t), void *context, double size) {
  in->read = read, in->context = context;
  in->size = size >= 0 && size < (double)FL_DEMUX_ENDLESS ? (uint64_t)size : FL_DEMUX_ENDLESS;
  in->start = 0, in->held = 0;
}

int32_t fl_demux_look(fl_demux_input *in, uint64_t at, uint32_t bytes, const uint8_t **out) {
  if (at >= in->size) return 0;
  if (at < in->start || at + bytes > in->start + in->held) {
    uint64_t left = in->size - at;
    uint32_t wanted = bytes < GLANCE ? GLANCE : bytes;
    double got = in->read(in->context, (double)at, in->window, left < wanted ? (uint32_t)left : wanted);
    in->start = at, in->held = got > 0 ? (uint32_t)got : 0;
    if (got < 0) return (int32_t)got;
  }
  uint32_t there = (uint32_t)(in->start + in->held - at);
  *out = in->window + (at - in->start);
  return (int32_t)(there < bytes ? there : bytes);
}
