/* What lies beyond an image's edge: the row or column that stands in for index i of n. OpenCV's names and meanings. */
#ifndef FL_KERNELS_BORDER_H
#define FL_KERNELS_BORDER_H

#include <stdint.h>

typedef enum fl_border {
  FL_BORDER_REFLECT101, /* dcb|abcd|cba */
  FL_BORDER_REPLICATE,  /* aaa|abcd|ddd */
  FL_BORDER_REFLECT,    /* cba|abcd|dcb */
  FL_BORDER_WRAP,       /* bcd|abcd|abc */
  FL_BORDER_CONSTANT,   /* kkk|abcd|kkk */
} fl_border;
#define FL_BORDER_CHOICES "reflect101|replicate|reflect|wrap|constant"

/* The index in [0, n) that stands in for i (any i, n ≥ 1); -1 for FL_BORDER_CONSTANT outside. */
static inline int32_t fl_border_index(int32_t i, int32_t n, fl_border border) {
  if (i >= 0 && i < n) return i;
  if (border == FL_BORDER_CONSTANT) return -1;
  if (border == FL_BORDER_REPLICATE || n == 1) return i < 0 ? 0 : n - 1;
  int32_t period = border == FL_BORDER_WRAP ? n : border == FL_BORDER_REFLECT ? 2 * n : 2 * n - 2;
  i %= period;
  if (i < 0) i += period;
  if (i < n) return i;
  return border == FL_BORDER_REFLECT ? period - 1 - i : period - i;
}

#endif
