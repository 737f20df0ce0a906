/* Runs one operation over whole images, row by row, with no fusion, tiles or threads: the plain meaning of an fl_op.
 * Tests of operations use it alone; tests of the executor compare with it. */
#ifndef FL_TESTS_APPLY_H
#define FL_TESTS_APPLY_H

#include "ops/op.h"

/* An image of its own with `padding` bytes after each row, all 0xA5. Free with fl_test_image_free. */
fl_image fl_test_image(uint32_t width, uint32_t height, fl_format format, uint32_t padding);
void fl_test_image_free(fl_image *image);

/* The result in a new image. in: op->inputs images. params: op->param_count values, complete. Aborts if resolve() fails.
 * tile_width > 0 computes it in column tiles of that width, tile_height likewise: state and columns() must not show in the result. */
fl_image fl_test_apply(const fl_op *op, const fl_value *params, const fl_image *in, bool simd, uint32_t tile_width,
                       uint32_t tile_height);

/* Takes an operation apart: what its expand() adds, remembered. */
typedef struct fl_test_parts {
  fl_expansion expansion; /* first: add() is given its address */
  uint32_t count;
  fl_expansion_part part[4];
  fl_value value[4][FL_OP_PARAMS_MAX];
} fl_test_parts;
fl_status fl_test_expand(const fl_node *node, fl_test_parts *parts);

/* Are all pixels equal (padding left out)? */
bool fl_test_image_equal(const fl_image *a, const fl_image *b);

#endif
