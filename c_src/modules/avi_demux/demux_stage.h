/* The stage aviDemux: a video file's packets, or its pixels, as items. */
#ifndef FL_MODULES_AVI_DEMUX_STAGE_H
#define FL_MODULES_AVI_DEMUX_STAGE_H

#include <framelane_module.h>

extern const fl_stage_type fl_avi_demux_stage;

#endif
