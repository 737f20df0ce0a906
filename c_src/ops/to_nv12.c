#include "ops/planar.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_planar_resolve_planes(node, FL_NV12);
  return FL_OK;
}

const fl_op fl_op_to_nv12 = {
    .name = "toNv12",
    .doc = "Any format as nv12: a plane of luma and one of U and V in turn. Each chroma sample is that of the mean of its two by two "
           "pixels (OpenCV takes that of the upper left one); alpha is dropped. From i420 the values stay, whatever matrix and range say.",
    FL_PLANAR_TO_PLANES,
    .resolve = resolve,
};
