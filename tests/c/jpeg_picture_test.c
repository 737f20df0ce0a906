/* What is let through to the decoder: every rule, broken one at a time, is told by its sentence; and of thousands of damaged pictures
 * none makes the decoder leave its memory (ASan), or count on what it may not (UBSan). */
#include "check.h"
#include "jpeg_over.h"
#include "jpeg_writer.h"

#include <stdlib.h>

static jpeg_written written;
static fl_jpeg_picture picture;

static const jpeg_wish halved = {.width = 40, .height = 40, .components = 3, .sampling = {0x22}, .restarts = 2, .seed = 1};
static const jpeg_wish gradual = {.width = 40, .height = 40, .components = 3, .sampling = {0x22}, .progressive = true, .seed = 2};
static const jpeg_wish full = {.width = 40, .height = 40, .components = 3, .seed = 3};
static const jpeg_wish bare = {.width = 40, .height = 40, .components = 3, .sampling = {0x22}, .standard = true, .seed = 4};

static const char *read_written(void) { return fl_jpeg_read_picture(written.bytes, written.length, 1e6, &picture); }

/* ---- each rule ---- */

enum { SOF0 = 0xC0, SOF2 = 0xC2, DHT = 0xC4, SOI = 0xD8, EOI, SOS, DQT, DRI = 0xDD };

typedef struct fault {
  const jpeg_wish *wish;
  uint8_t marker, nth, at, value; /* the byte so far behind the segment's FF */
  const char *says;
} fault;

static const fault faults[] = {
    {&halved, DQT, 0, 4, 0x20, "no known kind"},
    {&halved, DQT, 0, 4, 0x04, "no known kind"},
    {&halved, DQT, 0, 4, 0x10, "length"}, /* of 16 bits, it would be longer */
    {&halved, DQT, 1, 4, 0x00, "quantization table that is not there"},
    {&halved, DHT, 0, 4, 0x20, "no known kind"},
    {&halved, DHT, 0, 4, 0x04, "no known kind"},
    {&halved, DHT, 0, 5, 250, "more than 256 symbols"},
    {&halved, DHT, 0, 5, 100, "length"},
    {&halved, DHT, 0, 3, 10, "length"},
    {&halved, SOF0, 0, 1, 0xC3, "not supported"},
    {&halved, SOF0, 0, 1, 0xC9, "not supported"},
    {&halved, SOF0, 0, 1, 0xC8, "not supported"},
    {&halved, SOF0, 0, 1, 0xCC, "does not belong"},
    {&halved, SOF0, 0, 1, 0xE3, "wrong order"}, /* passed over: then a scan of nothing */
    {&halved, SOF0, 0, 3, 5, "length"},
    {&halved, SOF0, 0, 3, 20, "length"},
    {&halved, SOF0, 0, 4, 12, "8 bits"},
    {&halved, SOF0, 0, 6, 0, "between 1 and 65500"},
    {&halved, SOF0, 0, 7, 255, "megapixels"},
    {&halved, SOF0, 0, 9, 2, "1, 3 or 4 components"},
    {&halved, SOF0, 0, 9, 4, "length"},
    {&halved, SOF0, 0, 13, 1, "same name"},
    {&halved, SOF0, 0, 11, 0x52, "between 1 and 4"},
    {&halved, SOF0, 0, 11, 0x20, "between 1 and 4"},
    {&halved, SOF0, 0, 12, 4, "beyond the fourth"},
    {&halved, SOF0, 0, 14, 0x31, "no whole fractions"},
    {&halved, SOF0, 0, 11, 0x44, "more than 10 blocks"},
    {&halved, SOF0, 0, 6, 49, "restart markers"}, /* another row of units */
    {&halved, DRI, 0, 3, 5, "length"},
    {&halved, DRI, 0, 5, 3, "restart markers"},
    {&halved, SOS, 0, 1, SOI, "does not belong"},
    {&halved, SOS, 0, 1, 0xD0, "does not belong"},
    {&halved, SOS, 0, 1, SOF0, "wrong order"},
    {&halved, SOS, 0, 4, 0, "no, or too many"},
    {&halved, SOS, 0, 4, 4, "no, or too many"},
    {&halved, SOS, 0, 4, 2, "length"},
    {&halved, SOS, 0, 5, 9, "does not have"},
    {&halved, SOS, 0, 7, 1, "twice"},
    {&halved, SOS, 0, 6, 0x40, "beyond the fourth"},
    {&halved, SOS, 0, 6, 0x20, "Huffman table that is not there"},
    {&bare, SOS, 0, 6, 0x03, "Huffman table that is not there"},
    {&halved, SOS, 0, 11, 1, "no possible order"},
    {&halved, SOS, 0, 13, 0x10, "no possible order"},
    {&halved, SOS, 0, 13, 0x01, "no possible order"},
    {&gradual, SOS, 0, 12, 1, "no possible order"}, /* DC and AC in one scan */
    {&gradual, SOS, 0, 13, 0x20, "no possible order"}, /* a bit is left out */
    {&gradual, SOS, 0, 13, 0x10, "do not begin"},
    {&gradual, SOS, 1, 7, 0, "no possible order"}, /* coefficients 0 to 63 */
    {&gradual, SOS, 1, 7, 64, "no possible order"},
    {&gradual, SOS, 1, 8, 64, "no possible order"},
    {&full, EOI, 0, 0, 0, "ends before"},
};

