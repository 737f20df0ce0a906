/* YUV4MPEG2: as it should be, cut off, damaged, and what its header may say. */
#include "check.h"
#include "demux_run.h"

static made_file file;

static int32_t run(void) { return demux_run(file.bytes, file.length, 0, NAN); }
static bool ends(void) {
  bool right = demux_end();
  made_end(&file);
  return right;
}

/* A frame of noise behind its line; where the noise begins. */
static size_t put_frame(const char *line, uint32_t bytes, uint32_t seed) {
  made_text(&file, line);
  size_t at = file.length;
  made_noise(&file, bytes, seed);
  return at;
}

static void frames_of_any_size_come_in_their_planes(void) {
  static const struct {
    const char *chroma;
    fl_format format;
  } chroma[] = {{"", FL_I420}, {" C420", FL_I420}, {" C420jpeg", FL_I420}, {" C420mpeg2", FL_I420}, {" C420paldv", FL_I420}, {" Cmono", FL_GRAY8}};
  static const uint32_t sides[][2] = {{1, 1}, {2, 2}, {17, 9}, {1, 300}, {301, 1}, {64, 48}};
  for (uint32_t c = 0; c < FL_COUNT(chroma); c++)
    for (uint32_t s = 0; s < FL_COUNT(sides); s++) {
      char line[100];
      snprintf(line, sizeof line, "YUV4MPEG2 W%u H%u F30000:1001 Ip A1:1%s XCOLORRANGE=LIMITED\n", sides[s][0], sides[s][1], chroma[c].chroma);
      made_text(&file, line);
      uint32_t bytes = (uint32_t)fl_frame_image_bytes(sides[s][0], sides[s][1], chroma[c].format);
      size_t at[] = {put_frame("FRAME\n", bytes, 1), put_frame("FRAME Ip XSOME=thing\n", bytes, 2), put_frame("FRAME \n", bytes, 3)};
      demux_flow.row_padding = c % 2 ? 5 : 0, demux_flow.sizeless = s % 2;
      CHECK(run() == FL_FLOW_END && demux_flow.count == 3);
      for (uint32_t i = 0; i < 3; i++) {
        const fl_item *item = &demux_flow.events[i].item;
        CHECK(demux_gave(i, i, file.bytes + at[i], bytes) && item->kind == FL_ITEM_FRAME && fabs(item->time - i * 1001 / 30000.0) < 1e-12);
      }
      CHECK(ends());
    }
}

static void words_come_in_any_order_and_the_rate_may_be_left_out(void) {
  static const char *const lines[] = {"YUV4MPEG2 H2  Cmono W3\n",      "YUV4MPEG2  W3 H2 F0:0 Cmono \n", "YUV4MPEG2 F25 Xab W3 Cmono H2\n",
                                      "YUV4MPEG2 W3 H2 Cmono F25:0\n", "YUV4MPEG2 W3 H2 Cmono F\n",      "YUV4MPEG2 W3 H2 Cmono F25:1\n",
                                      "YUV4MPEG2 W3 H2 Cmono F50:2\n"};
  for (uint32_t i = 0; i < FL_COUNT(lines); i++) {
    made_text(&file, lines[i]);
    put_frame("FRAME\n", 6, 1), put_frame("FRAME\n", 6, 2);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && demux_flow.events[1].item.time == 1 / 25.0 && demux_flow.events[1].length == 6);
    CHECK(ends());
  }
}

static void start_and_count_choose_frames(void) {
  size_t at[5];
  made_text(&file, "YUV4MPEG2 W5 H4 Cmono F10:1\n");
  for (uint32_t i = 0; i < 5; i++) at[i] = put_frame("FRAME\n", 20, i);
  CHECK(demux_run(file.bytes, file.length, 2, 2) == FL_FLOW_END && demux_flow.count == 2);
  CHECK(demux_gave(0, 2, file.bytes + at[2], 20) && demux_gave(1, 3, file.bytes + at[3], 20) && demux_flow.events[0].item.time == 0.2);
  CHECK(demux_end());
  CHECK(demux_failed(demux_run(file.bytes, file.length, 5, NAN), FL_BAD_ARGUMENT, "start is 5, but the number of frames in the file is 5"));
  CHECK(ends());
}

