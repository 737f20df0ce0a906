#include "apply.h"

#include <stdlib.h>
#include <string.h>

fl_image fl_test_image(uint32_t width, uint32_t height, fl_format format, uint32_t padding) {
  const fl_format_info *info = fl_frame_format(format);
  fl_image image = {.width = width, .height = height, .format = format};
  for (uint32_t p = 0; p < info->planes; p++) {
    uint32_t half = p > 0 ? info->subsampled : 0;
    fl_plane *plane = &image.plane[p];
    plane->width = (width + half) >> half, plane->height = (height + half) >> half;
    plane->stride = plane->width * info->bytes_per_pixel[p] + padding;
    plane->data = malloc((size_t)plane->stride * plane->height);
    memset(plane->data, 0xA5, (size_t)plane->stride * plane->height);
  }
  return image;
}

void fl_test_image_free(fl_image *image) {
  for (int p = 0; p < FL_PLANES_MAX; p++) free(image->plane[p].data), image->plane[p].data = NULL;
}

bool fl_test_image_equal(const fl_image *a, const fl_image *b) {
  if (a->width != b->width || a->height != b->height || a->format != b->format) return false;
  const fl_format_info *info = fl_frame_format(a->format);
  for (uint32_t p = 0; p < info->planes; p++)
    for (uint32_t y = 0; y < a->plane[p].height; y++)
      if (memcmp(fl_frame_image_row(a, p, y), fl_frame_image_row(b, p, y), (size_t)a->plane[p].width * info->bytes_per_pixel[p]))
        return false;
  return true;
}

static fl_span columns_needed(const fl_node *node, uint32_t input, fl_span out) {
  if (node->op->columns) return node->op->columns(node, input, out);
  uint32_t end = out.end + node->halo.right, width = node->in[input].width;
  return (fl_span){out.first > node->halo.left ? out.first - node->halo.left : 0, end < width ? end : width};
}

static fl_window rows_needed(const fl_node *node, uint32_t input, uint32_t y) {
  if (node->op->rows) return node->op->rows(node, input, y);
  return (fl_window){(int32_t)y - (int32_t)node->halo.above, (int32_t)y + (int32_t)node->halo.below};
}

/* Rows are copied into blocks of their exact size, so that ASan sees one byte too far. */
static void apply_tile(const fl_node *node, const fl_image *in, fl_image *out, fl_rect tile) {
  const fl_op *op = node->op;
  fl_stage stage = {.node = node, .columns = tile.columns, .count = 1};
  if (op->state_bytes) stage.state = aligned_alloc(64, (op->state_bytes(node, tile.columns) + 63) / 64 * 64);
  for (uint32_t i = 0; i < op->inputs; i++) {
    if (node->kind == FL_KIND_RANDOM) stage.in[i].image = &in[i];
    stage.in[i].columns = node->kind == FL_KIND_RANDOM ? tile.columns : columns_needed(node, i, tile.columns);
  }
  stage.y = tile.rows.first;
  if (op->begin) op->begin(&stage);
  uint32_t pixel = fl_bytes_per_pixel(out->format), band = 1;
  if ((node->kind == FL_KIND_RANDOM || node->kind == FL_KIND_RESAMPLE) && op->band) band = op->band;
  if (fl_frame_format(out->format)->planes > 1) stage.out = out;
  for (uint32_t y = tile.rows.first; y < tile.rows.end; y += stage.count) {
    uint8_t **copies[FL_OP_INPUTS_MAX] = {0};
    uint32_t counts[FL_OP_INPUTS_MAX] = {0};
    for (uint32_t i = 0; i < op->inputs && node->kind != FL_KIND_RANDOM; i++) {
      fl_window window = rows_needed(node, i, y);
      uint32_t bytes = fl_bytes_per_pixel(in[i].format), length = fl_span_length(stage.in[i].columns) * bytes;
      counts[i] = (uint32_t)(window.last - window.first + 1);
      copies[i] = calloc(counts[i], sizeof *copies[i]);
      for (uint32_t k = 0; k < counts[i]; k++) {
        copies[i][k] = malloc(length);
        int32_t row = fl_border_index(window.first + (int32_t)k, (int32_t)in[i].height, node->border);
        if (row >= 0) memcpy(copies[i][k], fl_frame_image_row(&in[i], 0, (uint32_t)row) + (size_t)stage.in[i].columns.first * bytes, length);
        else for (uint32_t b = 0; b < length; b++) copies[i][k][b] = node->border_color[b % bytes];
      }
      stage.in[i].rows = (const uint8_t *const *)copies[i];
    }
    stage.y = y;
    stage.count = fl_min_u32(band, tile.rows.end - y);
    stage.dst = fl_frame_image_row(out, 0, y) + (size_t)tile.columns.first * pixel;
    stage.dst_stride = out->plane[0].stride;
    op->row(&stage);
    for (uint32_t i = 0; i < op->inputs; i++) {
      for (uint32_t k = 0; k < counts[i]; k++) free(copies[i][k]);
      free(copies[i]);
    }
  }
  free(stage.state);
}

