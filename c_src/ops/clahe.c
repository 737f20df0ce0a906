#include "kernels/clahe.h"
#include "ops/op.h"

enum { CLIP_LIMIT, TILES_X, TILES_Y };

#define TILES_MAX 32

/* The regions, each with a table of its own. Where their number does not divide the image, it is thought to go on mirrored to the
 * right and below, as OpenCV has it: both ways, if one does not divide, and a whole number more where it does. */
typedef struct regions {
  uint32_t across, down;  /* how many */
  uint32_t width, height; /* pixels of one */
} regions;

static regions regions_of(const fl_node *node) {
  uint32_t across = (uint32_t)node->params[TILES_X].number, down = (uint32_t)node->params[TILES_Y].number;
  uint32_t width = node->in[0].width, height = node->in[0].height;
  uint32_t more = width % across || height % down;
  return (regions){across, down, width / across + more, height / down + more};
}

static uint32_t colours_of(const fl_node *node) { return node->in[0].format == FL_GRAY8 ? 1 : 3; }

static fl_rect grid(const fl_node *node) {
  regions all = regions_of(node);
  return (fl_rect){{0, all.across}, {0, all.down}};
}

/* ---- one region: its table ---- */

static size_t partial_bytes(const fl_node *node) { return colours_of(node) * 256; }

static uint32_t mirrored(uint32_t at, uint32_t length) {
  return (uint32_t)fl_border_index((int32_t)at, (int32_t)length, FL_BORDER_REFLECT101);
}

/* What of the region lies beyond the image, pixel by pixel. */
static void count_mirrored(const fl_image *image, fl_rect region, uint32_t channels, uint32_t (*counts)[256]) {
  for (uint32_t y = region.rows.first; y < region.rows.end; y++) {
    uint32_t inside = y < image->height ? fl_max_u32(region.columns.first, image->width) : region.columns.first;
    const uint8_t *row = fl_frame_image_row(image, 0, mirrored(y, image->height));
    for (uint32_t x = inside; x < region.columns.end; x++)
      fl_clahe_reference.count(row + mirrored(x, image->width) * channels, 0, 1, 1, channels, counts);
  }
}

static void count_region(const fl_node *node, const fl_image *image, fl_rect region, uint32_t (*counts)[256]) {
  uint32_t channels = fl_bytes_per_pixel(image->format);
  fl_span columns = {region.columns.first, fl_min_u32(region.columns.end, image->width)};
  fl_span rows = {region.rows.first, fl_min_u32(region.rows.end, image->height)};
  if (columns.first < columns.end && rows.first < rows.end)
    fl_kernels_clahe(node->simd)->count(fl_frame_image_row(image, 0, rows.first) + (size_t)columns.first * channels,
                                        image->plane[0].stride, fl_span_length(columns), fl_span_length(rows), channels, counts);
  count_mirrored(image, region, channels, counts);
}

/* What is above the limit is taken away and shared out among all values, the rest of it in equal distances. */
static void clip(uint32_t counts[256], uint32_t limit) {
  uint32_t excess = 0;
  for (uint32_t v = 0; v < 256; v++)
    if (counts[v] > limit) excess += counts[v] - limit, counts[v] = limit;
  uint32_t rest = excess % 256;
  for (uint32_t v = 0; v < 256; v++) counts[v] += excess / 256;
  for (uint32_t v = 0; rest > 0; v += 256 / (excess % 256), rest--) counts[v]++;
}

static void gather(const fl_node *node, const fl_image *image, fl_rect cell, void *partial) {
  regions all = regions_of(node);
  uint32_t x = cell.columns.first * all.width, y = cell.rows.first * all.height;
  uint32_t counts[3][256] = {{0}}, area = all.width * all.height;
  count_region(node, image, (fl_rect){{x, x + all.width}, {y, y + all.height}}, counts);
  double limit = floor(node->params[CLIP_LIMIT].number * area / 256);
  float scale = 255.0f / (float)area;
  uint8_t(*tables)[256] = partial;
  for (uint32_t c = 0; c < colours_of(node); c++) {
    if (node->params[CLIP_LIMIT].number > 0) clip(counts[c], (uint32_t)fmin(fmax(limit, 1), area));
    uint32_t sum = 0;
    for (uint32_t v = 0; v < 256; v++) {
      sum += counts[c][v];
      tables[c][v] = fl_clamp_u8((int32_t)lrintf((float)sum * scale));
    }
  }
}

/* ---- all regions: the tables of four neighbours side by side ----
 * Between the middles of neighbouring regions lies a gap, and one more from the outermost middles to the edges, where all four, or two
 * and two, are the same. Gap g along a side is between regions g − 1 and g. */

typedef struct place {
  uint32_t gap, within; /* within: 0 … 2·length − 1, in half pixels from the gap's start */
} place;

