/* Threads for the tests of sync/: natively pthreads, in wasm Emscripten's. */
#ifndef FL_TESTS_SYNC_THREADS_H
#define FL_TESTS_SYNC_THREADS_H

#include "check.h"
#include "sync/thread.h"
#include "sync/wait.h"

#include <pthread.h>
#include <stdlib.h>

#define FOR_EVER (-1ll)
#define MS 1000000ll

#define THREADS_MAX 8

typedef struct crew {
  pthread_t threads[THREADS_MAX];
  int count;
} crew;

static inline void crew_add(crew *c, void *(*body)(void *), void *argument) {
  if (pthread_create(&c->threads[c->count], NULL, body, argument) == 0) c->count++;
  else abort();
}

static inline void crew_join(crew *c) {
  while (c->count > 0) pthread_join(c->threads[--c->count], NULL);
}

/* Waits until a word has a value that another thread brings about. */
static inline void until_word(const fl_atomic *word, uint32_t value) {
  while (fl_load(word) != value) fl_prim_relax();
}

static inline int32_t do_for(fl_attempt *attempt, fl_attempt *cancel, void *object, int64_t timeout_ns) {
  fl_wait wait = {0};
  return fl_wait_until(attempt, cancel, object, &wait, timeout_ns);
}

static inline int32_t try_once(fl_attempt *attempt, void *object) {
  fl_wait wait = {.flags = FL_WAIT_TRY};
  return attempt(object, &wait);
}

#endif
