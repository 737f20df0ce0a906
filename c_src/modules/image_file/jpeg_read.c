/* A look at a JPEG before it is decoded (ITU-T T.81, Annex B): from marker to marker as stb_image will go, and over compressed data to
 * the next marker that is no restart; so it decodes no table and no frame that was not seen here. */
#include "image_file.h"

enum { SOF0 = 0xC0, SOF1, SOF2, DHT = 0xC4, RST0 = 0xD0, RST7 = 0xD7, SOI = 0xD8, EOI, SOS };

typedef struct walk {
  const uint8_t *bytes;
  uint32_t at, length; /* at: the next byte */
  uint32_t scans;
} walk;

static fl_status damaged(fl_report *report, const char *why) {
  fl_report_fail(report, FL_BAD_FORMAT, NULL, "is a damaged JPEG: ");
  fl_text_add(&report->text, why);
  return FL_BAD_FORMAT;
}

static fl_status unsupported(fl_report *report, const char *why) {
  fl_report_fail(report, FL_BAD_FORMAT, NULL, "is a JPEG of a kind that cannot be read: ");
  fl_text_add(&report->text, why);
  return FL_BAD_FORMAT;
}

/* The next marker, 0 where there is none any more. In compressed data FF is followed by 00, or is a restart. */
static uint32_t next_marker(walk *w) {
  while (w->at + 1 < w->length) {
    uint32_t marker = w->bytes[w->at] == 0xFF ? w->bytes[w->at + 1] : 0;
    bool is_one = marker != 0 && marker != 0xFF && !(marker >= RST0 && marker <= RST7);
    w->at += is_one ? 2 : 1;
    if (is_one) return marker;
  }
  return 0;
}

/* Huffman tables: stb_image's arrays hold 256 symbols and are written before they are counted. */
static bool are_tables_sound(const uint8_t *bytes, uint32_t length) {
  while (length > 0) {
    uint32_t symbols = 0;
    if (length < 17) return false;
    for (uint32_t i = 1; i <= 16; i++) symbols += bytes[i];
    if (symbols > 256 || 17 + symbols > length) return false;
    bytes += 17 + symbols, length -= 17 + symbols;
  }
  return true;
}

static fl_status read_frame(const uint8_t *bytes, uint32_t length, fl_image_header *out, fl_report *report) {
  if (out->width) return damaged(report, "it has two frame headers");
  if (length < 6 || length != 6u + 3u * bytes[5]) return damaged(report, "its frame header is of the wrong length");
  if (bytes[0] != 8) return unsupported(report, "it has not 8 bits per channel");
  out->height = fl_image_u16(bytes + 1), out->width = fl_image_u16(bytes + 3), out->channels = bytes[5], out->depth = 8;
  if (out->channels != 1 && out->channels != 3 && out->channels != 4) return unsupported(report, "it has not 1, 3 or 4 channels");
  if (!out->width || !out->height) return damaged(report, "it has no pixels");
  out->is_gray = out->channels == 1;
  return FL_OK;
}

static fl_status read_segment(walk *w, uint32_t marker, fl_image_header *out, fl_report *report) {
  uint32_t left = w->length - w->at, length = left >= 2 ? fl_image_u16(w->bytes + w->at) : 0;
  const uint8_t *data = w->bytes + w->at + 2;
  if (length > left || left < 2) return damaged(report, "it ends in the middle of a segment");
  if (length < 2) return damaged(report, "a segment is of the wrong length");
  w->at += length;
  if (marker == SOF0 || marker == SOF1 || marker == SOF2) return read_frame(data, length - 2, out, report);
  if (marker > SOF2 && marker < 0xD0 && marker != DHT && marker != 0xC8 && marker != 0xCC) return unsupported(report, "it is neither baseline nor progressive");
  if (marker == DHT && !are_tables_sound(data, length - 2)) return damaged(report, "a Huffman table is not as long as it says");
  if (marker != SOS) return FL_OK;
  if (!out->width) return damaged(report, "its pixels come before its size");
  if (++w->scans > FL_IMAGE_SCANS_MAX) return unsupported(report, "it has more than 500 scans");
  return FL_OK;
}

fl_status fl_jpeg_read_header(const uint8_t *bytes, uint32_t length, fl_image_header *out, fl_report *report) {
  walk w = {bytes, 2, length, 0};
  *out = (fl_image_header){.type = FL_IMAGE_JPEG};
  for (;;) {
    uint32_t marker = next_marker(&w);
    if (marker == 0) return damaged(report, "it is cut short: its end marker is missing");
    if (marker == EOI) break;
    if (marker == SOI || marker == 1) continue; /* without a length */
    fl_status status = read_segment(&w, marker, out, report);
    if (status != FL_OK) return status;
  }
  return w.scans > 0 ? FL_OK : damaged(report, "it ends before its pixels");
}