static void apply_lut(const fl_lut *lut, const fl_image *in, fl_image *out) {
  uint32_t pixel = fl_bytes_per_pixel(in->format);
  for (uint32_t y = 0; y < in->height; y++)
    for (uint32_t b = 0; b < in->width * pixel; b++)
      fl_frame_image_row(out, 0, y)[b] = lut->entry[b % pixel][fl_frame_image_row(in, 0, y)[b]];
}

/* What a reduction makes of its input: in one tile, or cell by cell of the op's own grid. */
static void reduce(const fl_node *node, const fl_image *in, void *tables) {
  const fl_op *op = node->op;
  fl_rect grid = op->grid ? op->grid(node) : (fl_rect){{0, 1}, {0, 1}};
  uint32_t across = grid.columns.end, count = across * grid.rows.end;
  size_t bytes = op->partial_bytes(node);
  uint8_t *partials = malloc(bytes * count);
  for (uint32_t i = 0; i < count; i++) {
    fl_rect cell = {{i % across, i % across + 1}, {i / across, i / across + 1}}, whole = {{0, in->width}, {0, in->height}};
    op->gather(node, in, op->grid ? cell : whole, partials + i * bytes);
  }
  op->conclude(node, partials, count, tables);
  free(partials);
}

fl_image fl_test_apply(const fl_op *op, const fl_value *params, const fl_image *in, bool simd, uint32_t tile_width,
                       uint32_t tile_height) {
  fl_report report = {0};
  fl_node node = {.op = op, .params = params, .inputs = op->inputs, .kind = op->kind, .simd = simd};
  for (uint32_t i = 0; i < op->inputs; i++) node.in[i] = (fl_shape){in[i].width, in[i].height, in[i].format};
  node.out = node.in[0];
  if (op->resolve && op->resolve(&node, &report) != FL_OK) abort();
  fl_image out = fl_test_image(node.out.width, node.out.height, node.out.format, 0);
  if (fl_node_is_table(&node)) {
    fl_lut lut;
    if (node.kind == FL_KIND_TABLE) op->fill(&node, &lut);
    else reduce(&node, &in[0], &lut);
    apply_lut(&lut, &in[0], &out);
    return out;
  }
  if (op->tables_bytes) {
    node.tables = aligned_alloc(64, (op->tables_bytes(&node) + 63) / 64 * 64);
    if (node.kind == FL_KIND_REDUCE) reduce(&node, &in[0], node.tables);
    else op->fill(&node, node.tables);
  }
  uint32_t width = tile_width ? tile_width : node.out.width, height = tile_height ? tile_height : node.out.height;
  if (fl_frame_format(node.out.format)->subsampled) width += width % 2, height += height % 2;
  for (uint32_t y = 0; y < node.out.height; y += height)
    for (uint32_t x = 0; x < node.out.width; x += width)
      apply_tile(&node, in, &out,
                 (fl_rect){{x, fl_min_u32(x + width, node.out.width)}, {y, fl_min_u32(y + height, node.out.height)}});
  free(node.tables);
  return out;
}

static uint32_t remember(fl_expansion *expansion, const fl_expansion_part *part) {
  fl_test_parts *to = (fl_test_parts *)(void *)expansion;
  if (to->count == FL_COUNT(to->part)) abort();
  to->part[to->count] = *part;
  memcpy(to->value[to->count], part->params, part->op->param_count * sizeof(fl_value));
  return to->count++;
}

fl_status fl_test_expand(const fl_node *node, fl_test_parts *parts) {
  *parts = (fl_test_parts){.expansion = {remember}};
  return node->op->expand(node, &parts->expansion);
}
