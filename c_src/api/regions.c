#include "api/engine.h"
#include "api/framelane.h"
#include "memory/allocator.h"
#include "memory/regions.h"

static bool is_count(double value) { return value >= 0 && value <= 9007199254740992.0 && value == (double)(uint64_t)value; }

static int32_t stale(void) { return fl_report_fail(fl_api_report(), FL_STALE_HANDLE, "region", "this region has been freed (its handle is stale)"); }

FL_EXPORT(fl_region_new) int32_t fl_region_new(double bytes, uint32_t alignment) {
  fl_handle handle;
  if (!is_count(bytes) || bytes < 1 || alignment > FL_MEMORY_ALIGNMENT_MAX || alignment < FL_MEMORY_ALIGNMENT || (alignment & (alignment - 1)))
    return fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, "region", "it takes at least one byte and an alignment of 64 to 65536, a power of two");
  if (fl_memory_region_create((uint64_t)bytes, alignment, &handle) != FL_OK) {
    fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, "region", "there is no room for ");
    fl_text_add_number(&fl_api_report()->text, bytes);
    fl_text_add(&fl_api_report()->text, " bytes: the memory is full at its maximum, or 1024 regions live; free some");
    return FL_OUT_OF_MEMORY;
  }
  fl_region region = {0};
  fl_memory_region_find(handle, &region);
  fl_api_mail()[0] = handle, fl_api_mail()[1] = (double)(uintptr_t)region.data;
  return FL_OK;
}

FL_EXPORT(fl_region_drop) int32_t fl_region_drop(uint32_t handle) { return fl_memory_region_destroy(handle) == FL_OK ? FL_OK : stale(); }

FL_EXPORT(fl_region_at) int32_t fl_region_at(uint32_t handle, double offset, double length) {
  fl_region region;
  if (!fl_memory_region_find(handle, &region)) return stale();
  uint8_t *at = is_count(offset) && is_count(length) ? fl_memory_region_at(handle, (uint64_t)offset, (uint64_t)length) : NULL;
  fl_api_mail()[0] = (double)(uintptr_t)at;
  if (at) return FL_OK;
  fl_text *text = &fl_api_report()->text;
  fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, "region", "offset and length must be whole numbers inside its ");
  fl_text_add_number(text, (double)region.bytes);
  fl_text_add(text, " bytes, got offset ");
  fl_text_add_number(text, offset);
  fl_text_add(text, " and length ");
  fl_text_add_number(text, length);
  return FL_BAD_ARGUMENT;
}
