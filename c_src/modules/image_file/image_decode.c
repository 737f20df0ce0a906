#include "image_file.h"

#define GROWTH 4u /* stb_image doubles what is too small: an interlaced PNG needs up to twice what it begins with */
#define EXTRA 65536u

/* What a block of stb_image's may measure at most: the zlib data of a PNG may unpack to gigabytes, whatever its header says. */
static uint64_t largest_block(const fl_image_header *h, uint32_t file_bytes) {
  uint64_t pixels = (uint64_t)h->width * h->height;
  if (h->type == FL_IMAGE_JPEG) return UINT64_MAX;
  uint64_t unpacked = (uint64_t)h->channels * h->height * (((uint64_t)h->width * h->depth + 7) / 8) + h->height;
  return GROWTH * unpacked + 2ull * file_bytes + 8 * pixels + EXTRA;
}

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_NO_THREAD_LOCALS
#define STBI_MAX_DIMENSIONS FL_IMAGE_SIDE_MAX
#define STBI_MALLOC(bytes) fl_image_memory_take(bytes)
#define STBI_REALLOC_SIZED(block, old_bytes, bytes) fl_image_memory_resize(block, old_bytes, bytes)
#define STBI_REALLOC(block, bytes) NULL /* asked for by name only */
#define STBI_FREE(block) fl_image_memory_give(block)
#define STBI_ASSERT(condition) ((void)0)
#ifdef __wasm__
#define STBI__X64_TARGET /* what it takes for a sign that there is SSE2, which Emscripten makes SIMD128 of */
#endif
#ifndef __wasm__ /* shifts by too much when bits run out, where the result does not matter */
#pragma clang attribute push(__attribute__((no_sanitize("shift"))), apply_to = function)
#endif
#include <stb_image.h>
#ifndef __wasm__
#pragma clang attribute pop
#endif

static fl_status say_why(const fl_image_header *h, fl_report *report) {
  static const char full[] = "does not fit: the engine's memory is full at its maximum; dispose of frames, or create the engine with a larger memory.maximum";
  static const char endless[] = "is a damaged PNG: it unpacks to far more than its pixels take";
  if (fl_image_heap.is_full) return fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, full);
  if (fl_image_heap.was_too_large) return fl_report_fail(report, FL_BAD_FORMAT, NULL, endless);
  fl_report_fail(report, FL_BAD_FORMAT, NULL, h->type == FL_IMAGE_PNG ? "is a damaged PNG: " : "is a damaged JPEG: ");
  fl_text_add(&report->text, stbi__g_failure_reason ? stbi__g_failure_reason : "it cannot be decoded");
  return FL_BAD_FORMAT;
}

fl_status fl_image_decode(const uint8_t *bytes, uint32_t length, const fl_image_header *header, uint32_t channels, uint8_t *pixels,
                          double *copied, fl_report *report) {
  int width, height, stored;
  uint64_t size = (uint64_t)header->width * header->height * channels;
  /* A JPEG's pixels are asked for with one byte more, which is written for 3 channels only. */
  fl_image_memory_begin(pixels, size, header->type == FL_IMAGE_JPEG, largest_block(header, length));
  stbi__g_failure_reason = NULL;
  uint8_t *decoded = stbi_load_from_memory(bytes, (int)length, &width, &height, &stored, (int)channels);
  *copied = decoded && decoded != pixels ? (double)size : 0;
  if (*copied > 0) memcpy(pixels, decoded, (size_t)size);
  if (decoded != pixels) fl_image_memory_give(decoded);
  fl_image_heap.pixels = NULL;
  return decoded ? FL_OK : say_why(header, report);
}
