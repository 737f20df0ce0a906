#include "ops/morphology.h"

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  uint32_t closed = fl_morphology_add_two(node, expansion, &fl_op_dilate, &fl_op_erode);
  fl_morphology_add_difference(expansion, closed, FL_EXPANSION_INPUT, true);
  return FL_OK;
}

const fl_op fl_op_black_hat = {
    .name = "blackHat",
    .doc = "The closing less the image: what is dark and smaller than the element; alpha stays.",
    .kind = FL_KIND_EXPANSION,
    FL_MORPHOLOGY_COMMON,
    .cost = 4.0f,
    .expand = expand,
};
