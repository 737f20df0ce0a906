#include "graphs.h"

#include "pipeline/graph.h"
#include "pipeline/reader.h"

#include <math.h>

/* ---- parameters ---- */

/* Mostly within the range, and there mostly near the default: extreme values alone would make every run slow. */
static double number_for(fuzz_bytes *bytes, const fl_param *param) {
  uint32_t choice = fuzz_u8(bytes);
  double base = isnan(param->preset) ? 0 : fmin(fmax(param->preset, param->min), param->max);
  double share = fuzz_u8(bytes) / 255.0, end = choice % 2 ? param->max : param->min;
  double value = base + (end - base) * share * share * share;
  if (choice >= 250) return fuzz_odd_double(bytes);
  if (choice >= 244) value = end;
  if (choice >= 238 && choice < 244) value = end + (choice % 2 ? 1 : -1) * (param->type == FL_PARAM_INTEGER ? 1 : 1e-6);
  if (choice >= 200 && choice < 238) value = choice % 9;
  return param->type == FL_PARAM_INTEGER ? round(value) : value;
}

static void add_choice(fuzz_bytes *bytes, encoder *e, const fl_param *param) {
  uint32_t count = 1, wanted;
  for (const char *c = param->choices; *c; c++) count += *c == '|';
  wanted = fuzz_below(bytes, count);
  char text[64];
  const char *start = param->choices;
  for (; wanted > 0; wanted--) start = strchr(start, '|') + 1;
  size_t length = strcspn(start, "|");
  memcpy(text, start, length);
  text[length] = 0;
  if (fuzz_one_in(bytes, 32)) text[fuzz_below(bytes, (uint32_t)length)] = 0; /* cut off */
  encode_text(e, param->name, text);
}

static void add_list(fuzz_bytes *bytes, encoder *e, const fl_param *param) {
  static double items[1024];
  uint32_t most = fl_min_u32(param->count_max, 256), room = most - fl_min_u32(param->count_min, most);
  uint32_t count = param->count_min + (room ? fuzz_below(bytes, fl_min_u32(room, 32) + 1) : 0);
  uint32_t odd = 1 + 2 * fuzz_below(bytes, 4);
  if (fuzz_one_in(bytes, 2) && odd * odd >= param->count_min && odd * odd <= most) count = odd * odd; /* a square kernel */
  if (fuzz_one_in(bytes, 32)) count = fuzz_below(bytes, 64);
  for (uint32_t i = 0; i < count; i++) items[i] = i < 32 ? number_for(bytes, param) : items[i % 31];
  encode_list(e, param->name, items, count);
}

static void add_param(fuzz_bytes *bytes, encoder *e, const fl_param *param) {
  uint32_t type = fuzz_one_in(bytes, 64) ? fuzz_below(bytes, 6) : param->type;
  switch (type) {
    case FL_PARAM_NUMBER:
    case FL_PARAM_INTEGER: encode_number(e, param->name, number_for(bytes, param)); break;
    case FL_PARAM_BOOLEAN:
      encode_string(e, param->name);
      encode_u32(e, FL_TAG_BOOLEAN);
      encode_u32(e, fuzz_u8(bytes) & 1);
      break;
    case FL_PARAM_CHOICE:
      if (param->choices) add_choice(bytes, e, param);
      else encode_text(e, param->name, "none");
      break;
    case FL_PARAM_NUMBERS: add_list(bytes, e, param); break;
    default:
      encode_string(e, param->name);
      encode_u32(e, FL_TAG_OTHER);
      encode_string(e, "an object");
  }
}

/* ---- nodes ---- */

/* The next operation from here on that takes this format. */
static const fl_op *op_for(uint32_t index, fl_format format) {
  for (uint32_t i = 0; i < fl_ops_count(); i++) {
    const fl_op *op = fl_ops_at((index + i) % fl_ops_count());
    if (!op->internal && (op->formats & FL_FORMAT_BIT(format))) return op;
  }
  return fl_ops_at(0);
}

static void add_node(fuzz_bytes *bytes, fuzz_graph *graph, const fl_shape *outs) {
  uint32_t before = graph->encoded.nodes;
  uint32_t from = fuzz_one_in(bytes, 4) ? fuzz_below(bytes, before) : before - 1;
  uint32_t other = fuzz_below(bytes, before);
  for (uint32_t i = 0; i < before; i++) { /* the nearest that is alike */
    uint32_t n = (other + i) % before;
    if (outs[n].width == outs[from].width && outs[n].height == outs[from].height && outs[n].format == outs[from].format) {
      other = n;
      break;
    }
  }
  const fl_op *op = op_for(fuzz_u8(bytes), outs[from].format);
  uint32_t given = fuzz_u16(bytes), count = 0;
  for (uint32_t p = 0; p < op->param_count; p++) {
    if ((op->params[p].flags & FL_REQUIRED) && !fuzz_one_in(bytes, 64)) given |= 1u << p;
    count += given >> p & 1;
  }
  graph->ops[before] = op;
  encode_op(&graph->encoded, op->name, from, other, count);
  for (uint32_t p = 0; p < op->param_count; p++)
    if (given >> p & 1) add_param(bytes, &graph->encoded, &op->params[p]);
}

static fl_status resolve(const encoder *e, const fl_shape *shapes, fl_shape *out) {
  fl_arena arena = {0};
  fl_graph read, graph;
  fl_report report = {0};
  fl_status status = fl_pipeline_read_graph(e->bytes, e->length, &arena, &read, &report);
  if (status == FL_OK) status = fl_pipeline_resolve_graph(&read, shapes, true, &graph, &report);
  if (status == FL_OK) *out = graph.nodes[graph.root].node.out;
  fl_memory_arena_end(&arena);
  return status;
}

void fuzz_make_graph(fuzz_bytes *bytes, const fl_shape *shapes, uint32_t frames, fuzz_graph *out) {
  static encoder before;
  fl_shape outs[FUZZ_NODES_MAX];
  *out = (fuzz_graph){.frames = frames};
  encode_start(&out->encoded);
  for (uint32_t f = 0; f < frames; f++) outs[encode_frame(&out->encoded, f)] = shapes[f];
  out->out = shapes[frames - 1];
  uint32_t wanted = fuzz_below(bytes, 8);
  for (uint32_t n = 0; n < wanted && out->encoded.nodes < FUZZ_NODES_MAX && out->encoded.length < 4000; n++) {
    before = out->encoded;
    add_node(bytes, out, outs);
    fl_status status = resolve(&out->encoded, shapes, &outs[before.nodes]);
    if (status == FL_OK) {
      out->out = outs[before.nodes];
    } else if (fuzz_one_in(bytes, 16)) {
      out->status = status;
      return;
    } else {
      out->encoded = before;
    }
  }
}

const char *fuzz_describe_graph(const fuzz_graph *graph) {
  static char text[512];
  text[0] = 0;
  for (uint32_t n = graph->frames; n < graph->encoded.nodes; n++) {
    if (text[0]) strcat(text, ", ");
    strcat(text, graph->ops[n]->name);
  }
  return text;
}
