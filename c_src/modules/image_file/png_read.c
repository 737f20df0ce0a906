/* A look at a PNG before it is decoded: sizes, and the checksums that stb_image passes over. */
#include "checksum.h"
#include "image_file.h"

#define SIGNATURE 8u
#define AROUND 12u /* a chunk's bytes beside its data: length and type before, checksum behind */

typedef struct chunk {
  const uint8_t *type, *data;
  uint32_t length;
} chunk;

static bool is_type(const chunk *c, const char *name) { return memcmp(c->type, name, 4) == 0; }

static fl_status damaged(fl_report *report, const char *first, const chunk *c, const char *second) {
  char name[5] = "????";
  for (int i = 0; c && i < 4; i++)
    if (c->type[i] >= 'A' && c->type[i] <= 'z') name[i] = (char)c->type[i];
  fl_report_fail(report, FL_BAD_FORMAT, NULL, "is a damaged PNG: ");
  fl_text_add(&report->text, first);
  if (c) fl_text_add(&report->text, name);
  fl_text_add(&report->text, second);
  return FL_BAD_FORMAT;
}

static fl_status read_size(const chunk *c, fl_image_header *out, fl_report *report) {
  /* by colour type: channels, and the depths there may be, as bits */
  static const struct {
    uint8_t channels, depths;
  } kinds[7] = {{1, 1 | 2 | 4 | 8 | 16}, {0, 0}, {3, 8 | 16}, {1, 1 | 2 | 4 | 8}, {2, 8 | 16}, {0, 0}, {4, 8 | 16}};
  if (c->length != 13) return damaged(report, "its first chunk does not have 13 bytes", NULL, "");
  out->width = fl_image_u32(c->data), out->height = fl_image_u32(c->data + 4), out->depth = c->data[8];
  uint32_t kind = c->data[9];
  if (kind > 6 || out->depth > 16 || (out->depth & (out->depth - 1)) || !(kinds[kind].depths & out->depth))
    return damaged(report, "there is no such kind of pixel", NULL, "");
  out->channels = kinds[kind].channels;
  out->is_gray = kind == 0;
  return FL_OK;
}

/* IDAT and what else begins with a capital letter must be right; a broken comment does no harm. */
static bool is_critical(const chunk *c) { return !(c->type[0] & 32); }

fl_status fl_png_read_header(const uint8_t *bytes, uint32_t length, fl_image_header *out, fl_report *report) {
  *out = (fl_image_header){.type = FL_IMAGE_PNG};
  for (uint32_t at = SIGNATURE; ; ) {
    if (length - at < AROUND) return damaged(report, "it ends before its last chunk", NULL, "");
    chunk c = {bytes + at + 4, bytes + at + 8, fl_image_u32(bytes + at)};
    if (c.length > length - at - AROUND) return damaged(report, "it ends in the middle of chunk ", &c, "");
    if ((at == SIGNATURE) != is_type(&c, "IHDR")) return damaged(report, "it must begin with one chunk IHDR, and here is ", &c, "");
    if (is_critical(&c) && fl_crc32(0, c.type, (size_t)c.length + 4) != fl_image_u32(c.data + c.length))
      return damaged(report, "the checksum of chunk ", &c, " is wrong");
    fl_status status = at == SIGNATURE ? read_size(&c, out, report) : FL_OK;
    if (status != FL_OK || is_type(&c, "IEND")) return status;
    if (is_type(&c, "tRNS")) out->is_gray = false;
    at += AROUND + c.length;
  }
}
