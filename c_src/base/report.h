/* Why something failed, in words for the user: «gaussianBlur: sigma must be between 0.1 and 250, got -3». */
#ifndef FL_BASE_REPORT_H
#define FL_BASE_REPORT_H

#include "base/status.h"
#include "base/text.h"

#define FL_REPORT_CAPACITY 512

typedef struct fl_report {
  fl_status status;
  const char *op; /* the operation's name, or NULL */
  fl_text text;
  char message[FL_REPORT_CAPACITY];
} fl_report;

/* Starts a message: «op: first». Add to report->text. Returns status, so that a check can end in `return fl_report_fail(…)`. */
fl_status fl_report_fail(fl_report *report, fl_status status, const char *op, const char *first);
/* «op: name must be between min and max, got value», the sentence most checks need. */
fl_status fl_report_range(fl_report *report, const char *op, const char *name, double min, double max, double value);

#endif