static void every_rule_has_its_sentence(void) {
  for (uint32_t i = 0; i < FL_COUNT(faults); i++) {
    const fault *fault = &faults[i];
    jpeg_write(fault->wish, &written);
    const char *before = read_written();
    CHECK(before == NULL);
    uint32_t at = jpeg_find(&written, fault->marker, fault->nth) + fault->at;
    CHECK(written.bytes[at] != fault->value);
    written.bytes[at] = fault->value;
    const char *why = read_written();
    bool says = why && strstr(why, fault->says);
    if (!says) printf("# marker %02X, byte %u = %u: %s\n", fault->marker, fault->at, fault->value, why ? why : "let through");
    CHECK(says);
  }
}

static void put_in(uint32_t at, const void *bytes, uint32_t count) {
  memmove(written.bytes + at + count, written.bytes + at, written.length - at);
  memcpy(written.bytes + at, bytes, count);
  written.length += count;
}

/* ---- what lies between and behind ---- */

static void bytes_between_segments_are_passed_over_before_the_frame_only(void) {
  jpeg_write(&halved, &written);
  put_in(jpeg_find(&written, DHT, 0), "\0\1\2", 3);
  CHECK(read_written() == NULL);
  put_in(jpeg_find(&written, SOS, 0), "\xFF\xFF", 2); /* fill bytes may be anywhere */
  CHECK(read_written() == NULL);
  jpeg_write(&halved, &written);
  put_in(jpeg_find(&written, SOS, 0), "\0", 1);
  CHECK(strstr(read_written(), "belong to none"));
  jpeg_write(&halved, &written);
  put_in(2, "\0", 1);
  CHECK(strstr(read_written(), "belong to none"));
  jpeg_write(&halved, &written);
  put_in(written.length, "anything", 8);
  CHECK(read_written() == NULL);
}

static void a_height_that_is_told_again_must_be_the_same(void) {
  jpeg_write(&halved, &written);
  put_in(written.length - 2, "\xFF\xDC\0\4\0\50", 6);
  CHECK(read_written() == NULL);
  written.bytes[written.length - 3]++;
  CHECK(strstr(read_written(), "two different heights"));
  jpeg_write(&halved, &written);
  put_in(2, "\xFF\xDC\0\4\0\50", 6);
  CHECK(strstr(read_written(), "wrong order"));
}

static void a_picture_that_is_cut_off_anywhere_is_refused(void) {
  static const jpeg_wish *const wishes[] = {&halved, &gradual, &bare};
  for (uint32_t i = 0; i < FL_COUNT(wishes); i++) {
    jpeg_write(wishes[i], &written);
    for (uint32_t length = 0; length < written.length; length++) {
      uint8_t *exact = malloc(length + 1); /* malloc(0) may be NULL */
      memcpy(exact + 1, written.bytes, length);
      CHECK(fl_jpeg_read_picture(exact + 1, length, 1e6, &picture) != NULL);
      free(exact);
    }
  }
}

static void scans_without_end_are_refused(void) {
  jpeg_write(&gradual, &written);
  uint32_t first = jpeg_find(&written, SOS, 0), second = jpeg_find(&written, SOS, 1);
  static uint8_t scan[4096];
  memcpy(scan, written.bytes + first, second - first);
  uint32_t count = 2; /* the picture's own, of these components */
  for (; count < 100 && !read_written(); count++) put_in(first, scan, second - first);
  CHECK(count < 100 && strstr(read_written(), "more scans"));
  CHECK(picture.component[0].scans == FL_JPEG_SCANS_MAX);
  jpeg_write(&full, &written);
  first = jpeg_find(&written, SOS, 0), second = written.length - 2;
  CHECK(second - first < sizeof scan);
  memcpy(scan, written.bytes + first, second - first);
  put_in(first, scan, second - first);
  CHECK(strstr(read_written(), "more scans"));
}

static void a_size_that_the_data_cannot_be_of_is_refused(void) {
  jpeg_write(&full, &written);
  uint32_t frame = jpeg_find(&written, SOF0, 0);
  written.bytes[frame + 5] = 40;
  const char *why = fl_jpeg_read_picture(written.bytes, written.length, 1e9, &picture);
  CHECK(why && strstr(why, "less data"));
}

static void a_component_without_a_scan_is_missed(void) {
  jpeg_wish wish = full;
  wish.apart = true;
  jpeg_write(&wish, &written);
  CHECK(read_written() == NULL);
  uint32_t last = jpeg_find(&written, SOS, 2);
  written.bytes[last + 1] = EOI;
  CHECK(strstr(read_written(), "ends before"));
}

