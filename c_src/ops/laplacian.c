#include "kernels/laplace.h"
#include "ops/convolution.h"
#include "ops/derivatives.h"
#include "ops/stencil.h"

enum { SIZE, BORDER, BORDER_COLOR };

static uint32_t size_of(const fl_node *node) { return (uint32_t)node->params[SIZE].number; }
/* The two smallest kernels have one of their own. */
static bool is_simple(const fl_node *node) { return size_of(node) <= 3; }

static fl_status resolve(fl_node *node, fl_report *report) {
  uint32_t size = size_of(node);
  if (size % 2 == 0) return fl_report_fail(report, FL_BAD_ARGUMENT, node->op->name, "size must be 1, 3, 5 or 7");
  fl_convolution_measure(node, fl_max_u32(size, 3), fl_max_u32(size, 3), false);
  if (is_simple(node)) node->cost = node->op->cost;
  fl_stencil_border(node, BORDER);
  return FL_OK;
}

/* The second derivatives in both directions, added up. */
static void fill(const fl_node *node, void *tables) {
  if (is_simple(node)) return;
  uint32_t size = size_of(node);
  double second[FL_DERIVATIVES_SIZE_MAX], smooth[FL_DERIVATIVES_SIZE_MAX], kernel[FL_DERIVATIVES_SIZE_MAX * FL_DERIVATIVES_SIZE_MAX];
  fl_derivatives_fill(second, size, 2);
  fl_derivatives_fill(smooth, size, 0);
  for (uint32_t y = 0; y < size; y++)
    for (uint32_t x = 0; x < size; x++) kernel[y * size + x] = second[y] * smooth[x] + smooth[y] * second[x];
  fl_convolution_fill(node, tables, &(fl_convolution){.width = size, .height = size, .kernel = kernel, .divisor = 1, .absolute = true,
                                                      .keeps_alpha = true});
}

static void row(fl_stage *stage) {
  const fl_node *node = stage->node;
  if (!is_simple(node)) {
    fl_convolution_row(stage);
    return;
  }
  const fl_laplace_kernels *kernels = fl_kernels_laplace(node->simd);
  bool four = fl_bytes_per_pixel(node->out.format) == 4;
  if (size_of(node) == 1) fl_stencil_run3(stage, four ? kernels->sides_of_four : kernels->sides_of_one);
  else fl_stencil_run3(stage, four ? kernels->corners_of_four : kernels->corners_of_one);
}

static const fl_param params[] = {
    [SIZE] = {.name = "size", .doc = "side of the kernel: 1, 3, 5 or 7; 1 is 0 1 0, 1 −4 1, 0 1 0", .type = FL_PARAM_INTEGER, .min = 1,
              .max = FL_DERIVATIVES_SIZE_MAX, .preset = 1},
    FL_STENCIL_BORDER_PARAMS,
};

const fl_op fl_op_laplacian = {
    .name = "laplacian",
    .family = "edges",
    .doc = "The absolute value of the Laplacian, how far a pixel is from what lies around it, saturated to 255; alpha stays.",
    .kind = FL_KIND_STENCIL,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 1.4f,
    .params = params,
    .param_count = FL_COUNT(params),
    .resolve = resolve,
    .columns = fl_stencil_columns,
    .tables_bytes = fl_convolution_tables_bytes,
    .fill = fill,
    .state_bytes = fl_convolution_state_bytes,
    .row = row,
};
