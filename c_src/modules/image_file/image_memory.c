#include "image_memory.h"

#define KIND_MODULE 4u /* of fl_memory_kind */
#define OUTPUT_FIRST 65536u

/* The core's, see api/framelane.h. */
uintptr_t fl_alloc(double bytes, uint32_t alignment, uint32_t kind);
int32_t fl_free(uintptr_t address);

fl_image_memory fl_image_heap;

void fl_image_memory_begin(uint8_t *pixels, uint64_t pixels_bytes, uint64_t slack, uint64_t largest) {
  fl_image_heap = (fl_image_memory){.pixels = pixels, .pixels_bytes = pixels_bytes, .slack = slack, .largest = largest};
}

void *fl_image_memory_take(size_t bytes) {
  fl_image_memory *heap = &fl_image_heap;
  if (heap->pixels && !heap->pixels_taken && bytes == heap->pixels_bytes + heap->slack) {
    heap->pixels_taken = true;
    return heap->pixels;
  }
  if (bytes > heap->largest) return heap->was_too_large = true, NULL;
  void *block = (void *)fl_alloc((double)(bytes ? bytes : 1), 64, KIND_MODULE);
  if (!block) return heap->is_full = true, NULL;
  return memset(block, 0, bytes);
}

void fl_image_memory_give(void *block) {
  if (block && block == fl_image_heap.pixels) fl_image_heap.pixels_taken = false;
  else if (block) fl_free((uintptr_t)block);
}

void *fl_image_memory_resize(void *block, size_t old_bytes, size_t bytes) {
  void *larger = fl_image_memory_take(bytes);
  if (!larger || !block) return larger;
  memcpy(larger, block, old_bytes < bytes ? old_bytes : bytes);
  fl_image_memory_give(block);
  return larger;
}

void fl_image_output_add(fl_image_output *out, const void *bytes, size_t count) {
  if (out->failed || count == 0) return;
  if (count > out->room - out->length) {
    size_t room = out->room ? out->room : OUTPUT_FIRST;
    while (room - out->length < count && room <= SIZE_MAX / 4) room *= 2;
    uint8_t *larger = room - out->length < count ? NULL : fl_image_memory_resize(out->bytes, out->length, room);
    if (!larger) {
      out->failed = true;
      return;
    }
    out->bytes = larger, out->room = room;
  }
  memcpy(out->bytes + out->length, bytes, count);
  out->length += count;
}