static void a_file_cut_off_anywhere_gives_what_lies_before_the_cut(void) {
  static const char line[] = "YUV4MPEG2 W5 H4 Cmono\n";
  made_text(&file, line);
  for (uint32_t i = 0; i < 4; i++) put_frame("FRAME Ip\n", 20, i);
  for (size_t length = 9; length < file.length; length++)
    for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
      uint8_t *cut = malloc(length);
      memcpy(cut, file.bytes, length);
      demux_flow.sizeless = sizeless;
      int32_t status = demux_run(cut, length, 0, NAN);
      if (length < sizeof line - 1) {
        CHECK(demux_failed(status, FL_BAD_FORMAT, "the header's line should end within 1024 bytes (at byte "));
      } else {
        uint32_t whole = (uint32_t)(length - sizeof line + 1) / 29, rest = (uint32_t)(length - sizeof line + 1) % 29;
        CHECK(status == FL_FLOW_END && demux_flow.count == whole + (rest > 0));
        CHECK(!rest || demux_lost(whole, whole, FL_BAD_FORMAT, "cut off by the end of the file"));
      }
      CHECK(demux_end());
      free(cut);
    }
  made_end(&file);
}

static void what_is_no_frame_is_passed_over_and_told(void) {
  static const uint32_t gaps[] = {1, 17, 100, 5000, 300000};
  for (uint32_t g = 0; g < FL_COUNT(gaps); g++) {
    made_text(&file, "YUV4MPEG2 W50 H40 C420\n");
    size_t first = put_frame("FRAME\n", 3000, 1);
    made_noise(&file, gaps[g], 7);
    size_t second = put_frame("FRAME\n", 3000, 2);
    bool told = gaps[g] > 16;
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2u + told && demux_gave(0, 0, file.bytes + first, 3000));
    CHECK(demux_gave(1 + told, 1 + told, file.bytes + second, 3000) && (!told || demux_lost(1, 1, FL_BAD_FORMAT, "the file is damaged here")));
    CHECK(ends());
  }
}

static void only_the_whole_word_begins_a_frame(void) {
  static const char *const words[] = {"FRAMES\n", "FRAM \n  ", "frame\n ", "FRAME\t\n", " FRAMEN\n"};
  for (uint32_t i = 0; i < FL_COUNT(words); i++) {
    made_text(&file, "YUV4MPEG2 W5 H4 Cmono\n");
    put_frame(words[i], 20, 1);
    size_t at = put_frame("FRAME\n", 20, 2);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && demux_lost(0, 0, FL_BAD_FORMAT, "damaged") && demux_gave(1, 1, file.bytes + at, 20));
    CHECK(ends());
  }
}

static void a_frame_is_found_again_wherever_the_window_ends(void) {
  for (uint32_t gap = 3800; gap < 4110; gap++) {
    made_text(&file, "YUV4MPEG2 W5 H4 Cmono\nNOISE");
    made_noise(&file, gap, 7);
    size_t at = put_frame("FRAME Ip XSOME=thing\n", 20, 2);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2 && demux_lost(0, 0, FL_BAD_FORMAT, "damaged") && demux_gave(1, 1, file.bytes + at, 20));
    CHECK(ends());
  }
}

/* A frame's line that goes on and on is none: what follows 256 bytes of it is looked for. */
static void a_line_without_an_end_is_no_frame(void) {
  for (uint32_t letters = 250; letters < 253; letters++) {
    made_text(&file, "YUV4MPEG2 W5 H4 Cmono\n");
    made_text(&file, "FRAME");
    for (uint32_t i = 0; i < letters; i++) made_text(&file, " ");
    size_t at = put_frame("\n", 20, 1), next = put_frame("FRAME\n", 20, 2);
    CHECK(run() == FL_FLOW_END && demux_flow.count == 2);
    if (letters <= 250) CHECK(demux_gave(0, 0, file.bytes + at, 20));
    else CHECK(demux_lost(0, 0, FL_BAD_FORMAT, "the file is damaged here"));
    CHECK(demux_gave(1, 1, file.bytes + next, 20));
    CHECK(ends());
  }
}

