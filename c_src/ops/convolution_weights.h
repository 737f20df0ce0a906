/* How a convolution is done, decided from its weights. */
#ifndef FL_OPS_CONVOLUTION_WEIGHTS_H
#define FL_OPS_CONVOLUTION_WEIGHTS_H

#include "kernels/convolve.h"
#include "ops/convolution.h"

typedef enum fl_convolution_way {
  FL_CONVOLUTION_SMALL, /* all taps at once in 16 bits */
  FL_CONVOLUTION_FINE,  /* in 32 bits */
  FL_CONVOLUTION_LOOSE, /* in double precision */
  FL_CONVOLUTION_LINES, /* down the columns, then along the row */
} fl_convolution_way;

typedef struct fl_convolution_tables {
  fl_convolution_way way;
  fl_convolve_taps taps;        /* for all ways but LINES, which uses its `finish` */
  fl_convolve_line down, along; /* for LINES */
} fl_convolution_tables;

#endif
