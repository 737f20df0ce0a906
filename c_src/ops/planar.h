/* What the operations between packed pixels and planes of YUV share: toRgba, toBgra, toI420, toNv12. */
#ifndef FL_OPS_PLANAR_H
#define FL_OPS_PLANAR_H

#include "ops/op.h"

#define FL_FORMATS_CONVERTIBLE (FL_FORMATS_TONE | FL_FORMAT_BIT(FL_I420) | FL_FORMAT_BIT(FL_NV12))

#define FL_PLANAR_PARAMS 2
extern const fl_param fl_planar_params[FL_PLANAR_PARAMS]; /* matrix, range */

/* resolve() and row() of an operation that gives rgba8 or bgra8: as its node->out.format says. From planes it is random access. */
void fl_planar_resolve_packed(fl_node *node, fl_format out);
void fl_planar_make_packed(fl_stage *stage);

/* resolve(), rows() and row() of one that gives i420 or nv12, two rows at a time. Planes from planes keep their values. */
void fl_planar_resolve_planes(fl_node *node, fl_format out);
fl_window fl_planar_rows(const fl_node *node, uint32_t input, uint32_t y);
void fl_planar_make_planes(fl_stage *stage);

#define FL_PLANAR_COMMON                                                                                          \
  .family = "convert", .inputs = 1, .formats = FL_FORMATS_CONVERTIBLE, .cost = 0.6f, .params = fl_planar_params, \
  .param_count = FL_PLANAR_PARAMS
#define FL_PLANAR_TO_PACKED FL_PLANAR_COMMON, .kind = FL_KIND_POINT, .anywhere = true, .row = fl_planar_make_packed
#define FL_PLANAR_TO_PLANES FL_PLANAR_COMMON, .kind = FL_KIND_RESAMPLE, .band = 2, .rows = fl_planar_rows, .row = fl_planar_make_planes

#endif
