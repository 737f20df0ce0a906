/* The handle table: of two threads that end a handle one gets the object, a stale handle finds nothing, and the table stays whole. */
#include "memory/allocator.h"
#include "memory/handles.h"
#include "model.h"

typedef struct object {
  uint32_t owner, lives;
} object;
static object objects[FL_MODEL_THREADS + 1];
static fl_handle shared;
static uint32_t ended[FL_MODEL_THREADS];

static void setup(void) {
  fl_memory_start(false);
  fl_memory_handle_start();
  for (uint32_t i = 0; i <= FL_MODEL_THREADS; i++) objects[i].owner = i;
  shared = fl_memory_handle_create(&objects[FL_MODEL_THREADS]);
}

/* Whoever gets the object owns it: it writes to it with nothing else to guard it. */
static void end(fl_handle handle, int number) {
  object *mine = fl_memory_handle_destroy(handle);
  if (!mine) return;
  mine->lives++;
  ended[number]++;
}

static void create_find_end(int number) {
  fl_handle handle = fl_memory_handle_create(&objects[number]);
  MODEL_CHECK(handle != 0 && handle != shared);
  MODEL_CHECK(fl_memory_handle_find(handle) == &objects[number]);
  end(handle, number);
  MODEL_CHECK(fl_memory_handle_find(handle) == NULL);
}

static void two_end_the_same(int number) {
  if (number < 2) end(shared, number);
  else create_find_end(number);
}

/* One ends the shared handle and takes its slot anew; the other, with the old handle, finds the old object or nothing. */
static void slot_used_again(int number) {
  if (number == 0) {
    end(shared, number);
    create_find_end(number);
  } else {
    object *found = fl_memory_handle_find(shared);
    MODEL_CHECK(found == NULL || found == &objects[FL_MODEL_THREADS]);
  }
}

static void one_each(int number) { create_find_end(number); }

static void nothing_left(void) { MODEL_CHECK(fl_memory_handle_count() == 0 && fl_memory_handle_next(0) == 0); }
static void shared_ended_once(void) {
  nothing_left();
  MODEL_CHECK(objects[FL_MODEL_THREADS].lives == 1);
}
static void shared_is_left(void) {
  MODEL_CHECK(fl_memory_handle_count() == 1 && fl_memory_handle_next(0) == shared && fl_memory_handle_next(shared) == 0);
}

const fl_model fl_models[] = {
  {.name = "handles: two end the same, one its own", .threads = 3, .setup = setup, .thread = two_end_the_same, .finish = shared_ended_once},
  {.name = "handles: a slot used again", .threads = 2, .setup = setup, .thread = slot_used_again, .finish = nothing_left},
  {.name = "handles: created and ended by two, the table grows", .threads = 2, .setup = setup, .thread = one_each, .finish = shared_is_left},
};
const int fl_models_count = sizeof fl_models / sizeof *fl_models;
