#include "pipeline/graph.h"

#include "base/assert.h"
#include "pipeline/params.h"
#include "pipeline/reader.h"

#define EXPANSION_DEPTH_MAX 8
#define PARTS_PER_NODE 8u /* room for what an operation expands into, on average */

static fl_status malformed(fl_report *report, const char *what) { return fl_report_fail(report, FL_BAD_ARGUMENT, "pipeline", what); }

static fl_status no_memory(fl_report *report) {
  return fl_report_fail(report, FL_OUT_OF_MEMORY, "pipeline", "the memory is full at its maximum: no room to plan; dispose of frames");
}

/* ---- reading ---- */

static fl_status read_op(fl_reader *reader, fl_graph *graph, uint32_t index, fl_report *report) {
  fl_graph_node *at = &graph->nodes[index];
  const fl_op *op = fl_ops_at(fl_read_u32(reader));
  uint32_t inputs = fl_read_u32(reader);
  if (reader->broken || !op) return malformed(report, "a node names no known operation");
  at->node.op = op;
  at->node.inputs = op->inputs;
  if (inputs != op->inputs) {
    fl_report_fail(report, FL_BAD_ARGUMENT, op->name, "takes ");
    fl_text_add(&report->text, op->inputs == 2 ? "another frame or pipeline as its first argument" : "one input");
    return FL_BAD_ARGUMENT;
  }
  for (uint32_t i = 0; i < inputs; i++) {
    at->from[i] = fl_read_u32(reader);
    if (at->from[i] >= index) return malformed(report, "a node's input does not stand before it");
  }
  return fl_pipeline_read_params(reader, op, graph->arena, &at->node.params, report);
}

fl_status fl_pipeline_read_graph(const uint8_t *bytes, uint64_t length, fl_arena *arena, fl_graph *out, fl_report *report) {
  fl_reader reader = {.at = bytes, .left = length};
  if (fl_read_u32(&reader) != FL_GRAPH_MAGIC) return malformed(report, "these bytes encode no pipeline");
  uint32_t count = fl_read_u32(&reader);
  if (reader.broken || count < 1 || count > FL_GRAPH_NODES_MAX)
    return fl_report_range(report, "pipeline", "the number of operations", 1, FL_GRAPH_NODES_MAX, count);
  *out = (fl_graph){.arena = arena, .count = count, .root = count - 1};
  out->nodes = fl_memory_arena_take(arena, count * sizeof *out->nodes);
  if (!out->nodes) return no_memory(report);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t kind = fl_read_u32(&reader);
    if (kind == FL_NODE_FRAME) {
      uint32_t frame = out->nodes[i].frame = fl_read_u32(&reader);
      if (frame >= FL_GRAPH_FRAMES_MAX) return fl_report_range(report, "pipeline", "the number of frames", 1, FL_GRAPH_FRAMES_MAX, frame + 1.0);
      out->frames = fl_max_u32(out->frames, frame + 1);
    } else if (kind == FL_NODE_OP) {
      fl_status status = read_op(&reader, out, i, report);
      if (status != FL_OK) return status;
    } else {
      return malformed(report, "a node is neither a frame nor an operation");
    }
  }
  return reader.broken || reader.left ? malformed(report, "the encoded bytes are cut off or too many") : FL_OK;
}

/* ---- resolving ---- */

typedef struct expander {
  fl_expansion base;
  fl_graph *graph;
  const uint32_t *inputs; /* graph nodes that are the op's own inputs */
  uint32_t parts[64];
  uint32_t count, depth;
  bool simd;
  fl_status status;
  fl_report *report;
} expander;

static fl_status append(fl_graph *graph, const fl_op *op, const fl_value *params, const uint32_t *from, bool simd, uint32_t depth,
                        uint32_t *out, fl_report *report);

static uint32_t add_part(fl_expansion *base, const fl_expansion_part *part) {
  expander *e = (expander *)base;
  if (e->status != FL_OK) return 0;
  fl_assert(e->count < FL_COUNT(e->parts));
  uint32_t from[FL_OP_INPUTS_MAX] = {0};
  for (uint32_t i = 0; i < part->op->inputs; i++)
    from[i] = part->from[i] >= FL_EXPANSION_INPUT ? e->inputs[part->from[i] - FL_EXPANSION_INPUT] : e->parts[part->from[i]];
  fl_value *params = fl_memory_arena_take(e->graph->arena, (part->op->param_count + 1) * sizeof *params);
  if (!params) {
    e->status = no_memory(e->report);
    return 0;
  }
  if (part->op->param_count) memcpy(params, part->params, part->op->param_count * sizeof *params);
  e->status = append(e->graph, part->op, params, from, e->simd, e->depth + 1, &e->parts[e->count], e->report);
  return e->count++;
}

