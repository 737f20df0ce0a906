#include "kernels/margin.h"

#include "base/assert.h"
#include "base/size.h"

#include <string.h>

#define PATCH_BYTES 16 /* a vector's */

/* How many columns from i on, going by step, are stood in for by columns that are *stride apart. */
static int32_t run_length(int32_t i, int32_t step, int32_t n, fl_border border, int32_t *stride) {
  int32_t from = fl_border_index(i, n, border);
  *stride = fl_border_index(i + step, n, border) - from;
  if (*stride == 1) return n - from;
  if (*stride == -1) return from + 1;
  return border == FL_BORDER_REPLICATE || n == 1 ? INT32_MAX : 1;
}

/* count columns from i on, going by step; always inlined with a constant pixel, so that each copy is one load and one store. */
static inline __attribute__((always_inline)) void fill_side(uint8_t *row, int32_t first, int32_t i, int32_t step, int32_t count,
                                                            size_t pixel, const fl_margin *margin, const void *constant) {
  while (count > 0) {
    int32_t from = fl_border_index(i, (int32_t)margin->width, margin->border), stride = 0;
    int32_t length = from < 0 ? count : fl_min_i32(count, run_length(i, step, (int32_t)margin->width, margin->border, &stride));
    fl_assert(from < 0 || ((uint32_t)from >= margin->known.first && (uint32_t)from < margin->known.end));
    const uint8_t *source = from < 0 ? constant : row + (size_t)(from - first) * pixel;
    uint8_t *target = row + (size_t)(i - first) * pixel;
    for (int32_t k = 0; k < length; k++) {
      memcpy(target, source, pixel);
      target += step * (ptrdiff_t)pixel;
      source += stride * (ptrdiff_t)pixel;
    }
    i += length * step;
    count -= length;
  }
}

static inline __attribute__((always_inline)) void fill_both(uint8_t *row, int32_t first, int32_t end, size_t pixel,
                                                            const fl_margin *margin, const void *constant) {
  int32_t left = (int32_t)margin->known.first, right = (int32_t)margin->known.end;
  fill_side(row, first, left - 1, -1, left - first, pixel, margin, constant);
  fill_side(row, first, right, 1, end - right, pixel, margin, constant);
}

void fl_margin_fill(void *row, int32_t first, int32_t end, size_t pixel, const fl_margin *margin, const void *constant) {
  switch (pixel) {
    case 1: fill_both(row, first, end, 1, margin, constant); break;
    case 2: fill_both(row, first, end, 2, margin, constant); break;
    case 4: fill_both(row, first, end, 4, margin, constant); break;
    case 8: fill_both(row, first, end, 8, margin, constant); break;
    case 16: fill_both(row, first, end, 16, margin, constant); break;
    default: fl_assert(0);
  }
}

/* The columns [x, x + count) from a patch of their own; always inlined with constant sizes: a copy of unknown length is a call. Of their
 * surroundings at most the columns x − 1 and x + count lie outside the image. */
static inline __attribute__((always_inline)) void run_patch_of(fl_margin_kernel kernel, uint8_t *dst, uint32_t x, uint32_t count,
                                                               const uint8_t *const rows[3], size_t pixel, const fl_margin *margin,
                                                               const uint8_t *constant) {
  uint8_t patch[3][PATCH_BYTES + 2 * 4];
  int32_t width = (int32_t)margin->width, sides[2] = {fl_border_index((int32_t)x - 1, width, margin->border),
                                                      fl_border_index((int32_t)(x + count), width, margin->border)};
  for (int k = 0; k < 3; k++) {
    const uint8_t *side[2];
    for (int s = 0; s < 2; s++) side[s] = sides[s] < 0 ? constant : rows[k] + ((uint32_t)sides[s] - margin->known.first) * pixel;
    memcpy(patch[k], side[0], pixel);
    memcpy(patch[k] + pixel, rows[k] + (x - margin->known.first) * pixel, count * pixel);
    memcpy(patch[k] + (1 + count) * pixel, side[1], pixel);
  }
  const uint8_t *const middle[3] = {patch[0] + pixel, patch[1] + pixel, patch[2] + pixel};
  kernel(dst, middle, count);
}

/* The columns at the image's edge x, an end of `out`: as many as a vector has room for, as kernels are slow at fewer, or only one. */
static void run_patch(fl_margin_kernel kernel, uint8_t *dst, fl_span out, uint32_t x, const uint8_t *const rows[3], size_t pixel,
                      const fl_margin *margin, const uint8_t *constant) {
  uint32_t many = PATCH_BYTES / (uint32_t)pixel;
  bool fits = fl_span_length(out) >= many;
  uint32_t first = x == 0 || !fits ? x : x + 1 - many;
  dst += (first - out.first) * pixel;
  if (pixel == 1 && fits) run_patch_of(kernel, dst, first, PATCH_BYTES, rows, 1, margin, constant);
  else if (pixel == 1) run_patch_of(kernel, dst, first, 1, rows, 1, margin, constant);
  else if (fits) run_patch_of(kernel, dst, first, PATCH_BYTES / 4, rows, 4, margin, constant);
  else run_patch_of(kernel, dst, first, 1, rows, 4, margin, constant);
}

void fl_margin_run3(fl_margin_kernel kernel, uint8_t *dst, fl_span out, const uint8_t *const rows[3], size_t pixel,
                    const fl_margin *margin, const uint8_t *constant) {
  fl_assert(out.first < out.end && out.end <= margin->width && (pixel == 1 || pixel == 4));
  fl_span inner = {fl_max_u32(out.first, 1), fl_min_u32(out.end, margin->width - 1)};
  if (out.first < inner.first) run_patch(kernel, dst, out, 0, rows, pixel, margin, constant);
  if (inner.first < inner.end) {
    size_t skip = (inner.first - margin->known.first) * pixel;
    const uint8_t *const middle[3] = {rows[0] + skip, rows[1] + skip, rows[2] + skip};
    kernel(dst + (inner.first - out.first) * pixel, middle, inner.end - inner.first);
  }
  uint32_t last = margin->width - 1;
  if (out.end > last && last > 0) run_patch(kernel, dst, out, last, rows, pixel, margin, constant);
}
