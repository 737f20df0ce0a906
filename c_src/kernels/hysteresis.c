#include "kernels/hysteresis.h"

#include <string.h>

static void pack(uint64_t *edges, uint64_t *strong, const uint8_t *marks, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i % 64 == 0) edges[i / 64] = strong[i / 64] = 0;
    edges[i / 64] |= (uint64_t)(marks[i] >> 7 & 1) << i % 64;
    strong[i / 64] |= (uint64_t)(marks[i] >> 6 & 1) << i % 64;
  }
}

static void unpack(uint8_t *dst, const uint64_t *bits, size_t first, size_t n) {
  for (size_t i = 0; i < n; i++) dst[i] = bits[(first + i) / 64] >> (first + i) % 64 & 1 ? 255 : 0;
}

const fl_hysteresis_kernels fl_hysteresis_reference = {.pack = pack, .unpack = unpack};

/* ---- connecting ---- */

/* The edges of one word that are connected to `from` within the word: upwards, where a sum's carry runs through all bits that are set,
 * and downwards at doubling distances. */
static uint64_t fill(uint64_t from, uint64_t edges) {
  uint64_t up = (((edges + from) ^ edges) | from) & edges, down = from, open = edges;
  for (int step = 1; step < 64; step *= 2) down |= open & down >> step, open &= open >> step;
  return up | down;
}

/* The pixels of word w of a row, and those to the left and right of them. */
static uint64_t widened(const uint64_t *row, size_t w, size_t words) {
  uint64_t v = row[w] | row[w] << 1 | row[w] >> 1;
  if (w > 0) v |= row[w - 1] >> 63;
  if (w + 1 < words) v |= row[w + 1] << 63;
  return v;
}

/* Connects word w to its neighbours in the row and in the row above or below. Gives whether it grew. */
static bool grow(uint64_t *row, const uint64_t *edges, const uint64_t *neighbour, size_t w, size_t words) {
  uint64_t open = edges[w] & ~row[w];
  if (open == 0) return false;
  uint64_t reached = (widened(row, w, words) | (neighbour ? widened(neighbour, w, words) : 0)) & open;
  if (reached == 0) return false;
  row[w] |= fill(reached, edges[w]);
  return true;
}

/* A row's words in up to 64 parts of `step` words: a bit each. Those that see what word w holds: its own, and a neighbour's if the pixel
 * next to it is set. */
static uint64_t parts_near(uint64_t word, size_t w, size_t words, size_t step) {
  uint64_t parts = (uint64_t)1 << w / step;
  if (word & 1 && w > 0) parts |= (uint64_t)1 << (w - 1) / step;
  if (word >> 63 && w + 1 < words) parts |= (uint64_t)1 << (w + 1) / step;
  return parts;
}

static uint64_t parts_near_row(const uint64_t *row, size_t words, size_t step) {
  uint64_t parts = 0;
  for (size_t w = 0; w < words; w++)
    if (row[w]) parts |= parts_near(row[w], w, words, step);
  return parts;
}

/* Connects the parts in `look`, and on along the row. Gives the parts that see what has grown. */
static uint64_t grow_row(uint64_t *row, const uint64_t *edges, const uint64_t *neighbour, size_t words, size_t step, uint64_t look) {
  uint64_t grown = 0;
  while (look) {
    size_t first = (size_t)__builtin_ctzll(look) * step, end = first + step < words ? first + step : words;
    look &= look - 1;
    for (size_t w = first; w < end; w++) {
      if (!grow(row, edges, neighbour, w, words)) continue;
      uint64_t near = parts_near(row[w], w, words, step);
      grown |= near, look |= step > 1 ? near : near & ~((uint64_t)1 << w); /* a word by itself is filled */
    }
  }
  return grown;
}

/* Down and up the image, until nothing is added: as often as the longest edge turns round, but only to the parts that see something
 * new in their row or in the one they come from. */
void fl_hysteresis_connect(uint64_t *strong, size_t strong_stride, const uint64_t *edges, size_t edges_stride, size_t words, size_t height,
                           size_t connected, uint64_t *looks) {
  uint64_t *look_up = looks, *look_down = looks + height;
  size_t step = (words + 63) / 64;
  memset(looks, 0, 2 * height * sizeof *looks);
  for (size_t y = 0; y < height; y++) {
    uint64_t near = parts_near_row(strong + y * strong_stride, words, step);
    if (connected == 1) look_up[y] |= near;
    if (y + 1 < height && (y + 1) % connected == 0) look_up[y + 1] |= near;
    if (y > 0 && y % connected == 0) look_down[y - 1] |= near;
  }
  for (bool grew = true; grew;) {
    grew = false;
    for (size_t i = 0; i < 2 * height; i++) {
      bool down = i < height;
      size_t y = down ? i : 2 * height - 1 - i;
      uint64_t *own = &(down ? look_up : look_down)[y], look = *own, *row = strong + y * strong_stride;
      if (!look) continue;
      *own = 0;
      const uint64_t *neighbour = down ? (y > 0 ? row - strong_stride : NULL) : y + 1 < height ? row + strong_stride : NULL;
      uint64_t grown = grow_row(row, edges + y * edges_stride, neighbour, words, step, look);
      if (y + 1 < height) look_up[y + 1] |= grown;
      if (y > 0) look_down[y - 1] |= grown;
      grew |= grown != 0;
    }
  }
}
