/* Image files: what was written is read, what is damaged is refused in words, and nothing is kept. */
#include "image_file_support.h"

#include <math.h>

static fl_report report;

static void starts_clean(void) {
  fl_start(0);
  fl_image_memory_begin(NULL, 0, 0, NO_LIMIT);
}

/* ---- PNG, there and back ---- */

static void check_round_trip(uint32_t width, uint32_t height, uint32_t channels, uint32_t gap) {
  uint32_t stride = width * channels + gap;
  uint8_t *pixels = malloc((size_t)stride * height), *back;
  fl_image_header header;
  fl_image_output out = {0};
  draw(pixels, width, height, channels, stride);
  const fl_image_pixels image = {pixels, stride, width, height, channels};
  fl_image_memory_begin(NULL, 0, 0, NO_LIMIT);
  CHECK(fl_image_encode_png(&image, &out, &report) == FL_OK);
  CHECK(read_file(out.bytes, out.length, channels, &back, &header, &report) == FL_OK);
  CHECK(header.type == FL_IMAGE_PNG && header.width == width && header.height == height && header.is_gray == (channels == 1));
  for (uint32_t y = 0; back && y < height; y++)
    CHECK(memcmp(back + (size_t)y * width * channels, pixels + (size_t)y * stride, (size_t)width * channels) == 0);
  free(back), free(pixels);
  fl_image_memory_give(out.bytes);
}

static void a_png_that_was_written_is_read_exactly(void) {
  static const uint32_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {7, 5}, {33, 17}, {301, 203}, {640, 400}};
  starts_clean();
  uint64_t before = live_bytes();
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++)
    for (uint32_t channels = 1; channels <= 4; channels += 3)
      for (uint32_t gap = 0; gap <= 12; gap += 12) check_round_trip(sizes[i][0], sizes[i][1], channels, gap);
  CHECK(live_bytes() == before);
}

/* The decoder's last block is the frame: no pixel is copied, of whatever kind of PNG, unless it is small enough to fool it. */
static void pixels_of_every_kind_are_decoded_into_the_frame(void) {
  static const uint8_t kinds[][3] = {{0, 1, 1}, {0, 2, 1}, {0, 4, 1}, {0, 8, 1}, {0, 16, 1}, {2, 8, 3}, {2, 16, 3}, /* colour type, depth, channels */
                                     {3, 1, 1}, {3, 4, 1}, {3, 8, 1}, {4, 8, 2}, {4, 16, 2}, {6, 8, 4}, {6, 16, 4}};
  starts_clean();
  uint64_t before = live_bytes();
  for (uint32_t i = 0; i < 2 * FL_COUNT(kinds); i++) {
    const uint8_t *kind = kinds[i / 2];
    bool interlaced = i % 2;
    static uint8_t rows[40 * 40 * 8 * 2], palette[768];
    uint32_t bytes = interlaced ? sizeof rows : 37u * (1 + (kind[2] * kind[1] * 33u + 7) / 8); /* for Adam7: enough */
    memset(rows, 0, sizeof rows);
    fl_image_output out;
    fl_image_header header;
    double copied = 1;
    static uint8_t pixels[33 * 37 * 4];
    begin_png(&out, 33, 37, kind[1], kind[0], interlaced);
    memset(palette, 200, sizeof palette);
    if (kind[0] == 3) add_chunk(&out, "PLTE", palette, 3u << kind[1]);
    add_pixels(&out, rows, bytes);
    add_chunk(&out, "IEND", NULL, 0);
    for (uint32_t channels = kind[0] == 0 ? 1 : 4; channels <= 4; channels += 3) {
      CHECK(fl_image_read_header(out.bytes, (uint32_t)out.length, FL_IMAGE_PIXELS_MAX, &header, &report) == FL_OK);
      memset(pixels, 99, sizeof pixels);
      CHECK(fl_image_decode(out.bytes, (uint32_t)out.length, &header, channels, pixels, &copied, &report) == FL_OK);
      CHECK(copied == 0);
      CHECK(pixels[0] == (kind[0] == 3 ? 200 : 0) && (channels == 1 || pixels[3] == (kind[0] == 4 || kind[0] == 6 ? 0 : 255)));
      CHECK(pixels[33 * 37 * channels - 1] != 99);
    }
    fl_image_memory_give(out.bytes);
  }
  CHECK(live_bytes() == before);
}

/* ---- PNG, damaged ---- */

static fl_status look(const fl_image_output *file, double pixels_max) {
  fl_image_header header;
  return fl_image_read_header(file->bytes, (uint32_t)file->length, pixels_max, &header, &report);
}

