/* AVIs as writers make them, and as those make them that are careless. Damage is in avi_damage_test.c. */
#define _GNU_SOURCE
#include "check.h"
#include "demux_run.h"
#include "modules/avi_demux/avi.h"

static made_file file;
static size_t opened[2];
static const made_avi usual = {.codec = "MJPG", .width = 321, .height = 123, .scale = 1, .rate = 25};

static int32_t run(void) { return demux_run(file.bytes, file.length, 0, NAN); }
static bool ends(void) {
  bool right = demux_end();
  made_end(&file);
  return right;
}

/* Bytes of the file as event i. */
static bool gave(uint32_t i, size_t at, uint32_t bytes) { return demux_gave(i, i, file.bytes + at, bytes); }

static void packets_come_as_they_lie_in_the_file(void) {
  size_t at[60];
  uint32_t bytes[60];
  for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
    made_typical_avi(&file, 60, at, bytes);
    demux_flow.sizeless = sizeless;
    CHECK(run() == FL_FLOW_END && demux_flow.count == 60);
    for (uint32_t i = 0; i < 60; i++) {
      const fl_item *item = &demux_flow.events[i].item;
      CHECK(gave(i, at[i], bytes[i]) && item->kind == FL_ITEM_DATA && item->form == FL_FOURCC('M', 'J', 'P', 'G'));
      CHECK(item->width == 321 && item->height == 123 && fabs(item->time - i * 1001 / 30000.0) < 1e-12);
    }
    CHECK(ends());
  }
}

static void packets_of_any_size_and_place_come_whole(void) {
  static const uint32_t sizes[] = {1, 2, 7, 8, 9, 4083, 4084, 4085, 4087, 4088, 4095, 4096, 4097, 8191, 70001};
  size_t at[FL_COUNT(sizes)];
  made_avi_header(&file, &usual, opened);
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++) at[i] = made_chunk(&file, "00dc", sizes[i], i);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == FL_COUNT(sizes));
  for (uint32_t i = 0; i < FL_COUNT(sizes); i++) CHECK(gave(i, at[i], sizes[i]));
  CHECK(ends());
}

static void of_a_large_file_little_more_is_read_than_its_packets(void) {
  made_avi_header(&file, &usual, opened);
  for (uint32_t i = 0; i < 20; i++) made_chunk(&file, "01wb", 300000, i), made_chunk(&file, "00dc", 100000, i);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 20);
  CHECK(demux_flow.bytes_read < 20 * 100000 + 60 * 512 && demux_flow.reads <= 20 * 3 + 10);
  CHECK(ends());
}

static void lengths_that_were_never_written_do_no_harm(void) {
  static const uint32_t unwritten[] = {0, 0xFFFFFFFF, 0x7FFFFFFF, 12};
  for (uint32_t i = 0; i < FL_COUNT(unwritten); i++) {
    made_avi_header(&file, &usual, opened);
    size_t first = made_chunk(&file, "00dc", 77, 1), second = made_chunk(&file, "00dc", 99, 2);
    made_set_u32(&file, opened[0] - 4, unwritten[i]);
    made_set_u32(&file, opened[1] - 4, unwritten[i]);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && gave(0, first, 77) && gave(1, second, 99));
    CHECK(ends());
  }
}

static void further_segments_go_on_where_the_first_ends(void) {
  size_t at[6];
  made_avi_header(&file, &usual, opened);
  for (uint32_t i = 0; i < 6; i++) {
    at[i] = made_chunk(&file, "00dc", 50 + i, i);
    if (i % 2 == 0) continue;
    made_finish(&file, opened);
    if (i == 5) break;
    opened[0] = made_open(&file, "RIFF", "AVIX"), opened[1] = made_open(&file, "LIST", "movi");
  }
  made_file other = {0};
  made_avi_header(&other, &usual, opened);
  made_chunk(&other, "00dc", 9, 9);
  made_bytes(&file, other.bytes, other.length); /* another AVI behind it is none of it */
  made_end(&other);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 6);
  for (uint32_t i = 0; i < 6; i++) CHECK(gave(i, at[i], 50 + i));
  CHECK(ends());
}

static void an_empty_chunk_is_a_frame_shown_again_and_counts(void) {
  made_avi_header(&file, &usual, opened);
  size_t first = made_chunk(&file, "00dc", 5, 1);
  made_chunk(&file, "00dc", 0, 1);
  made_chunk(&file, "01dc", 5, 1); /* another stream's */
  size_t third = made_chunk(&file, "00dc", 6, 2);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 3 && gave(0, first, 5) && gave(2, third, 6));
  CHECK(demux_lost(1, 1, FL_UNSUPPORTED, "empty") && demux_flow.events[1].item.time == 1 / 25.0 && demux_flow.events[2].item.time == 2 / 25.0);
  CHECK(ends());
}

