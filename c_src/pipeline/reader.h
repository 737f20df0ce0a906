/* Reads the bytes of an encoded pipeline. Reading beyond the end gives zeros and sets `broken`: test it before what was read is used.
 *
 * The format, little-endian, every item padded to 4 bytes:
 *   pipeline  u32 magic 'FLG1', u32 number of nodes, the nodes; the last one is the result
 *   node      u32 0, u32 index of the frame                                  a frame
 *             u32 1, u32 op index, u32 inputs, u32 node each, u32 parameters, the parameters     an operation
 *   parameter text name, u32 tag, value
 *   value     tag 0 number: f64 · 1 boolean: u32 · 2 text · 3 list: u32 count, f64 each · 4 none of these: text that names it
 *   text      u32 length in bytes, bytes */
#ifndef FL_PIPELINE_READER_H
#define FL_PIPELINE_READER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FL_GRAPH_MAGIC 0x31474C46u
enum { FL_NODE_FRAME, FL_NODE_OP };
typedef enum fl_tag { FL_TAG_NUMBER, FL_TAG_BOOLEAN, FL_TAG_TEXT, FL_TAG_LIST, FL_TAG_OTHER } fl_tag;

typedef struct fl_reader {
  const uint8_t *at;
  uint64_t left;
  bool broken;
} fl_reader;

/* The next `bytes` bytes, or NULL. */
static inline const uint8_t *fl_read_bytes(fl_reader *reader, uint64_t bytes) {
  uint64_t padded = (bytes + 3) & ~3ull;
  if (reader->broken || padded > reader->left || padded < bytes) {
    reader->broken = true;
    return NULL;
  }
  const uint8_t *start = reader->at;
  reader->at += padded, reader->left -= padded;
  return start;
}

static inline uint32_t fl_read_u32(fl_reader *reader) {
  uint32_t value = 0;
  const uint8_t *bytes = fl_read_bytes(reader, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

static inline double fl_read_f64(fl_reader *reader) {
  double value = 0;
  const uint8_t *bytes = fl_read_bytes(reader, sizeof value);
  if (bytes) memcpy(&value, bytes, sizeof value);
  return value;
}

typedef struct fl_slice {
  const char *bytes;
  uint32_t length;
} fl_slice;

static inline fl_slice fl_read_text(fl_reader *reader) {
  uint32_t length = fl_read_u32(reader);
  const char *bytes = (const char *)fl_read_bytes(reader, length);
  return (fl_slice){bytes, bytes ? length : 0};
}

static inline bool fl_slice_is(fl_slice slice, const char *string) {
  return strlen(string) == slice.length && memcmp(slice.bytes, string, slice.length) == 0;
}

#endif