/* Red, green and blue are told from luma and chroma by the names of the components, or by Adobe's marker; JFIF is always the latter. */
static void what_is_halved_is_chroma_unless_it_is_said_to_be_a_colour(void) {
  jpeg_wish wish = halved;
  for (wish.adobe = 0; wish.adobe < 3; wish.adobe++) {
    jpeg_write(&wish, &written);
    CHECK(read_written() == NULL && picture.format == (wish.adobe == 1 ? FL_RGBA8 : FL_I420));
  }
  wish.adobe = 1;
  jpeg_write(&wish, &written);
  put_in(2, "\xFF\xE0\0\7JFIF\0", 9);
  CHECK(read_written() == NULL && picture.format == FL_I420);
  wish = halved, memcpy(wish.ids, "RGB", 3);
  jpeg_write(&wish, &written);
  CHECK(read_written() == NULL && picture.format == FL_RGBA8);
}

/* ---- damage ---- */

/* One block of codes of 16 bits. The decoder then holds 15 bits fewer than none, and shifts by 39. */
static void data_may_end_within_a_number(void) {
  static const uint8_t file[] = {
      0xFF, SOI, 0xFF, SOF0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,
      0xFF, DHT, 0, 20, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
      0xFF, DHT, 0, 20, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 15,
      0xFF, DQT, 0, 67, 0,
  };
  static const uint8_t scan[] = {0xFF, SOS, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0, 0, 0, 0xFF, EOI};
  memcpy(written.bytes, file, sizeof file), memset(written.bytes + sizeof file, 255, 64);
  memcpy(written.bytes + sizeof file + 64, scan, sizeof scan);
  written.length = sizeof file + 64 + sizeof scan;
  CHECK(read_written() == NULL);
  uint64_t size;
  uint8_t *pixels = jpeg_decode_over(&picture, written.bytes, written.length, 0, &size);
  CHECK(pixels && size == 64);
  free(pixels);
}

static uint32_t through, refused;

/* Whatever is decoded is all of this picture: nothing shows of what the memory held before. */
static void decode_damaged(void) {
  uint8_t *exact = malloc(written.length);
  memcpy(exact, written.bytes, written.length);
  const char *why = fl_jpeg_read_picture(exact, written.length, 1e6, &picture);
  why ? refused++ : through++;
  if (!why) {
    uint64_t size = 0;
    uint8_t *once = jpeg_decode_over(&picture, exact, written.length, 0, &size);
    uint8_t *again = jpeg_decode_over(&picture, exact, written.length, 0xA5, &size);
    CHECK(!once == !again && (!once || memcmp(once, again, size) == 0));
    free(once), free(again);
  }
  free(exact);
}

static void damage(uint32_t seed) {
  uint8_t noise[64];
  fl_test_noise(noise, sizeof noise, seed);
  uint32_t scan = jpeg_find(&written, SOS, 0);
  for (uint32_t i = 0; i < 1 + noise[0] % 6u; i++) {
    const uint8_t *n = noise + 1 + 6 * i;
    uint32_t span = n[0] % 2 ? scan : written.length, at = 2 + ((uint32_t)n[1] << 8 | n[2]) % (span - 2);
    uint8_t *byte = &written.bytes[at];
    *byte = n[3] % 3 == 0 ? n[4] : n[3] % 3 == 1 ? *byte ^ (uint8_t)(1u << n[4] % 8) : (uint8_t)(*byte + 1);
  }
}

static void damaged_pictures_do_no_harm(void) {
  static const jpeg_wish *const wishes[] = {&halved, &gradual, &full, &bare};
  through = refused = 0;
  for (uint32_t i = 0; i < FL_COUNT(wishes); i++)
    for (uint32_t seed = 0; seed < 400; seed++) {
      jpeg_write(wishes[i], &written);
      damage(i * 1000 + seed);
      decode_damaged();
    }
  CHECK(through > 400 && refused > 400); /* both ways are tried */
}

void test_jpeg_picture(void) {
  TEST(every_rule_has_its_sentence, "jpeg: every rule that a picture breaks is told by its sentence");
  TEST(bytes_between_segments_are_passed_over_before_the_frame_only, "jpeg: bytes between segments are passed over in front only");
  TEST(a_height_that_is_told_again_must_be_the_same, "jpeg: a height that is told again must be the same");
  TEST(a_picture_that_is_cut_off_anywhere_is_refused, "jpeg: a picture that is cut off anywhere is refused");
  TEST(scans_without_end_are_refused, "jpeg: scans without end are refused");
  TEST(a_size_that_the_data_cannot_be_of_is_refused, "jpeg: a size that the data cannot be of is refused");
  TEST(a_component_without_a_scan_is_missed, "jpeg: a component without a scan is missed");
  TEST(what_is_halved_is_chroma_unless_it_is_said_to_be_a_colour, "jpeg: what is halved is chroma, unless it is said to be a colour");
  TEST(data_may_end_within_a_number, "jpeg: data may end within a number");
  TEST(damaged_pictures_do_no_harm, "jpeg: damaged pictures do no harm");
}