static void a_picture_larger_than_the_limit_is_passed_over(void) {
  made_avi_header(&file, &usual, opened);
  size_t at = made_open(&file, "00dc", NULL);
  made_set_u32(&file, at - 4, (64u << 20) + 1);
  demux_flow.sizeless = true; /* else it would be cut off */
  CHECK(run() == FL_FLOW_END && demux_flow.count == 1 && demux_lost(0, 0, FL_UNSUPPORTED, "64 MiB"));
  CHECK(ends());
}

static void of_two_videos_the_first_one_counts(void) {
  made_avi about = usual;
  about.sound_streams = 1;
  made_avi_header(&file, &about, opened);
  size_t header = (size_t)((uint8_t *)memmem(file.bytes, file.length, "auds", 4) - file.bytes);
  memcpy(file.bytes + header, "vidsMJPG", 8);
  made_chunk(&file, "01dc", 30, 1);
  size_t at = made_chunk(&file, "00dc", 40, 2);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 1 && gave(0, at, 40) && demux_flow.events[0].item.width == 7);
  CHECK(ends());
}

static void codecs_are_known_by_any_of_their_names(void) {
  static const char *const names[] = {"MJPG", "mjpg", "JPEG", "jpeg", "dmb1", "DMB1"};
  for (uint32_t i = 0; i < FL_COUNT(names) + 1; i++) {
    made_avi about = usual;
    about.codec = i < FL_COUNT(names) ? names[i] : NULL, about.handler = i < FL_COUNT(names) ? NULL : "mjpg";
    made_avi_header(&file, &about, opened);
    made_chunk(&file, "00dc", 5, 1);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 1 && demux_flow.events[0].item.form == FL_FOURCC('M', 'J', 'P', 'G'));
    CHECK(ends());
  }
}

static void the_rate_is_the_streams_or_the_files_or_25(void) {
  static const struct {
    uint32_t scale, rate, frame_us;
    double time; /* of frame 1 */
  } rates[] = {{1001, 30000, 5, 1001 / 30000.0}, {0, 30, 40000, 0.04},          {1, 0, 20000, 0.02},
               {0, 0, 0, 0.04},                  {1, 0xFFFFFFFF, 1, 1 / 4294967295.0}, {0xFFFFFFFF, 1, 1, 4294967295.0}};
  for (uint32_t i = 0; i < FL_COUNT(rates); i++) {
    made_avi about = usual;
    about.scale = rates[i].scale, about.rate = rates[i].rate, about.frame_us = rates[i].frame_us;
    made_avi_header(&file, &about, opened);
    made_chunk(&file, "00dc", 5, 1), made_chunk(&file, "00dc", 5, 1);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2);
    CHECK(demux_flow.events[0].item.time == 0 && fabs(demux_flow.events[1].item.time / rates[i].time - 1) < 1e-12);
    CHECK(ends());
  }
}

/* ---- pixels ---- */

/* U and V of i420 change places. */
static void swap_chroma(uint8_t *pixels, uint32_t width, uint32_t height) {
  uint32_t luma = width * height, chroma = ((width + 1) / 2) * ((height + 1) / 2);
  uint8_t *kept = malloc(chroma);
  memcpy(kept, pixels + luma, chroma);
  memcpy(pixels + luma, pixels + luma + chroma, chroma);
  memcpy(pixels + luma + chroma, kept, chroma);
  free(kept);
}

static void pixels_come_in_the_planes_of_frames(void) {
  static const struct {
    const char *name;
    fl_format format;
  } codecs[] = {{"I420", FL_I420}, {"IYUV", FL_I420}, {"YV12", FL_I420}, {"NV12", FL_NV12}, {"Y800", FL_GRAY8}, {"GREY", FL_GRAY8}};
  static const int32_t sides[][2] = {{1, 1}, {2, 2}, {17, 9}, {1, 300}, {301, 1}, {64, -48}};
  for (uint32_t c = 0; c < FL_COUNT(codecs); c++)
    for (uint32_t s = 0; s < FL_COUNT(sides); s++) {
      uint32_t width = (uint32_t)sides[s][0], height = (uint32_t)abs(sides[s][1]);
      uint32_t bytes = (uint32_t)fl_frame_image_bytes(width, height, codecs[c].format);
      const made_avi about = {.codec = codecs[c].name, .width = sides[s][0], .height = sides[s][1], .scale = 1, .rate = 10};
      made_avi_header(&file, &about, opened);
      size_t first = made_chunk(&file, "00db", bytes, s), second = made_chunk(&file, "00dc", bytes, c);
      made_chunk(&file, "00db", bytes + 1, 1), made_chunk(&file, "00db", bytes - 1, 1);
      demux_flow.row_padding = s % 2 ? 13 : 0;
      CHECK(run() == FL_FLOW_END && demux_flow.count == 4);
      const fl_item *item = &demux_flow.events[1].item;
      CHECK(item->kind == FL_ITEM_FRAME && item->number == 1 && item->time == 0.1);
      if (c == 2) swap_chroma(file.bytes + first, width, height), swap_chroma(file.bytes + second, width, height);
      CHECK(gave(0, first, bytes) && gave(1, second, bytes));
      if (bytes > 1) CHECK(demux_lost(2, 2, FL_BAD_FORMAT, "not as many bytes") && demux_lost(3, 3, FL_BAD_FORMAT, "not as many bytes"));
      CHECK(ends());
    }
}