static void a_png_of_which_anything_is_missing_or_changed_is_refused(void) {
  starts_clean();
  uint64_t before = live_bytes();
  static const uint8_t rows[3 * 13];
  fl_image_output out;
  fl_image_header header;
  begin_png(&out, 3, 3, 8, 6, 0);
  add_pixels(&out, rows, sizeof rows);
  add_chunk(&out, "IEND", NULL, 0);
  CHECK(look(&out, 9) == FL_OK);
  for (uint32_t length = 8; length < out.length; length++) {
    uint8_t *pixels;
    CHECK(complains(&report, read_file(out.bytes, length, 4, &pixels, &header, &report), FL_BAD_FORMAT, "is a damaged PNG: it ends "));
    free(pixels);
  }
  for (uint32_t at = 0; at < out.length; at++)
    for (uint32_t bit = 0; bit < 8; bit++) {
      uint8_t *pixels;
      out.bytes[at] ^= (uint8_t)(1u << bit);
      CHECK(complains(&report, read_file(out.bytes, out.length, 4, &pixels, &header, &report), FL_BAD_FORMAT, at < 8 ? "is neither" : "is a damaged PNG: "));
      free(pixels);
      out.bytes[at] ^= (uint8_t)(1u << bit);
    }
  fl_image_memory_give(out.bytes);
  CHECK(live_bytes() == before);
}

static void sizes_are_checked_before_anything_is_decoded(void) {
  static const struct { uint32_t width, height; double most; const char *words; } cases[] = {
      {65536, 1, FL_IMAGE_PIXELS_MAX, "has 65536×1 pixels; a side may have up to 65535"},
      {1, 4000000000u, FL_IMAGE_PIXELS_MAX, "has 1×4000000000 pixels; a side may have up to 65535"},
      {16384, 16383, FL_IMAGE_PIXELS_MAX, "has 16384×16383 pixels; together they may be up to 268402689 (maxPixels)"},
      {101, 100, 10000, "has 101×100 pixels; together they may be up to 10000 (maxPixels)"},
      {0, 5, FL_IMAGE_PIXELS_MAX, "is a damaged PNG: it has no pixels"},
  };
  starts_clean();
  uint64_t before = live_bytes();
  for (uint32_t i = 0; i < FL_COUNT(cases); i++) {
    fl_image_output out;
    begin_png(&out, cases[i].width, cases[i].height, 8, 0, 0);
    add_chunk(&out, "IEND", NULL, 0);
    CHECK(complains(&report, look(&out, cases[i].most), FL_BAD_FORMAT, cases[i].words));
    fl_image_memory_give(out.bytes);
  }
  CHECK(live_bytes() == before);
}

/* A few hundred bytes may stand for megabytes. */
static void data_that_unpacks_to_more_than_the_pixels_is_given_up(void) {
  starts_clean();
  uint64_t before = live_bytes();
  uint8_t *zeros = calloc(1, 8 << 20), *pixels;
  fl_image_output out;
  fl_image_header header;
  begin_png(&out, 2, 2, 8, 6, 0);
  add_pixels(&out, zeros, 8 << 20);
  add_chunk(&out, "IEND", NULL, 0);
  CHECK(out.length < 16384);
  CHECK(complains(&report, read_file(out.bytes, out.length, 4, &pixels, &header, &report), FL_BAD_FORMAT, "unpacks to far more"));
  free(pixels), free(zeros);
  fl_image_memory_give(out.bytes);
  CHECK(live_bytes() == before);
}

static void what_is_no_image_is_told_what_it_begins_with(void) {
  static const struct { const char *bytes; uint32_t length; const char *words; } cases[] = {
      {"", 0, "is empty"},
      {"GIF89a\1\2\3", 9, "is neither PNG nor JPEG: it begins with 47 49 46 38 39 61 01 02 (\"GIF89a..\"), as a GIF does"},
      {"RIFF\0\0\0\0WEBPVP8 ", 16, "as a WebP does"},
      {"hi", 2, "it begins with 68 69 (\"hi\")"},
      {"\x89PNG\r\n\x1A", 7, "it begins with 89 50 4E 47 0D 0A 1A (\".PNG...\")"},
  };
  starts_clean();
  for (uint32_t i = 0; i < FL_COUNT(cases); i++) {
    fl_image_header header;
    CHECK(complains(&report, fl_image_read_header((const uint8_t *)cases[i].bytes, cases[i].length, 1, &header, &report), FL_BAD_FORMAT, cases[i].words));
  }
}

