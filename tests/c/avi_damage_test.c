/* AVIs that are cut off, damaged, or never were any: what can be had is had, what was lost is told, and what is wrong is said. */
#include "check.h"
#include "demux_run.h"

#define FRAMES 24u

static made_file file;
static size_t opened[2], at[FRAMES];
static uint32_t bytes[FRAMES];
static const made_avi usual = {.codec = "MJPG", .width = 321, .height = 123, .scale = 1, .rate = 25};

static int32_t run(void) { return demux_run(file.bytes, file.length, 0, NAN); }
static bool ends(void) {
  bool right = demux_end();
  made_end(&file);
  return right;
}

/* How many of the packets came out as they were made, in order. */
static uint32_t packets_had(const uint8_t *whole) {
  uint32_t had = 0;
  for (uint32_t i = 0, next = 0; i < demux_flow.count; i++) {
    uint32_t k = next;
    while (k < FRAMES && !demux_gave(i, i, whole + at[k], bytes[k])) k++;
    if (k < FRAMES) had++, next = k + 1;
  }
  return had;
}

static uint32_t skips(void) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < demux_flow.count; i++) count += demux_flow.events[i].item.kind == FL_ITEM_SKIPPED;
  return count;
}

/* Numbers count up by one, whatever became of them. */
static bool numbers_are_whole(void) {
  for (uint32_t i = 0; i < demux_flow.count; i++)
    if (demux_flow.events[i].item.number != i) return false;
  return true;
}

/* ---- cut off ---- */

static void a_file_cut_off_anywhere_gives_what_lies_before_the_cut(void) {
  made_typical_avi(&file, FRAMES, at, bytes);
  size_t body = at[0] - 8;
  for (size_t length = 0; length < file.length; length++)
    for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
      uint8_t *cut = malloc(length + 1); /* in a block of its own: ASan sees what is read behind it */
      memcpy(cut, file.bytes, length);
      demux_flow.sizeless = sizeless;
      int32_t status = demux_run(cut, length, 0, NAN);
      uint32_t whole = 0, begun = 0;
      for (uint32_t i = 0; i < FRAMES; i++) whole += at[i] + bytes[i] <= length, begun += at[i] <= length && length < at[i] + bytes[i];
      const char *words = length == 0 ? "is empty" : length < 12 ? "begins with" : "ends within its header";
      if (length + 20 < body) CHECK(demux_failed(status, FL_BAD_FORMAT, words));
      if (length >= body) CHECK(status == FL_FLOW_END && packets_had(file.bytes) == whole && numbers_are_whole());
      if (length >= body) CHECK(skips() >= begun && skips() <= 1);
      CHECK(demux_end());
      free(cut);
    }
  made_end(&file);
}

static void a_picture_that_is_cut_off_is_told_and_then_comes_the_end(void) {
  for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
    made_avi_header(&file, &usual, opened);
    size_t first = made_chunk(&file, "00dc", 500, 1);
    made_chunk(&file, "00dc", 500, 2);
    file.length -= 200;
    demux_flow.sizeless = sizeless;
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && demux_gave(0, 0, file.bytes + first, 500));
    CHECK(demux_lost(1, 1, FL_BAD_FORMAT, "the picture is cut off by the end of the file") && demux_flow.events[1].item.time == 0.04);
    CHECK(ends());
  }
}

static void pixels_that_are_cut_off_are_told_in_any_plane(void) {
  const made_avi raw = {.codec = "I420", .width = 6, .height = 4, .scale = 1, .rate = 25};
  for (uint32_t cut = 1; cut <= 36; cut++) {
    made_avi_header(&file, &raw, opened);
    made_chunk(&file, "00db", 36, 1);
    file.length -= cut;
    demux_flow.sizeless = true, demux_flow.row_padding = cut % 2;
    CHECK(run() == FL_FLOW_END && demux_flow.count == 1 && demux_lost(0, 0, FL_BAD_FORMAT, "cut off"));
    CHECK(ends());
  }
}

/* ---- damaged ---- */

static void padding_that_was_left_out_costs_nothing(void) {
  size_t place[9];
  made_avi_header(&file, &usual, opened);
  for (uint32_t i = 0; i < 9; i++) {
    place[i] = made_chunk(&file, "00dc", 101 + 2 * i, i);
    file.length--;
  }
  CHECK(run() == FL_FLOW_END && demux_flow.count == 9);
  for (uint32_t i = 0; i < 9; i++) CHECK(demux_gave(i, i, file.bytes + place[i], 101 + 2 * i));
  CHECK(ends());
}

