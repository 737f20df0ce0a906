/* Image files for the tests: pictures, chunks and files made of them, bytes that are live. */
#ifndef FL_TESTS_IMAGE_FILE_SUPPORT_H
#define FL_TESTS_IMAGE_FILE_SUPPORT_H

#include "api/framelane.h"
#include "check.h"
#include "image_file/checksum.h"
#include "image_file/deflate.h"
#include "image_file/image_file.h"

#include <stdlib.h>

#define NO_LIMIT UINT64_MAX

static inline uint64_t live_bytes(void) { return fl_stats(), (uint64_t)fl_mail()[0]; }

static inline bool complains(const fl_report *report, fl_status got, fl_status expected, const char *words) {
  if (got == expected && strstr(report->message, words)) return true;
  printf("# status %d, expected %d with «%s»: %s\n", got, expected, words, report->message);
  return false;
}

/* Looks and decodes, as JavaScript does. pixels: for as many channels as wanted; malloc's own bounds are watched. */
static inline fl_status read_file(const uint8_t *bytes, size_t length, uint32_t channels, uint8_t **pixels, fl_image_header *header, fl_report *report) {
  double copied = -1;
  uint8_t *file = malloc(length ? length : 1);
  memcpy(file, bytes, length);
  *pixels = NULL;
  fl_status status = fl_image_read_header(file, (uint32_t)length, FL_IMAGE_PIXELS_MAX, header, report);
  if (status == FL_OK) {
    *pixels = calloc(header->width, (size_t)header->height * channels);
    status = fl_image_decode(file, (uint32_t)length, header, channels, *pixels, &copied, report);
    CHECK(copied == 0);
  }
  free(file);
  return status;
}

/* A chunk with its checksum. */
static inline void add_chunk(fl_image_output *out, const char *type, const void *data, size_t length) {
  uint8_t head[8] = {(uint8_t)(length >> 24), (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};
  memcpy(head + 4, type, 4);
  fl_image_output_add(out, head, 8), fl_image_output_add(out, data, length);
  uint32_t crc = fl_crc32(fl_crc32(0, head + 4, 4), data, length);
  uint8_t end[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc};
  fl_image_output_add(out, end, 4);
}

static inline void begin_png(fl_image_output *out, uint32_t width, uint32_t height, uint8_t depth, uint8_t kind, uint8_t interlaced) {
  const uint8_t size[13] = {(uint8_t)(width >> 24), (uint8_t)(width >> 16), (uint8_t)(width >> 8), (uint8_t)width,
                            (uint8_t)(height >> 24), (uint8_t)(height >> 16), (uint8_t)(height >> 8), (uint8_t)height, depth, kind, 0, 0, interlaced};
  *out = (fl_image_output){0};
  fl_image_memory_begin(NULL, 0, 0, NO_LIMIT);
  fl_image_output_add(out, "\x89PNG\r\n\x1A\n", 8);
  add_chunk(out, "IHDR", size, 13);
}

/* Rows with their filters' numbers, compressed. */
static inline void add_pixels(fl_image_output *out, const uint8_t *rows, size_t count) {
  fl_image_output packed = {0};
  fl_deflate *stream = fl_deflate_begin(&packed);
  fl_deflate_put(stream, rows, count);
  fl_deflate_end(stream);
  add_chunk(out, "IDAT", packed.bytes, packed.length);
  fl_image_memory_give(packed.bytes);
}

/* A picture with smooth parts, edges, noise and flat parts. */
static inline void draw(uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, uint32_t stride) {
  for (uint32_t y = 0; y < height; y++) {
    uint8_t *row = pixels + (size_t)y * stride;
    fl_test_noise(row, (size_t)width * channels, y + 1);
    for (uint32_t x = 0; x < width; x++)
      for (uint32_t c = 0; c < channels; c++) {
        uint8_t *p = &row[x * channels + c];
        if (y % 40 < 13) *p = (uint8_t)(x + 2 * y + 50 * c);
        else if (y % 40 < 26) *p = (uint8_t)(x / 16 + y / 16) % 2 ? 255 : 7;
        else if (x % 64 < 48) *p = (uint8_t)(*p % 8 + 100 + x / 4 % 64);
      }
  }
}

#endif
