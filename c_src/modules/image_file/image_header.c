#include "image_file.h"

#define SHOWN 8u /* bytes of a file that is something else */

typedef struct kind {
  const char *name, *bytes;
  uint32_t at, length;
} kind;

static const kind others[] = {
    {"a GIF", "GIF8", 0, 4}, {"a WebP", "WEBP", 8, 4}, {"a BMP", "BM", 0, 2}, {"a TIFF", "II*\0", 0, 4}, {"a TIFF", "MM\0*", 0, 4},
    {"an AVIF or HEIC", "ftyp", 4, 4}, {"a JPEG XL", "\xFF\x0A", 0, 2}, {"an SVG", "<svg", 0, 4}, {"a PDF", "%PDF", 0, 4},
};

static bool begins(const uint8_t *bytes, uint32_t length, const kind *k) {
  return length >= k->at + k->length && memcmp(bytes + k->at, k->bytes, k->length) == 0;
}

/* «is neither PNG nor JPEG: it begins with 47 49 46 38 ("GIF8"), as a GIF does». */
static fl_status is_something_else(const uint8_t *bytes, uint32_t length, fl_report *report) {
  fl_text *text = &report->text;
  uint32_t shown = length < SHOWN ? length : SHOWN;
  char letters[SHOWN + 1] = "", hex[] = "00 ";
  fl_report_fail(report, FL_BAD_FORMAT, NULL, length ? "is neither PNG nor JPEG: it begins with " : "is empty");
  for (uint32_t i = 0; i < shown; i++) {
    hex[0] = "0123456789ABCDEF"[bytes[i] >> 4], hex[1] = "0123456789ABCDEF"[bytes[i] & 15];
    fl_text_add(text, hex);
    letters[i] = bytes[i] >= 32 && bytes[i] < 127 ? (char)bytes[i] : '.';
  }
  if (length) fl_text_add(text, "(\""), fl_text_add(text, letters), fl_text_add(text, "\")");
  for (uint32_t i = 0; i < FL_COUNT(others); i++)
    if (begins(bytes, length, &others[i])) {
      fl_text_add(text, ", as "), fl_text_add(text, others[i].name), fl_text_add(text, " does");
      break;
    }
  return FL_BAD_FORMAT;
}

static fl_status check_size(const fl_image_header *h, double pixels_max, fl_report *report) {
  fl_text *text = &report->text;
  bool is_long = h->width > FL_IMAGE_SIDE_MAX || h->height > FL_IMAGE_SIDE_MAX;
  if (!h->width || !h->height) return fl_report_fail(report, FL_BAD_FORMAT, NULL, "is a damaged PNG: it has no pixels");
  if (!is_long && (double)h->width * h->height <= pixels_max) return FL_OK;
  fl_report_fail(report, FL_BAD_FORMAT, NULL, "has ");
  fl_text_add_number(text, h->width), fl_text_add(text, "×"), fl_text_add_number(text, h->height);
  fl_text_add(text, is_long ? " pixels; a side may have up to " : " pixels; together they may be up to ");
  fl_text_add_number(text, is_long ? FL_IMAGE_SIDE_MAX : pixels_max);
  if (!is_long) fl_text_add(text, " (maxPixels)");
  return FL_BAD_FORMAT;
}

fl_status fl_image_read_header(const uint8_t *bytes, uint32_t length, double pixels_max, fl_image_header *out, fl_report *report) {
  static const kind png = {"", "\x89PNG\r\n\x1A\n", 0, 8}, jpeg = {"", "\xFF\xD8\xFF", 0, 3};
  fl_status status;
  if (begins(bytes, length, &png)) status = fl_png_read_header(bytes, length, out, report);
  else if (begins(bytes, length, &jpeg)) status = fl_jpeg_read_header(bytes, length, out, report);
  else return is_something_else(bytes, length, report);
  return status == FL_OK ? check_size(out, pixels_max, report) : status;
}
