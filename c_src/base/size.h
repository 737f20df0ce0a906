/* Sizes are computed in 64 bits and checked. A failed check sticks: test once, at the end. */
#ifndef FL_BASE_SIZE_H
#define FL_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FL_SIZE_INVALID UINT64_MAX

/* a·b, or FL_SIZE_INVALID when it overflows or either side already is invalid. */
static inline uint64_t fl_mul(uint64_t a, uint64_t b) {
  uint64_t product;
  if (a == FL_SIZE_INVALID || b == FL_SIZE_INVALID || __builtin_mul_overflow(a, b, &product)) return FL_SIZE_INVALID;
  return product;
}

/* a+b, or FL_SIZE_INVALID likewise. */
static inline uint64_t fl_add(uint64_t a, uint64_t b) {
  uint64_t sum;
  if (a == FL_SIZE_INVALID || b == FL_SIZE_INVALID || __builtin_add_overflow(a, b, &sum)) return FL_SIZE_INVALID;
  return sum;
}

/* The next multiple of a power of two, or FL_SIZE_INVALID. */
static inline uint64_t fl_align(uint64_t size, uint64_t alignment) {
  uint64_t padded = fl_add(size, alignment - 1);
  return padded == FL_SIZE_INVALID ? padded : padded & ~(alignment - 1);
}

static inline bool fl_fits(uint64_t size, uint64_t limit) { return size != FL_SIZE_INVALID && size <= limit; }

static inline uint32_t fl_min_u32(uint32_t a, uint32_t b) { return a < b ? a : b; }
static inline uint32_t fl_max_u32(uint32_t a, uint32_t b) { return a > b ? a : b; }
static inline int32_t fl_min_i32(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t fl_max_i32(int32_t a, int32_t b) { return a > b ? a : b; }
static inline int32_t fl_clamp_i32(int32_t v, int32_t low, int32_t high) { return v < low ? low : v > high ? high : v; }
static inline uint8_t fl_clamp_u8(int32_t v) { return (uint8_t)fl_clamp_i32(v, 0, 255); }

#endif
