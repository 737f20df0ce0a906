/* Rows for tests of kernels: each in a block of its exact size, so that ASan sees one byte too far, and at an odd address. */
#ifndef FL_TESTS_ROWS_H
#define FL_TESTS_ROWS_H

#include "check.h"

#include <stdlib.h>

#define FL_TEST_PATTERNS 4

/* All 0, all 255, alternating, noise. */
static inline void fl_test_pattern(uint8_t *bytes, size_t n, uint32_t pattern, uint32_t seed) {
  if (pattern == 3) fl_test_noise(bytes, n, seed);
  else for (size_t i = 0; i < n; i++) bytes[i] = pattern == 0 ? 0 : pattern == 1 ? 255 : i % 2 ? 255 : 0;
}

typedef struct fl_test_row {
  uint8_t *block, *bytes; /* bytes: `offset` into the block */
  size_t size;
} fl_test_row;

static inline fl_test_row fl_test_row_make(size_t size, size_t offset, uint32_t pattern, uint32_t seed) {
  uint8_t *block = malloc(offset + size);
  fl_test_pattern(block + offset, size, pattern, seed);
  return (fl_test_row){block, block + offset, size};
}

static inline void fl_test_row_free(fl_test_row *row) { free(row->block); }

#endif
