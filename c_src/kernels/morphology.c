#include "kernels/morphology.h"

#define INLINE static inline __attribute__((always_inline))

INLINE uint8_t extreme(uint8_t a, uint8_t b, bool greatest) { return (a > b) == greatest ? a : b; }

INLINE void stack(uint8_t *dst, const uint8_t *const *rows, uint32_t count, size_t n, bool more, bool greatest) {
  for (size_t i = 0; i < n; i++) {
    uint8_t v = more ? extreme(dst[i], rows[0][i], greatest) : rows[0][i];
    for (uint32_t k = 1; k < count; k++) v = extreme(v, rows[k][i], greatest);
    dst[i] = v;
  }
}

INLINE void suffixes(uint8_t *table, size_t stride, const uint8_t *const *rows, uint32_t count, size_t n, bool greatest) {
  for (size_t i = 0; i < n; i++) {
    uint8_t v = rows[count - 1][i];
    for (uint32_t k = count; k-- > 0;) {
      v = extreme(v, rows[k][i], greatest);
      table[k * stride + i] = v;
    }
  }
}

INLINE void slide(uint8_t *dst, uint8_t *newest, const uint8_t *oldest, const uint8_t *row, size_t n, bool fresh, bool greatest) {
  for (size_t i = 0; i < n; i++) {
    newest[i] = fresh ? row[i] : extreme(newest[i], row[i], greatest);
    dst[i] = extreme(newest[i], oldest[i], greatest);
  }
}

INLINE void along(uint8_t *dst, const uint8_t *src, size_t n, const size_t *offsets, uint32_t count, bool greatest) {
  for (size_t i = 0; i < n; i++) {
    uint8_t v = src[i + offsets[0]];
    for (uint32_t k = 1; k < count; k++) v = extreme(v, src[i + offsets[k]], greatest);
    dst[i] = v;
  }
}

static void difference(uint8_t *dst, const uint8_t *greater, const uint8_t *less, const uint8_t *keep, size_t n, uint32_t mask) {
  for (size_t i = 0; i < n; i++) dst[i] = mask >> (i % 4 * 8) & 1 ? (uint8_t)(greater[i] - less[i]) : keep[i];
}

#include "kernels/morphology_halves.h"

const fl_morphology_family fl_morphology_reference = {
    FL_MORPHOLOGY_HALVES,
    .difference = difference,
};
