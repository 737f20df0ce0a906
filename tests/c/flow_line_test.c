/* Lines of stages on threads of their own, and on one: order, ends, failures. */
#include "flow_toys.h"

static toy_output out, other;

static bool same(const toy_output *a, const toy_output *b) {
  return a->count == b->count && a->end == b->end && memcmp(a->values, b->values, a->count * sizeof *a->values) == 0;
}

static void the_order_is_the_same_for_any_number_of_seats(void) {
  static const fl_stage_type *const types[] = {&toy_count, &toy_thin, &toy_twice};
  toy_start();
  toy_run(false, 100, types, 3, 1, 4, &out);
  CHECK(out.end == FL_LINE_ENDED && out.count == 134);
  for (uint32_t i = 0, n = 0; n < 100; n++) {
    if (n % 3 == 2) continue;
    CHECK(out.values[i] == n * 1000 + 255 - n && out.values[i + 1] == n * 1000 + n);
    i += 2;
  }
  for (uint32_t parallel = 2; parallel <= 3; parallel++) {
    toy_run(false, 100, types, 3, parallel, 4, &other);
    CHECK(same(&out, &other));
  }
  for (uint32_t parallel = 1; parallel <= 3; parallel++) {
    toy_run(true, 100, types, 3, parallel, 4, &other);
    CHECK(same(&out, &other));
  }
}

static void seats_of_different_numbers_follow_each_other(void) {
  toy_start();
  for (uint32_t first = 1; first <= 3; first++)
    for (uint32_t second = 1; second <= 3; second++) {
      toy_line t;
      toy_open(&t, false, 31, 2);
      toy_add(&t, &toy_count, 1, 4);
      toy_add(&t, &toy_skip, first, 4);
      toy_add(&t, &toy_thin, second, 4);
      toy_begin(&t);
      toy_drain(&t, &out, FL_COUNT(out.values));
      toy_join(&t, false);
      uint32_t i = 0;
      for (uint32_t n = 0; n < 31; n++)
        if (n % 4 == 1) CHECK(out.values[i++] == n * 1000 + 999);
        else if (n % 3 != 2) CHECK(out.values[i++] == n * 1000 + n);
      CHECK(out.end == FL_LINE_ENDED && out.count == i);
      toy_close(&t);
    }
}

static void many_items_go_through_with_two_frames_each(void) {
  static const fl_stage_type *const types[] = {&toy_count, &toy_twice, &toy_pass};
  toy_start();
  toy_run(false, 500, types, 3, 2, 2, &out);
  CHECK(out.end == FL_LINE_ENDED && out.count == 1000);
  for (uint32_t n = 0; n < 500; n++) CHECK(out.values[2 * n] == n * 1000 + 255 - n % 251 && out.values[2 * n + 1] == n * 1000 + n % 251);
  CHECK(fl_memory_handle_count() == 0 && live_bytes() == toy_warm);
}

static void what_is_flushed_comes_last_and_in_turn(void) {
  static const fl_stage_type *const types[] = {&toy_count, &toy_tally, &toy_pass};
  toy_start();
  for (uint32_t parallel = 1; parallel <= 3; parallel++)
    for (uint32_t count = 0; count < 9; count++) {
      toy_run(false, count, types, 3, parallel, 4, &out);
      toy_run(true, count, types, 3, parallel, 4, &other);
      uint32_t sum = 0;
      for (uint32_t i = 0; i < out.count; i++) {
        sum += out.values[i] / 1000;
        CHECK(out.values[i] % 1000 == (count + i) % parallel); /* beginning with the seat whose turn it would have been */
      }
      CHECK(out.end == FL_LINE_ENDED && out.count == parallel && sum == count && same(&out, &other));
    }
}

static void a_line_of_nothing_but_a_source_flows(void) {
  static const fl_stage_type *const types[] = {&toy_packets};
  toy_start();
  toy_run(false, 40, types, 1, 1, 1, &out);
  CHECK(out.end == FL_LINE_ENDED && out.count == 40 && out.values[39] == 39 * 1000 + 39);
  toy_run(false, 0, types, 1, 1, 1, &out);
  CHECK(out.end == FL_LINE_ENDED && out.count == 0);
}

static void figures_tell_what_each_seat_did(void) {
  toy_start();
  toy_line t;
  toy_open(&t, false, 30, 8);
  toy_add(&t, &toy_count, 1, 2);
  toy_add(&t, &toy_skip, 2, 2);
  toy_begin(&t);
  toy_drain(&t, &out, FL_COUNT(out.values));
  toy_join(&t, false);
  const fl_seat *seats = t.line->seats;
  CHECK(fl_peek(&seats[0].in_count) == 0 && fl_peek(&seats[0].out_count) == 30 && fl_figure_read(&seats[0].busy) > 0);
  CHECK(fl_peek(&seats[1].in_count) == 15 && fl_peek(&seats[1].out_count) == 15 && fl_peek(&seats[1].skipped) == 0);
  CHECK(fl_peek(&seats[2].in_count) == 15 && fl_peek(&seats[2].out_count) == 7 && fl_peek(&seats[2].skipped) == 8);
  for (uint32_t n = 0; n < 3; n++) CHECK(fl_figure_read(&seats[n].copied) == 0 && fl_peek(&seats[n].frames.taken) == fl_peek(&seats[n].frames.given_back));
  toy_close(&t);
}

/* ---- early ends ---- */

