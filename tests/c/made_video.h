/* Video files, made as a test wants them. */
#ifndef FL_TESTS_MADE_VIDEO_H
#define FL_TESTS_MADE_VIDEO_H

#include <stddef.h>
#include <stdint.h>

typedef struct made_file {
  uint8_t *bytes;
  size_t length, capacity;
} made_file;

void made_bytes(made_file *file, const void *bytes, size_t count);
void made_u32(made_file *file, uint32_t value);
void made_text(made_file *file, const char *text);
/* Bytes that look random, none of which is a letter: no name of a chunk is among them. */
void made_noise(made_file *file, size_t count, uint32_t seed);
void made_end(made_file *file); /* frees it; the struct is empty again */

/* ---- RIFF ---- */

/* Begins a chunk, or a list (kind: NULL for a chunk); what it gives is for made_close(). */
size_t made_open(made_file *file, const char *id, const char *kind);
/* Writes its size, and a byte of padding if it is odd. */
void made_close(made_file *file, size_t opened);
/* A whole chunk of noise. Returns where its bytes begin. */
size_t made_chunk(made_file *file, const char *id, uint32_t bytes, uint32_t seed);
void made_set_u32(made_file *file, size_t at, uint32_t value);

typedef struct made_avi {
  const char *codec, *handler; /* four letters, NULL: zeros; handler NULL: as the codec */
  int32_t width, height;
  uint32_t scale, rate, frame_us;
  uint32_t sound_streams; /* before the video */
} made_avi;

/* RIFF and its header, up to inside its list movi. opened: for made_finish(). */
void made_avi_header(made_file *file, const made_avi *about, size_t opened[2]);
void made_finish(made_file *file, const size_t opened[2]);

/* An AVI of `count` packets with a bit of everything between them. at, bytes: where the packets lie. */
void made_typical_avi(made_file *file, uint32_t count, size_t *at, uint32_t *bytes);

#endif
