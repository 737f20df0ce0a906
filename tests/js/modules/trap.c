/* A kernel that traps on a white pixel. */
#include <framelane_module.h>

static void row(fl_stage *stage) {
  uint32_t n = fl_span_length(stage->columns);
  for (uint32_t i = 0; i < n; i++) {
    if (stage->in[0].rows[0][i] == 255) __builtin_trap();
    stage->dst[i] = stage->in[0].rows[0][i];
  }
}

static const fl_op fragile = {
    .name = "fragile", .family = "tone", .doc = "Traps on white.", .kind = FL_KIND_POINT, .inputs = 1,
    .formats = FL_FORMAT_BIT(FL_GRAY8), .cost = 1, .row = row,
};

FL_MODULE("trap", &fragile)
