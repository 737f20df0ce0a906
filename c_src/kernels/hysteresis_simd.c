#include "base/simd.h"
#include "kernels/hysteresis.h"

static void pack(uint64_t *edges, uint64_t *strong, const uint8_t *marks, size_t n) {
  size_t i = 0;
  for (; i + 64 <= n; i += 64) {
    uint64_t edge = 0, strongly = 0;
    for (size_t p = 0; p < 64; p += 16) {
      v128_t v = wasm_v128_load(marks + i + p);
      edge |= (uint64_t)(uint16_t)wasm_i8x16_bitmask(v) << p;
      strongly |= (uint64_t)(uint16_t)wasm_i8x16_bitmask(wasm_i8x16_add(v, v)) << p;
    }
    edges[i / 64] = edge, strong[i / 64] = strongly;
  }
  fl_hysteresis_reference.pack(edges + i / 64, strong + i / 64, marks + i, n - i);
}

static void unpack(uint8_t *dst, const uint64_t *bits, size_t first, size_t n) {
  v128_t each = wasm_i8x16_make(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    size_t at = first + i, word = at / 64, bit = at % 64;
    uint64_t sixteen = bits[word] >> bit;
    if (bit > 48) sixteen |= bits[word + 1] << (64 - bit);
    v128_t v = wasm_i16x8_splat((int16_t)sixteen);
    v = wasm_v128_and(wasm_i8x16_shuffle(v, v, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), each);
    wasm_v128_store(dst + i, wasm_i8x16_eq(v, each));
  }
  fl_hysteresis_reference.unpack(dst + i, bits, first + i, n - i);
}

const fl_hysteresis_kernels fl_hysteresis_simd = {.pack = pack, .unpack = unpack};
