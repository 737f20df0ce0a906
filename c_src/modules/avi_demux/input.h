/* The input through a small window: what a parser looks at, a few bytes here and there, wherever they are. Packets and pixels do not
 * pass through it: they are read straight to where they belong. */
#ifndef FL_MODULES_AVI_DEMUX_INPUT_H
#define FL_MODULES_AVI_DEMUX_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#define FL_DEMUX_WINDOW 4096u
#define FL_DEMUX_ENDLESS (1ull << 53) /* of a size: it is not known. No input goes on beyond that */

typedef struct fl_demux_input {
  double (*read)(void *context, double offset, void *to, uint32_t bytes); /* as fl_flow_read() */
  void *context;
  uint64_t size, start; /* in bytes; where in the input the window lies */
  uint32_t held;
  uint8_t window[FL_DEMUX_WINDOW];
} fl_demux_input;

/* Borrows context. size: in bytes; negative where it is not known. */
void fl_demux_start_input(fl_demux_input *in, double (*read)(void *, double, void *, uint32_t), void *context, double size);

/* Bytes from `at` on, at most FL_DEMUX_WINDOW, there until the next look. Returns how many there are, fewer only at the input's end;
 * or a negative fl_status, as read() gave it. */
int32_t fl_demux_look(fl_demux_input *in, uint64_t at, uint32_t bytes, const uint8_t **out);

/* Do so many bytes from `at` on lie within the input, as far as that is known? */
static inline bool fl_demux_holds(const fl_demux_input *in, uint64_t at, uint64_t bytes) { return at <= in->size && bytes <= in->size - at; }

#endif
