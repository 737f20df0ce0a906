/* The plan in JSON, for people: what was fused, in which tiles, what memory it takes and moves. */
#include "pipeline/plan.h"

static void add_pair(fl_text *out, const char *name, double value) {
  fl_text_add(out, ",");
  fl_text_add_quoted(out, name);
  fl_text_add(out, ":");
  fl_text_add_number(out, value);
}

static void add_shape(fl_text *out, fl_shape shape) {
  fl_text_add(out, "\"width\":");
  fl_text_add_number(out, shape.width);
  add_pair(out, "height", shape.height);
  fl_text_add(out, ",\"format\":");
  fl_text_add_quoted(out, fl_frame_format(shape.format)->name);
}

/* One entry per stage: the operations done on its row, which of them work in place, how many rows it keeps. */
static void add_stage(fl_text *out, const fl_pass_stage *stage) {
  fl_text_add(out, "{\"ops\":[");
  for (uint32_t l = 0; l < stage->link_count; l++)
    for (uint32_t n = 0; n < stage->links[l].count; n++) {
      if (l || n) fl_text_add(out, ",");
      fl_text_add_quoted(out, stage->links[l].nodes[n]->op->name);
    }
  fl_text_add(out, "]");
  add_pair(out, "rows", stage->depth);
  fl_text_add(out, ",");
  add_shape(out, stage->out);
  fl_text_add(out, "}");
}

static const char *const kinds[] = {[FL_STEP_PASS] = "pass", [FL_STEP_GATHER] = "gather", [FL_STEP_CONCLUDE] = "conclude", [FL_STEP_COPY] = "copy"};

static void add_step(fl_text *out, const fl_step *step) {
  fl_text_add(out, "{\"kind\":");
  fl_text_add_quoted(out, kinds[step->kind]);
  fl_text_add(out, ",");
  add_shape(out, step->shape);
  fl_text_add(out, ",\"tile\":{\"width\":");
  fl_text_add_number(out, step->tile_width);
  add_pair(out, "height", step->bands.height);
  add_pair(out, "lastHeight", step->bands.short_height);
  fl_text_add(out, "}");
  add_pair(out, "tiles", fl_step_tiles(step));
  add_pair(out, "scratchBytes", (double)step->scratch);
  fl_text_add(out, ",\"inPlace\":");
  fl_text_add(out, step->pass.in_place ? "true" : "false");
  fl_text_add(out, ",\"stages\":[");
  bool first = true;
  for (uint32_t s = 0; s < step->pass.count; s++) {
    if (step->pass.stages[s].image) continue;
    if (!first) fl_text_add(out, ",");
    add_stage(out, &step->pass.stages[s]);
    first = false;
  }
  if (step->node) {
    fl_text_add(out, "{\"ops\":[");
    fl_text_add_quoted(out, step->node->op->name);
    fl_text_add(out, "]}");
  }
  fl_text_add(out, "]}");
}

void fl_pipeline_explain(const fl_plan *plan, fl_text *out) {
  fl_text_add(out, "{\"passes\":[");
  for (uint32_t s = 0; s < plan->step_count; s++) {
    if (s) fl_text_add(out, ",");
    add_step(out, &plan->steps[s]);
  }
  fl_text_add(out, "]");
  add_pair(out, "scratchBytes", (double)plan->scratch_total);
  add_pair(out, "intermediateBytes", (double)plan->intermediate_bytes);
  add_pair(out, "bytesRead", (double)plan->bytes_read);
  add_pair(out, "bytesWritten", (double)plan->bytes_written);
  add_pair(out, "estimatedMs", plan->cost / 1e6);
  fl_text_add(out, ",\"inPlace\":");
  if (plan->in_place) fl_text_add_quoted(out, plan->in_place);
  else fl_text_add(out, "null");
  fl_text_add(out, "}");
}