/* ---- memory that runs out ---- */

static void memory_that_is_refused_is_an_error_and_keeps_nothing(void) {
  enum { SIDE = 300 };
  starts_clean();
  uint64_t before = live_bytes();
  uint8_t *pixels = malloc(SIDE * SIDE * 4);
  fl_test_noise(pixels, SIDE * SIDE * 4, 5); /* does not compress: the output grows */
  const fl_image_pixels tight = {pixels, SIDE * 4, SIDE, SIDE, 4}, view = {pixels, SIDE * 4, SIDE - 1, SIDE, 4};
  static const uint64_t limits[] = {1, 3600, 70000, 140000, 1 << 20, 2 << 20};
  for (uint32_t i = 0; i < FL_COUNT(limits); i++) {
    double copied;
    fl_image_output png = {0}, jpeg = {0};
    bool suffices = limits[i] == 2 << 20;
    fl_image_memory_begin(NULL, 0, 0, limits[i]);
    CHECK(complains(&report, fl_image_encode_png(&tight, &png, &report), suffices ? FL_OK : FL_OUT_OF_MEMORY, suffices ? "" : "there is no memory"));
    CHECK(complains(&report, fl_image_encode_jpeg(&view, 100, &jpeg, &copied, &report), i >= 4 ? FL_OK : FL_OUT_OF_MEMORY, i >= 4 ? "" : "there is no memory"));
    fl_image_memory_give(png.bytes), fl_image_memory_give(jpeg.bytes);
    CHECK(live_bytes() == before);
  }
  free(pixels);
}

/* ---- JPEG ---- */

static double psnr(const uint8_t *a, const uint8_t *b, size_t pixels, uint32_t a_channels) {
  double sum = 0;
  for (size_t i = 0; i < pixels; i++)
    for (uint32_t c = 0; c < 3; c++) {
      double d = a[i * a_channels + (a_channels == 4 ? c : 0)] - b[i * 4 + c];
      sum += d * d;
    }
  return 10 * log10(255.0 * 255.0 * 3 * (double)pixels / sum);
}

/* Smooth: what JPEG is for. */
static void shade(uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, uint32_t stride) {
  for (uint32_t y = 0; y < height; y++)
    for (uint32_t x = 0; x < width * channels; x++)
      pixels[(size_t)y * stride + x] = (uint8_t)(128 + 60 * sin(x / channels / 17.0 + x % channels) + 50 * cos(y / 23.0));
}

static fl_image_output make_jpeg(uint32_t width, uint32_t height, uint32_t channels, uint32_t gap, uint32_t quality, uint8_t *pixels) {
  uint32_t stride = width * channels + gap;
  double copied;
  fl_image_output out = {0};
  shade(pixels, width, height, channels, stride);
  const fl_image_pixels image = {pixels, stride, width, height, channels};
  fl_image_memory_begin(NULL, 0, 0, NO_LIMIT);
  CHECK(fl_image_encode_jpeg(&image, quality, &out, &copied, &report) == FL_OK);
  CHECK(copied == (gap && height > 1 ? (double)width * height * channels : 0));
  return out;
}

static void a_jpeg_that_was_written_is_read_nearly(void) {
  static const uint32_t sizes[][2] = {{1, 1}, {8, 8}, {17, 31}, {200, 133}};
  static uint8_t pixels[240 * 140 * 4], tight[240 * 140 * 4];
  starts_clean();
  uint64_t before = live_bytes();
  for (uint32_t i = 0; i < 2 * 2 * FL_COUNT(sizes); i++) {
    uint32_t width = sizes[i / 4][0], height = sizes[i / 4][1], channels = i % 2 ? 4 : 1, gap = i % 4 / 2 * 8;
    uint8_t *back;
    fl_image_header header;
    fl_image_output out = make_jpeg(width, height, channels, gap, 95, pixels);
    CHECK(read_file(out.bytes, out.length, 4, &back, &header, &report) == FL_OK);
    CHECK(header.type == FL_IMAGE_JPEG && header.width == width && header.height == height && back[3] == 255);
    shade(tight, width, height, channels, width * channels);
    CHECK(psnr(tight, back, (size_t)width * height, channels) > 40);
    free(back);
    fl_image_memory_give(out.bytes);
  }
  CHECK(live_bytes() == before);
}

