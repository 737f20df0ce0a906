#include "ops/planar.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_planar_resolve_packed(node, FL_BGRA8);
  return FL_OK;
}

const fl_op fl_op_to_bgra = {
    .name = "toBgra",
    .family = "convert",
    .doc = "Any format as bgra8. Each chroma sample serves its four pixels as it is; an image without alpha becomes opaque.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_CONVERTIBLE,
    .cost = 0.6f,
    .params = fl_planar_params,
    .param_count = FL_PLANAR_PARAMS,
    .resolve = resolve,
    .row = fl_planar_make_packed,
};
