/* The cost model: how large a tile is. A tile must be small enough that the rows of its stages stay in the second-level cache and that
 * every thread gets several, and tall enough that the rows above and below it, which its neighbours compute too, do not weigh. */
#include "pipeline/plan.h"

#define CACHE_BYTES (192u << 10)  /* of a 256 KB to 1 MB second-level cache, leaving room for the images that stream through */
#define WIDTH_MIN 256u            /* columns: below, the cost of starting a row shows */
#define ROUND_COLUMNS 64u
#define TILE_NS 20000.0           /* claiming, laying out and beginning a tile, filling its caches */
#define TILES_PER_LANE_MAX 16u
#define SHORTER 4u                /* a short band at the end is so many times shorter */
#define COPY_NS_PER_BYTE 0.12     /* streaming through memory */
#define IN_PLACE_BYTES (128u << 10) /* what a tile in place keeps of its input should stay in the cache */

/* An operation's cost is given for four bytes per pixel where it takes them; on gray8 it has a quarter of the bytes to do. */
static double node_cost(const fl_node *node) {
  double cost = (double)(node->cost > 0 ? node->cost : node->op->cost);
  bool four = node->op->formats & FL_FORMAT_BIT(FL_RGBA8);
  return four && node->in[0].format == FL_GRAY8 ? cost / 4 : cost;
}

double fl_pipeline_stage_cost(const fl_pass_stage *stage) {
  double cost = 0;
  for (uint32_t l = 0; l < stage->link_count; l++) cost += node_cost(stage->links[l].nodes[0]);
  return cost;
}

/* ns on one thread for one band of the pass. */
static double band_cost(const fl_pass *pass, fl_span rows, fl_extent *extents) {
  double total = TILE_NS;
  fl_pipeline_pass_extents(pass, (fl_rect){{0, pass->stages[pass->count - 1].out.width}, rows}, extents);
  for (uint32_t s = 0; s < pass->count; s++) {
    const fl_pass_stage *stage = &pass->stages[s];
    if (stage->image) continue;
    double rows_made = fl_span_length(extents[s].rows) + (double)fl_pass_head(stage)->start;
    total += fl_pipeline_stage_cost(stage) * fl_span_length(extents[s].columns) * rows_made;
  }
  return total;
}

static double pass_cost(const fl_pass *pass, const fl_bands *bands, fl_extent *extents) {
  double total = 0;
  if (bands->tall > 0) total += bands->tall * band_cost(pass, fl_bands_rows(bands, fl_bands_typical_tall(bands)), extents);
  uint32_t shorts = bands->count - bands->tall;
  if (shorts > 0) total += shorts * band_cost(pass, fl_bands_rows(bands, fl_bands_typical_short(bands)), extents);
  return total;
}

/* Until all threads are done. They do not start together nor run at one speed: on average half a short band is waited for. Alone,
 * one waits for nobody, but should be able to let others have a turn. */
static double pass_time(const fl_pass *pass, const fl_bands *bands, uint32_t lanes, fl_extent *extents) {
  double total = pass_cost(pass, bands, extents);
  if (lanes == 1) return total + total / bands->count / 16;
  return total / lanes + band_cost(pass, fl_bands_rows(bands, fl_bands_typical_short(bands)), extents) / 2;
}

/* About n bands; when one thread begins the last tall one there are short ones for all the others. */
static fl_bands share_out(fl_shape out, uint32_t n, uint32_t lanes) {
  uint32_t height = (out.height + n - 1) / n;
  uint32_t least = (FL_TILE_PIXELS_MIN + out.width - 1) / out.width;
  uint32_t shorter = fl_max_u32((height + SHORTER - 1) / SHORTER, least);
  if (lanes == 1 || shorter >= height) return fl_bands_even(out.height, height);
  return fl_bands_make(out.height, height, n - (lanes - 1), shorter);
}

fl_bands fl_pipeline_choose_bands(const fl_pass *pass, uint32_t lanes, fl_extent *extents) {
  fl_shape out = pass->stages[pass->count - 1].out;
  uint32_t most = fl_min_u32(lanes * TILES_PER_LANE_MAX, out.height);
  fl_bands best = fl_bands_even(out.height, out.height);
  double best_time = 0;
  for (uint32_t n = lanes; n <= most; n += 1 + n / 4) { /* numbers close to each other take about as long */
    if (n > lanes && (uint64_t)(out.height / n) * out.width < FL_TILE_PIXELS_MIN) break;
    fl_bands bands = share_out(out, n, lanes);
    double time = pass_time(pass, &bands, lanes, extents);
    if (best_time == 0 || time < best_time) best_time = time, best = bands;
  }
  return best;
}

