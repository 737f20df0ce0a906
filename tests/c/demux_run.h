/* The stage aviDemux over bytes in memory, with the fake runtime. */
#ifndef FL_TESTS_DEMUX_RUN_H
#define FL_TESTS_DEMUX_RUN_H

#include <math.h>
#include <stdio.h>

#include "fake_flow.h"
#include "made_video.h"

/* What the next run is to be like is set here before it; what it came to is here after it, until demux_end(). */
extern fake_flow demux_flow;

/* Runs to the end. count: NAN for all. Gives FL_FLOW_END, an error, or FL_OK if it went on for longer than so many bytes can take. */
int32_t demux_run(const uint8_t *bytes, size_t length, double start, double count);
/* False: something was left lying, read wrongly, copied. */
bool demux_end(void);

/* The run failed so, and said that. */
bool demux_failed(int32_t status, int32_t expected, const char *words);
/* Event i is that packet: number, and bytes as they lie in the file. */
bool demux_gave(uint32_t i, uint32_t number, const uint8_t *bytes, uint64_t length);
/* Event i says that this number was lost, in these words. */
bool demux_lost(uint32_t i, uint32_t number, int32_t status, const char *words);

#endif
