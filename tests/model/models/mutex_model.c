/* The mutex: nobody else is inside, what one wrote the next sees, and nobody sleeps for ever. */
#include "model.h"
#include "sync/mutex.h"

static fl_mutex mutex;
static uint32_t total; /* plain: a race if two are inside */
static int entered[FL_MODEL_THREADS];

static void setup(void) {}

static void add(int number) {
  total++;
  entered[number]++;
  fl_mutex_unlock(&mutex);
}

static void once(int number) {
  fl_mutex_lock(&mutex);
  add(number);
}

static void twice(int number) {
  once(number);
  once(number);
}

static void one_only_tries(int number) {
  if (number > 0) once(number);
  else if (fl_mutex_try_lock(&mutex)) add(number);
}

static void one_may_not_block(int number) {
  if (number == 0) fl_sync_allow_blocking(false);
  once(number);
}

static void total_is_right(void) {
  uint32_t sum = 0;
  for (int n = 0; n < FL_MODEL_THREADS; n++) sum += (uint32_t)entered[n];
  MODEL_CHECK(total == sum);
  MODEL_CHECK(fl_mutex_try_lock(&mutex));
}

const fl_model fl_models[] = {
  {.name = "mutex: 3 threads", .threads = 3, .setup = setup, .thread = once, .finish = total_is_right},
  {.name = "mutex: 2 threads, twice", .threads = 2, .setup = setup, .thread = twice, .finish = total_is_right},
  {.name = "mutex: 2 threads, twice, waking for no reason", .threads = 2, .setup = setup, .thread = twice, .finish = total_is_right, .spurious = true},
  {.name = "mutex: one only tries", .threads = 3, .setup = setup, .thread = one_only_tries, .finish = total_is_right},
  {.name = "mutex: one may not block", .threads = 3, .setup = setup, .thread = one_may_not_block, .finish = total_is_right},
  {.name = "mutex: 2 threads, twice, store buffers", .threads = 2, .setup = setup, .thread = twice, .finish = total_is_right, .store_buffers = true},
};
const int fl_models_count = sizeof fl_models / sizeof *fl_models;
