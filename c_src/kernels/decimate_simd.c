#include "base/simd.h"
#include "kernels/decimate.h"

#define INLINE static inline __attribute__((always_inline))
#define BLOCK 16 /* values at once */

/* ---- shrink ---- */

/* Four channels: two taps on both sides a step; pixels k and k+1 are interleaved for i32x4.dot_i16x8. */
static void shrink_four(float *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights) {
  v128_t scale = wasm_f32x4_splat(1.0f / (float)(1 << weights->bits)), middle = wasm_i32x4_splat(weights->weight[0]);
  for (size_t j = 0; j < n; j++, src += 4 * step) {
    v128_t sum = wasm_i32x4_mul(middle, wasm_i32x4_load16x4(src));
    const int16_t *left = src - 8, *right = src + 4, *weight = weights->weight + 1, *end = weight + weights->radius;
    for (; weight < end; weight += 2, left -= 8, right += 8) {
      v128_t before = wasm_v128_load(left);
      v128_t both = wasm_i16x8_add(wasm_i64x2_shuffle(before, before, 1, 0), wasm_v128_load(right));
      v128_t paired = wasm_i16x8_shuffle(both, both, 0, 4, 1, 5, 2, 6, 3, 7);
      sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(paired, wasm_v128_load32_splat(weight)));
    }
    wasm_v128_store(dst + 4 * j, wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), scale));
  }
}

/* One channel: eight taps on both sides a step, the middle on the left one; the sum is that of the four lanes. */
INLINE v128_t shrink_place(const int16_t *src, const fl_separable_weights *weights) {
  v128_t sum = wasm_i32x4_const_splat(0);
  for (ptrdiff_t k = 0; k <= (ptrdiff_t)weights->radius; k += 8) {
    v128_t left = wasm_v128_load(src - k - 7);
    left = wasm_i16x8_shuffle(left, left, 7, 6, 5, 4, 3, 2, 1, 0);
    sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(left, wasm_v128_load(weights->weight + k)));
    sum = wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(wasm_v128_load(src + k + 1), wasm_v128_load(weights->weight + k + 1)));
  }
  return sum;
}

INLINE v128_t add_halves(v128_t a, v128_t b) {
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), wasm_i32x4_shuffle(a, b, 2, 6, 3, 7));
}

static void shrink_one(float *dst, const int16_t *src, size_t n, size_t step, const fl_separable_weights *weights) {
  v128_t scale = wasm_f32x4_splat(1.0f / (float)(1 << weights->bits));
  size_t j = 0;
  for (; j + 4 <= n; j += 4, src += 4 * step) {
    v128_t first = add_halves(shrink_place(src, weights), shrink_place(src + step, weights));
    v128_t last = add_halves(shrink_place(src + 2 * step, weights), shrink_place(src + 3 * step, weights));
    v128_t sum = wasm_i32x4_add(wasm_i64x2_shuffle(first, last, 0, 2), wasm_i64x2_shuffle(first, last, 1, 3));
    wasm_v128_store(dst + j, wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), scale));
  }
  fl_decimate_reference.shrink(dst + j, src, n - j, 1, step, weights);
}

static void shrink(float *dst, const int16_t *src, size_t n, size_t channels, size_t step, const fl_separable_weights *weights) {
  if (channels == 4) shrink_four(dst, src, n, step, weights);
  else shrink_one(dst, src, n, step, weights);
}

/* ---- weigh ---- */

INLINE void weigh_block(float *dst, const float *const *taps, size_t i, size_t width, const float *weight, size_t reach) {
  v128_t sum[BLOCK / 4], w = wasm_f32x4_splat(weight[0]);
  for (size_t p = 0; p < width; p += 4) sum[p / 4] = wasm_f32x4_mul(w, wasm_v128_load(taps[0] + i + p));
  for (size_t k = 1; k <= reach; k++) {
    const float *a = *(taps - k) + i, *b = taps[k] + i;
    w = wasm_v128_load32_splat(weight + k);
    for (size_t p = 0; p < width; p += 4) {
      v128_t both = wasm_f32x4_add(wasm_v128_load(a + p), wasm_v128_load(b + p));
      sum[p / 4] = wasm_f32x4_add(sum[p / 4], wasm_f32x4_mul(w, both));
    }
  }
  for (size_t p = 0; p < width; p += 4) wasm_v128_store(dst + i + p, sum[p / 4]);
}

static void weigh(float *dst, const float *const *taps, size_t n, const float *weight, size_t reach) {
  size_t i = 0;
  if (n < 4) {
    fl_decimate_reference.weigh(dst, taps, n, weight, reach);
    return;
  }
  for (; i + BLOCK <= n; i += BLOCK) weigh_block(dst, taps, i, BLOCK, weight, reach);
  for (; i + 4 <= n; i += 4) weigh_block(dst, taps, i, 4, weight, reach);
  if (i < n) weigh_block(dst, taps, n - 4, 4, weight, reach);
}

