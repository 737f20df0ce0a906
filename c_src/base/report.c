#include "base/report.h"

fl_status fl_report_fail(fl_report *report, fl_status status, const char *op, const char *first) {
  report->status = status;
  report->op = op;
  fl_text_start(&report->text, report->message, sizeof report->message);
  if (op) {
    fl_text_add(&report->text, op);
    fl_text_add(&report->text, ": ");
  }
  fl_text_add(&report->text, first);
  return status;
}

fl_status fl_report_range(fl_report *report, const char *op, const char *name, double min, double max, double value) {
  fl_report_fail(report, FL_BAD_ARGUMENT, op, name);
  fl_text_add(&report->text, " must be between ");
  fl_text_add_number(&report->text, min);
  fl_text_add(&report->text, " and ");
  fl_text_add_number(&report->text, max);
  fl_text_add(&report->text, ", got ");
  fl_text_add_number(&report->text, value);
  return FL_BAD_ARGUMENT;
}
