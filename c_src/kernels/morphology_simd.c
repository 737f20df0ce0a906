/* Bytes are compared sixteen at once. What does not fill a vector at the end goes to the reference: rows may be changed in place. */
#include "base/simd.h"
#include "kernels/morphology.h"

#define INLINE static inline __attribute__((always_inline))
#define STRIP 64 /* columns of a tall stack at once: one cache line of each row */

INLINE v128_t extreme(v128_t a, v128_t b, bool greatest) { return greatest ? wasm_u8x16_max(a, b) : wasm_u8x16_min(a, b); }

INLINE const fl_morphology_kernels *reference(bool greatest) {
  return greatest ? &fl_morphology_reference.greatest : &fl_morphology_reference.least;
}

INLINE void stack_strip(uint8_t *dst, const uint8_t *const *rows, uint32_t count, size_t i, size_t width, bool more, bool greatest) {
  v128_t v[STRIP / 16];
  const uint8_t *first = more ? dst : rows[0];
  for (size_t p = 0; p < width; p += 16) v[p / 16] = wasm_v128_load(first + i + p);
  for (uint32_t k = more ? 0 : 1; k < count; k++) {
    const uint8_t *row = rows[k] + i;
    for (size_t p = 0; p < width; p += 16) v[p / 16] = extreme(v[p / 16], wasm_v128_load(row + p), greatest);
  }
  for (size_t p = 0; p < width; p += 16) wasm_v128_store(dst + i + p, v[p / 16]);
}

INLINE void stack(uint8_t *dst, const uint8_t *const *rows, uint32_t count, size_t n, bool more, bool greatest) {
  size_t i = 0;
  for (; i + STRIP <= n; i += STRIP) stack_strip(dst, rows, count, i, STRIP, more, greatest);
  for (; i + 16 <= n; i += 16) stack_strip(dst, rows, count, i, 16, more, greatest);
  for (; i < n; i++) {
    uint8_t v = more ? dst[i] : rows[0][i];
    for (uint32_t k = 0; k < count; k++) v = (rows[k][i] > v) == greatest ? rows[k][i] : v;
    dst[i] = v;
  }
}

INLINE void suffixes_strip(uint8_t *table, size_t stride, const uint8_t *const *rows, uint32_t count, size_t i, size_t width,
                           bool greatest) {
  v128_t v[STRIP / 16];
  for (size_t p = 0; p < width; p += 16) v[p / 16] = wasm_v128_load(rows[count - 1] + i + p);
  for (uint32_t k = count; k-- > 0;) {
    const uint8_t *row = rows[k] + i;
    uint8_t *to = table + k * stride + i;
    for (size_t p = 0; p < width; p += 16) {
      v[p / 16] = extreme(v[p / 16], wasm_v128_load(row + p), greatest);
      wasm_v128_store(to + p, v[p / 16]);
    }
  }
}

INLINE void suffixes(uint8_t *table, size_t stride, const uint8_t *const *rows, uint32_t count, size_t n, bool greatest) {
  size_t i = 0;
  if (n < 16) {
    reference(greatest)->suffixes(table, stride, rows, count, n);
    return;
  }
  for (; i + STRIP <= n; i += STRIP) suffixes_strip(table, stride, rows, count, i, STRIP, greatest);
  for (; i + 16 <= n; i += 16) suffixes_strip(table, stride, rows, count, i, 16, greatest);
  if (i < n) suffixes_strip(table, stride, rows, count, n - 16, 16, greatest);
}

INLINE void slide(uint8_t *dst, uint8_t *newest, const uint8_t *oldest, const uint8_t *row, size_t n, bool fresh, bool greatest) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_v128_load(row + i);
    if (!fresh) v = extreme(v, wasm_v128_load(newest + i), greatest);
    wasm_v128_store(newest + i, v);
    wasm_v128_store(dst + i, extreme(v, wasm_v128_load(oldest + i), greatest));
  }
  reference(greatest)->slide(dst + i, newest + i, oldest + i, row + i, n - i, fresh);
}

INLINE size_t along_strips(uint8_t *dst, const uint8_t *src, size_t i, size_t n, size_t width, const size_t *offsets, uint32_t count,
                           bool greatest) {
  for (; i + width <= n; i += width) {
    v128_t v[STRIP / 16];
    for (size_t p = 0; p < width; p += 16) v[p / 16] = wasm_v128_load(src + offsets[0] + i + p);
    for (uint32_t k = 1; k < count; k++)
      for (size_t p = 0; p < width; p += 16) v[p / 16] = extreme(v[p / 16], wasm_v128_load(src + offsets[k] + i + p), greatest);
    for (size_t p = 0; p < width; p += 16) wasm_v128_store(dst + i + p, v[p / 16]);
  }
  return i;
}

INLINE void along_of(uint8_t *dst, const uint8_t *src, size_t n, const size_t *given, uint32_t count, bool greatest) {
  size_t offsets[FL_MORPHOLOGY_ALONG_MAX];
  for (uint32_t k = 0; k < count; k++) offsets[k] = given[k];
  size_t i = along_strips(dst, src, 0, n, STRIP, offsets, count, greatest);
  i = along_strips(dst, src, i, n, 16, offsets, count, greatest);
  reference(greatest)->along(dst + i, src + i, n - i, given, count);
}

/* Counts written out, so that each loop keeps its offsets in registers. */
INLINE void along(uint8_t *dst, const uint8_t *src, size_t n, const size_t *offsets, uint32_t count, bool greatest) {
  if (count == 2) along_of(dst, src, n, offsets, 2, greatest);
  else if (count == 3) along_of(dst, src, n, offsets, 3, greatest);
  else if (count == 4) along_of(dst, src, n, offsets, 4, greatest);
  else along_of(dst, src, n, offsets, 5, greatest);
}

static void difference(uint8_t *dst, const uint8_t *greater, const uint8_t *less, const uint8_t *keep, size_t n, uint32_t mask) {
  v128_t chosen = wasm_u32x4_splat(mask);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    v128_t v = wasm_i8x16_sub(wasm_v128_load(greater + i), wasm_v128_load(less + i));
    wasm_v128_store(dst + i, wasm_v128_bitselect(v, wasm_v128_load(keep + i), chosen));
  }
  fl_morphology_reference.difference(dst + i, greater + i, less + i, keep + i, n - i, mask);
}

#include "kernels/morphology_halves.h"

const fl_morphology_family fl_morphology_simd = {
    FL_MORPHOLOGY_HALVES,
    .difference = difference,
};
