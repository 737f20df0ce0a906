#include "sync/thread.h"

#include "base/assert.h"
#include "sync/atomic.h"

static fl_atomic numbers;
static _Thread_local uint32_t self;

uint32_t fl_sync_new_thread(void) {
  uint32_t number = fl_fetch_add(&numbers, 1) + 1;
  fl_assert(number <= FL_THREAD_MAX);
  return number;
}

void fl_sync_be_thread(uint32_t number) { self = number; }

uint32_t fl_sync_thread(void) {
  if (self == 0) self = fl_sync_new_thread();
  return self;
}
