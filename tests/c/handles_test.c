#include "check.h"
#include "memory/allocator.h"
#include "memory/handles.h"

static void fresh(void) {
  fl_memory_start(false);
  fl_memory_handle_start();
}

static void a_stale_or_forged_handle_finds_nothing(void) {
  fresh();
  int object;
  fl_handle handle = fl_memory_handle_create(&object);
  CHECK(handle != 0 && fl_memory_handle_find(handle) == &object);
  CHECK(fl_memory_handle_find(0) == NULL);
  CHECK(fl_memory_handle_find(handle + 1) == NULL);
  CHECK(fl_memory_handle_find(handle ^ 0x10000) == NULL);
  CHECK(fl_memory_handle_find(0xFFFFFFFF) == NULL);
  CHECK(fl_memory_handle_destroy(handle) == &object);
  CHECK(fl_memory_handle_destroy(handle) == NULL);
  CHECK(fl_memory_handle_find(handle) == NULL);
}

static void a_slot_used_again_has_another_handle(void) {
  fresh();
  int first, second;
  fl_handle a = fl_memory_handle_create(&first);
  fl_memory_handle_destroy(a);
  fl_handle b = fl_memory_handle_create(&second);
  CHECK(a != b && (a & 0xFFFF) == (b & 0xFFFF));
  CHECK(fl_memory_handle_find(a) == NULL && fl_memory_handle_find(b) == &second);
}

static void a_slot_whose_generation_would_wrap_is_retired(void) {
  fresh();
  int object;
  uint32_t slot = fl_memory_handle_create(&object) & 0xFFFF, uses = 1;
  fl_memory_handle_destroy(1u << 16 | slot);
  for (; uses < 70000; uses++) {
    fl_handle handle = fl_memory_handle_create(&object);
    CHECK(handle != 0);
    bool same = (handle & 0xFFFF) == slot;
    fl_memory_handle_destroy(handle);
    if (!same) break;
  }
  CHECK(uses == 0xFFFF); /* generations 1 to 65535, each once */
}

static void all_slots_can_be_taken_and_no_more(void) {
  fresh();
  int object;
  uint32_t count = 0;
  while (count < 70000 && fl_memory_handle_create(&object)) count++;
  CHECK(count == 65536 && fl_memory_handle_count() == count);
  uint32_t walked = 0;
  for (fl_handle at = 0; (at = fl_memory_handle_next(at));) walked++;
  CHECK(walked == count);
}

void test_handles(void) {
  TEST(a_stale_or_forged_handle_finds_nothing, "handles: a stale or forged handle finds nothing");
  TEST(a_slot_used_again_has_another_handle, "handles: a slot used again has another handle");
  TEST(a_slot_whose_generation_would_wrap_is_retired, "handles: a slot whose generation would wrap is retired");
  TEST(all_slots_can_be_taken_and_no_more, "handles: all slots can be taken and no more");
}
