/* Threads for the stress tests, and randomness of their own for each. */
#ifndef FL_TESTS_TSAN_STRESS_H
#define FL_TESTS_TSAN_STRESS_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/* So many times what the short form does. */
uint32_t fl_stress_rounds(uint32_t rounds);

#define STRESS_THREADS 4

static inline uint32_t stress_random(uint32_t *state) {
  *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
  return *state;
}

/* Runs body(number) on STRESS_THREADS threads at once. */
static inline void stress_run(void *(*body)(void *)) {
  pthread_t threads[STRESS_THREADS];
  for (uintptr_t n = 0; n < STRESS_THREADS; n++)
    if (pthread_create(&threads[n], NULL, body, (void *)n) != 0) abort();
  for (int n = 0; n < STRESS_THREADS; n++) pthread_join(threads[n], NULL);
}

#endif
