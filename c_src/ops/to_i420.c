#include "ops/planar.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_planar_resolve_planes(node, FL_I420);
  return FL_OK;
}

const fl_op fl_op_to_i420 = {
    .name = "toI420",
    .doc = "Any format as i420: luma, U and V in a plane each. Each chroma sample is that of the mean of its two by two "
           "pixels (OpenCV takes that of the upper left one); alpha is dropped. From nv12 the values stay, whatever matrix and range say.",
    FL_PLANAR_TO_PLANES,
    .resolve = resolve,
};
