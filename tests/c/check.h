/* The little that a C test needs: CHECK counts and goes on, tests are functions named as sentences, the runner says how many ran. */
#ifndef FL_TESTS_CHECK_H
#define FL_TESTS_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

extern int fl_checks_failed;

#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) {                                                     \
      fl_checks_failed++;                                                   \
      printf("# %s:%d: CHECK(%s) failed\n", __FILE__, __LINE__, #condition); \
    }                                                                       \
  } while (0)

/* Runs one test and prints its line; the name is a sentence. */
#define TEST(function, sentence) fl_test_run(function, sentence)
void fl_test_run(void (*test)(void), const char *sentence);

/* Bytes that look random; the same for the same seed, with no short period. */
static inline void fl_test_noise(uint8_t *bytes, size_t n, uint32_t seed) {
  uint32_t state = seed * 2654435761u + 1;
  for (size_t i = 0; i < n; i++) {
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    bytes[i] = (uint8_t)(state >> 11);
  }
}

#endif
