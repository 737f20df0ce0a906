/* In a file of its own, without a twin, because the compiler makes vectors of it by itself. */
#include "base/size.h"
#include "kernels/warp.h"

/* Mirrors at 0 and at `length`, counted from `origin`. What lies so far out that once is not enough comes out negative. */
static int32_t mirror_once(int32_t *positions, uint32_t n, int32_t origin, int32_t length) {
  int32_t signs = 0;
  for (uint32_t i = 0; i < n; i++) {
    int32_t p = positions[i] + origin;
    p = p < 0 ? -p : p;
    p = fl_min_i32(p, 2 * length - p);
    signs |= p;
    positions[i] = p - origin;
  }
  return signs;
}

static void mirror_far(int32_t *positions, uint32_t n, int32_t origin, int32_t length) {
  for (uint32_t i = 0; i < n; i++) {
    int32_t p = positions[i] + origin;
    if (p < 0) p = -p % (2 * length), positions[i] = fl_min_i32(p, 2 * length - p) - origin;
  }
}

static void mirror(int32_t *positions, uint32_t n, int32_t origin, int32_t length) {
  if (mirror_once(positions, n, origin, length) < 0) mirror_far(positions, n, origin, length);
}

static void wrap(int32_t *positions, uint32_t n, int32_t length) {
  for (uint32_t i = 0; i < n; i++) {
    int32_t p = positions[i];
    if (p < 0 || p >= length) positions[i] = (p % length + length) % length;
  }
}

void fl_warp_fold(int32_t *positions, uint32_t n, uint32_t size, fl_border border) {
  int32_t length = (int32_t)size * FL_WARP_ONE, last = length - FL_WARP_ONE;
  if (border == FL_BORDER_WRAP) {
    wrap(positions, n, length);
    return;
  }
  if (border == FL_BORDER_REFLECT101) mirror(positions, n, 0, last);
  else if (border == FL_BORDER_REFLECT) mirror(positions, n, FL_WARP_ONE / 2, length);
  /* Not at the last pixel itself but 1/1024 before it, which rounds to the same. */
  for (uint32_t i = 0; i < n; i++) positions[i] = fl_clamp_i32(positions[i], 0, last - 1);
}
