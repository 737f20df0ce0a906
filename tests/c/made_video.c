#include "made_video.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

void made_bytes(made_file *file, const void *bytes, size_t count) {
  if (file->length + count > file->capacity) {
    file->capacity = 2 * (file->length + count);
    file->bytes = realloc(file->bytes, file->capacity);
  }
  if (count > 0) memcpy(file->bytes + file->length, bytes, count);
  file->length += count;
}

void made_u32(made_file *file, uint32_t value) {
  uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16), (uint8_t)(value >> 24)};
  made_bytes(file, bytes, 4);
}

void made_set_u32(made_file *file, size_t at, uint32_t value) {
  for (uint32_t i = 0; i < 4; i++) file->bytes[at + i] = (uint8_t)(value >> 8 * i);
}

void made_text(made_file *file, const char *text) { made_bytes(file, text, strlen(text)); }

void made_noise(made_file *file, size_t count, uint32_t seed) {
  uint8_t *noise = malloc(count + 1);
  fl_test_noise(noise, count, seed);
  for (size_t i = 0; i < count; i++) noise[i] |= 0x80;
  made_bytes(file, noise, count);
  free(noise);
}

void made_end(made_file *file) {
  free(file->bytes);
  *file = (made_file){0};
}

/* ---- RIFF ---- */

size_t made_open(made_file *file, const char *id, const char *kind) {
  made_bytes(file, id, 4);
  made_u32(file, 0);
  size_t opened = file->length;
  if (kind) made_bytes(file, kind, 4);
  return opened;
}

void made_close(made_file *file, size_t opened) {
  made_set_u32(file, opened - 4, (uint32_t)(file->length - opened));
  if (file->length - opened & 1) made_bytes(file, "", 1);
}

size_t made_chunk(made_file *file, const char *id, uint32_t bytes, uint32_t seed) {
  size_t opened = made_open(file, id, NULL);
  made_noise(file, bytes, seed);
  made_close(file, opened);
  return opened;
}

static void put_name(made_file *file, const char *name) { made_bytes(file, name ? name : "\0\0\0", 4); }

static void put_stream(made_file *file, const made_avi *about) {
  size_t list = made_open(file, "LIST", "strl"), header = made_open(file, "strh", NULL);
  made_bytes(file, about ? "vids" : "auds", 4);
  put_name(file, about ? (about->handler ? about->handler : about->codec) : NULL);
  for (uint32_t i = 0; i < 3; i++) made_u32(file, 0);
  made_u32(file, about ? about->scale : 1), made_u32(file, about ? about->rate : 44100);
  for (uint32_t i = 0; i < 5; i++) made_u32(file, 0);
  made_close(file, header);
  size_t format = made_open(file, "strf", NULL);
  made_u32(file, 40), made_u32(file, about ? (uint32_t)about->width : 7), made_u32(file, about ? (uint32_t)about->height : 7);
  made_u32(file, 1 | 24 << 16), put_name(file, about ? about->codec : NULL);
  for (uint32_t i = 0; i < 5; i++) made_u32(file, 0);
  made_close(file, format);
  made_chunk(file, "strn", 5, 1);
  made_close(file, list);
}

void made_avi_header(made_file *file, const made_avi *about, size_t opened[2]) {
  opened[0] = made_open(file, "RIFF", "AVI ");
  size_t list = made_open(file, "LIST", "hdrl"), main = made_open(file, "avih", NULL);
  made_u32(file, about->frame_us);
  for (uint32_t i = 0; i < 13; i++) made_u32(file, i);
  made_close(file, main);
  for (uint32_t i = 0; i < about->sound_streams; i++) put_stream(file, NULL);
  put_stream(file, about);
  made_close(file, list);
  list = made_open(file, "LIST", "INFO");
  made_chunk(file, "ISFT", 13, 2);
  made_close(file, list);
  made_chunk(file, "JUNK", 333, 3);
  opened[1] = made_open(file, "LIST", "movi");
}

void made_finish(made_file *file, const size_t opened[2]) {
  made_close(file, opened[1]);
  made_chunk(file, "idx1", 160, 5);
  made_close(file, opened[0]);
}

void made_typical_avi(made_file *file, uint32_t count, size_t *at, uint32_t *bytes) {
  const made_avi about = {.codec = "MJPG", .width = 321, .height = 123, .scale = 1001, .rate = 30000, .sound_streams = 1};
  size_t opened[2];
  made_avi_header(file, &about, opened);
  for (uint32_t i = 0; i < count; i++) {
    size_t list = i % 3 == 1 ? made_open(file, "LIST", "rec ") : 0;
    if (i % 2) made_chunk(file, "00wb", 17 * i, i);
    bytes[i] = 1 + i * i * 7 % 300;
    at[i] = made_chunk(file, i % 5 == 2 ? "01db" : "01dc", bytes[i], 100 + i);
    if (i % 4 == 3) made_chunk(file, "ix01", 24, i);
    if (i % 7 == 3) made_chunk(file, "JUNK", i, i);
    if (list) made_close(file, list);
  }
  made_finish(file, opened);
}
