/* The columns beyond an image's edge, for stencils: a scratch row is widened, or the pixels at its ends get patches of their own. */
#ifndef FL_KERNELS_MARGIN_H
#define FL_KERNELS_MARGIN_H

#include "base/span.h"
#include "kernels/border.h"

#include <stddef.h>
#include <stdint.h>

#define FL_MARGIN_PIXEL_MAX 16u /* bytes of the widest pixel in a scratch row: four channels of 32 bits */

/* Which columns there are: of an image `width` wide, `known` are at hand. */
typedef struct fl_margin {
  fl_span known;
  uint32_t width;
  fl_border border;
} fl_margin;

/* Fills in the columns [first, known.first) and [known.end, end) of a scratch row from the known ones.
 * Shape : row is column `first`, pixels are 1, 2, 4, 8 or 16 bytes wide; constant is one pixel, used by FL_BORDER_CONSTANT alone.
 * Range : first ≤ known.first, end ≥ known.end; what is missing lies outside the image, and the columns that stand in for it
 *         are known. Any distance: narrow images are folded as often as needed. */
void fl_margin_fill(void *row, int32_t first, int32_t end, size_t pixel, const fl_margin *margin, const void *constant);

/* A 3×3 stencil over one row: n pixels of dst from rows above, here and below, each valid one pixel beyond both ends. */
typedef void (*fl_margin_kernel)(uint8_t *dst, const uint8_t *const rows[3], size_t n);

/* Runs it for the columns `out`. The pixels at the image's edge, and some beside them, are made from a patch, so that the others
 * read straight from rows.
 * Shape : rows[k] is column known.first; pixel is 1 or 4 bytes; dst is column out.first and none of the rows.
 * Range : out not empty; known holds out, one column on both sides, and what stands in for those outside the image. */
void fl_margin_run3(fl_margin_kernel kernel, uint8_t *dst, fl_span out, const uint8_t *const rows[3], size_t pixel,
                    const fl_margin *margin, const uint8_t *constant);

#endif
