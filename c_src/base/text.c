#include "base/text.h"

#include <string.h>

void fl_text_start(fl_text *text, char *bytes, size_t capacity) {
  *text = (fl_text){.bytes = bytes, .capacity = capacity};
  if (capacity > 0) bytes[0] = 0;
}

void fl_text_add_bytes(fl_text *text, const char *bytes, size_t length) {
  size_t room = text->capacity > text->length ? text->capacity - text->length - 1 : 0;
  if (length > room) {
    length = room;
    text->overflowed = true;
  }
  if (length == 0) return;
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = 0;
}

void fl_text_add(fl_text *text, const char *string) { fl_text_add_bytes(text, string, strlen(string)); }

static void add_integer(fl_text *text, uint64_t value, int minimum_digits) {
  char digits[24];
  int count = 0;
  do {
    digits[sizeof digits - 1 - count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0 || count < minimum_digits);
  fl_text_add_bytes(text, digits + sizeof digits - count, (size_t)count);
}

void fl_text_add_number(fl_text *text, double value) {
  if (value != value) {
    fl_text_add(text, "NaN");
    return;
  }
  if (value < 0) {
    fl_text_add(text, "-");
    value = -value;
  }
  if (value > 1.7e308) {
    fl_text_add(text, "Infinity");
    return;
  }
  int exponent = 0;
  for (; value >= 1e16; exponent++) value /= 10;
  double millionths = (value - (double)(uint64_t)value) * 1e6 + 0.5;
  uint64_t whole = (uint64_t)value, fraction = (uint64_t)millionths;
  if (fraction >= 1000000) {
    fraction = 0;
    whole++;
  }
  add_integer(text, whole, 1);
  if (exponent > 0) {
    fl_text_add(text, "e");
    add_integer(text, (uint64_t)exponent, 1);
  } else if (fraction > 0) {
    int digits = 6;
    for (; fraction % 10 == 0; fraction /= 10) digits--;
    fl_text_add(text, ".");
    add_integer(text, fraction, digits);
  }
}

void fl_text_add_quoted(fl_text *text, const char *string) {
  fl_text_add(text, "\"");
  for (; *string; string++) {
    if (*string == '"' || *string == '\\') fl_text_add(text, "\\");
    fl_text_add_bytes(text, string, 1);
  }
  fl_text_add(text, "\"");
}
