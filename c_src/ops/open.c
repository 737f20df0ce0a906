#include "ops/morphology.h"

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  fl_morphology_add_two(node, expansion, &fl_op_erode, &fl_op_dilate);
  return FL_OK;
}

const fl_op fl_op_open = {
    .name = "open",
    .doc = "Erosion, then dilation: takes away what is bright and smaller than the element.",
    .kind = FL_KIND_EXPANSION,
    FL_MORPHOLOGY_COMMON,
    .cost = 4.0f,
    .expand = expand,
};