/* ---- the window on the input ---- */

static double read_file(void *context, double offset, void *to, uint32_t bytes) {
  (void)context;
  uint64_t left = offset < (double)file.length ? file.length - (uint64_t)offset : 0;
  uint32_t there = left < bytes ? (uint32_t)left : bytes;
  if (there > 0) memcpy(to, file.bytes + (uint64_t)offset, there);
  return there;
}

static void a_look_gives_the_bytes_of_any_place_forwards_and_back(void) {
  static fl_demux_input in;
  made_noise(&file, 20000, 1);
  for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
    fl_demux_start_input(&in, read_file, NULL, sizeless ? -1 : (double)file.length);
    CHECK(fl_demux_holds(&in, 0, 20000) && fl_demux_holds(&in, 20000, 0) && fl_demux_holds(&in, 19999, 2) == sizeless);
    CHECK(fl_demux_holds(&in, 20001, 0) == sizeless && fl_demux_holds(&in, UINT64_MAX, UINT64_MAX) == false);
    for (uint32_t i = 0, at = 0; i < 3000; i++, at = i % 3 ? at - at % 7 - (at > 9) : (at * 7 + 1234) % 20011) {
      uint32_t wanted = i % 5 == 0 ? FL_DEMUX_WINDOW : 1 + i % 40, left = at < 20000 ? 20000 - at : 0;
      const uint8_t *bytes = NULL;
      int32_t there = fl_demux_look(&in, at, wanted, &bytes);
      CHECK(there == (int32_t)fl_min_u32(wanted, left) && (there == 0 || memcmp(bytes, file.bytes + at, (size_t)there) == 0));
    }
  }
  made_end(&file);
}

static void a_header_that_is_not_all_there_is_none(void) {
  static const char *const headers[] = {"00dc\1\2\3\4", "LIST\1\2\3\4rec ", "RIFF\1\2\3\4AVIX"};
  for (uint32_t i = 0; i < FL_COUNT(headers); i++)
    for (uint32_t there = 0; there <= strlen(headers[i]); there++) {
      uint8_t *bytes = memcpy(malloc(there + 1), headers[i], there);
      fl_riff_chunk chunk;
      bool all = there == strlen(headers[i]);
      CHECK(fl_riff_parse_chunk(bytes, there, 100, &chunk) == all);
      if (all) CHECK(chunk.bytes == 0x04030201 && chunk.at == 100 && chunk.data == 100u + there && chunk.after == 108 + 0x04030202);
      if (all) CHECK(fl_avi_end_of(&chunk) == 108 + 0x04030201);
      chunk.bytes = UINT32_MAX;
      if (all) CHECK(fl_avi_end_of(&chunk) == FL_DEMUX_ENDLESS);
      free(bytes);
    }
}

/* ---- what is asked for ---- */

static void start_and_count_choose_frames_by_their_number(void) {
  size_t at[60];
  uint32_t bytes[60];
  static const double asked[][2] = {{0, 1}, {0, 60}, {0, 4294967295.0}, {7, 3}, {59, NAN}, {59, 9}, {4294967294.0, 4294967295.0}};
  for (uint32_t a = 0; a < FL_COUNT(asked); a++) {
    made_typical_avi(&file, 60, at, bytes);
    int32_t status = demux_run(file.bytes, file.length, asked[a][0], asked[a][1]);
    if (asked[a][0] >= 60) {
      CHECK(demux_failed(status, FL_BAD_ARGUMENT, "start is 4294967294, but the number of frames in the file is 60") && demux_flow.count == 0);
    } else {
      uint32_t first = (uint32_t)asked[a][0], count = (uint32_t)fmin(60 - first, asked[a][1]);
      CHECK(status == FL_FLOW_END && demux_flow.count == count);
      for (uint32_t i = 0; i < count; i++) CHECK(demux_gave(i, first + i, file.bytes + at[first + i], bytes[first + i]));
    }
    CHECK(ends());
  }
}

