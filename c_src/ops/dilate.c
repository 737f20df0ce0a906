#include "ops/morphology.h"
#include "ops/stencil.h"

const fl_op fl_op_dilate = {
    .name = "dilate",
    .doc = "The greatest value under the element, in every channel: bright things grow. Pixels outside the image are ignored.",
    FL_MORPHOLOGY_STAGE,
    FL_MORPHOLOGY_COMMON,
    .cost = 1.6f,
};
