/* Parameters as they come from outside, checked against an operation's schema. */
#ifndef FL_PIPELINE_PARAMS_H
#define FL_PIPELINE_PARAMS_H

#include "memory/arena.h"
#include "ops/op.h"
#include "pipeline/reader.h"

/* Reads the parameters of one node and gives op->param_count values in schema order, defaults filled in, in the arena.
 * Errors: FL_BAD_ARGUMENT for an unknown or repeated name, a wrong type, NaN, a value out of range, a missing required one:
 * the message names op, parameter, what is allowed and what was given; FL_OUT_OF_MEMORY. */
fl_status fl_pipeline_read_params(fl_reader *reader, const fl_op *op, fl_arena *arena, const fl_value **out, fl_report *report);

#endif
