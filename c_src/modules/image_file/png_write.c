/* A PNG of one IDAT: rows are filtered one at a time and compressed as they come, so that beside the file there are three rows in memory. */
#include "checksum.h"
#include "deflate.h"
#include "image_file.h"

enum { NONE, SUB, UP, AVERAGE, PAETH, FILTERS };

static void add_u32(fl_image_output *out, uint32_t value) {
  const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
  fl_image_output_add(out, bytes, 4);
}

/* Its length is filled in by end_chunk(). */
static size_t begin_chunk(fl_image_output *out, const char *type) {
  add_u32(out, 0);
  fl_image_output_add(out, type, 4);
  return out->length;
}

static void end_chunk(fl_image_output *out, size_t begin) {
  if (out->failed) return;
  uint8_t *length = out->bytes + begin - 8;
  uint32_t count = (uint32_t)(out->length - begin);
  length[0] = (uint8_t)(count >> 24), length[1] = (uint8_t)(count >> 16), length[2] = (uint8_t)(count >> 8), length[3] = (uint8_t)count;
  add_u32(out, fl_crc32(0, length + 4, count + 4));
}

static void add_header(const fl_image_pixels *image, fl_image_output *out) {
  fl_image_output_add(out, "\x89PNG\r\n\x1A\n", 8);
  size_t chunk = begin_chunk(out, "IHDR");
  add_u32(out, image->width), add_u32(out, image->height);
  const uint8_t rest[5] = {8, image->channels == 1 ? 0 : 6 /* gray; RGB and alpha */, 0, 0, 0};
  fl_image_output_add(out, rest, 5);
  end_chunk(out, chunk);
}

/* ---- filters (PNG specification, section 9) ---- */

static inline uint8_t paeth(int left, int above, int corner) {
  int to_left = above - corner, to_above = left - corner, to_corner = to_left + to_above;
  to_left = to_left < 0 ? -to_left : to_left, to_above = to_above < 0 ? -to_above : to_above, to_corner = to_corner < 0 ? -to_corner : to_corner;
  int second = to_above <= to_corner ? above : corner;
  return (uint8_t)(to_left <= to_above && to_left <= to_corner ? left : second);
}

/* Bytes from i on, where there is a pixel to the left. */
static void filter_row(int filter, const uint8_t *row, const uint8_t *above, uint32_t n, uint32_t step, uint8_t *restrict out) {
  switch (filter) {
    case NONE: for (uint32_t i = step; i < n; i++) out[i] = row[i]; break;
    case SUB: for (uint32_t i = step; i < n; i++) out[i] = (uint8_t)(row[i] - row[i - step]); break;
    case UP: for (uint32_t i = step; i < n; i++) out[i] = (uint8_t)(row[i] - above[i]); break;
    case AVERAGE: for (uint32_t i = step; i < n; i++) out[i] = (uint8_t)(row[i] - ((row[i - step] + above[i]) >> 1)); break;
    default: for (uint32_t i = step; i < n; i++) out[i] = (uint8_t)(row[i] - paeth(row[i - step], above[i], above[i - step])); break;
  }
}

static void filter_first_pixel(int filter, const uint8_t *row, const uint8_t *above, uint32_t step, uint8_t *out) {
  for (uint32_t i = 0; i < step; i++) {
    uint32_t guess = filter == UP || filter == PAETH ? above[i] : filter == AVERAGE ? above[i] >> 1 : 0;
    out[i] = (uint8_t)(row[i] - guess);
  }
}

/* How far its bytes are from 0, as signed ones: the row that is nearest is taken, as the specification advises. */
static uint32_t weight(const uint8_t *row, uint32_t n) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < n; i++) sum += row[i] < 128 ? row[i] : 256u - row[i];
  return sum;
}

typedef struct rows {
  uint8_t *best, *trial; /* the filter's number, then the row */
  const uint8_t *zeros;
} rows;

static void put_row(const fl_image_pixels *image, uint32_t y, rows *rows, fl_deflate *stream) {
  const uint8_t *row = image->rows + (size_t)y * image->stride, *above = y > 0 ? row - image->stride : rows->zeros;
  uint32_t n = image->width * image->channels, least = UINT32_MAX;
  for (int filter = NONE; filter < FILTERS; filter++) {
    uint8_t *trial = rows->trial;
    trial[0] = (uint8_t)filter;
    filter_first_pixel(filter, row, above, image->channels, trial + 1);
    filter_row(filter, row, above, n, image->channels, trial + 1);
    uint32_t sum = weight(trial + 1, n);
    if (sum >= least) continue;
    least = sum;
    rows->trial = rows->best, rows->best = trial;
  }
  fl_deflate_put(stream, rows->best, n + 1);
}

fl_status fl_image_encode_png(const fl_image_pixels *image, fl_image_output *out, fl_report *report) {
  if ((double)image->width * image->height > FL_IMAGE_PIXELS_MAX)
    return fl_report_fail(report, FL_BAD_FORMAT, NULL, "more than 16383 × 16383 pixels cannot be written");
  size_t n = (size_t)image->width * image->channels;
  uint8_t *memory = fl_image_memory_take(3 * (n + 1));
  if (!memory) return fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "there is no memory for three rows");
  rows rows = {memory, memory + n + 1, memory + 2 * (n + 1)};
  add_header(image, out);
  size_t chunk = begin_chunk(out, "IDAT");
  fl_deflate *stream = fl_deflate_begin(out);
  for (uint32_t y = 0; stream && !out->failed && y < image->height; y++) put_row(image, y, &rows, stream);
  if (stream) fl_deflate_end(stream);
  end_chunk(out, chunk);
  end_chunk(out, begin_chunk(out, "IEND"));
  fl_image_memory_give(memory);
  if (stream && !out->failed) return FL_OK;
  return fl_report_fail(report, FL_OUT_OF_MEMORY, NULL, "there is no memory for the file");
}
