/* Writes encoded pipelines for tests; the format stands in pipeline/reader.h. */
#ifndef FL_TESTS_ENCODE_H
#define FL_TESTS_ENCODE_H

#include "ops/op.h"

typedef struct encoder {
  uint8_t bytes[16384];
  uint32_t length, nodes;
} encoder;

void encode_start(encoder *e);
uint32_t encode_frame(encoder *e, uint32_t frame); /* the node's index */
/* An operation with `count` parameters to follow. from[1] matters for two inputs. */
uint32_t encode_op(encoder *e, const char *name, uint32_t from, uint32_t other, uint32_t count);
void encode_number(encoder *e, const char *name, double value);
void encode_text(encoder *e, const char *name, const char *value);
void encode_list(encoder *e, const char *name, const double *items, uint32_t count);
void encode_u32(encoder *e, uint32_t value);
void encode_string(encoder *e, const char *value);

#endif
