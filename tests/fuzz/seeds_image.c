/* The seeds of target_image.c: small files of every kind that the decoders know. */
#include "seeds.h"

#include "image_file/checksum.h"
#include "image_file/deflate.h"
#include "image_file/image_file.h"

#define MEND 1u /* of the first byte: PNG with checksums to be made right */
#define SIDE 13u

static uint32_t number;

static void write_file(uint8_t ways, const uint8_t *bytes, size_t count) {
  static uint8_t seed[4096];
  if (count + 1 > sizeof seed) abort();
  seed[0] = ways;
  memcpy(seed + 1, bytes, count);
  write_seed("image", number++, seed, count + 1);
}

static void add_chunk(fl_image_output *out, const char *type, const uint8_t *data, size_t count) {
  const uint8_t length[4] = {0, 0, (uint8_t)(count >> 8), (uint8_t)count}, crc[4] = {0}; /* mended by the target */
  fl_image_output_add(out, length, 4), fl_image_output_add(out, type, 4);
  fl_image_output_add(out, data, count), fl_image_output_add(out, crc, 4);
}

static void write_png(uint8_t depth, uint8_t kind, uint8_t interlaced, bool transparent) {
  const uint8_t size[13] = {0, 0, 0, SIDE, 0, 0, 0, SIDE, depth, kind, 0, 0, interlaced};
  uint8_t rows[2048];
  fl_image_output out = {0}, packed = {0};
  fl_image_memory_begin(NULL, 0, 0, UINT64_MAX);
  make_bytes(rows, sizeof rows);
  uint32_t channels = kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1, row = 1 + (SIDE * channels * depth + 7) / 8;
  for (uint32_t at = 0; at < sizeof rows; at += interlaced ? 1 : row) rows[at] %= 5; /* the filters */
  fl_deflate *stream = fl_deflate_begin(&packed);
  fl_deflate_put(stream, rows, interlaced ? row * 2 * SIDE : row * SIDE);
  fl_deflate_end(stream);
  fl_image_output_add(&out, "\x89PNG\r\n\x1A\n", 8);
  add_chunk(&out, "IHDR", size, 13);
  if (kind == 3) add_chunk(&out, "PLTE", rows, 48);
  if (transparent) add_chunk(&out, "tRNS", rows, kind == 3 ? 9 : kind == 2 ? 6 : 2);
  add_chunk(&out, "IDAT", packed.bytes, packed.length / 2);
  add_chunk(&out, "IDAT", packed.bytes + packed.length / 2, packed.length - packed.length / 2);
  add_chunk(&out, "IEND", NULL, 0);
  write_file(MEND, out.bytes, out.length);
  fl_image_memory_give(out.bytes), fl_image_memory_give(packed.bytes);
}

static void write_jpeg(uint32_t quality, uint32_t channels) {
  uint8_t pixels[SIDE * SIDE * 4];
  double copied;
  fl_report report;
  fl_image_output out = {0};
  const fl_image_pixels image = {pixels, SIDE * channels, SIDE, SIDE, channels};
  make_bytes(pixels, sizeof pixels);
  fl_image_memory_begin(NULL, 0, 0, UINT64_MAX);
  if (fl_image_encode_jpeg(&image, quality, &out, &copied, &report) != FL_OK) abort();
  write_file(0, out.bytes, out.length);
  fl_image_memory_give(out.bytes);
}

/* Tables of two and three codes, all bits having a meaning, and scans of random bits: DC, AC, and a refinement of both. */
static void write_progressive(uint8_t channels) {
  static const uint8_t tables[] = {0xFF, 0xC4, 0, 41,
                                   0x00, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3,
                                   0x10, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x21, 0x11};
  static const uint8_t bands[][3] = {{0, 0, 1}, {1, 5, 2}, {6, 63, 2}, {0, 0, 0x10}, {1, 63, 0x21}};
  fl_image_output out = {0};
  const uint8_t frame[] = {0xFF, 0xC2, 0, (uint8_t)(8 + 3 * channels), 8, 0, SIDE, 0, SIDE, channels, 1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x21, 0};
  fl_image_memory_begin(NULL, 0, 0, UINT64_MAX);
  fl_image_output_add(&out, "\xFF\xD8\xFF\xDD\x00\x04\x00\x03", 8);
  fl_image_output_add(&out, tables, sizeof tables);
  fl_image_output_add(&out, frame, 10u + 3u * channels);
  for (uint32_t b = 0; b < sizeof bands / sizeof *bands; b++) {
    uint8_t bits[24];
    make_bytes(bits, sizeof bits);
    for (uint32_t i = 0; i < sizeof bits; i++) bits[i] &= 0x7F; /* no markers */
    const uint8_t scan[] = {0xFF, 0xDA, 0, 8, 1, 1, 0, bands[b][0], bands[b][1], bands[b][2]};
    fl_image_output_add(&out, scan, sizeof scan), fl_image_output_add(&out, bits, sizeof bits);
  }
  fl_image_output_add(&out, "\xFF\xD9", 2);
  write_file(0, out.bytes, out.length);
  fl_image_memory_give(out.bytes);
}

void write_images(void) {
  static const uint8_t kinds[][2] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 2}, {3, 8}, {4, 8}, {4, 16}, {6, 8}, {6, 16}};
  for (uint32_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    write_png(kinds[i][1], kinds[i][0], 0, kinds[i][0] < 4 && i % 2);
    write_png(kinds[i][1], kinds[i][0], 1, false);
  }
  write_jpeg(80, 4), write_jpeg(95, 4), write_jpeg(20, 1);
  write_progressive(1), write_progressive(3), write_progressive(4);
}
