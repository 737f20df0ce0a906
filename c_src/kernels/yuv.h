/* Other formats into rgba8, and YUV planes from it. Reference in yuv.c, SIMD twin in yuv_simd.c; the twins are equal byte for byte. */
#ifndef FL_KERNELS_YUV_H
#define FL_KERNELS_YUV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* With L = luma·(Y − offset), U and V less 128: R = L + red_v·V, G = L + green_u·U + green_v·V, B = L + blue_u·U.
 * Fixed point: luma in 1/2¹⁴, the others in 1/2¹³. */
typedef struct fl_yuv_matrix {
  int16_t luma, red_v, green_u, green_v, blue_u; /* green_u and green_v negative */
  uint8_t offset; /* the luma of black */
  uint8_t floor;  /* a darker luma counts as this */
} fl_yuv_matrix;

typedef enum fl_yuv_standard { FL_YUV_BT601, FL_YUV_BT709 } fl_yuv_standard;
#define FL_YUV_STANDARD_CHOICES "bt601|bt709"
typedef enum fl_yuv_range { FL_YUV_LIMITED, FL_YUV_FULL } fl_yuv_range;
#define FL_YUV_RANGE_CHOICES "limited|full"

/* bt601 limited takes luma below 16 for 16, as OpenCV does; the others follow the formula.
 * Source: ITU-R BT.601-7, BT.709-6, H.273. */
const fl_yuv_matrix *fl_kernels_yuv_matrix(fl_yuv_standard standard, fl_yuv_range range);

/* The way back: Y = offset + Σ luma·c, U = 128 + Σ u·c, V = 128 + Σ v·c over the bytes c of a pixel, the last of which, alpha, counts
 * for nothing. Fixed point in 1/2¹⁵; those of u and of v add up to 0, so that gray has no colour. */
typedef struct fl_yuv_weights {
  int16_t luma[4], u[4], v[4];
  uint8_t offset;
} fl_yuv_weights;

#define FL_YUV_GRAY_WEIGHT 28142 /* 219/255 */

/* blue_first: of bgra8. */
fl_yuv_weights fl_kernels_yuv_weights(fl_yuv_standard standard, fl_yuv_range range, bool blue_first);

/* The rows of one image row, from column 0: u and v of i420 have step 1; in nv12 they lie side by side, v = u + 1 and step 2. */
typedef struct fl_yuv_rows {
  const uint8_t *y, *u, *v;
  uint32_t step;
} fl_yuv_rows;

typedef struct fl_yuv_kernels {
  /* Pixels first … first + count − 1 of the rows; pixel x takes chroma sample x/2. Alpha 255.
   * Shape: dst of 4·count bytes; luma of first + count, chroma of (first + count + 1)/2 samples, all apart from dst.
   * Range: any; rounded to 1/64 and then half up, clamped. Errors: none. Owner: borrows all. */
  void (*yuv_to_rgba)(uint8_t *dst, const fl_yuv_rows *rows, size_t first, size_t count, const fl_yuv_matrix *matrix);

  /* Gray into red, green and blue, alpha 255.
   * Shape: 4·count bytes from count, apart. Range: any. Errors: none. Owner: borrows both. */
  void (*gray_to_rgba)(uint8_t *dst, const uint8_t *src, size_t count);

  /* Red and blue change places. Shape: 4·count bytes; dst may be src. Range: any. Errors: none. Owner: borrows both. */
  void (*swap_red_blue)(uint8_t *dst, const uint8_t *src, size_t count);

  /* Luma of `count` pixels. Shape: 4·count bytes in, count out, apart. Range: any; rounded half up. Errors: none. Owner: borrows all. */
  void (*rgba_to_luma)(uint8_t *dst, const uint8_t *src, size_t count, const fl_yuv_weights *weights);

  /* Chroma of the mean of each 2 × 2 pixels of two rows that begin at an even column; where count is odd, of the last 1 × 2.
   * Shape: 4·count bytes each, top may be bottom; (count + 1)/2 samples out, `step` bytes from one to the next (2: v is u + 1),
   * apart. Range: any; rounded half up, clamped. Errors: none. Owner: borrows all. */
  void (*rgba_to_chroma)(uint8_t *u, uint8_t *v, uint32_t step, const uint8_t *top, const uint8_t *bottom, size_t count,
                         const fl_yuv_weights *weights);

  /* Gray as limited luma: 16 + 219/255·v. Shape: count bytes each; dst may be src. Range: any; rounded half up. Errors: none.
   * Owner: borrows both. */
  void (*gray_to_luma)(uint8_t *dst, const uint8_t *src, size_t count);

  /* u and v in turn, and apart again. Shape: count of each, 2·count of pairs, not overlapping. Owner: borrows all. */
  void (*pair)(uint8_t *pairs, const uint8_t *u, const uint8_t *v, size_t count);
  void (*part)(uint8_t *u, uint8_t *v, const uint8_t *pairs, size_t count);
} fl_yuv_kernels;

extern const fl_yuv_kernels fl_yuv_reference, fl_yuv_simd;
static inline const fl_yuv_kernels *fl_kernels_yuv(bool simd) { return simd ? &fl_yuv_simd : &fl_yuv_reference; }

#endif