static void what_is_no_chunk_is_passed_over_and_told(void) {
  static const uint32_t gaps[] = {15, 16, 17, 100, 4090, 5000, 300000, (16u << 20) - 9};
  for (uint32_t g = 0; g < FL_COUNT(gaps); g++) {
    made_avi_header(&file, &usual, opened);
    size_t first = made_chunk(&file, "00dc", 500, 1);
    made_noise(&file, gaps[g], g);
    size_t second = made_chunk(&file, "00dc", 300, 2);
    made_finish(&file, opened);
    bool told = gaps[g] >= 16;
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2u + told && demux_gave(0, 0, file.bytes + first, 500));
    CHECK(demux_gave(1 + told, 1 + told, file.bytes + second, 300) && (!told || demux_lost(1, 1, FL_BAD_FORMAT, "the file is damaged here")));
    CHECK(ends());
  }
}

static void after_16_mib_without_a_picture_the_rest_is_left_out(void) {
  made_avi_header(&file, &usual, opened);
  size_t first = made_chunk(&file, "00dc", 500, 1);
  made_noise(&file, 17u << 20, 3);
  made_chunk(&file, "00dc", 300, 2);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && demux_gave(0, 0, file.bytes + first, 500));
  CHECK(demux_lost(1, 1, FL_BAD_FORMAT, "the rest was left out"));
  CHECK(ends());
}

/* Behind the file's own end anything may lie; before it it was meant to be pictures. */
static void garbage_at_the_end_is_told_where_pictures_should_be(void) {
  for (uint32_t way = 0; way < 4; way++) {
    uint32_t inside = way % 2, segments = way / 2;
    made_avi_header(&file, &usual, opened);
    if (segments) made_finish(&file, opened), opened[0] = made_open(&file, "RIFF", "AVIX"), opened[1] = made_open(&file, "LIST", "movi");
    made_chunk(&file, "00dc", 500, 1);
    if (!inside) made_finish(&file, opened);
    made_noise(&file, 1000, 3);
    if (inside) made_close(&file, opened[0]);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 1 + inside && (!inside || demux_lost(1, 1, FL_BAD_FORMAT, "damaged or cut off")));
    CHECK(ends());
  }
}

static void a_wrong_size_costs_that_picture_and_no_other(void) {
  static const uint32_t sizes[] = {0, 1, 2, 7, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF};
  for (uint32_t k = 0; k < FRAMES; k++)
    for (uint32_t s = 0; s < FL_COUNT(sizes); s++) {
      made_typical_avi(&file, FRAMES, at, bytes);
      made_set_u32(&file, at[k] - 4, sizes[s]);
      CHECK(run() == FL_FLOW_END && packets_had(file.bytes) >= FRAMES - 1 && skips() <= 2 && numbers_are_whole());
      CHECK(ends());
    }
}

static uint32_t random_u32(void) {
  static uint64_t state = 0x9E3779B97F4A7C15ull;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 16);
}

/* What it may come to: the end, or an error with words. */
static void check_any(const uint8_t *input, size_t length) {
  int32_t status = demux_run(input, length, 0, NAN);
  CHECK(status == FL_FLOW_END || demux_failed(status, status == FL_UNSUPPORTED ? status : FL_BAD_FORMAT, ""));
  CHECK(status == FL_FLOW_END || demux_flow.count == 0);
  CHECK(numbers_are_whole() && demux_flow.bytes_read <= 4096ull * demux_flow.reads + length * 2);
  CHECK(demux_end());
}

static void six_hundred_mutated_files_end_one_way_or_the_other(void) {
  static const uint32_t evil[] = {0, 1, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF7, 0xFFFFFFF8, 0xFFFFFFFF};
  for (uint32_t i = 0; i < 600; i++) {
    made_typical_avi(&file, FRAMES, at, bytes);
    size_t header = at[0], length = i % 6 == 5 ? 1 + random_u32() % file.length : file.length;
    size_t reach = i % 2 ? header : file.length; /* half of them hit the header only, which is where parsing is */
    for (uint32_t hit = 0; hit <= i % 4; hit++) {
      size_t where = random_u32() % (reach - 4);
      if (i % 3 == 0) file.bytes[where] ^= (uint8_t)(1 << random_u32() % 8);
      else if (i % 3 == 1) made_set_u32(&file, where & ~(size_t)1, evil[random_u32() % FL_COUNT(evil)]);
      else memmove(file.bytes + where, file.bytes + random_u32() % (file.length - 40), fl_min_u32(40, (uint32_t)(file.length - where)));
    }
    uint8_t *input = malloc(length);
    memcpy(input, file.bytes, length);
    demux_flow.sizeless = i % 5 == 0;
    check_any(input, length);
    free(input);
    made_end(&file);
  }
}

