#include "base/simd.h"
#include "kernels/tally.h"

#define INLINE static inline __attribute__((always_inline))
#define BINS FL_TALLY_BINS
#define ONES 1, 1, 1, 1, 1, 1, 1, 1

/* Sixteen counts that are 1 from bin k on: what one value adds to cumulative counts. */
static const _Alignas(64) uint8_t steps[2 * BINS] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ONES, ONES};
INLINE v128_t step_at(uint32_t k) { return wasm_v128_load(steps + BINS - 1 - k); }

INLINE void add(uint8_t *at, v128_t step) { wasm_v128_store(at, wasm_i8x16_add(wasm_v128_load(at), step)); }
INLINE void subtract(uint8_t *at, v128_t step) { wasm_v128_store(at, wasm_i8x16_sub(wasm_v128_load(at), step)); }

static size_t plane_bytes(const fl_tally *tally) { return (size_t)tally->columns * tally->channels * BINS; }
static size_t channel_offset(const fl_tally *tally, uint32_t channel) { return (size_t)channel * tally->columns * BINS; }

static void enter(uint8_t *counts, const uint8_t *row, const fl_tally *tally, uint32_t channel) {
  size_t plane = plane_bytes(tally);
  uint8_t *coarse = counts + channel_offset(tally, channel), *end = coarse + (size_t)tally->columns * BINS;
  for (row += channel; coarse < end; coarse += BINS, row += tally->channels) {
    add(coarse, step_at(*row / BINS));
    add(coarse + plane * (1 + *row / BINS), step_at(*row % BINS));
  }
}

INLINE void slide_by(uint8_t *coarse, const uint8_t *entering, const uint8_t *leaving, const fl_tally *tally, size_t channels) {
  size_t plane = plane_bytes(tally);
  uint8_t *end = coarse + (size_t)tally->columns * BINS;
  for (; coarse < end; coarse += BINS, entering += channels, leaving += channels) {
    uint32_t in = *entering, out = *leaving;
    add(coarse, wasm_i8x16_sub(step_at(in / BINS), step_at(out / BINS)));
    add(coarse + plane * (1 + in / BINS), step_at(in % BINS));
    subtract(coarse + plane * (1 + out / BINS), step_at(out % BINS));
  }
}

static void slide(uint8_t *counts, const uint8_t *entering, const uint8_t *leaving, const fl_tally *tally, uint32_t channel) {
  uint8_t *coarse = counts + channel_offset(tally, channel);
  slide_by(coarse, entering + channel, leaving + channel, tally, tally->channels);
}

INLINE uint32_t first_bin(v128_t sums) { return (uint32_t)__builtin_ctz(wasm_i8x16_bitmask(sums)); }

/* The sums begin with what makes a byte's highest bit say that half of the window is reached. */
INLINE void middle_by(uint8_t *dst, const uint8_t *coarse, const fl_tally *tally, uint32_t radius) {
  size_t plane = plane_bytes(tally), channels = tally->channels;
  uint32_t side = 2 * radius + 1;
  const uint8_t *end = coarse + (size_t)(tally->columns - 2 * radius) * BINS;
  v128_t none = wasm_i8x16_splat((int8_t)(127 - side * side / 2)), sum = none;
  _Alignas(16) uint8_t below[2 * BINS]; /* the sums, after those of no bin */
  wasm_v128_store(below, none);
  for (size_t k = 0; k < 2 * radius; k++) sum = wasm_i8x16_add(sum, wasm_v128_load(coarse + k * BINS));
  for (; coarse < end; coarse += BINS, dst += channels) {
    sum = wasm_i8x16_add(sum, wasm_v128_load(coarse + 2 * radius * BINS));
    uint32_t bin = first_bin(sum);
    wasm_v128_store(below + BINS, sum);
    const uint8_t *fine = coarse + plane * (1 + bin);
    v128_t within = wasm_v128_load(fine);
#pragma clang loop unroll(full)
    for (size_t k = 1; k < side; k++) within = wasm_i8x16_add(within, wasm_v128_load(fine + k * BINS));
    within = wasm_i8x16_add(within, wasm_v128_load8_splat(below + BINS - 1 + bin));
    *dst = (uint8_t)(bin * BINS + first_bin(within));
    sum = wasm_i8x16_sub(sum, wasm_v128_load(coarse));
  }
}

static void middle(uint8_t *dst, const uint8_t *counts, const fl_tally *tally, uint32_t channel) {
  const uint8_t *coarse = counts + channel_offset(tally, channel);
  dst += channel;
  switch (tally->radius) {
    case 3: middle_by(dst, coarse, tally, 3); break;
    case 4: middle_by(dst, coarse, tally, 4); break;
    case 5: middle_by(dst, coarse, tally, 5); break;
    case 6: middle_by(dst, coarse, tally, 6); break;
    case 7: middle_by(dst, coarse, tally, 7); break;
    default: fl_tally_reference.middle(dst - channel, counts, tally, channel);
  }
}

const fl_tally_kernels fl_tally_simd = {.enter = enter, .slide = slide, .middle = middle};
