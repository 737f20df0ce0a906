#include "kernels/histogram.h"

#include "base/simd.h"

#define PIXELS_MIN 512 /* below that clearing and adding up the extra tables costs more than they save */

static void add_tables(uint32_t *counts, const uint32_t (*extra)[256], uint32_t tables) {
  for (uint32_t i = 0; i < 256; i += 4) {
    v128_t sum = wasm_v128_load(counts + i);
    for (uint32_t t = 0; t < tables; t++) sum = wasm_i32x4_add(sum, wasm_v128_load(extra[t] + i));
    wasm_v128_store(counts + i, sum);
  }
}

/* Neighbours are often equal: each of four counts in a table of its own, or the next waits for the last one's store. */
static void add_gray(const uint8_t *row, size_t pixels, uint32_t *counts) {
  uint32_t extra[3][256] = {{0}};
  size_t i = 0;
  for (; i + 8 <= pixels; i += 8) {
    counts[row[i]]++, extra[0][row[i + 1]]++, extra[1][row[i + 2]]++, extra[2][row[i + 3]]++;
    counts[row[i + 4]]++, extra[0][row[i + 5]]++, extra[1][row[i + 6]]++, extra[2][row[i + 7]]++;
  }
  for (; i < pixels; i++) counts[row[i]]++;
  add_tables(counts, (const uint32_t(*)[256])extra, 3);
}

/* Four channels already are four tables; two of each. */
static void add_color(const uint8_t *row, size_t pixels, uint32_t *counts) {
  uint32_t extra[4][256] = {{0}};
  size_t i = 0;
  for (; i + 8 <= pixels * 4; i += 8) {
    counts[row[i]]++, counts[256 + row[i + 1]]++, counts[512 + row[i + 2]]++, counts[768 + row[i + 3]]++;
    extra[0][row[i + 4]]++, extra[1][row[i + 5]]++, extra[2][row[i + 6]]++, extra[3][row[i + 7]]++;
  }
  fl_histogram_reference.add(row + i, pixels % 2, 4, counts);
  for (uint32_t c = 0; c < 4; c++) add_tables(counts + c * 256, (const uint32_t(*)[256])extra[c], 1);
}

static void add(const uint8_t *row, size_t pixels, uint32_t channels, uint32_t *counts) {
  if (pixels < PIXELS_MIN) fl_histogram_reference.add(row, pixels, channels, counts);
  else if (channels == 1) add_gray(row, pixels, counts);
  else add_color(row, pixels, counts);
}

const fl_histogram_kernels fl_histogram_simd = {.add = add};
