#include "ops/morphology.h"
#include "ops/stencil.h"

const fl_op fl_op_erode = {
    .name = "erode",
    .doc = "The least value under the element, in every channel: dark things grow. Pixels outside the image are ignored.",
    FL_MORPHOLOGY_STAGE,
    FL_MORPHOLOGY_COMMON,
    .cost = 1.6f,
};
