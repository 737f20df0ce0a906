#include "ops/planar.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_planar_resolve_planes(node, FL_NV12);
  return FL_OK;
}

const fl_op fl_op_to_nv12 = {
    .name = "toNv12",
    .family = "convert",
    .doc = "Any format as nv12: a plane of luma and one of U and V in turn. Each chroma sample is that of the mean of its two by two "
           "pixels (OpenCV takes that of the upper left one); alpha is dropped. From i420 the values stay, whatever matrix and range say.",
    .kind = FL_KIND_RESAMPLE,
    .inputs = 1,
    .formats = FL_FORMATS_CONVERTIBLE,
    .band = 2,
    .cost = 0.6f,
    .params = fl_planar_params,
    .param_count = FL_PLANAR_PARAMS,
    .resolve = resolve,
    .rows = fl_planar_rows,
    .row = fl_planar_make_planes,
};
