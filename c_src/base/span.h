/* A half-open range of columns or rows, and a rectangle made of two. */
#ifndef FL_BASE_SPAN_H
#define FL_BASE_SPAN_H

#include <stdint.h>

typedef struct fl_span {
  uint32_t first, end; /* [first, end) */
} fl_span;

typedef struct fl_rect {
  fl_span columns, rows;
} fl_rect;

static inline uint32_t fl_span_length(fl_span span) { return span.end - span.first; }

#endif
