#include "demux_stage.h"

FL_MODULE_STAGES("avi_demux", &fl_avi_demux_stage)
