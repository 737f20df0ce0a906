/* 128-bit SIMD under its wasm names, in wasm and (through SIMDe) natively, so that a SIMD twin can be sanitized and fuzzed. */
#ifndef FL_BASE_SIMD_H
#define FL_BASE_SIMD_H

#ifdef __wasm__
#include <wasm_simd128.h>
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>

/* Names that SIMDe 0.7.4 lacks. */
#ifndef wasm_u8x16_splat
#define wasm_u8x16_splat(v) wasm_i8x16_splat((int8_t)(v))
#define wasm_u16x8_splat(v) wasm_i16x8_splat((int16_t)(v))
#define wasm_u32x4_splat(v) wasm_i32x4_splat((int32_t)(v))
#define wasm_u64x2_splat(v) wasm_i64x2_splat((int64_t)(v))
#endif
#ifndef wasm_i8x16_const_splat
#define wasm_i8x16_const_splat(v) wasm_i8x16_splat((int8_t)(v))
#define wasm_u8x16_const_splat(v) wasm_i8x16_splat((int8_t)(v))
#define wasm_i16x8_const_splat(v) wasm_i16x8_splat((int16_t)(v))
#define wasm_u16x8_const_splat(v) wasm_i16x8_splat((int16_t)(v))
#define wasm_i32x4_const_splat(v) wasm_i32x4_splat((int32_t)(v))
#define wasm_u32x4_const_splat(v) wasm_i32x4_splat((int32_t)(v))
#define wasm_f32x4_const_splat(v) wasm_f32x4_splat((float)(v))
#endif
#ifndef wasm_u16x8_make
#define wasm_u16x8_make(...) wasm_i16x8_make(__VA_ARGS__)
#define wasm_u32x4_make(...) wasm_i32x4_make(__VA_ARGS__)
#define wasm_u8x16_make(...) wasm_i8x16_make(__VA_ARGS__)
#endif
#endif

#include <stdint.h>
#include <string.h>

/* Besides its work a turn of a loop costs some nine instructions in V8 (a look at the stack's limit, moves, addresses): a loop whose body
 * is no longer than that does two vectors a turn, by #pragma clang loop unroll_count(2). More is slower as a rule: V8 loads everything
 * that a turn needs before it computes, and runs out of registers. */

/* A constant for a hot loop, made before it: 32 bits in every lane. V8 (Node 24, Chromium) builds a constant vector anew, in three
 * instructions, wherever the wasm names one, and LLVM names it at every use; so hide from LLVM that it is constant.
 * Worth it from about five uses in a short loop (measured: 1.1 to 1.6 times the speed). */
static inline v128_t fl_simd_hoist(uint32_t v) {
#ifdef __wasm__
  __asm__("" : "+r"(v));
#endif
  return wasm_u32x4_splat(v);
}

static inline v128_t fl_simd_hoist_float(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof bits);
  return fl_simd_hoist(bits);
}

#endif
