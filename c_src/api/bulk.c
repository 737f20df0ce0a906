/* Bytes moved within linear memory by one instruction: memory.copy and memory.fill. Whoever calls may read all of memory, but write only
 * what was handed out to write: blocks of alloc(), regions, the pixels of frames that no run is using. */
#include "api/engine.h"
#include "api/framelane.h"
#include "base/prim.h"
#include "base/size.h"
#include "frame/frame.h"
#include "memory/survey.h"

#include <string.h>

#ifdef __wasm__
#define BULK __attribute__((target("bulk-memory")))
#else
#define BULK
#endif

typedef struct place {
  uint8_t *at;
  fl_pixels *pixels; /* leased, if it lies in a frame */
  bool writing;
} place;

static void add_hex(fl_text *text, uint64_t value) {
  char digits[16];
  size_t n = sizeof digits;
  do digits[--n] = "0123456789abcdef"[value & 15]; while ((value >>= 4) > 0);
  fl_text_add(text, "0x");
  fl_text_add_bytes(text, digits + n, sizeof digits - n);
}

static fl_status refuse(fl_status status, const char *op, uint64_t first, uint64_t bytes, const char *why) {
  fl_text *text = &fl_api_report()->text;
  fl_report_fail(fl_api_report(), status, op, "");
  fl_text_add_number(text, (double)bytes);
  fl_text_add(text, bytes == 1 ? " byte at " : " bytes at ");
  add_hex(text, first);
  fl_text_add(text, " ");
  fl_text_add(text, why);
  return status;
}

static bool is_count(double value) { return value >= 0 && value <= 9007199254740992.0 && value == (double)(uint64_t)value; }

/* The block that holds these bytes, if it may be written. */
static fl_status check_writable(const char *op, uint64_t first, uint64_t bytes, const fl_memory_block *block, bool held) {
  uint64_t begin = block->start + FL_MEMORY_ALIGNMENT, end = begin + block->bytes;
  if (held && block->kind == FL_MEMORY_FRAME) begin += FL_PIXELS_HEADER;
  bool yours = held && (block->kind == FL_MEMORY_USER || block->kind == FL_MEMORY_REGION || block->kind == FL_MEMORY_FRAME);
  if (!held || (!yours && block->kind != FL_MEMORY_FREE))
    return refuse(FL_BAD_ARGUMENT, op, first, bytes, "are not yours to write: they belong to the core; alloc(), region() and frames give memory that may be written");
  if (!yours) return refuse(FL_STALE_HANDLE, op, first, bytes, "are free memory: what was there has been freed, or never was");
  if (first >= begin && fl_add(first, bytes) <= end) return FL_OK;
  refuse(FL_BAD_ARGUMENT, op, first, bytes, "do not lie within one block: the next one holds ");
  fl_text *text = &fl_api_report()->text;
  add_hex(text, begin);
  fl_text_add(text, " to ");
  add_hex(text, end);
  return FL_BAD_ARGUMENT;
}

/* Checks a range and takes the lease of the frame it lies in. */
static fl_status enter(const char *op, double address, double length, bool writing, place *out) {
  fl_memory_block block = {0};
  size_t guard;
  uint8_t *bottom = fl_prim_null_guard(&guard);
  if (!is_count(address) || !is_count(length)) return fl_report_fail(fl_api_report(), FL_BAD_ARGUMENT, op, "addresses and lengths are whole numbers of bytes, not below 0");
  uint64_t first = (uint64_t)address, bytes = (uint64_t)length;
  if (first >= (uintptr_t)bottom && first - (uintptr_t)bottom < guard) return refuse(FL_BAD_ARGUMENT, op, first, bytes, "begin where null pointers lead: nothing lives there");
  if (!fl_fits(fl_add(first, bytes), fl_prim_memory_bytes())) return refuse(FL_BAD_ARGUMENT, op, first, bytes, "do not lie inside the memory");
  bool held = fl_memory_find_block((uintptr_t)first, &block);
  fl_status status = writing ? check_writable(op, first, bytes, &block, held) : FL_OK;
  if (status != FL_OK) return status;
  *out = (place){(uint8_t *)(uintptr_t)first, NULL, writing};
  if (!held || block.kind != FL_MEMORY_FRAME) return FL_OK;
  out->pixels = (fl_pixels *)(block.start + FL_MEMORY_ALIGNMENT);
  if (writing ? fl_frame_lease_write(out->pixels) : fl_frame_lease_read(out->pixels)) return FL_OK;
  return refuse(FL_BUSY, op, first, bytes, "are pixels of a frame that a run in flight is using: await that run first");
}

static void leave(place *p) {
  if (!p->pixels) return;
  if (p->writing) fl_frame_return_write(p->pixels);
  else fl_frame_return_read(p->pixels);
}

FL_EXPORT(fl_fill) BULK int32_t fl_fill(double to, uint32_t value, double bytes) {
  place target;
  fl_status status = enter("fill", to, bytes, true, &target);
  if (status != FL_OK) return status;
  memset(target.at, (int)value, (size_t)bytes);
  leave(&target);
  return FL_OK;
}

/* Within one frame's pixels one lease does for both sides. */
static bool same_block(double a, double b) {
  fl_memory_block first, second;
  return fl_memory_find_block((uintptr_t)a, &first) && fl_memory_find_block((uintptr_t)b, &second) && first.start == second.start;
}

FL_EXPORT(fl_copy) BULK int32_t fl_copy(double to, double from, double bytes) {
  place source, target;
  fl_status status = enter("copy", from, bytes, false, &source);
  if (status != FL_OK) return status;
  if (source.pixels && same_block(to, from)) leave(&source), source.pixels = NULL;
  status = enter("copy", to, bytes, true, &target);
  if (status == FL_OK) {
    memmove(target.at, source.at, (size_t)bytes);
    leave(&target);
  }
  leave(&source);
  return status;
}

FL_EXPORT(fl_may_write) int32_t fl_may_write(double to, double bytes) {
  place target;
  fl_status status = enter("init", to, bytes, true, &target);
  if (status == FL_OK) leave(&target);
  return status;
}
