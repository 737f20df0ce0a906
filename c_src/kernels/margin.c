#include "kernels/margin.h"

#include "base/assert.h"
#include "base/size.h"

#include <string.h>

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

/* The pixel of column x from its own patch; always inlined with a constant pixel: a copy of unknown length is a call. */
static inline __attribute__((always_inline)) void run_patch_of(fl_margin_kernel kernel, uint8_t *dst, uint32_t x, const uint8_t *const rows[3],
                                                               size_t pixel, const fl_margin *margin, const uint8_t *constant) {
  uint8_t patch[3][3 * 4];
  for (int32_t dx = -1; dx <= 1; dx++) {
    int32_t from = fl_border_index((int32_t)x + dx, (int32_t)margin->width, margin->border);
    for (int k = 0; k < 3; k++)
      memcpy(patch[k] + (size_t)(dx + 1) * pixel,
             from < 0 ? constant : rows[k] + ((uint32_t)from - margin->known.first) * pixel, pixel);
  }
  const uint8_t *const middle[3] = {patch[0] + pixel, patch[1] + pixel, patch[2] + pixel};
  kernel(dst, middle, 1);
}

static void run_patch(fl_margin_kernel kernel, uint8_t *dst, uint32_t x, const uint8_t *const rows[3], size_t pixel,
                      const fl_margin *margin, const uint8_t *constant) {
  if (pixel == 1) run_patch_of(kernel, dst, x, rows, 1, margin, constant);
  else if (pixel == 4) run_patch_of(kernel, dst, x, rows, 4, margin, constant);
  else run_patch_of(kernel, dst, x, rows, pixel, margin, constant);
}

void fl_margin_run3(fl_margin_kernel kernel, uint8_t *dst, fl_span out, const uint8_t *const rows[3], size_t pixel,
                    const fl_margin *margin, const uint8_t *constant) {
  fl_assert(out.first < out.end && out.end <= margin->width && pixel <= 4);
  fl_span inner = {fl_max_u32(out.first, 1), fl_min_u32(out.end, margin->width - 1)};
  if (out.first < inner.first) run_patch(kernel, dst, 0, rows, pixel, margin, constant);
  if (inner.first < inner.end) {
    size_t skip = (inner.first - margin->known.first) * pixel;
    const uint8_t *const middle[3] = {rows[0] + skip, rows[1] + skip, rows[2] + skip};
    kernel(dst + (inner.first - out.first) * pixel, middle, inner.end - inner.first);
  }
  uint32_t last = margin->width - 1;
  if (out.end > last && last > 0) run_patch(kernel, dst + (last - out.first) * pixel, last, rows, pixel, margin, constant);
}