static fl_status check_inputs(const fl_node *node, fl_report *report) {
  const fl_shape *a = &node->in[0], *b = &node->in[1];
  if (!(node->op->formats & FL_FORMAT_BIT(a->format))) {
    fl_report_fail(report, FL_BAD_FORMAT, node->op->name, "takes ");
    bool first = true;
    for (uint32_t f = 0; f < FL_FORMATS; f++) {
      if (!(node->op->formats & FL_FORMAT_BIT(f))) continue;
      if (!first) fl_text_add(&report->text, ", ");
      fl_text_add(&report->text, fl_frame_format((fl_format)f)->name);
      first = false;
    }
    fl_text_add(&report->text, "; got ");
    fl_text_add(&report->text, fl_frame_format(a->format)->name);
    if (a->format == FL_RGBA8 && (node->op->formats & FL_FORMAT_BIT(FL_GRAY8))) fl_text_add(&report->text, ": put grayscale() before it");
    else if (node->op->formats & FL_FORMAT_BIT(FL_RGBA8)) fl_text_add(&report->text, ": put toRgba() before it");
    return FL_BAD_FORMAT;
  }
  bool alike = a->format == b->format || (node->op->other_formats & FL_FORMAT_BIT(b->format));
  if (node->inputs == 2 && (a->width != b->width || a->height != b->height || !alike)) {
    fl_report_fail(report, !alike ? FL_BAD_FORMAT : FL_BAD_ARGUMENT, node->op->name, "both images must be alike, got ");
    fl_frame_add_shape(&report->text, a->width, a->height, a->format);
    fl_text_add(&report->text, " and ");
    fl_frame_add_shape(&report->text, b->width, b->height, b->format);
    return report->status;
  }
  return FL_OK;
}

static fl_status append(fl_graph *graph, const fl_op *op, const fl_value *params, const uint32_t *from, bool simd, uint32_t depth,
                        uint32_t *out, fl_report *report) {
  if (graph->count == graph->capacity || depth > EXPANSION_DEPTH_MAX)
    return fl_report_range(report, "pipeline", "the number of operations", 1, graph->capacity, graph->count + 1.0);
  fl_graph_node fresh = {.node = {.op = op, .params = params, .inputs = op->inputs, .kind = op->kind, .simd = simd}};
  for (uint32_t i = 0; i < op->inputs; i++) {
    fresh.from[i] = from[i];
    fresh.node.in[i] = graph->nodes[from[i]].node.out;
  }
  fresh.node.out = fresh.node.in[0];
  fl_status status = check_inputs(&fresh.node, report);
  if (status == FL_OK && op->resolve) status = op->resolve(&fresh.node, report);
  if (status != FL_OK) return status;
  if (fresh.node.kind == FL_KIND_EXPANSION) {
    expander e = {.base = {add_part}, .graph = graph, .inputs = from, .depth = depth, .simd = simd, .report = report};
    status = op->expand(&fresh.node, &e.base);
    if (e.status != FL_OK) status = e.status;
    fl_assert(status != FL_OK || e.count > 0);
    *out = status == FL_OK ? e.parts[e.count - 1] : 0;
    return status;
  }
  graph->nodes[graph->count] = fresh;
  *out = graph->count++;
  return FL_OK;
}

fl_status fl_pipeline_resolve_graph(const fl_graph *read, const fl_shape *shapes, bool simd, fl_graph *out, fl_report *report) {
  *out = (fl_graph){.arena = read->arena, .frames = read->frames};
  out->capacity = fl_min_u32(FL_GRAPH_NODES_MAX, read->count * PARTS_PER_NODE + PARTS_PER_NODE);
  out->nodes = fl_memory_arena_take(read->arena, out->capacity * sizeof *out->nodes);
  uint32_t *now_at = fl_memory_arena_take(read->arena, read->count * sizeof *now_at);
  if (!out->nodes || !now_at) return no_memory(report);
  for (uint32_t i = 0; i < read->count; i++) {
    const fl_graph_node *from = &read->nodes[i];
    if (!from->node.op) {
      if (out->count == out->capacity) return malformed(report, "too many frames");
      out->nodes[out->count] = *from;
      out->nodes[out->count].node.out = shapes[from->frame];
      now_at[i] = out->count++;
      continue;
    }
    uint32_t inputs[FL_OP_INPUTS_MAX] = {0};
    for (uint32_t k = 0; k < from->node.inputs; k++) inputs[k] = now_at[from->from[k]];
    fl_status status = append(out, from->node.op, from->node.params, inputs, simd, 0, &now_at[i], report);
    if (status != FL_OK) return status;
  }
  out->root = now_at[read->root];
  return FL_OK;
}
