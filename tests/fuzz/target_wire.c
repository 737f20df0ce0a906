/* Bytes → the wire encoding as it is: whatever they are, the core says no in words or runs them, and keeps nothing. What it accepts is
 * read a second time here, by the rules of pipeline/reader.h alone, and refused when it is cut short or made longer.
 * The first bytes say frames and ways, the rest is the pipeline, which may lie unaligned. Seeds are encoded pipelines. */
#include "fuzz.h"
#include "pipeline/graph.h"
#include "pipeline/reader.h"

#define HEAD 16u

/* ---- the rules, read another way: 0 where they do not hold ---- */

static uint64_t word(const uint8_t *bytes, uint64_t length, uint64_t *at) {
  uint32_t value = 0;
  if (*at + 4 > length) return UINT64_MAX;
  memcpy(&value, bytes + *at, 4);
  *at += 4;
  return value;
}

static bool skip(uint64_t length, uint64_t *at, uint64_t count) {
  *at += (count + 3) / 4 * 4;
  return *at <= length;
}

static bool skip_value(const uint8_t *bytes, uint64_t length, uint64_t *at) {
  uint64_t tag = word(bytes, length, at);
  if (tag == FL_TAG_NUMBER) return skip(length, at, 8);
  if (tag == FL_TAG_BOOLEAN) return skip(length, at, 4);
  if (tag > FL_TAG_OTHER) return false;
  uint64_t count = word(bytes, length, at);
  return count != UINT64_MAX && skip(length, at, tag == FL_TAG_LIST ? 8 * count : count);
}

static bool skip_node(const uint8_t *bytes, uint64_t length, uint64_t *at, uint64_t number) {
  uint64_t kind = word(bytes, length, at), which = word(bytes, length, at);
  if (kind == FL_NODE_FRAME) return which < FL_GRAPH_FRAMES_MAX;
  if (kind != FL_NODE_OP || which >= fl_ops_count() || word(bytes, length, at) != fl_ops_at((uint32_t)which)->inputs) return false;
  for (uint32_t i = 0; i < fl_ops_at((uint32_t)which)->inputs; i++)
    if (word(bytes, length, at) >= number) return false;
  uint64_t count = word(bytes, length, at);
  if (count > fl_ops_at((uint32_t)which)->param_count) return false; /* each at most once */
  for (uint64_t p = 0; p < count; p++) {
    uint64_t name = word(bytes, length, at);
    if (name == UINT64_MAX || !skip(length, at, name) || !skip_value(bytes, length, at)) return false;
  }
  return true;
}

static bool keeps_the_rules(const uint8_t *bytes, uint64_t length) {
  uint64_t at = 0, magic = word(bytes, length, &at), count = word(bytes, length, &at);
  if (magic != FL_GRAPH_MAGIC || count < 1 || count > FL_GRAPH_NODES_MAX) return false;
  for (uint64_t n = 0; n < count; n++)
    if (!skip_node(bytes, length, &at, n)) return false;
  return at == length;
}

/* Of another length, in a block of just that length: one byte too far is seen. */
static void check_length(const uint8_t *graph, uint64_t length, uint64_t other) {
  uint8_t *block = malloc(other + 1);
  memset(block, 0, other + 1);
  memcpy(block + 1, graph, other < length ? other : length);
  int32_t status = fl_graph_check((uintptr_t)(block + 1), (double)other);
  FUZZ_CHECK(status == FL_BAD_ARGUMENT || status == FL_OUT_OF_MEMORY, "%llu bytes of %llu: %d", (unsigned long long)other, (unsigned long long)length, status);
  free(block);
}

static void check_rules(const uint8_t *graph, uint64_t length) {
  int32_t status = fl_graph_check((uintptr_t)graph, (double)length);
  fuzz_check_status(status, "fl_graph_check");
  if (status != FL_OK) return;
  FUZZ_CHECK(keeps_the_rules(graph, length), "accepted against the rules");
  for (uint64_t cut = 1; cut <= 9 && cut <= length; cut++) check_length(graph, length, length - cut);
  check_length(graph, length, length + 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_bytes head = {data, size < HEAD ? size : HEAD};
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes(), length = size - (size < HEAD ? size : HEAD);
  fuzz_frame frame;
  if (!fuzz_make_frame(&head, &frame)) return 0;
  uint32_t shift = fuzz_u8(&head) % 4, given = fuzz_u8(&head) % 5;
  uint32_t flags = fuzz_u8(&head), tile_width = fuzz_odd_u32(&head), tile_height = fuzz_odd_u32(&head);
  uint8_t *block = malloc(length + shift + 1), *graph = block + 1 + shift;
  if (length > 0) memcpy(graph, data + size - length, length);
  check_rules(graph, length);

  uint32_t handles[4] = {frame.handle, frame.handle, flags & 64 ? 0xFFFFFFFFu : frame.handle, frame.handle};
  fl_shape shapes[4] = {frame.shape, frame.shape, frame.shape, {1, 1, flags & 128 ? (fl_format)7 : FL_GRAY8}};
  fuzz_way way = {flags & 3, 1 + (flags >> 2 & 3), tile_width, tile_height, flags & 16 ? frame.handle : 0, flags & 32};
  fuzz_result first = fuzz_run(graph, length, handles, given, &way);
  free(first.pixels);
  if (!fl_explain((uintptr_t)graph, (double)length, (uintptr_t)shapes, given, way.flags, way.lanes, tile_width, tile_height))
    fuzz_check_status(fl_message_status(), "fl_explain");
  free(block);
  fuzz_end_frame(&frame);
  FUZZ_CHECK(fuzz_live_bytes() == before, "%lld bytes left", (long long)(fuzz_live_bytes() - before));
  return 0;
}
