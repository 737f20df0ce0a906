/* Blocks of memory for whoever asks: handed out, taken back, described; growth; what debugging has found. */
#include "api/engine.h"
#include "api/framelane.h"
#include "memory/guard.h"
#include "memory/survey.h"

FL_EXPORT(fl_alloc) uintptr_t fl_alloc(double bytes, uint32_t alignment, uint32_t kind) {
  if (!(bytes >= 1 && bytes <= 9007199254740992.0) || alignment < 1 || alignment > FL_MEMORY_ALIGNMENT_MAX || (alignment & (alignment - 1))) return 0;
  if (alignment < FL_MEMORY_ALIGNMENT) alignment = FL_MEMORY_ALIGNMENT;
  if (kind <= FL_MEMORY_FREE || kind >= FL_MEMORY_FOREIGN) return 0;
  return (uintptr_t)fl_memory_alloc_aligned((uint64_t)bytes, alignment, (fl_memory_kind)kind);
}

static const char *const kind_names[FL_MEMORY_KINDS] = {"free", "frame", "stack", "plan", "module", "user", "table", "foreign", "region"};
const char *fl_api_kind_name(uint32_t kind) { return kind < FL_MEMORY_KINDS ? kind_names[kind] : "unknown"; }

void fl_api_add_block(fl_text *text, const fl_memory_block *block) {
  fl_text_add(text, " '");
  fl_text_add(text, fl_api_kind_name(block->kind));
  fl_text_add(text, "' block of ");
  fl_text_add_number(text, (double)block->bytes);
  fl_text_add(text, " bytes");
}

static int32_t blame(uintptr_t address) {
  fl_report *report = fl_api_report();
  fl_memory_block what;
  fl_blame why = fl_memory_blame((void *)address, &what);
  fl_report_fail(report, FL_STALE_HANDLE, "free", "this address is no live block: ");
  if (why == FL_BLAME_OUTSIDE) fl_text_add(&report->text, "it lies outside the heap and never came from alloc()");
  if (why == FL_BLAME_NOTHING) fl_text_add(&report->text, "it lies in free memory, where no block is known to have begun");
  if (why == FL_BLAME_FREED) {
    fl_text_add(&report->text, "it was freed before");
    if (what.bytes) fl_text_add(&report->text, ", when it was a"), fl_api_add_block(&report->text, &what);
  }
  if (why == FL_BLAME_INSIDE) {
    fl_text_add(&report->text, "it lies ");
    fl_text_add_number(&report->text, (double)address - (double)(what.start + FL_MEMORY_ALIGNMENT));
    fl_text_add(&report->text, " bytes into a live");
    fl_api_add_block(&report->text, &what);
    fl_text_add(&report->text, "; free the address that alloc() gave");
  }
  return FL_STALE_HANDLE;
}

FL_EXPORT(fl_free) int32_t fl_free(uintptr_t address) {
  fl_memory_block block;
  if (fl_memory_describe((void *)address, &block) && (block.kind == FL_MEMORY_FRAME || block.kind == FL_MEMORY_PLAN || block.kind == FL_MEMORY_REGION)) {
    fl_report *report = fl_api_report();
    fl_report_fail(report, FL_BAD_ARGUMENT, "free", "this is not yours to free but a");
    fl_api_add_block(&report->text, &block);
    fl_text_add(&report->text, ": dispose of the frame, or free the region by its handle");
    return FL_BAD_ARGUMENT;
  }
  return fl_memory_free((void *)address) == FL_OK ? FL_OK : blame(address);
}

FL_EXPORT(fl_grow) int32_t fl_grow(double bytes) {
  if (bytes >= 0 && bytes <= 9007199254740992.0 && fl_memory_grow((uint64_t)bytes)) return FL_OK;
  return fl_report_fail(fl_api_report(), FL_OUT_OF_MEMORY, "grow", "the memory cannot become so large");
}

FL_EXPORT(fl_survey_heap) int32_t fl_survey_heap(void) {
  fl_survey survey;
  fl_memory_survey(&survey);
  double *out = fl_api_mail();
  *out++ = (double)survey.free, *out++ = (double)survey.largest_free, *out++ = survey.free_blocks, *out++ = FL_SIZE_CLASSES;
  for (uint32_t c = 0; c < FL_SIZE_CLASSES; c++) *out++ = survey.blocks[c], *out++ = (double)survey.bytes[c];
  return FL_OK;
}

FL_EXPORT(fl_layout_next) int32_t fl_layout_next(uintptr_t after) {
  fl_memory_block block;
  double *mail = fl_api_mail();
  if (!fl_memory_next_block(after, &block)) return 0;
  mail[0] = (double)block.start, mail[1] = (double)block.end, mail[2] = block.kind, mail[3] = (double)block.bytes;
  return 1;
}

/* ---- debugging ---- */

FL_EXPORT(fl_guard_stack) void fl_guard_stack(uint32_t lane, uintptr_t zone) { fl_memory_guard_stack(lane, (uint8_t *)zone); }
FL_EXPORT(fl_check) uint32_t fl_check(uint32_t depth) { return fl_memory_check(depth); }

FL_EXPORT(fl_take_finding) int32_t fl_take_finding(void) {
  fl_finding found;
  double *mail = fl_api_mail();
  if (!fl_memory_take_finding(&found)) return 0;
  mail[0] = found.fault, mail[1] = found.whose, mail[2] = found.value;
  mail[3] = (double)found.address, mail[4] = (double)found.block, mail[5] = (double)found.bytes;
  return 1;
}