static uint32_t choose_width(const fl_pass *pass, uint32_t height, fl_extent *extents) {
  fl_shape out = pass->stages[pass->count - 1].out;
  fl_rect tile = {{0, out.width}, {0, height}};
  if (pass->in_place) tile.rows.end = 1;
  fl_pipeline_pass_extents(pass, tile, extents);
  uint64_t bytes = fl_pipeline_pass_scratch(pass, tile, extents);
  if (bytes <= CACHE_BYTES) return out.width;
  uint32_t halo = fl_span_length(extents[0].columns);
  fl_pipeline_pass_extents(pass, (fl_rect){{out.width / 2, out.width / 2 + 1}, tile.rows}, extents);
  halo = fl_min_u32(halo, fl_span_length(extents[0].columns));
  /* Columns at a tile's sides are computed twice as well: no narrower than eight times those. */
  uint64_t width = fl_max_u32(fl_max_u32(WIDTH_MIN, 8 * halo), (uint32_t)((uint64_t)out.width * CACHE_BYTES / bytes));
  uint32_t across = (uint32_t)((out.width + width - 1) / width);
  width = (out.width + across - 1) / across;
  return fl_min_u32(out.width, (uint32_t)fl_align(width, ROUND_COLUMNS));
}

static uint32_t even_up(uint32_t side) { return fl_min_u32(side + side % 2, FL_DIMENSION_MAX - 1); }

/* Tiles of a subsampled format begin at even rows and columns. */
static fl_bands even_bands(fl_shape shape, fl_bands bands) {
  if (!fl_frame_format(shape.format)->subsampled) return bands;
  return fl_bands_make(shape.height, even_up(bands.height), bands.tall, even_up(bands.short_height));
}

static void set_tiles(fl_step *step, uint32_t width, fl_bands bands) {
  fl_shape shape = step->shape;
  if (fl_frame_format(shape.format)->subsampled) width = even_up(width);
  bands = even_bands(shape, bands);
  step->tile_width = fl_max_u32(1, fl_min_u32(width, shape.width));
  step->across = (shape.width + step->tile_width - 1) / step->tile_width;
  step->bands = bands;
}

static void choose_pass_tiles(fl_step *step, const fl_plan_options *options, fl_extent *extents) {
  fl_pass *pass = &step->pass;
  fl_shape shape = step->shape;
  uint32_t row = shape.width * fl_bytes_per_pixel(shape.format);
  fl_bands bands = options->tile_height ? fl_bands_even(shape.height, fl_min_u32(options->tile_height, shape.height))
                                        : fl_pipeline_choose_bands(pass, fl_max_u32(options->lanes, 1), extents);
  if (pass->in_place && !options->tile_height && bands.height > IN_PLACE_BYTES / row)
    bands = fl_bands_even(shape.height, fl_max_u32(1, IN_PLACE_BYTES / row));
  bands = even_bands(shape, bands);
  fl_pipeline_pass_measure(pass, &bands, extents);
  set_tiles(step, options->tile_width ? options->tile_width : choose_width(pass, bands.height, extents), bands);
  step->cost = pass_cost(pass, &step->bands, extents);
}

static void choose_copy_tiles(fl_step *step, const fl_plan_options *options) {
  fl_shape shape = step->shape;
  uint64_t pixels = (uint64_t)shape.width * shape.height;
  uint32_t height = options->tile_height ? fl_min_u32(options->tile_height, shape.height)
                                         : fl_bands_free_height(shape.width, shape.height, options->lanes);
  set_tiles(step, options->tile_width ? options->tile_width : shape.width, fl_bands_even(shape.height, height));
  step->cost = COPY_NS_PER_BYTE * 2 * pixels * fl_bytes_per_pixel(shape.format);
}

void fl_pipeline_choose_tiles(fl_step *step, const fl_plan_options *options, fl_extent *extents) {
  if (step->kind == FL_STEP_PASS) choose_pass_tiles(step, options, extents);
  else choose_copy_tiles(step, options);
}
