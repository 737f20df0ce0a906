#include "kernels/histogram.h"
#include "kernels/tone.h"
#include "ops/op.h"

#include <float.h>
#include <string.h>

enum { VALUE, MAX, TYPE, AUTO };
enum { BINARY, BINARY_INV, TRUNC, TO_ZERO, TO_ZERO_INV };
enum { NONE, OTSU, TRIANGLE };

static const fl_param params[] = {
    [VALUE] = {.name = "value", .doc = "the threshold: values above it are treated one way, the rest the other; rounded down",
               .type = FL_PARAM_NUMBER, .max = 255, .preset = 128},
    [MAX] = {.name = "max", .doc = "what binary and binaryInv make of a value that passes", .type = FL_PARAM_INTEGER, .max = 255,
             .preset = 255},
    [TYPE] = {.name = "type",
              .doc = "binary: max above, else 0; binaryInv: 0 above, else max; trunc: value above; toZero: 0 below; toZeroInv: 0 above",
              .type = FL_PARAM_CHOICE, .choices = "binary|binaryInv|trunc|toZero|toZeroInv"},
    [AUTO] = {.name = "auto", .doc = "finds the value from the histogram of a gray8 frame, in place of `value`",
              .type = FL_PARAM_CHOICE, .choices = "none|otsu|triangle"},
};

static fl_status resolve(fl_node *node, fl_report *report) {
  if (node->params[AUTO].number == NONE) return FL_OK;
  node->kind = FL_KIND_REDUCE;
  if (node->in[0].format == FL_GRAY8) return FL_OK;
  return fl_report_fail(report, FL_BAD_FORMAT, "threshold", "auto needs a gray8 frame: put grayscale() before it");
}

/* With a value below 0 everything is above. */
static fl_tone_step make_step(const fl_node *node, int32_t value) {
  uint8_t max = (uint8_t)node->params[MAX].number, limit = (uint8_t)(value < 0 ? 0 : value);
  uint8_t above_keep = 0, above_set = 0, below_keep = 0, below_set = 0;
  switch ((int)node->params[TYPE].number) {
    case BINARY: above_set = max; break;
    case BINARY_INV: below_set = max; break;
    case TRUNC: above_set = limit, below_keep = 255; break;
    case TO_ZERO: above_keep = 255; break;
    default: below_keep = 255; break;
  }
  if (value < 0) below_keep = above_keep, below_set = above_set;
  fl_tone_step step = {.value = limit};
  for (uint32_t c = 0; c < 4; c++) {
    bool alpha = c == 3 && node->in[0].format != FL_GRAY8;
    step.above_keep[c] = alpha ? 255 : above_keep, step.above_set[c] = alpha ? 0 : above_set;
    step.below_keep[c] = alpha ? 255 : below_keep, step.below_set[c] = alpha ? 0 : below_set;
  }
  return step;
}

/* The step is the operation's table: made at once of the value given, or when the histogram is known. */
static size_t tables_bytes(const fl_node *node) {
  (void)node;
  return sizeof(fl_tone_step);
}

static void fill(const fl_node *node, void *tables) {
  *(fl_tone_step *)tables = make_step(node, (int32_t)node->params[VALUE].number);
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  size_t bytes = (size_t)fl_span_length(stage->columns) * fl_bytes_per_pixel(node->out.format);
  fl_kernels_tone(node->simd)->threshold(stage->dst, stage->in[0].rows[0], bytes, node->tables);
}

/* ---- auto ---- */

static size_t partial_bytes(const fl_node *node) {
  (void)node;
  return 256 * sizeof(uint32_t);
}

static void gather(const fl_node *node, const fl_image *image, fl_rect tile, void *partial) {
  fl_histogram_of(node->simd, fl_frame_image_row(image, 0, tile.rows.first) + tile.columns.first, image->plane[0].stride,
                  fl_span_length(tile.columns), fl_span_length(tile.rows), 1, partial);
}

/* Otsu 1979: the threshold with the largest variance between the two classes. Means are updated as OpenCV updates them, in the
 * same order, so that near ties fall the same way. */
static int32_t find_otsu(const uint32_t histogram[256]) {
  double pixels = 0, mean = 0, best = 0;
  for (int32_t v = 0; v < 256; v++) pixels += histogram[v], mean += v * (double)histogram[v];
  double scale = 1 / pixels, low_share = 0, low_mean = 0;
  mean *= scale;
  int32_t threshold = 0;
  for (int32_t v = 0; v < 256; v++) {
    double share = histogram[v] * scale, low_sum = low_mean * low_share;
    low_share += share;
    double high_share = 1 - low_share;
    low_mean = low_sum;
    if (fmin(low_share, high_share) < FLT_EPSILON || fmax(low_share, high_share) > 1 - FLT_EPSILON) continue;
    low_mean = (low_sum + v * share) / low_share;
    double high_mean = (mean - low_share * low_mean) / high_share;
    double variance = low_share * high_share * (low_mean - high_mean) * (low_mean - high_mean);
    if (variance > best) best = variance, threshold = v;
  }
  return threshold;
}

/* Zack 1977: a line from the peak to the end of the longer tail; the threshold is where the histogram lies farthest below it.
 * -1 where it lies nowhere below. Counted from the tail's end, as OpenCV does by mirroring the histogram. */
static int32_t find_triangle(const uint32_t histogram[256]) {
  int32_t first = 0, last = 255, peak = 0;
  while (first < 255 && histogram[first] == 0) first++;
  while (last > 0 && histogram[last] == 0) last--;
  for (int32_t v = 1; v < 256; v++)
    if (histogram[v] > histogram[peak]) peak = v;
  if (first > 0) first--;
  if (last < 255) last++;
  bool mirrored = peak - first < last - peak;
  int32_t start = mirrored ? 255 - last : first, end = mirrored ? 255 - peak : peak, threshold = start;
  double best = 0;
  for (int32_t i = start + 1; i <= end; i++) {
    double distance = (double)histogram[peak] * i + (double)(start - end) * histogram[mirrored ? 255 - i : i];
    if (distance > best) best = distance, threshold = i;
  }
  threshold--;
  return mirrored ? fl_min_i32(255 - threshold, 255) : threshold;
}

static void conclude(const fl_node *node, const void *partials, uint32_t count, void *tables) {
  uint32_t histogram[256] = {0};
  for (uint32_t i = 0; i < count; i++)
    for (uint32_t v = 0; v < 256; v++) histogram[v] += ((const uint32_t *)partials)[i * 256 + v];
  *(fl_tone_step *)tables = make_step(node, node->params[AUTO].number == OTSU ? find_otsu(histogram) : find_triangle(histogram));
}

const fl_op fl_op_threshold = {
    .name = "threshold",
    .family = "tone",
    .doc = "Splits the values of every colour channel in two at a threshold, given or found; alpha stays.",
    .kind = FL_KIND_POINT,
    .anywhere = true,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.3f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .tables_bytes = tables_bytes,
    .fill = fill,
    .row = row,
    .partial_bytes = partial_bytes,
    .gather = gather,
    .conclude = conclude,
};
