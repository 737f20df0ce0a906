#include "kernels/channels.h"

#include "base/simd.h"

/* Where each byte of four pixels comes from; an index beyond 15 gives 0. */
static v128_t permutation(const uint8_t from[4]) {
  uint8_t index[16];
  for (uint32_t i = 0; i < 16; i++) index[i] = from[i % 4] < 4 ? (uint8_t)(i / 4 * 4 + from[i % 4]) : 255;
  return wasm_v128_load(index);
}

static uint32_t constant_bits(const uint8_t from[4]) {
  uint32_t bits = 0;
  for (uint32_t c = 0; c < 4; c++)
    if (from[c] == FL_CHANNEL_FULL) bits |= (uint32_t)255 << (8 * c);
  return bits;
}

static void permute(uint8_t *dst, const uint8_t *src, size_t pixels, const uint8_t from[4]) {
  v128_t index = permutation(from), full = fl_simd_hoist(constant_bits(from));
  size_t i = 0;
  for (; i + 32 <= pixels * 4; i += 32) {
    v128_t v = wasm_v128_load(src + i), w = wasm_v128_load(src + i + 16);
    wasm_v128_store(dst + i, wasm_v128_or(wasm_i8x16_swizzle(v, index), full));
    wasm_v128_store(dst + i + 16, wasm_v128_or(wasm_i8x16_swizzle(w, index), full));
  }
  fl_channels_reference.permute(dst + i, src + i, pixels - i / 4, from);
}

/* Byte `channel` of every lane, by four swizzles that put it where it belongs. */
static v128_t gathering(uint32_t channel, uint32_t quarter) {
  uint8_t index[16];
  for (uint32_t i = 0; i < 16; i++) index[i] = i / 4 == quarter ? (uint8_t)(i % 4 * 4 + channel) : 255;
  return wasm_v128_load(index);
}

static void extract(uint8_t *dst, const uint8_t *src, size_t pixels, uint32_t channel) {
  v128_t first = gathering(channel, 0), second = gathering(channel, 1);
  v128_t third = gathering(channel, 2), fourth = gathering(channel, 3);
  size_t i = 0;
  for (; i + 16 <= pixels; i += 16) {
    const uint8_t *from = src + 4 * i;
    v128_t a = wasm_i8x16_swizzle(wasm_v128_load(from), first), b = wasm_i8x16_swizzle(wasm_v128_load(from + 16), second);
    v128_t c = wasm_i8x16_swizzle(wasm_v128_load(from + 32), third), d = wasm_i8x16_swizzle(wasm_v128_load(from + 48), fourth);
    wasm_v128_store(dst + i, wasm_v128_or(wasm_v128_or(a, b), wasm_v128_or(c, d)));
  }
  fl_channels_reference.extract(dst + i, src + 4 * i, pixels - i, channel);
}

const fl_channels_kernels fl_channels_simd = {.permute = permute, .extract = extract};
