#include "ops/morphology.h"

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  uint32_t opened = fl_morphology_add_two(node, expansion, &fl_op_erode, &fl_op_dilate);
  fl_morphology_add_difference(expansion, FL_EXPANSION_INPUT, opened, false);
  return FL_OK;
}

const fl_op fl_op_top_hat = {
    .name = "topHat",
    .doc = "The image less its opening: what is bright and smaller than the element; alpha stays.",
    .kind = FL_KIND_EXPANSION,
    FL_MORPHOLOGY_COMMON,
    .cost = 4.0f,
    .expand = expand,
};
