/* Blocks of memory and primitives at addresses, through the public API: what it says of addresses that are not, or no longer, its own. */
#include "api_calls.h"
#include "base/prim.h"
#include "memory/allocator.h"
#include "memory/guard.h"
#include "memory/survey.h"
#include "sync/wait.h"

static void a_free_says_what_the_address_is(void) {
  static int of_nobody;
  for (uint32_t debug = 0; debug <= FL_DEBUG_FREED; debug++) {
    fl_start(debug);
    uintptr_t block = fl_alloc(1000, 64, FL_MEMORY_USER), gone = fl_alloc(300, 64, FL_MEMORY_MODULE), keeper = fl_alloc(1, 64, FL_MEMORY_USER);
    CHECK(said(fl_free((uintptr_t)&of_nobody), FL_STALE_HANDLE, "free: this address is no live block: it lies outside the heap"));
    CHECK(said(fl_free(block + 192), FL_STALE_HANDLE, "it lies 192 bytes into a live 'user' block of 1000 bytes; free the address that alloc() gave"));
    CHECK(fl_free(gone) == FL_OK);
    CHECK(said(fl_free(gone), FL_STALE_HANDLE, debug ? "it was freed before, when it was a 'module' block of 300 bytes" : "it was freed before"));
    CHECK(said(fl_free(gone + 64), FL_STALE_HANDLE, "it lies in free memory, where no block is known to have begun"));
    CHECK(fl_free(0) == FL_OK && live_bytes() == 1001 && fl_free(block) == FL_OK && fl_free(keeper) == FL_OK);
  }
}

static void what_belongs_to_a_frame_or_region_is_not_freed_as_a_block(void) {
  fl_start(0);
  fl_handle frame = frame_of(10, 10, FL_GRAY8);
  CHECK(fl_frame_describe(frame) == FL_OK);
  uint32_t refused = 0;
  for (uintptr_t at = 0; fl_layout_next(at); at = (uintptr_t)fl_mail()[0])
    if (fl_mail()[2] == FL_MEMORY_FRAME) refused += said(fl_free((uintptr_t)fl_mail()[0] + 64), FL_BAD_ARGUMENT, "not yours to free but a 'frame' block of ");
  CHECK(refused >= 1);
  void *plan = fl_memory_alloc(100, FL_MEMORY_PLAN), *region = fl_memory_alloc(100, FL_MEMORY_REGION);
  CHECK(said(fl_free((uintptr_t)plan), FL_BAD_ARGUMENT, "but a 'plan' block of 100 bytes: dispose of the frame"));
  CHECK(said(fl_free((uintptr_t)region), FL_BAD_ARGUMENT, "but a 'region' block"));
  CHECK(fl_memory_free(plan) == FL_OK && fl_memory_free(region) == FL_OK && fl_frame_drop(frame) == FL_OK);
  CHECK(strcmp(fl_api_kind_name(FL_MEMORY_KINDS), "unknown") == 0 && strcmp(fl_api_kind_name(FL_MEMORY_REGION), "region") == 0);
}

static void memory_grows_by_what_can_be_had(void) {
  fl_start(0);
  uint64_t before = fl_prim_memory_bytes();
  static const double wrong[] = {-1, NAN, INFINITY, 9007199254740994.0, 1e15};
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++) CHECK(said(fl_grow(wrong[i]), FL_OUT_OF_MEMORY, "grow: the memory cannot become so large"));
  CHECK(fl_grow(0) == FL_OK && fl_prim_memory_bytes() == before);
  CHECK(fl_grow(1) == FL_OK && fl_prim_memory_bytes() > before && fl_check(FL_CHECK_HEAP) == 0);
}

static void the_survey_says_what_the_walk_does(void) {
  fl_start(0);
  uintptr_t small = fl_alloc(64, 64, FL_MEMORY_USER), large = fl_alloc(65, 64, FL_MEMORY_USER);
  CHECK(fl_survey_heap() == FL_OK);
  const double *mail = fl_mail();
  CHECK(mail[0] >= mail[1] && mail[1] > 0 && mail[2] == 1 && mail[3] == FL_SIZE_CLASSES);
  double blocks = 0, bytes = 0;
  for (uint32_t c = 0; c < FL_SIZE_CLASSES; c++) blocks += mail[4 + 2 * c], bytes += mail[5 + 2 * c];
  CHECK(blocks == 2 && bytes == 129 && mail[4] == 1 && mail[5] == 64 && mail[6] == 1 && mail[7] == 65);
  CHECK(fl_free(small) == FL_OK && fl_free(large) == FL_OK);
}

static void a_finding_is_taken_once(void) {
  fl_start(FL_DEBUG_FREED);
  uintptr_t block = fl_alloc(10, 64, FL_MEMORY_USER);
  CHECK(fl_check(FL_CHECK_ZONES | FL_CHECK_FREED | FL_CHECK_HEAP) == 0 && fl_take_finding() == 0);
  fl_prim_unpoison((void *)(block + 10), 1);
  *(uint8_t *)(block + 10) = 77;
  CHECK(fl_check(FL_CHECK_ZONES) == 1 && fl_take_finding() == 1);
  const double *mail = fl_mail();
  CHECK(mail[0] == FL_FAULT_BEHIND && mail[1] == FL_MEMORY_USER && mail[2] == 77 && mail[3] == (double)(block + 10) && mail[4] == (double)block && mail[5] == 10);
  CHECK(fl_take_finding() == 0 && fl_free(block) == FL_OK);
}