static place place_of(uint32_t at, uint32_t length) {
  return (place){(2 * at + length) / (2 * length), (2 * at + length) % (2 * length)};
}

static uint32_t gap_end(uint32_t gap, uint32_t length) { return (length * (2 * gap + 1) + 1) / 2; }

/* unit · within / (2·length), rounded. */
static uint32_t weight_of(place at, uint32_t length, uint32_t unit) {
  return (uint32_t)(((uint64_t)unit * at.within + length) / (2 * length));
}

static size_t across_bytes(const fl_node *node) { return fl_align(node->in[0].width * sizeof(fl_clahe_across), 64); }

static size_t tables_bytes(const fl_node *node) {
  regions all = regions_of(node);
  return across_bytes(node) + (all.across + 1) * (all.down + 1) * colours_of(node) * sizeof(fl_clahe_quad[256]);
}

static void put_quads(fl_clahe_quad *quads, const uint8_t *above_left, const uint8_t *below_left, const uint8_t *above_right,
                      const uint8_t *below_right) {
  for (uint32_t v = 0; v < 256; v++) quads[v] = (fl_clahe_quad){{above_left[v], below_left[v]}, {above_right[v], below_right[v]}};
}

static void conclude(const fl_node *node, const void *partials, uint32_t count, void *tables) {
  (void)count;
  regions all = regions_of(node);
  uint32_t colours = colours_of(node);
  fl_clahe_across *across = tables;
  for (uint32_t x = 0; x < node->in[0].width; x++) {
    int16_t right = (int16_t)weight_of(place_of(x, all.width), all.width, FL_CLAHE_ACROSS);
    across[x] = (fl_clahe_across){(int16_t)(FL_CLAHE_ACROSS - right), right};
  }
  const uint8_t(*table)[256] = partials;
  fl_clahe_quad(*quads)[256] = (void *)((uint8_t *)tables + across_bytes(node));
  for (uint32_t y = 0; y <= all.down; y++)
    for (uint32_t x = 0; x <= all.across; x++) {
      uint32_t above = (y ? y - 1 : 0) * all.across, below = fl_min_u32(y, all.down - 1) * all.across;
      uint32_t left = x ? x - 1 : 0, right = fl_min_u32(x, all.across - 1);
      for (uint32_t c = 0; c < colours; c++, quads++)
        put_quads(*quads, table[(above + left) * colours + c], table[(below + left) * colours + c],
                  table[(above + right) * colours + c], table[(below + right) * colours + c]);
    }
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  regions all = regions_of(node);
  uint32_t colours = colours_of(node), channels = fl_bytes_per_pixel(node->out.format);
  place down = place_of(stage->y, all.height);
  const fl_clahe_across *across = node->tables;
  const fl_clahe_quad(*quads)[256] = (const void *)((const uint8_t *)node->tables + across_bytes(node));
  fl_clahe_mix mix = {.below = (uint16_t)weight_of(down, all.height, FL_CLAHE_DOWN)};
  mix.above = (uint16_t)(FL_CLAHE_DOWN - mix.below);
  for (uint32_t x = stage->columns.first; x < stage->columns.end;) {
    uint32_t gap = place_of(x, all.width).gap, end = fl_min_u32(gap_end(gap, all.width), stage->columns.end);
    size_t done = (size_t)(x - stage->columns.first) * channels;
    mix.quads = quads + (down.gap * (all.across + 1) + gap) * colours;
    mix.across = across + x;
    fl_kernels_clahe(node->simd)->apply(stage->dst + done, stage->in[0].rows[0] + done, end - x, channels, &mix);
    x = end;
  }
}

static const fl_param params[] = {
    [CLIP_LIMIT] = {.name = "clipLimit",
                    .doc = "how much steeper than even a region's curve may become: more contrast and more noise; 0 and 256 are no limit",
                    .type = FL_PARAM_NUMBER, .max = 256, .preset = 2},
    [TILES_X] = {.name = "tilesX", .doc = "regions side by side", .type = FL_PARAM_INTEGER, .min = 1, .max = TILES_MAX, .preset = 8},
    [TILES_Y] = {.name = "tilesY", .doc = "regions one above the other", .type = FL_PARAM_INTEGER, .min = 1, .max = TILES_MAX,
                 .preset = 8},
};

const fl_op fl_op_clahe = {
    .name = "clahe",
    .family = "tone",
    .doc = "Equalises each region of the image by its own histogram with limited contrast (Zuiderveld 1994), and mixes the curves of "
           "neighbouring regions; every colour channel on its own, alpha stays.",
    .kind = FL_KIND_REDUCE,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 4.0f,
    .params = params,
    .param_count = FL_COUNT(params),
    .tables_bytes = tables_bytes,
    .row = row,
    .partial_bytes = partial_bytes,
    .gather = gather,
    .conclude = conclude,
    .grid = grid,
};
