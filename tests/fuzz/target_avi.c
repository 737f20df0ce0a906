/* Bytes → a video file that the stage aviDemux reads: whatever they are, it ends, or says in words why it cannot; numbers go up one by one,
 * and what comes out are bytes of the file, each place at most once. The first byte says how the file is read. */
#define _GNU_SOURCE
#include "demux_run.h"
#include "fuzz.h"

/* Pixels with U and V in each other's place cannot be found as one piece; their luma can. */
static const uint8_t *find(const uint8_t *from, const uint8_t *end, const fake_event *event) {
  uint64_t length = event->item.kind == FL_ITEM_FRAME ? 1 + event->length / 3 : event->length;
  return memmem(from, (size_t)(end - from), event->bytes, length < event->length ? length : event->length);
}

static void check_event(const fake_event *event, uint32_t number, const uint8_t **from, const uint8_t *end) {
  const fl_item *item = &event->item;
  FUZZ_CHECK(item->number == number && item->time >= 0, "item %u has number %u and time %g", number, item->number, item->time);
  if (item->kind == FL_ITEM_SKIPPED) return;
  const uint8_t *place = find(*from, end, event);
  FUZZ_CHECK(place, "item %u is no piece of the file behind the item before it", number);
  *from = place + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  uint32_t way = data[0];
  size_t length = size - 1;
  uint8_t *file = malloc(length + 1), *end = file + length;
  memcpy(file, data + 1, length);
  demux_flow.sizeless = way & 1, demux_flow.row_padding = way >> 1 & 3;
  demux_flow.refused_from = way & 8 ? 1 + (way >> 4) * 40 : 0;
  uint32_t start = !(way & 8) && way & 16 ? 2 : 0;
  int32_t status = demux_run(file, length, start, way & 32 ? 3 : NAN);
  const fl_report *report = &demux_flow.report;
  FUZZ_CHECK(status != FL_OK, "it goes on after %u steps, with %u items", demux_flow.steps, demux_flow.count);
  bool in_words = status == FL_BAD_FORMAT || status == FL_UNSUPPORTED || status == FL_BAD_ARGUMENT;
  FUZZ_CHECK(in_words || status == FL_FLOW_END || (status == FL_ABORTED && way & 8) || (status == FL_OUT_OF_MEMORY && way & 1), "status %d", status);
  if (in_words) FUZZ_CHECK(report->status == status && strncmp(report->message, "aviDemux: ", 10) == 0 && !report->text.overflowed, "«%s»", report->message);
  if (in_words) FUZZ_CHECK(demux_flow.count == 0, "%u items, and then «%s»", demux_flow.count, report->message);
  const uint8_t *from = file;
  for (uint32_t i = 0; i < demux_flow.count; i++) check_event(&demux_flow.events[i], start + i, &from, end);
  FUZZ_CHECK(demux_end(), "something was left lying, read wrongly or copied");
  free(file);
  return 0;
}
