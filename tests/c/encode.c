#include "encode.h"

#include "pipeline/reader.h"

#include <stdlib.h>

static void put(encoder *e, const void *bytes, uint32_t length) {
  uint32_t padded = (length + 3) & ~3u;
  if (e->length + padded > sizeof e->bytes) abort();
  memset(e->bytes + e->length, 0, padded);
  memcpy(e->bytes + e->length, bytes, length);
  e->length += padded;
}

void encode_u32(encoder *e, uint32_t value) { put(e, &value, sizeof value); }

void encode_string(encoder *e, const char *value) {
  encode_u32(e, (uint32_t)strlen(value));
  put(e, value, (uint32_t)strlen(value));
}

void encode_start(encoder *e) {
  e->length = e->nodes = 0;
  encode_u32(e, FL_GRAPH_MAGIC);
  encode_u32(e, 0);
}

static uint32_t next_node(encoder *e) {
  e->nodes++;
  memcpy(e->bytes + 4, &e->nodes, sizeof e->nodes);
  return e->nodes - 1;
}

uint32_t encode_frame(encoder *e, uint32_t frame) {
  encode_u32(e, FL_NODE_FRAME);
  encode_u32(e, frame);
  return next_node(e);
}

uint32_t encode_op(encoder *e, const char *name, uint32_t from, uint32_t other, uint32_t count) {
  uint32_t index = 0;
  while (index < fl_ops_count() && (!fl_ops_at(index) || strcmp(fl_ops_at(index)->name, name) != 0)) index++; /* there may be gaps */
  if (index == fl_ops_count()) abort();
  encode_u32(e, FL_NODE_OP);
  encode_u32(e, index);
  encode_u32(e, fl_ops_at(index)->inputs);
  encode_u32(e, from);
  if (fl_ops_at(index)->inputs == 2) encode_u32(e, other);
  encode_u32(e, count);
  return next_node(e);
}

void encode_number(encoder *e, const char *name, double value) {
  encode_string(e, name);
  encode_u32(e, FL_TAG_NUMBER);
  put(e, &value, sizeof value);
}

void encode_text(encoder *e, const char *name, const char *value) {
  encode_string(e, name);
  encode_u32(e, FL_TAG_TEXT);
  encode_string(e, value);
}

void encode_list(encoder *e, const char *name, const double *items, uint32_t count) {
  encode_string(e, name);
  encode_u32(e, FL_TAG_LIST);
  encode_u32(e, count);
  for (uint32_t i = 0; i < count; i++) put(e, &items[i], sizeof items[i]);
}