/* A file of nothing but names and sizes, which lead anywhere. */
static void chunks_without_an_order_end_one_way_or_the_other(void) {
  static const char *const names[] = {"LIST", "RIFF", "00dc", "00db", "01wb", "JUNK", "idx1", "strh", "strf",
                                      "ix00", "rec ", "movi", "hdrl", "strl", "AVIX", "vids", "MJPG"};
  for (uint32_t i = 0; i < 400; i++) {
    if (i % 2) made_avi_header(&file, &usual, opened);
    else made_text(&file, "RIFF____AVI ");
    for (uint32_t k = random_u32() % 300; k > 0; k--) {
      made_text(&file, names[random_u32() % FL_COUNT(names)]);
      if (random_u32() % 2) made_u32(&file, random_u32() >> random_u32() % 32);
    }
    check_any(file.bytes, file.length);
    made_end(&file);
  }
}

/* ---- what is wrong is said ---- */

static void fails_with(int32_t expected, const char *words) {
  CHECK(demux_failed(run(), expected, words) && demux_flow.count == 0);
  CHECK(ends());
}

static void what_is_no_video_is_told_from_its_first_bytes(void) {
  static const char *const begins[][2] = {
      {"RIFF\1\2\3\4WAVEfmt ", "begins with 'RIFF\\x01\\x02\\x03\\x04WAVE'; supported are AVI"},
      {"RIFF", "begins with 'RIFF'"}, {"RIFF\1\1\1\1AVI", "begins with 'RIFF\\x01\\x01\\x01\\x01AVI'"},
      {"RIFX\1\1\1\1AVI ", "begins with 'RIFX"}, {"\x1A\x45\xDF\xA3", "begins with '\\x1AE\\xDF\\xA3'"},
      {"\1\1\1\x18" "ftypisom", "'\\x01\\x01\\x01\\x18ftypisom'"}, {"YUV4MPEG", "begins with 'YUV4MPEG'"}, {"\\\x7f~", "begins with '\\x5C\\x7F~'"},
      {"", "is empty"},
  };
  for (uint32_t i = 0; i < FL_COUNT(begins); i++) made_text(&file, begins[i][0]), made_text(&file, ""), fails_with(FL_BAD_FORMAT, begins[i][1]);
}

static void a_header_that_lacks_something_says_what(void) {
  made_text(&file, "RIFF____AVI "), opened[1] = made_open(&file, "LIST", "movi");
  fails_with(FL_BAD_FORMAT, "no stream before the list 'movi' is a video (at byte 12)");
  made_text(&file, "RIFF____AVI "), made_chunk(&file, "JUNK", 0, 1), made_noise(&file, 30, 1);
  fails_with(FL_BAD_FORMAT, "the header is damaged: there should be a chunk (at byte 20)");
  made_text(&file, "RIFF____AVI "), made_chunk(&file, "strh", 27, 1), made_noise(&file, 30, 1);
  fails_with(FL_BAD_FORMAT, "a stream's header, 'strh', should have 28 bytes or more (at byte 12)");
  made_text(&file, "RIFF____AVI ");
  for (uint32_t i = 0; i < 4096; i++) made_chunk(&file, "JUNK", 2, i);
  made_open(&file, "LIST", "movi");
  fails_with(FL_BAD_FORMAT, "there are 4096 chunks before the list 'movi', if there is one");
}

/* A video stream and no more. */
static void put_video_stream(uint32_t before) {
  made_text(&file, "RIFF____AVI ");
  for (uint32_t i = 0; i < before; i++) made_chunk(&file, "strh", 28, i);
  size_t chunk = made_chunk(&file, "strh", 28, 1);
  memcpy(file.bytes + chunk, "vids", 4);
}

