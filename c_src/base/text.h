/* Text written into a buffer of fixed size: messages and JSON, without printf's 20 KB. Never overflows, always ends in 0;
 * `overflowed` says that something did not fit. */
#ifndef FL_BASE_TEXT_H
#define FL_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct fl_text {
  char *bytes;
  size_t capacity, length;
  bool overflowed;
} fl_text;

void fl_text_start(fl_text *text, char *bytes, size_t capacity);
void fl_text_add(fl_text *text, const char *string);
void fl_text_add_bytes(fl_text *text, const char *bytes, size_t length);
/* Decimal, up to six digits after the point, no trailing zeros; «NaN», «Infinity», «-Infinity». */
void fl_text_add_number(fl_text *text, double value);
void fl_text_add_quoted(fl_text *text, const char *string); /* as a JSON string */

#endif
