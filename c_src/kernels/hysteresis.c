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

/* The edges of one word that are connected to `from` within the word, upwards and downwards at doubling distances. */
static uint64_t fill(uint64_t from, uint64_t edges) {
  uint64_t up = from, down = from, open_up = edges, open_down = edges;
  for (int step = 1; step < 64; step *= 2) {
    up |= open_up & up << step, open_up &= open_up << step;
    down |= open_down & down >> step, open_down &= open_down >> step;
  }
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

/* Both ways along a row: what one word hands to the next is seen in one of them. */
static bool grow_row(uint64_t *row, const uint64_t *edges, const uint64_t *neighbour, size_t words) {
  bool grew = false;
  for (size_t w = 0; w < words; w++) grew |= grow(row, edges, neighbour, w, words);
  for (size_t w = words; grew && w-- > 0;) grow(row, edges, neighbour, w, words);
  return grew;
}

/* A row has grown: its neighbours are to look at it again, the one below in the next way down, the one above in the next way up. */
static void tell_neighbours(uint8_t *look_up, uint8_t *look_down, size_t y, size_t height) {
  if (y + 1 < height) look_up[y + 1] = 1;
  if (y > 0) look_down[y - 1] = 1;
}

/* Down and up the image, until nothing is added: as often as the longest edge turns round, but only where something was. */
void fl_hysteresis_connect(uint64_t *strong, const uint64_t *edges, size_t stride, size_t words, size_t height, uint8_t *looks) {
  uint8_t *look_up = looks, *look_down = looks + height;
  memset(looks, 1, 2 * height);
  for (bool grew = true; grew;) {
    grew = false;
    for (size_t y = 0; y < height; y++) {
      if (!look_up[y]) continue;
      look_up[y] = 0;
      if (!grow_row(strong + y * words, edges + y * stride, y > 0 ? strong + (y - 1) * words : NULL, words)) continue;
      tell_neighbours(look_up, look_down, y, height), grew = true;
    }
    for (size_t y = height; y-- > 0;) {
      if (!look_down[y]) continue;
      look_down[y] = 0;
      if (!grow_row(strong + y * words, edges + y * stride, y + 1 < height ? strong + (y + 1) * words : NULL, words)) continue;
      tell_neighbours(look_up, look_down, y, height), grew = true;
    }
  }
}
