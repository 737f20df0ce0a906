/* How a convolution is done, decided from its weights. */
#ifndef FL_OPS_CONVOLUTION_WEIGHTS_H
#define FL_OPS_CONVOLUTION_WEIGHTS_H

#include "kernels/convolve.h"
#include "ops/convolution.h"

typedef enum fl_convolution_way { FL_CONVOLUTION_SMALL, FL_CONVOLUTION_FINE, FL_CONVOLUTION_LOOSE, FL_CONVOLUTION_LINES } fl_convolution_way;

typedef struct fl_convolution_tables {
  fl_convolution_way way;
  fl_convolve_taps taps;        /* for all ways but LINES, which uses its `finish` */
  fl_convolve_line down, along; /* for LINES */
} fl_convolution_tables;

#endif