static void a_jpeg_that_is_cut_short_is_refused(void) {
  static uint8_t pixels[64 * 48 * 4];
  starts_clean();
  uint64_t before = live_bytes();
  fl_image_output out = make_jpeg(64, 48, 4, 0, 80, pixels);
  for (uint32_t length = 3; length < out.length; length++) {
    uint8_t *back;
    fl_image_header header;
    CHECK(complains(&report, read_file(out.bytes, length, 4, &back, &header, &report), FL_BAD_FORMAT, "is a damaged JPEG: it "));
    free(back);
  }
  fl_image_memory_give(out.bytes);
  CHECK(live_bytes() == before);
}

/* One symbol more than a byte has values, and all of them there. */
static void a_huffman_table_of_more_symbols_than_there_are_is_refused(void) {
  static uint8_t file[2 + 4 + 17 + 257 + 2] = {0xFF, 0xD8, 0xFF, 0xC4, 1, 20};
  uint8_t *pixels;
  fl_image_header header;
  starts_clean();
  file[7 + 14] = 250, file[7 + 15] = 7; /* codes of 15 and 16 bits */
  memcpy(file + sizeof file - 2, "\xFF\xD9", 2);
  CHECK(complains(&report, read_file(file, sizeof file, 4, &pixels, &header, &report), FL_BAD_FORMAT, "a Huffman table is not as long as it says"));
  file[7 + 15] = 6; /* 256: as many as there may be */
  file[5]--, memmove(file + sizeof file - 3, file + sizeof file - 2, 2);
  CHECK(complains(&report, read_file(file, sizeof file - 1, 4, &pixels, &header, &report), FL_BAD_FORMAT, "it ends before its pixels"));
}

/* A JPEG of these segments, and what is said of it. */
static bool jpeg_says(const char *segments, size_t length, const char *words) {
  uint8_t bytes[5000] = {0xFF, 0xD8}, *pixels;
  fl_image_header header;
  memcpy(bytes + 2, segments, length);
  fl_status status = read_file(bytes, length + 2, 4, &pixels, &header, &report);
  free(pixels);
  return complains(&report, status, FL_BAD_FORMAT, words);
}

#define FRAME(kind, depth, channels) "\xFF" kind "\x00\x0B" depth "\x00\x08\x00\x08" channels "\x01\x11\x00"
#define END "\xFF\xD9"
#define SAYS(segments, words) CHECK(jpeg_says(segments, sizeof segments - 1, words))

static void segments_that_the_decoder_would_believe_are_refused(void) {
  starts_clean();
  uint64_t before = live_bytes();
  SAYS("\xFF\xC4\x00\x13\x00\xFF\xFF\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" END, "a Huffman table is not as long as it says");
  SAYS("\xFF\xC4\x00\x05\x00\x00\x00" END, "a Huffman table is not as long as it says");
  SAYS(FRAME("\xC0", "\x08", "\x01") FRAME("\xC0", "\x08", "\x01") END, "it has two frame headers");
  SAYS(FRAME("\xC0", "\x08", "\x02") END, "its frame header is of the wrong length");
  SAYS("\xFF\xC0\x00\x0E\x08\x00\x08\x00\x08\x02\x01\x11\x00\x02\x11\x00" END, "it has not 1, 3 or 4 channels");
  SAYS(FRAME("\xC2", "\x0C", "\x01") END, "it has not 8 bits per channel");
  SAYS(FRAME("\xC3", "\x08", "\x01") END, "it is neither baseline nor progressive");
  SAYS("\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00" END, "its pixels come before its size");
  SAYS(FRAME("\xC0", "\x08", "\x01") END, "it ends before its pixels");
  SAYS("\xFF\xFE\x00\x01" END, "a segment is of the wrong length");
  SAYS("\xFF\xFE\x01\x00" END, "it ends in the middle of a segment");
  SAYS("\xFF\xC0\x00\x0B\x08\x00\x00\x00\x08\x01\x01\x11\x00" END, "it has no pixels");
  SAYS(FRAME("\xC0", "\x08", "\x01") "\xFF\xDA\x00\x08\x02\x01\x00\x00\x3F\x00" END, "is a damaged JPEG: bad SOS component count"); /* the decoder's own words */
  CHECK(live_bytes() == before);
}