static void a_video_that_lacks_something_says_what(void) {
  put_video_stream(0), made_open(&file, "LIST", "movi");
  fails_with(FL_BAD_FORMAT, "the video has no format, 'strf', before the list 'movi' (at byte 48)");
  put_video_stream(0), made_chunk(&file, "strf", 19, 1);
  fails_with(FL_BAD_FORMAT, "the video's format, 'strf', should have 20 bytes or more (at byte 48)");
  put_video_stream(0), made_chunk(&file, "strh", 28, 1), made_chunk(&file, "strf", 40, 1), made_open(&file, "LIST", "movi"); /* another's */
  fails_with(FL_BAD_FORMAT, "the video has no format");
  put_video_stream(100);
  fails_with(FL_UNSUPPORTED, "the video is not among the first 100 streams (at byte 3612)");
}

static void a_codec_that_is_not_known_is_named(void) {
  static const char *const codecs[][2] = {{"H264", "'H264'"}, {"mjp2", "'mjp2'"}, {"\1\2\3\377", "'\\x01\\x02\\x03\\xFF'"}};
  for (uint32_t i = 0; i < FL_COUNT(codecs); i++) {
    made_avi about = usual;
    about.codec = codecs[i][0], about.handler = "MJPG"; /* who wrote it, not what it is */
    made_avi_header(&file, &about, opened);
    CHECK(demux_failed(run(), FL_UNSUPPORTED, codecs[i][1]));
    CHECK(strstr(demux_flow.report.message, "(at byte 156), supported are MJPG, JPEG, DMB1, I420, IYUV, YV12, NV12, Y800, GREY"));
    CHECK(ends());
  }
}

static void sides_out_of_range_say_the_range(void) {
  static const struct {
    const char *codec;
    int32_t width, height;
    const char *words;
  } wrong[] = {
      {"I420", 0, 5, "the video's width must be between 1 and 65535, got 0 at byte 156 of the file"},
      {"I420", 5, 0, "the video's height must be between 1 and 65535, got 0"},
      {"I420", 65536, 5, "width must be between 1 and 65535, got 65536"},
      {"MJPG", 5, -65536, "height must be between 0 and 65535, got 65536"},
      {"MJPG", INT32_MIN, 5, "width must be between 0 and 65535, got 2147483648"},
  };
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++) {
    const made_avi about = {.codec = wrong[i].codec, .width = wrong[i].width, .height = wrong[i].height, .scale = 1, .rate = 25};
    made_avi_header(&file, &about, opened);
    fails_with(FL_BAD_FORMAT, wrong[i].words);
  }
}

void test_avi_damage(void) {
  TEST(a_file_cut_off_anywhere_gives_what_lies_before_the_cut, "avi damage: a file cut off anywhere gives what lies before the cut");
  TEST(a_picture_that_is_cut_off_is_told_and_then_comes_the_end, "avi damage: a picture that is cut off is told, and then comes the end");
  TEST(pixels_that_are_cut_off_are_told_in_any_plane, "avi damage: pixels that are cut off are told, in any plane");
  TEST(padding_that_was_left_out_costs_nothing, "avi damage: padding that was left out costs nothing");
  TEST(what_is_no_chunk_is_passed_over_and_told, "avi damage: what is no chunk is passed over, and told");
  TEST(after_16_mib_without_a_picture_the_rest_is_left_out, "avi damage: after 16 MiB without a picture the rest is left out");
  TEST(garbage_at_the_end_is_told_where_pictures_should_be, "avi damage: garbage at the end is told where pictures should be");
  TEST(a_wrong_size_costs_that_picture_and_no_other, "avi damage: a wrong size costs that picture and no other");
  TEST(six_hundred_mutated_files_end_one_way_or_the_other, "avi damage: six hundred mutated files end one way or the other");
  TEST(chunks_without_an_order_end_one_way_or_the_other, "avi damage: four hundred files of chunks without an order end one way or the other");
  TEST(what_is_no_video_is_told_from_its_first_bytes, "avi damage: what is no video is told from its first bytes");
  TEST(a_header_that_lacks_something_says_what, "avi damage: a header that lacks something says what, and where");
  TEST(a_video_that_lacks_something_says_what, "avi damage: a video that lacks something says what, and where");
  TEST(a_codec_that_is_not_known_is_named, "avi damage: a codec that is not known is named");
  TEST(sides_out_of_range_say_the_range, "avi damage: sides out of range say the range");
}
