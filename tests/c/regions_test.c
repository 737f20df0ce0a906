#include "check.h"
#include "memory/allocator.h"
#include "memory/regions.h"

static void starts_clean(void) {
  fl_memory_start(FL_DEBUG_FREED);
  fl_memory_region_start();
}

static void access_is_checked_at_both_ends(void) {
  starts_clean();
  fl_handle handle;
  fl_region region;
  CHECK(fl_memory_region_create(1000, 64, &handle) == FL_OK && handle != 0);
  CHECK(fl_memory_region_find(handle, &region) && region.bytes == 1000);
  for (size_t i = 0; i < 1000; i++) CHECK(region.data[i] == 0);
  CHECK(fl_memory_region_at(handle, 0, 1000) == region.data);
  CHECK(fl_memory_region_at(handle, 999, 1) == region.data + 999);
  CHECK(fl_memory_region_at(handle, 1000, 0) == region.data + 1000);
  CHECK(fl_memory_region_at(handle, 0, 1001) == NULL);
  CHECK(fl_memory_region_at(handle, 1, 1000) == NULL);
  CHECK(fl_memory_region_at(handle, 1000, 1) == NULL);
  CHECK(fl_memory_region_at(handle, 1001, 0) == NULL);
  memset(fl_memory_region_at(handle, 0, 1000), 0xFF, 1000); /* sanitized builds would say if that were more than the region */
  CHECK(fl_memory_region_destroy(handle) == FL_OK);
}

/* Sums that wrap around, in 32 bits or in 64, do not come out inside. */
static void sums_that_overflow_are_outside(void) {
  starts_clean();
  fl_handle handle;
  CHECK(fl_memory_region_create(4096, 4096, &handle) == FL_OK);
  static const uint64_t pairs[][2] = {{UINT32_MAX, 2}, {2, UINT32_MAX}, {UINT64_MAX, 1}, {1, UINT64_MAX}, {UINT64_MAX, UINT64_MAX},
                                      {UINT64_MAX - 10, 20}, {1ull << 32, 0}, {0, 1ull << 32}, {1ull << 32 | 5, 1}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) CHECK(fl_memory_region_at(handle, pairs[i][0], pairs[i][1]) == NULL);
  CHECK((uintptr_t)fl_memory_region_at(handle, 0, 1) % 4096 == 0);
  CHECK(fl_memory_region_destroy(handle) == FL_OK);
}

static void stale_and_forged_handles_find_nothing(void) {
  starts_clean();
  fl_handle first, second;
  fl_region region;
  CHECK(fl_memory_region_create(10, 64, &first) == FL_OK);
  CHECK(fl_memory_region_destroy(first) == FL_OK);
  CHECK(fl_memory_region_destroy(first) == FL_STALE_HANDLE);
  CHECK(fl_memory_region_at(first, 0, 0) == NULL && !fl_memory_region_find(first, &region));
  CHECK(fl_memory_region_create(10, 64, &second) == FL_OK);
  CHECK(second != first && fl_memory_region_at(first, 0, 1) == NULL && fl_memory_region_at(second, 0, 1) != NULL);
  static const fl_handle forged[] = {0, 1, 0x10000, 0xFFFFFFFF, 0xFFFF0000, 0x1FFFF, 1u << 16 | FL_REGIONS_MAX};
  for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) CHECK(forged[i] == second || !fl_memory_region_find(forged[i], &region));
  CHECK(fl_memory_region_destroy(second) == FL_OK);
}

static void a_full_table_and_a_full_memory_leave_nothing_behind(void) {
  starts_clean();
  static fl_handle handles[FL_REGIONS_MAX + 1];
  fl_memory_stats stats;
  for (uint32_t i = 0; i < FL_REGIONS_MAX; i++) CHECK(fl_memory_region_create(1, 64, &handles[i]) == FL_OK);
  CHECK(fl_memory_region_create(1, 64, &handles[FL_REGIONS_MAX]) == FL_OUT_OF_MEMORY);
  fl_memory_read_stats(&stats);
  CHECK(stats.blocks == FL_REGIONS_MAX && stats.live == FL_REGIONS_MAX);
  for (uint32_t i = 0; i < FL_REGIONS_MAX; i++) CHECK(fl_memory_region_destroy(handles[i]) == FL_OK);
  CHECK(fl_memory_region_create(1ull << 40, 64, &handles[0]) == FL_OUT_OF_MEMORY);
  fl_memory_read_stats(&stats);
  CHECK(stats.blocks == 0);
}

/* A slot has 65535 generations; when they are used up the next slot serves, and no old handle comes to mean another region. */
static void a_generation_never_wraps(void) {
  starts_clean();
  fl_handle first, handle;
  CHECK(fl_memory_region_create(1, 64, &first) == FL_OK);
  CHECK(fl_memory_region_destroy(first) == FL_OK);
  for (uint32_t i = 1; i < 0xFFFF + 5; i++) {
    CHECK(fl_memory_region_create(1, 64, &handle) == FL_OK);
    CHECK(handle != 0 && handle != first);
    CHECK(fl_memory_region_destroy(handle) == FL_OK);
  }
  CHECK((handle & 0xFFFF) == 1);
}

void test_regions(void) {
  TEST(access_is_checked_at_both_ends, "regions: access is checked at both ends");
  TEST(sums_that_overflow_are_outside, "regions: sums that overflow are outside");
  TEST(stale_and_forged_handles_find_nothing, "regions: stale and forged handles find nothing");
  TEST(a_full_table_and_a_full_memory_leave_nothing_behind, "regions: a full table and a full memory leave nothing behind");
  TEST(a_generation_never_wraps, "regions: a generation never wraps");
}
