#include "letters.h"

typedef struct letter {
  char name;
  uint8_t rows[FL_LETTER_HEIGHT];
} letter;

static const letter letters[] = {
    {'0', {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'4', {0b00011, 0b00101, 0b01001, 0b10001, 0b11111, 0b00001, 0b00001}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00110, 0b00110}},
    {'a', {0b00000, 0b00000, 0b01110, 0b00001, 0b01111, 0b10001, 0b01111}},
    {'e', {0b00000, 0b00000, 0b01110, 0b10001, 0b11111, 0b10000, 0b01110}},
    {'f', {0b00110, 0b01000, 0b11110, 0b01000, 0b01000, 0b01000, 0b01000}},
    {'m', {0b00000, 0b00000, 0b11010, 0b10101, 0b10101, 0b10101, 0b10101}},
    {'r', {0b00000, 0b00000, 0b10110, 0b11000, 0b10000, 0b10000, 0b10000}},
    {'s', {0b00000, 0b00000, 0b01111, 0b10000, 0b01110, 0b00001, 0b11110}},
};

uint32_t fl_render_letter_row(char name, uint32_t row) {
  for (uint32_t i = 0; i < FL_COUNT(letters); i++)
    if (letters[i].name == name) return letters[i].rows[row];
  return 0;
}

static void draw_dot(uint8_t *dst, fl_span columns, uint32_t left, uint32_t dot, uint32_t channels) {
  uint32_t first = fl_max_u32(left, columns.first), end = fl_min_u32(left + dot, columns.end);
  for (uint32_t x = first; x < end; x++)
    memset(dst + (size_t)(x - columns.first) * channels, 255, channels == 4 ? 3 : channels);
}

void fl_render_draw_letters(uint8_t *dst, fl_span columns, uint32_t y, uint32_t channels, const fl_lettering *lettering) {
  uint32_t dot = lettering->dot, row = y < lettering->top ? FL_LETTER_HEIGHT : (y - lettering->top) / dot;
  if (row >= FL_LETTER_HEIGHT) return;
  for (uint32_t i = 0; i < lettering->length; i++) {
    uint32_t dots = fl_render_letter_row(lettering->text[i], row);
    for (uint32_t k = 0; k < FL_LETTER_WIDTH; k++)
      if (dots >> (FL_LETTER_WIDTH - 1 - k) & 1) draw_dot(dst, columns, lettering->left + (i * FL_LETTER_ADVANCE + k) * dot, dot, channels);
  }
}
