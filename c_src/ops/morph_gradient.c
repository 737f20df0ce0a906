#include "ops/morphology.h"

static fl_status expand(const fl_node *node, fl_expansion *expansion) {
  uint32_t greater = expansion->add(expansion, &(fl_expansion_part){&fl_op_dilate, node->params, {FL_EXPANSION_INPUT}});
  uint32_t less = expansion->add(expansion, &(fl_expansion_part){&fl_op_erode, node->params, {FL_EXPANSION_INPUT}});
  fl_morphology_add_difference(expansion, greater, less, false);
  return FL_OK;
}

const fl_op fl_op_morph_gradient = {
    .name = "morphGradient",
    .doc = "Dilation less erosion: the outlines of things; alpha is that of the dilation.",
    .kind = FL_KIND_EXPANSION,
    FL_MORPHOLOGY_COMMON,
    .cost = 4.0f,
    .expand = expand,
};
