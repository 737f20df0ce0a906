/* The letters of the stamp: digits, a point and «frame s», each of 5×7 dots. */
#ifndef FL_MODULES_RENDER_LETTERS_H
#define FL_MODULES_RENDER_LETTERS_H

#include <framelane_module.h>

#define FL_LETTER_WIDTH 5u
#define FL_LETTER_HEIGHT 7u
#define FL_LETTER_ADVANCE 6u /* dots from one letter to the next */

/* The dots of one row of a letter, the leftmost in bit 4. A character that there is no letter for is blank. row < FL_LETTER_HEIGHT. */
uint32_t fl_render_letter_row(char letter, uint32_t row);

/* A line of text at its place in a picture. */
typedef struct fl_lettering {
  const char *text;
  uint32_t length;
  uint32_t left, top; /* pixels */
  uint32_t dot;       /* pixels, of each side of a dot */
} fl_lettering;

/* Draws what row y of a picture has of the text: white dots, alpha stays.
 * Shape: dst is the row from pixel columns.first on, of `channels` bytes a pixel, 1 or 4. Dots beyond the columns are left out. */
void fl_render_draw_letters(uint8_t *dst, fl_span columns, uint32_t y, uint32_t channels, const fl_lettering *lettering);

#endif
