/* PNG and JPEG files in memory: read into a frame's pixels, made of them.
 * stb_image decodes. Its version in Debian believes what a file says in places (a table with too many codes makes it write past an array),
 * and checks no checksum: so fl_image_read_header() goes through the whole file first, and what it lets through is sound enough. */
#ifndef FL_MODULES_IMAGE_FILE_H
#define FL_MODULES_IMAGE_FILE_H

#include "image_memory.h"

typedef enum fl_image_type { FL_IMAGE_PNG = 1, FL_IMAGE_JPEG = 2 } fl_image_type;

#define FL_IMAGE_SIDE_MAX 65535u                /* FL_DIMENSION_MAX: of a frame; JPEG has no more either */
#define FL_IMAGE_PIXELS_MAX (16383.0 * 16383.0) /* stb_image computes bytes in 32 bits with a sign: 8 of 16-bit RGBA per pixel fit */
#define FL_IMAGE_BYTES_MAX (1u << 30)           /* of a file */
#define FL_IMAGE_SCANS_MAX 500u                 /* of a JPEG: each may cost the time of a whole picture and a few bytes */

typedef struct fl_image_header {
  fl_image_type type;
  uint32_t width, height;
  uint32_t channels; /* of what is stored: 1 gray, 2 gray and alpha, 3, 4 */
  uint32_t depth;    /* bits of each */
  bool is_gray;      /* one channel, all of it opaque */
} fl_image_header;

/* What the file is, after a look at every segment of it.
 * Errors: FL_BAD_FORMAT: it is neither, or damaged, or larger than the limits; the report completes the sentence «this file …». */
fl_status fl_image_read_header(const uint8_t *bytes, uint32_t length, double pixels_max, fl_image_header *out, fl_report *report);
/* Its two halves: a file that begins as such. */
fl_status fl_png_read_header(const uint8_t *bytes, uint32_t length, fl_image_header *out, fl_report *report);
fl_status fl_jpeg_read_header(const uint8_t *bytes, uint32_t length, fl_image_header *out, fl_report *report);

/* Decodes what fl_image_read_header() let through, to 8 bits a channel.
 * Shape : pixels of width × height × channels bytes; channels 4, or 1 where the header says gray. copied: bytes that had to be moved there.
 * Errors: FL_BAD_FORMAT, FL_OUT_OF_MEMORY; pixels then hold anything. */
fl_status fl_image_decode(const uint8_t *bytes, uint32_t length, const fl_image_header *header, uint32_t channels, uint8_t *pixels,
                          double *copied, fl_report *report);

/* Pixels to be written: rgba8 or gray8, rows as far apart as they are. */
typedef struct fl_image_pixels {
  const uint8_t *rows;
  uint32_t stride, width, height, channels;
} fl_image_pixels;

/* Errors: FL_OUT_OF_MEMORY, FL_BAD_FORMAT for more than FL_IMAGE_PIXELS_MAX. Owner: out->bytes the caller, in either case. */
fl_status fl_image_encode_png(const fl_image_pixels *image, fl_image_output *out, fl_report *report);
/* quality: 1 to 100; up to 90 with colours at half the resolution. Alpha is left out. copied: rows that were not tight. */
fl_status fl_image_encode_jpeg(const fl_image_pixels *image, uint32_t quality, fl_image_output *out, double *copied, fl_report *report);

static inline uint32_t fl_image_u32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}
static inline uint32_t fl_image_u16(const uint8_t *bytes) { return (uint32_t)bytes[0] << 8 | bytes[1]; }

#endif