static void a_header_that_is_wrong_says_what_is(void) {
  static const struct {
    const char *line;
    int32_t status;
    const char *words;
  } wrong[] = {
      {"YUV4MPEG2 W5 H4 C422\n", FL_UNSUPPORTED, "the file's chroma format is 'C422', supported are C420, C420jpeg, C420mpeg2, C420paldv and Cmono"},
      {"YUV4MPEG2 C420p10 W5 H4\n", FL_UNSUPPORTED, "'C420p10'"},
      {"YUV4MPEG2 W5 H4 Cmono12\n", FL_UNSUPPORTED, "'Cmono12'"},
      {"YUV4MPEG2 W5 H4 C\n", FL_UNSUPPORTED, "'C'"},
      {"YUV4MPEG2 Cabcdefghijklmnopqrstuvwxyz0123456789\n", FL_UNSUPPORTED, "'Cabcdefghijklmnopqrstuvwxyz01234', supported"},
      {"YUV4MPEG2 H4\n", FL_BAD_FORMAT, "the video's width must be between 1 and 65535, got 0 at byte 0 of the file"},
      {"YUV4MPEG2 W5\n", FL_BAD_FORMAT, "the video's height must be between 1 and 65535, got 0"},
      {"YUV4MPEG2\n", FL_BAD_FORMAT, "width must be between 1 and 65535, got 0"},
      {"YUV4MPEG2 W65536 H4\n", FL_BAD_FORMAT, "width must be between 1 and 65535, got 65536"},
      {"YUV4MPEG2 W5 H4294967301\n", FL_BAD_FORMAT, "height must be between 1 and 65535, got 4294967295"},
      {"YUV4MPEG2 W99999999999999999999999999 H4\n", FL_BAD_FORMAT, "width must be between 1 and 65535, got 4294967295"},
      {"YUV4MPEG2 W18446744073709551621 H4\n", FL_BAD_FORMAT, "width must be between 1 and 65535, got 4294967295"}, /* 5 + 2^64 */
      {"YUV4MPEG2 W5 H-4\n", FL_BAD_FORMAT, "height must be between 1 and 65535, got 0"},
      {"YUV4MPEG2 W5x H4\n", FL_BAD_FORMAT, "width must be between 1 and 65535, got 0"},
  };
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++) {
    made_text(&file, wrong[i].line);
    made_noise(&file, 100, 1);
    CHECK(demux_failed(run(), wrong[i].status, wrong[i].words) && demux_flow.count == 0);
    CHECK(ends());
  }
}

static void a_frame_that_the_file_cannot_hold_asks_for_no_memory(void) {
  for (uint32_t sizeless = 0; sizeless < 2; sizeless++) {
    made_text(&file, "YUV4MPEG2 W65535 H65535\nFRAME\n");
    made_noise(&file, 100, 1);
    demux_flow.sizeless = sizeless;
    int32_t status = run();
    CHECK(sizeless ? status == FL_OUT_OF_MEMORY : status == FL_FLOW_END && demux_flow.count == 1 && demux_lost(0, 0, FL_BAD_FORMAT, "cut off"));
    CHECK(ends());
  }
}

static void mutated_files_end_one_way_or_the_other(void) {
  uint32_t state = 12345;
  for (uint32_t i = 0; i < 300; i++) {
    made_text(&file, "YUV4MPEG2 W12 H10 F25:1 Ip A1:1 C420\n");
    for (uint32_t k = 0; k < 6; k++) put_frame(k % 2 ? "FRAME\n" : "FRAME Ip\n", 180, k);
    for (uint32_t hit = 0; hit <= i % 5; hit++) {
      state = state * 1664525 + 1013904223;
      size_t where = (state >> 8) % (i % 2 ? 50 : file.length);
      file.bytes[where] = i % 3 ? file.bytes[where] ^ (uint8_t)(1 << (state & 7)) : "0129 FWHC:\n"[(state >> 4) % 11];
    }
    demux_flow.sizeless = i % 4 == 0;
    int32_t status = run();
    CHECK(status == FL_FLOW_END || status == FL_BAD_FORMAT || status == FL_UNSUPPORTED || (status == FL_OUT_OF_MEMORY && demux_flow.sizeless));
    CHECK(ends());
  }
}

void test_y4m(void) {
  TEST(frames_of_any_size_come_in_their_planes, "y4m: frames of any size come in their planes, in order, with number and time");
  TEST(words_come_in_any_order_and_the_rate_may_be_left_out, "y4m: words come in any order, and the rate may be left out");
  TEST(start_and_count_choose_frames, "y4m: start and count choose frames");
  TEST(a_file_cut_off_anywhere_gives_what_lies_before_the_cut, "y4m: a file cut off anywhere gives what lies before the cut");
  TEST(what_is_no_frame_is_passed_over_and_told, "y4m: what is no frame is passed over, and told");
  TEST(only_the_whole_word_begins_a_frame, "y4m: only the whole word begins a frame");
  TEST(a_frame_is_found_again_wherever_the_window_ends, "y4m: a frame is found again, wherever the window ends");
  TEST(a_line_without_an_end_is_no_frame, "y4m: a line without an end is no frame");
  TEST(a_header_that_is_wrong_says_what_is, "y4m: a header that is wrong says what is");
  TEST(a_frame_that_the_file_cannot_hold_asks_for_no_memory, "y4m: a frame that the file cannot hold asks for no memory");
  TEST(mutated_files_end_one_way_or_the_other, "y4m: three hundred mutated files end one way or the other");
}
