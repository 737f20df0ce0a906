#include "ops/planar.h"

static fl_status resolve(fl_node *node, fl_report *report) {
  (void)report;
  fl_planar_resolve_packed(node, FL_RGBA8);
  return FL_OK;
}

const fl_op fl_op_to_rgba = {
    .name = "toRgba",
    .doc = "Any format as rgba8. Each chroma sample serves its four pixels as it is; an image without alpha becomes opaque.",
    FL_PLANAR_TO_PACKED,
    .resolve = resolve,
};