static void scans_without_end_are_refused(void) {
  static const char frame[] = FRAME("\xC2", "\x08", "\x01"), scan[] = "\xFF\xDA\x00\x08\x01\x01\x00\x00\x00\x00";
  static char segments[sizeof frame + 501 * (sizeof scan - 1) + 4];
  fl_image_header header;
  starts_clean();
  size_t length = 2;
  memcpy(segments, "\xFF\xD8", 2);
  memcpy(segments + length, frame, sizeof frame - 1), length += sizeof frame - 1;
  for (uint32_t scans = 1; scans <= 501; scans++) {
    memcpy(segments + length, scan, sizeof scan - 1), length += sizeof scan - 1;
    memcpy(segments + length, END, 2);
    fl_status status = fl_image_read_header((const uint8_t *)segments, (uint32_t)length + 2, 64, &header, &report);
    CHECK(scans <= 500 ? status == FL_OK : complains(&report, status, FL_BAD_FORMAT, "it has more than 500 scans"));
  }
}

/* ---- the calls ---- */

double *fl_image_file_mail(void);
int32_t fl_image_file_look(uintptr_t bytes, double length, double pixels_max);
int32_t fl_image_file_decode(uintptr_t bytes, double length, uint32_t channels, uintptr_t pixels);
int32_t fl_image_file_encode(uint32_t type, uint32_t quality, uintptr_t rows, uint32_t stride, uint32_t width, uint32_t height, uint32_t channels);
void fl_image_file_free(uintptr_t bytes);

static void calls_answer_through_the_mailbox(void) {
  enum { MESSAGE, WIDTH, HEIGHT, TYPE, IS_GRAY, COPIED, DATA, LENGTH };
  static uint8_t pixels[21 * 30], back[20 * 30];
  starts_clean();
  uint64_t before = live_bytes();
  double *mail = fl_image_file_mail();
  draw(pixels, 20, 30, 1, 21);
  CHECK(fl_image_file_encode(FL_IMAGE_PNG, 0, (uintptr_t)pixels, 21, 20, 30, 1) == FL_OK && mail[COPIED] == 0);
  uintptr_t file = (uintptr_t)mail[DATA];
  double length = mail[LENGTH];
  CHECK(fl_image_file_look(file, length, 600) == FL_OK && mail[WIDTH] == 20 && mail[HEIGHT] == 30 && mail[TYPE] == FL_IMAGE_PNG && mail[IS_GRAY] == 1);
  CHECK(fl_image_file_decode(file, length, 1, (uintptr_t)back) == FL_OK && mail[COPIED] == 0);
  for (uint32_t y = 0; y < 30; y++) CHECK(memcmp(back + 20 * y, pixels + 21 * y, 20) == 0);
  CHECK(fl_image_file_look(file, length - 1, 600) == FL_BAD_FORMAT);
  CHECK(strstr((const char *)(uintptr_t)fl_image_file_mail()[MESSAGE], "is a damaged PNG"));
  CHECK(fl_image_file_look(file, 1073741825, 600) == FL_BAD_ARGUMENT);
  fl_image_file_free(file);
  CHECK(fl_image_file_encode(FL_IMAGE_JPEG, 90, (uintptr_t)pixels, 21, 20, 30, 1) == FL_OK && mail[COPIED] == 600);
  fl_image_file_free((uintptr_t)mail[DATA]);
  CHECK(live_bytes() == before);
}

void test_image_file(void) {
  TEST(a_png_that_was_written_is_read_exactly, "image files: a PNG that was written is read exactly");
  TEST(pixels_of_every_kind_are_decoded_into_the_frame, "image files: pixels of every kind of PNG are decoded into the frame itself");
  TEST(a_png_of_which_anything_is_missing_or_changed_is_refused, "image files: a PNG of which anything is missing or changed is refused");
  TEST(sizes_are_checked_before_anything_is_decoded, "image files: sizes are checked before anything is decoded");
  TEST(data_that_unpacks_to_more_than_the_pixels_is_given_up, "image files: data that unpacks to far more than the pixels take is given up");
  TEST(what_is_no_image_is_told_what_it_begins_with, "image files: of what is no image it is said what it begins with");
  TEST(memory_that_is_refused_is_an_error_and_keeps_nothing, "image files: memory that is refused is an error and keeps nothing");
  TEST(a_jpeg_that_was_written_is_read_nearly, "image files: a JPEG that was written is read within 40 dB");
  TEST(a_jpeg_that_is_cut_short_is_refused, "image files: a JPEG that is cut short is refused, at every length");
  TEST(segments_that_the_decoder_would_believe_are_refused, "image files: segments that the decoder would believe are refused");
  TEST(a_huffman_table_of_more_symbols_than_there_are_is_refused, "image files: a Huffman table of more symbols than there are is refused");
  TEST(scans_without_end_are_refused, "image files: a JPEG of more than 500 scans is refused");
  TEST(calls_answer_through_the_mailbox, "image files: the module's calls answer through its mailbox");
}