/* ---- widen ---- */

/* Adding 2^23 rounds to even and leaves the integer in the float's low bits. */
INLINE v128_t rounded(v128_t v) {
  v128_t bits = wasm_f32x4_add(v, wasm_f32x4_const_splat(8388608.0f));
  return wasm_v128_and(bits, wasm_i32x4_const_splat(0xffff));
}

static void widen_four(int16_t *dst, const float *src, size_t n, size_t step, size_t phase, const float *spline) {
  for (size_t x = 0; x < n; x++, dst += 4) {
    v128_t sum = wasm_f32x4_mul(wasm_v128_load32_splat(spline + phase), wasm_v128_load(src - 4));
    for (size_t t = 1; t < FL_DECIMATE_TAPS; t++)
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load32_splat(spline + t * step + phase), wasm_v128_load(src + 4 * (t - 1))));
    sum = rounded(sum);
    wasm_v128_store64_lane(dst, wasm_i16x8_narrow_i32x4(sum, sum), 0);
    if (++phase == step) phase = 0, src += 4;
  }
}

/* The coarse value that four pixels share, or those of two pixels and two. */
INLINE v128_t shared(const float *src, bool pairs) {
  if (!pairs) return wasm_v128_load32_splat(src);
  v128_t two = wasm_v128_load64_zero(src);
  return wasm_i32x4_shuffle(two, two, 0, 0, 1, 1);
}

INLINE void widen_quad(int16_t *dst, const float *src, size_t step, const float *weight, bool pairs) {
  v128_t sum = wasm_i32x4_const_splat(0);
  for (size_t t = 0; t < FL_DECIMATE_TAPS; t++) {
    const float *at = weight + t * step;
    v128_t weights = pairs ? wasm_v128_load64_splat(at) : wasm_v128_load(at);
    v128_t product = wasm_f32x4_mul(weights, shared(src + t - 1, pairs));
    sum = t == 0 ? product : wasm_f32x4_add(sum, product);
  }
  sum = rounded(sum);
  wasm_v128_store64_lane(dst, wasm_i16x8_narrow_i32x4(sum, sum), 0);
}

static void widen_one(int16_t *dst, const float *src, size_t n, size_t step, size_t phase, const float *spline) {
  size_t x = phase ? step - phase : 0;
  if (x > n) x = n;
  fl_decimate_reference.widen(dst, src, x, 1, step, phase, spline);
  src += phase != 0;
  if (step == 2)
    for (; x + 4 <= n; x += 4, src += 2) widen_quad(dst + x, src, step, spline, true);
  else
    for (; x + step <= n; x += step, src++)
      for (size_t p = 0; p < step; p += 4) widen_quad(dst + x + p, src, step, spline + p, false);
  fl_decimate_reference.widen(dst + x, src, n - x, 1, step, 0, spline);
}

static void widen(int16_t *dst, const float *src, size_t n, size_t channels, size_t step, size_t phase, const float *spline) {
  if (channels == 4) widen_four(dst, src, n, step, phase, spline);
  else widen_one(dst, src, n, step, phase, spline);
}

/* ---- lift ---- */

INLINE v128_t lift_eight(const int16_t *const rows[FL_DECIMATE_TAPS], size_t i, v128_t first, v128_t last) {
  const int shift = FL_DECIMATE_BITS + FL_SEPARABLE_FRACTION;
  v128_t a = wasm_v128_load(rows[0] + i), b = wasm_v128_load(rows[1] + i), c = wasm_v128_load(rows[2] + i);
  v128_t d = wasm_v128_load(rows[3] + i), half = wasm_i32x4_splat(1 << (shift - 1));
  v128_t low = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11), first);
  v128_t high = wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15), first);
  low = wasm_i32x4_add(low, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(c, d, 0, 8, 1, 9, 2, 10, 3, 11), last));
  high = wasm_i32x4_add(high, wasm_i32x4_dot_i16x8(wasm_i16x8_shuffle(c, d, 4, 12, 5, 13, 6, 14, 7, 15), last));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low, half), shift), wasm_i32x4_shr(wasm_i32x4_add(high, half), shift));
}

static void lift(uint8_t *dst, const int16_t *const rows[FL_DECIMATE_TAPS], size_t n, const int16_t weight[FL_DECIMATE_TAPS]) {
  if (n < BLOCK) {
    fl_decimate_reference.lift(dst, rows, n, weight);
    return;
  }
  v128_t first = wasm_v128_load32_splat(weight), last = wasm_v128_load32_splat(weight + 2);
  for (size_t i = 0; i < n; i += BLOCK) {
    if (i + BLOCK > n) i = n - BLOCK;
    wasm_v128_store(dst + i, wasm_u8x16_narrow_i16x8(lift_eight(rows, i, first, last), lift_eight(rows, i + 8, first, last)));
  }
}

const fl_decimate_kernels fl_decimate_simd = {.shrink = shrink, .weigh = weigh, .widen = widen, .lift = lift};
