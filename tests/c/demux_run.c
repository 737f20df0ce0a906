#include "demux_run.h"

#include "modules/avi_demux/demux_stage.c"

fake_flow demux_flow;

int32_t demux_run(const uint8_t *bytes, size_t length, double start, double count) {
  static fl_value values[FL_COUNT(params)];
  values[START].number = start, values[COUNT].number = count;
  fake_start(&demux_flow, &fl_avi_demux_stage, values, bytes, length);
  return fake_run(&demux_flow, &fl_avi_demux_stage, length / 8 + 200);
}

bool demux_end(void) {
  bool copied = demux_flow.copied > 0;
  return fake_end(&demux_flow) && !copied;
}

bool demux_failed(int32_t status, int32_t expected, const char *words) {
  const fl_report *report = &demux_flow.report;
  bool right = status == expected && report->status == expected && strncmp(report->message, "aviDemux: ", 10) == 0 && strstr(report->message, words);
  if (!right) printf("# %d «%s», not %d «%s»\n", status, report->message, expected, words);
  return right;
}

bool demux_gave(uint32_t i, uint32_t number, const uint8_t *bytes, uint64_t length) {
  const fake_event *event = &demux_flow.events[i];
  return i < demux_flow.count && event->item.kind != FL_ITEM_SKIPPED && event->item.number == number && event->length == length &&
         memcmp(event->bytes, bytes, length) == 0;
}

bool demux_lost(uint32_t i, uint32_t number, int32_t status, const char *words) {
  const fl_item *item = &demux_flow.events[i].item;
  return i < demux_flow.count && item->kind == FL_ITEM_SKIPPED && item->number == number && item->status == status && strstr(item->why, words);
}
