#include "frame/format.h"

#include "base/assert.h"

static const fl_format_info formats[FL_FORMATS] = {
    [FL_RGBA8] = {"rgba8", 4, 1, {4}, 0},   [FL_BGRA8] = {"bgra8", 4, 1, {4}, 0}, [FL_GRAY8] = {"gray8", 1, 1, {1}, 0},
    [FL_I420] = {"i420", 3, 3, {1, 1, 1}, 1}, [FL_NV12] = {"nv12", 3, 2, {1, 2}, 1},
};

const fl_format_info *fl_frame_format(fl_format format) {
  fl_assert((uint32_t)format < FL_FORMATS);
  return &formats[format];
}
