/* What is in a video file, one packet after the other: where it lies, or why there is none. Nothing here knows of flows: the stage is in
 * demux_stage.c, and the parsers are tested and fuzzed without one.
 *
 * Files are not trusted: a size is what somebody claims, a place is looked at before it is believed, and each call does a bounded amount
 * of work (FL_DEMUX_NONE: call again). Whatever the bytes, a call ends in a packet, in the end, or in an error with words. */
#ifndef FL_MODULES_AVI_DEMUX_DEMUX_H
#define FL_MODULES_AVI_DEMUX_DEMUX_H

#include <framelane_module.h>

#include "input.h"

#define FL_DEMUX_STAGE "aviDemux"
#define FL_DEMUX_PACKET_MAX (64u << 20) /* bytes of one compressed picture */
#define FL_DEMUX_SEARCH_MAX (16u << 20) /* bytes passed over at most, where something else should be */
#define FL_DEMUX_START_MAX 256u         /* bytes of what is before a picture, and says that here it begins */
#define FL_DEMUX_RATE 25.0              /* frames per second where a file does not say: what everybody assumes */

typedef struct fl_demux_video {
  uint32_t form;          /* FL_FOURCC of what packets hold; 0: pixels */
  fl_format format;       /* of pixels */
  bool swapped;           /* of i420: V lies before U */
  uint32_t width, height; /* 0: the file does not say, and each packet does */
  uint64_t bytes;         /* of a picture's pixels; 0: packets are of any length */
  double rate;            /* frames per second */
} fl_demux_video;

typedef enum fl_demux_kind {
  FL_DEMUX_NONE,    /* nothing yet */
  FL_DEMUX_PICTURE, /* `bytes` bytes from `at` on, as far as is known: the file may end before */
  FL_DEMUX_LOST,    /* there should be one: status and why */
  FL_DEMUX_END,
} fl_demux_kind;

typedef struct fl_demux_packet {
  fl_demux_kind kind;
  uint64_t at, bytes;
  int32_t status;
  const char *why; /* one sentence, static */
} fl_demux_packet;

typedef struct fl_demux fl_demux;

/* A kind of file. */
typedef struct fl_demux_file {
  int32_t (*open)(fl_demux *demux, fl_report *report);       /* reads the header */
  int32_t (*next)(fl_demux *demux, fl_demux_packet *packet); /* what begins at demux->at */
  /* Could next() go on with these bytes, that lie at `at`? They are 8 or more, and FL_DEMUX_START_MAX unless the input ends before. When it
   * says yes, next() must not search from there again. */
  bool (*is_start)(const fl_demux_input *in, uint64_t at, const uint8_t *bytes, uint32_t there);
} fl_demux_file;

struct fl_demux {
  fl_demux_input in;
  const fl_demux_file *file;
  fl_demux_video video;
  uint64_t at;  /* where what comes next should begin */
  uint64_t gap; /* while that is looked for: since where */
  bool searching, told; /* told: of this gap the user knows already */
  bool ended;
  uint32_t stream;   /* of an AVI: the video's number */
  uint64_t body_end; /* of an AVI: where its RIFF says that it ends */
};

/* Finds out what kind of file this is and reads its header. demux->in is started. Errors: FL_BAD_FORMAT, FL_UNSUPPORTED, with words;
 * what reading gave. */
int32_t fl_demux_open(fl_demux *demux, fl_report *report);
/* The next packet. Errors: what reading gave. */
int32_t fl_demux_next(fl_demux *demux, fl_demux_packet *packet);

/* ---- what the kinds of file share ---- */

extern const fl_demux_file fl_demux_avi, fl_demux_y4m;

/* «aviDemux: text byte at». Returns status. */
int32_t fl_demux_fail(fl_report *report, int32_t status, const char *text, uint64_t at);
/* Bytes as text between quotation marks, those that are no letters as \xNN. */
void fl_demux_add_bytes(fl_text *text, const uint8_t *bytes, uint32_t count);
/* Checks the sides, of which pixels need both, and computes video->bytes. at: where they stand in the file. */
int32_t fl_demux_set_size(fl_demux_video *video, uint64_t width, uint64_t height, uint64_t at, fl_report *report);

/* The packet is lost, and why. */
int32_t fl_demux_lose(fl_demux_packet *packet, int32_t status, const char *why);
int32_t fl_demux_end(fl_demux *demux, fl_demux_packet *packet);
/* From now on next() looks for the next place from `from` on that is a start. told: what is lost here has been said. */
void fl_demux_search(fl_demux *demux, uint64_t from, bool told);

#endif