/* ---- primitives ---- */

static uintptr_t make(uint32_t kind) {
  CHECK(fl_sync_create(kind, 1, 4) == FL_OK);
  return fl_sync_my_step()->result;
}

static int32_t call(uint32_t op, uintptr_t at, fl_sync_step step) {
  *fl_sync_my_step() = step;
  return fl_sync_attempt(op, at);
}

/* What a dead thread holds is found in a list: it must stay whole whatever is taken out of it. */
static void primitives_leave_their_list_in_any_order(void) {
  static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (uint32_t o = 0; o < FL_COUNT(orders); o++) {
    fl_start(0);
    uintptr_t mutex[3];
    uint32_t thread = fl_thread(), stranger = fl_thread_new();
    for (int i = 0; i < 3; i++) mutex[i] = make(FL_SYNC_MUTEX);
    for (int gone = 0; gone <= 3; gone++) {
      fl_thread_be(stranger);
      for (int i = gone; i < 3; i++) CHECK(call(FL_SYNC_LOCK, mutex[orders[o][i]], (fl_sync_step){0}) == FL_OK);
      fl_thread_be(thread);
      fl_sync_bury(stranger);
      for (int i = gone; i < 3; i++) { /* every one that is left has been found */
        CHECK(call(FL_SYNC_LOCK, mutex[orders[o][i]], (fl_sync_step){.flags = FL_WAIT_TRY}) == FL_STEP_OWNER_DIED);
        CHECK(call(FL_SYNC_UNLOCK, mutex[orders[o][i]], (fl_sync_step){0}) == FL_OK);
      }
      *fl_sync_my_step() = (fl_sync_step){0};
      if (gone < 3) CHECK(fl_sync_free(mutex[orders[o][gone]]) == FL_OK);
    }
    CHECK(live_bytes() == 0);
  }
}

static void another_at_the_same_address_is_not_the_same(void) {
  fl_start(0);
  uintptr_t event = make(FL_SYNC_EVENT);
  uint32_t serial = fl_sync_my_step()->serial;
  CHECK(call(FL_SYNC_SET, event, (fl_sync_step){.serial = serial}) == FL_OK);
  *fl_sync_my_step() = (fl_sync_step){.serial = serial};
  CHECK(fl_sync_free(event) == FL_OK && make(FL_SYNC_EVENT) == event);
  CHECK(said(call(FL_SYNC_SET, event, (fl_sync_step){.serial = serial}), FL_STALE_HANDLE, "event: it has been freed"));
  CHECK(call(FL_SYNC_AWAIT, event, (fl_sync_step){.serial = serial + 1, .flags = FL_WAIT_TRY}) == FL_STEP_WAIT);
  CHECK(said(fl_sync_find(FL_SYNC_QUEUE + 1, event), FL_BAD_ARGUMENT, "no such kind") && said(fl_sync_find(FL_SYNC_EVENT, 64), FL_STALE_HANDLE, "never was one"));
}

static void what_cannot_be_taken_back_is_only_late(void) {
  fl_start(0);
  uintptr_t latch = make(FL_SYNC_LATCH), seqlock = make(FL_SYNC_SEQLOCK);
  CHECK(call(FL_SYNC_PASS, latch, (fl_sync_step){0}) == FL_STEP_WAIT && said(fl_sync_cancel(FL_SYNC_PASS, latch), FL_BUSY, "latch.wait: not within the time given"));
  CHECK(call(FL_SYNC_COUNT_DOWN, latch, (fl_sync_step){.count = 1}) == FL_OK);
  static const double for_ever[] = {9e12, INFINITY, NAN, -1};
  for (uint32_t i = 0; i < FL_COUNT(for_ever); i++) CHECK(fl_sync_run(FL_SYNC_PASS, latch, for_ever[i]) == FL_OK);
  CHECK(call(FL_SYNC_BEGIN_READ, seqlock, (fl_sync_step){0}) == FL_OK && fl_sync_attempt(FL_SYNC_END_READ, seqlock) == FL_STEP_DONE);
}

void test_api_memory(void) {
  TEST(a_free_says_what_the_address_is, "api: a free says what the address is");
  TEST(what_belongs_to_a_frame_or_region_is_not_freed_as_a_block, "api: what belongs to a frame or region is not freed as a block");
  TEST(memory_grows_by_what_can_be_had, "api: memory grows by what can be had");
  TEST(the_survey_says_what_the_walk_does, "api: the survey says what the walk does");
  TEST(a_finding_is_taken_once, "api: a finding is taken once");
  TEST(primitives_leave_their_list_in_any_order, "api: primitives leave their list in any order");
  TEST(another_at_the_same_address_is_not_the_same, "api: another primitive at the same address is not the same");
  TEST(what_cannot_be_taken_back_is_only_late, "api: a wait that cannot be taken back is only late");
}
