/* Bytes → the wire encoding as it is: whatever they are, the core says no in words or runs them, and keeps nothing.
 * The first bytes say frames and ways, the rest is the pipeline, which may lie unaligned. Seeds are encoded pipelines. */
#include "fuzz.h"

#define HEAD 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_bytes head = {data, size < HEAD ? size : HEAD};
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes(), length = size - (size < HEAD ? size : HEAD);
  fuzz_frame frame;
  if (!fuzz_make_frame(&head, &frame)) return 0;
  uint32_t shift = fuzz_u8(&head) % 4, given = fuzz_u8(&head) % 5;
  uint32_t flags = fuzz_u8(&head), tile_width = fuzz_odd_u32(&head), tile_height = fuzz_odd_u32(&head);
  /* A block of just this size: one byte too far is seen. */
  uint8_t *block = malloc(length + shift + 1), *graph = block + 1 + shift;
  memcpy(graph, data + size - length, length);
  fuzz_check_status(fl_graph_check((uintptr_t)graph, (double)length), "fl_graph_check");

  uint32_t handles[4] = {frame.handle, frame.handle, flags & 64 ? 0xFFFFFFFFu : frame.handle, frame.handle};
  fl_shape shapes[4] = {frame.shape, frame.shape, frame.shape, {1, 1, flags & 128 ? (fl_format)7 : FL_GRAY8}};
  fuzz_way way = {flags & 3, 1 + (flags >> 2 & 3), tile_width, tile_height, flags & 16 ? frame.handle : 0, flags & 32};
  fuzz_result first = fuzz_run(graph, length, handles, given > 4 ? 4 : given, &way);
  free(first.pixels);
  if (!fl_explain((uintptr_t)graph, (double)length, (uintptr_t)shapes, given > 4 ? 4 : given, way.flags, way.lanes, tile_width, tile_height))
    fuzz_check_status(fl_message_status(), "fl_explain");
  free(block);
  fuzz_end_frame(&frame);
  FUZZ_CHECK(fuzz_live_bytes() == before, "%lld bytes left", (long long)(fuzz_live_bytes() - before));
  return 0;
}
