/* What the fuzz targets share. A target is LLVMFuzzerTestOneInput(); libFuzzer drives it (make fuzz), or replay.c does. */
#ifndef FL_TESTS_FUZZ_H
#define FL_TESTS_FUZZ_H

#include "api/framelane.h"
#include "frame/frame.h"
#include "memory/allocator.h"
#include "ops/op.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold, whatever the input. Failing, it says what was at stake and dies, so that the input is kept. */
#define FUZZ_CHECK(condition, ...)                                                       \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      fprintf(stderr, "%s:%d: %s does not hold: ", __FILE__, __LINE__, #condition);       \
      fprintf(stderr, __VA_ARGS__);                                                      \
      fputc('\n', stderr);                                                               \
      abort();                                                                           \
    }                                                                                    \
  } while (0)

/* ---- an input, taken bit by bit; used up, it gives zeros ---- */

typedef struct fuzz_bytes {
  const uint8_t *at;
  size_t left;
} fuzz_bytes;

uint64_t fuzz_take(fuzz_bytes *bytes, uint32_t count); /* so many bytes as a number, little-endian */
static inline uint32_t fuzz_u8(fuzz_bytes *bytes) { return (uint32_t)fuzz_take(bytes, 1); }
static inline uint32_t fuzz_u16(fuzz_bytes *bytes) { return (uint32_t)fuzz_take(bytes, 2); }
static inline uint32_t fuzz_u32(fuzz_bytes *bytes) { return (uint32_t)fuzz_take(bytes, 4); }
static inline uint32_t fuzz_below(fuzz_bytes *bytes, uint32_t n) { return (n > 256 ? fuzz_u16(bytes) : fuzz_u8(bytes)) % n; }
static inline bool fuzz_one_in(fuzz_bytes *bytes, uint32_t n) { return fuzz_below(bytes, n) == n - 1; /* zeros say no */ }
/* A number as a caller might get it wrong: small, at a limit of some type, anything. */
uint32_t fuzz_odd_u32(fuzz_bytes *bytes);
double fuzz_odd_double(fuzz_bytes *bytes);

/* ---- the engine, started once for all inputs: an input that leaves something behind is found at its end ---- */

#define FUZZ_MEMORY_MAX (96ull << 20) /* beyond that growing is refused */

void fuzz_start_engine(void);
uint64_t fuzz_live_bytes(void);
/* status is 0 or an error of the list, and an error comes with words. */
void fuzz_check_status(int32_t status, const char *call);

/* Refuses the core's nth allocation from now on (0: none), that one only or all that follow. */
void fuzz_refuse(uint32_t nth, bool for_ever);
uint32_t fuzz_allocations(void); /* since fuzz_refuse() */
/* From now on blocks of a megabyte and more come from `give` and are never freed to the core (NULL: no longer). */
void fuzz_pretend(void *(*give)(uint64_t bytes));

/* ---- frames ---- */

typedef struct fuzz_frame {
  fl_handle handle, parent; /* parent: 0 unless it is a view */
  fl_shape shape;
  uint32_t seed, style;
  uint8_t *kept; /* the parent's, or its own, bytes as filled */
  uint64_t bytes;
} fuzz_frame;

/* 1 to 200 pixels a side, now and then a view of a larger frame. False: no memory. */
bool fuzz_make_frame(fuzz_bytes *bytes, fuzz_frame *out);
void fuzz_fill_frame(fuzz_frame *frame);
/* Its memory is as fuzz_fill_frame() left it, but for the pixels of the frame `except` (0: none). */
bool fuzz_frame_is_unchanged(const fuzz_frame *frame, fl_handle except);
void fuzz_end_frame(fuzz_frame *frame);
/* All pixels of a frame, tight, in memory of malloc's. */
uint8_t *fuzz_copy_pixels(fl_handle handle, uint64_t *bytes, fl_shape *shape);

/* ---- runs ---- */

typedef struct fuzz_way {
  uint32_t flags, lanes, tile_width, tile_height, output;
  bool cancel;
} fuzz_way;

typedef struct fuzz_result {
  int32_t status;
  bool skipped, cancelled; /* skipped: it would take too long */
  uint8_t *pixels;         /* free() them */
  uint64_t bytes;
  fl_shape shape;
} fuzz_result;

#define FUZZ_TILES_MAX 600
#define FUZZ_COST_MAX 1e7 /* ns, as the core estimates them for an optimised build */

fuzz_result fuzz_run(const void *graph, uint64_t length, const uint32_t *handles, uint32_t count, const fuzz_way *way);

#endif