static void a_step_that_fails_ends_the_line_and_says_why(void) {
  static const fl_stage_type *const types[] = {&toy_count, &toy_pass, &toy_fail};
  toy_start();
  for (uint32_t parallel = 0; parallel <= 2; parallel++) {
    toy_line t;
    toy_open(&t, parallel == 0, 1000, 8);
    for (uint32_t s = 0; s < 3; s++) toy_add(&t, types[s], parallel ? parallel : 1, 3);
    toy_begin(&t);
    toy_drain(&t, &out, FL_COUNT(out.values));
    toy_join(&t, true);
    uint32_t failed = fl_load(&t.line->failed);
    CHECK(out.end == FL_ABORTED && out.count <= 5 && failed > 0);
    const fl_seat *seat = &t.line->seats[failed - 1];
    CHECK(seat->stage_number == 2 && seat->report.status == FL_BAD_FORMAT && strcmp(seat->report.message, "fail: not the fifth") == 0);
    toy_close(&t);
    CHECK(live_bytes() == toy_warm && fl_memory_handle_count() == 0);
  }
}

static void a_thread_that_vanishes_leaves_nothing_behind(void) {
  toy_start();
  toy_line t;
  toy_open(&t, false, 1000, 8);
  toy_add(&t, &toy_count, 1, 3);
  toy_add(&t, &toy_vanish, 2, 3);
  toy_begin(&t);
  toy_drain(&t, &out, 5);
  CHECK(out.count == 5);
  toy_join(&t, true);
  toy_close(&t);
  CHECK(live_bytes() == toy_warm && fl_memory_handle_count() == 0);
}

static void an_abort_wakes_whoever_waits(void) {
  static const fl_stage_type *const types[] = {&toy_count, &toy_twice, &toy_thin, &toy_pass};
  toy_start();
  for (uint32_t taken = 0; taken < 6; taken++) {
    toy_line t;
    toy_open(&t, false, 100000, 8);
    for (uint32_t s = 0; s < 4; s++) toy_add(&t, types[s], 2, 1 + taken % 3);
    toy_begin(&t);
    toy_drain(&t, &out, taken);
    CHECK(out.count == taken);
    toy_join(&t, true); /* all of them wait by now, or soon: for frames, room, items */
    for (uint32_t n = 0; n < t.line->seat_count; n++) CHECK(t.line->seats[n].ended == t.line->seats[n].begun && fl_load(&t.line->failed) == 0);
    toy_close(&t);
    CHECK(fl_memory_handle_count() == 0);
  }
}

static void what_does_not_fit_together_is_refused(void) {
  toy_start();
  fl_report report = {0};
  fl_line *line = fl_line_open(true);
  CHECK(fl_line_begin(line, &report) == FL_BAD_ARGUMENT);
  fl_line_stage source = {.type = &toy_count, .seats = 1, .frames = 1}, filter = {.type = &toy_pass, .seats = 1, .frames = 1};
  CHECK(fl_line_add(line, &filter, "pass", &report) == FL_BAD_ARGUMENT && strstr(report.message, "pass: is no source"));
  source.seats = 2;
  CHECK(fl_line_add(line, &source, "count", &report) == FL_BAD_ARGUMENT && strstr(report.message, "parallel must be between 1 and 1"));
  source.seats = 1, source.frames = 65;
  CHECK(fl_line_add(line, &source, "count", &report) == FL_BAD_ARGUMENT && strstr(report.message, "frames must be between 1 and 64, got 65"));
  source.frames = 64;
  CHECK(fl_line_add(line, &source, "count", &report) == FL_OK && fl_line_add(line, &source, "count", &report) == FL_BAD_ARGUMENT);
  filter.seats = 17;
  CHECK(fl_line_add(line, &filter, "pass", &report) == FL_BAD_ARGUMENT && strstr(report.message, "parallel must be between 1 and 16, got 17"));
  filter.seats = 16;
  for (uint32_t s = 1; s < FL_LINE_STAGES_MAX; s++) CHECK(fl_line_add(line, &filter, "pass", &report) == FL_OK);
  CHECK(fl_line_add(line, &filter, "pass", &report) == FL_BAD_ARGUMENT && strstr(report.message, "the number of stages must be between 1 and 16"));
  CHECK(fl_line_begin(line, &report) == FL_OK && line->seat_count == 1 + 15 * 16);
  fl_line_close(line);
  CHECK(live_bytes() == toy_warm);
}

void test_flow_line(void) {
  TEST(the_order_is_the_same_for_any_number_of_seats, "flow: the order is the same for any number of seats, and without threads");
  TEST(seats_of_different_numbers_follow_each_other, "flow: stages with different numbers of seats follow each other");
  TEST(many_items_go_through_with_two_frames_each, "flow: five hundred items go through three stages with two frames each");
  TEST(what_is_flushed_comes_last_and_in_turn, "flow: what is flushed comes last, and in turn");
  TEST(a_line_of_nothing_but_a_source_flows, "flow: a line of nothing but a source flows");
  TEST(figures_tell_what_each_seat_did, "flow: figures tell what each seat did");
  TEST(a_step_that_fails_ends_the_line_and_says_why, "flow: a step that fails ends the line, and says why");
  TEST(a_thread_that_vanishes_leaves_nothing_behind, "flow: a thread that vanishes leaves nothing behind");
  TEST(an_abort_wakes_whoever_waits, "flow: an abort wakes whoever waits");
  TEST(what_does_not_fit_together_is_refused, "flow: what does not fit together is refused");
}