static void a_video_without_frames_ends_at_once(void) {
  made_avi_header(&file, &usual, opened);
  made_finish(&file, opened);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 0);
  CHECK(ends());
}

static void one_step_does_a_bounded_amount_of_work(void) {
  made_avi_header(&file, &usual, opened);
  for (uint32_t i = 0; i < 100000; i++) made_chunk(&file, "01wb", 0, 1);
  made_chunk(&file, "00dc", 5, 1);
  CHECK(run() == FL_FLOW_END && demux_flow.count == 1 && demux_flow.steps >= 100000 / 4096);
  CHECK(ends());
}

/* ---- a runtime that says no ---- */

static void what_the_runtime_refuses_is_handed_up(void) {
  static const made_avi raw = {.codec = "I420", .width = 20, .height = 10, .scale = 1, .rate = 25};
  for (uint32_t r = 0; r < 2; r++) {
    for (uint32_t way = 0; way < 5; way++) {
      made_avi_header(&file, r ? &raw : &usual, opened);
      size_t at = made_chunk(&file, "00dc", 300, 1);
      made_chunk(&file, "00dc", way == 4 ? 0 : 300, 2); /* way 4: of what is to be skipped */
      demux_flow.take_status = way == 1 ? FL_OUT_OF_MEMORY : FL_OK, demux_flow.emit_status = way == 2 || way == 4 ? FL_ABORTED : FL_OK;
      demux_flow.refused_from = way == 3 ? at + 150 : 0, demux_flow.sizeless = true;
      int32_t status = demux_run(file.bytes, file.length, way == 4, NAN);
      CHECK(status == (way == 0 ? FL_FLOW_END : way == 1 ? FL_OUT_OF_MEMORY : FL_ABORTED) && demux_flow.count == (way ? 0 : 2));
      CHECK(ends());
    }
  }
}

static void reading_that_fails_is_handed_up_from_anywhere(void) {
  size_t at[20];
  uint32_t bytes[20];
  made_typical_avi(&file, 20, at, bytes);
  for (size_t from = 1; from < file.length; from++) {
    demux_flow.refused_from = from, demux_flow.sizeless = true;
    CHECK(run() == FL_ABORTED);
    CHECK(demux_end());
  }
  made_end(&file);
}

void test_avi(void) {
  TEST(packets_come_as_they_lie_in_the_file, "avi: packets come as they lie in the file, in order, with number and time");
  TEST(packets_of_any_size_and_place_come_whole, "avi: packets of any size and place come whole");
  TEST(of_a_large_file_little_more_is_read_than_its_packets, "avi: of a large file little more is read than its packets");
  TEST(lengths_that_were_never_written_do_no_harm, "avi: lengths that were never written, or wrongly, do no harm");
  TEST(further_segments_go_on_where_the_first_ends, "avi: further segments go on where the first ends, another file does not");
  TEST(an_empty_chunk_is_a_frame_shown_again_and_counts, "avi: an empty chunk is a frame shown again, and counts");
  TEST(a_picture_larger_than_the_limit_is_passed_over, "avi: a picture larger than the limit is passed over");
  TEST(of_two_videos_the_first_one_counts, "avi: of two videos the first one counts");
  TEST(codecs_are_known_by_any_of_their_names, "avi: codecs are known by any of their names, in capitals or not");
  TEST(the_rate_is_the_streams_or_the_files_or_25, "avi: the rate is the stream's, or the file's, or 25");
  TEST(pixels_come_in_the_planes_of_frames, "avi: pixels come in the planes of frames, of any size and stride");
  TEST(a_look_gives_the_bytes_of_any_place_forwards_and_back, "avi: a look gives the bytes of any place, forwards and back");
  TEST(a_header_that_is_not_all_there_is_none, "avi: a chunk's header that is not all there is none");
  TEST(start_and_count_choose_frames_by_their_number, "avi: start and count choose frames by their number in the file");
  TEST(a_video_without_frames_ends_at_once, "avi: a video without frames ends at once");
  TEST(one_step_does_a_bounded_amount_of_work, "avi: one step does a bounded amount of work");
  TEST(what_the_runtime_refuses_is_handed_up, "avi: what the runtime refuses is handed up, and nothing is kept");
  TEST(reading_that_fails_is_handed_up_from_anywhere, "avi: reading that fails is handed up, wherever it fails");
}
