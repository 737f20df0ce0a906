/* The cost model: how large a tile is. A tile must be small enough that the rows of its stages stay in the second-level cache and that
 * every thread gets several, and tall enough that the rows above and below it, which its neighbours compute too, do not weigh. */
#include "pipeline/plan.h"

#define CACHE_BYTES (192u << 10)  /* of a 256 KB to 1 MB second-level cache, leaving room for the images that stream through */
#define WIDTH_MIN 256u            /* columns: below, the cost of starting a row shows */
#define ROUND_COLUMNS 64u
#define TILE_NS 20000.0           /* claiming, laying out and beginning a tile, filling its caches */
#define TILES_PER_LANE_MAX 16u
#define PIXELS_MIN 16384u         /* a tile is worth claiming from about here */
#define COPY_NS_PER_BYTE 0.12     /* streaming through memory */
#define IN_PLACE_BYTES (128u << 10) /* what a tile in place keeps of its input should stay in the cache */

/* An operation's cost is given for four bytes per pixel where it takes them; on gray8 it has a quarter of the bytes to do. */
static double node_cost(const fl_node *node) {
  double cost = (double)node->op->cost;
  bool four = node->op->formats & FL_FORMAT_BIT(FL_RGBA8);
  return four && node->in[0].format == FL_GRAY8 ? cost / 4 : cost;
}

double fl_pipeline_stage_cost(const fl_pass_stage *stage) {
  double cost = 0;
  for (uint32_t l = 0; l < stage->link_count; l++) cost += node_cost(stage->links[l].nodes[0]);
  return cost;
}

double fl_pipeline_pass_cost(const fl_pass *pass, uint32_t tile_height, fl_extent *extents, double *recomputed) {
  fl_shape out = pass->stages[pass->count - 1].out;
  uint32_t tiles = (out.height + tile_height - 1) / tile_height, middle = tiles / 2 * tile_height;
  fl_pipeline_pass_extents(pass, (fl_rect){{0, out.width}, {middle, fl_min_u32(middle + tile_height, out.height)}}, extents);
  double total = 0, whole = 0;
  for (uint32_t s = 0; s < pass->count; s++) {
    const fl_pass_stage *stage = &pass->stages[s];
    if (stage->image) continue;
    double row = fl_pipeline_stage_cost(stage) * fl_span_length(extents[s].columns);
    double made = row * fl_span_length(extents[s].rows) * tiles, needed = row * stage->out.height;
    total += made > needed ? made : needed;
    whole += needed;
  }
  *recomputed = total - whole;
  return total + tiles * TILE_NS;
}

uint32_t fl_pipeline_choose_height(const fl_pass *pass, uint32_t lanes, fl_extent *extents) {
  fl_shape out = pass->stages[pass->count - 1].out;
  uint32_t best = out.height, highest_count = lanes * TILES_PER_LANE_MAX;
  double best_time = 0;
  for (uint32_t tiles = lanes; tiles <= highest_count && tiles <= out.height; tiles += lanes) {
    uint32_t height = (out.height + tiles - 1) / tiles;
    if (tiles > lanes && (uint64_t)height * out.width < PIXELS_MIN) break;
    double recomputed;
    double each = fl_pipeline_pass_cost(pass, height, extents, &recomputed) / tiles;
    /* The threads do not start together nor run at one speed: on average half a tile is waited for. Alone, one waits for nobody,
     * but should be able to stop. */
    double time = each * (tiles / lanes) + each / (lanes > 1 ? 2 : 16);
    if (best_time == 0 || time < best_time) best_time = time, best = height;
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

static void set_tiles(fl_step *step, uint32_t width, uint32_t height) {
  if (fl_frame_format(step->shape.format)->subsampled) width = fl_min_u32(width + width % 2, FL_DIMENSION_MAX - 1), height += height % 2;
  step->tile_width = fl_max_u32(1, fl_min_u32(width, step->shape.width));
  step->tile_height = fl_max_u32(1, fl_min_u32(height, step->shape.height));
  step->across = (step->shape.width + step->tile_width - 1) / step->tile_width;
  step->down = (step->shape.height + step->tile_height - 1) / step->tile_height;
}

void fl_pipeline_choose_tiles(fl_step *step, const fl_plan_options *options, fl_extent *extents) {
  uint32_t lanes = fl_max_u32(options->lanes, 1), width = step->shape.width, height;
  if (step->kind == FL_STEP_PASS) {
    fl_pass *pass = &step->pass;
    height = fl_pipeline_choose_height(pass, lanes, extents);
    uint32_t row = width * fl_bytes_per_pixel(step->shape.format);
    if (pass->in_place) height = fl_min_u32(height, fl_max_u32(1, IN_PLACE_BYTES / row));
    fl_pipeline_pass_measure(pass, height, extents);
    width = choose_width(pass, height, extents);
  } else {
    uint32_t tiles = fl_max_u32(1, fl_min_u32(lanes * 4, (uint32_t)((uint64_t)width * step->shape.height / PIXELS_MIN)));
    height = (step->shape.height + tiles - 1) / tiles;
  }
  if (options->tile_width) width = options->tile_width;
  if (options->tile_height) height = options->tile_height;
  set_tiles(step, width, height);
  if (step->kind == FL_STEP_PASS) {
    double recomputed;
    if (options->tile_height) fl_pipeline_pass_measure(&step->pass, step->tile_height, extents);
    step->cost = fl_pipeline_pass_cost(&step->pass, step->tile_height, extents, &recomputed);
  } else {
    step->cost = COPY_NS_PER_BYTE * 2 * step->shape.width * step->shape.height * fl_bytes_per_pixel(step->shape.format);
  }
}
