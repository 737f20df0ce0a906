/* The two halves of AVI: the header, avi.c, and what comes after it, avi_body.c. */
#ifndef FL_MODULES_AVI_DEMUX_AVI_H
#define FL_MODULES_AVI_DEMUX_AVI_H

#include "demux.h"
#include "riff.h"

/* From the RIFF to inside its list movi: sets demux->at, stream, body_end, video. */
int32_t fl_avi_open(fl_demux *demux, fl_report *report);
/* Where this RIFF says that it ends; FL_DEMUX_ENDLESS where its size was never written. */
uint64_t fl_avi_end_of(const fl_riff_chunk *riff);

#endif
