/* The rows of a stencil's window with the columns beyond the image's edge added to them: each row is copied once, when it enters the
 * window. For operations that read many places around a pixel. */
#ifndef FL_OPS_ROWS_RING_H
#define FL_OPS_ROWS_RING_H

#include "ops/stencil.h"

/* The ring is the whole state, or its beginning: fl_rows_ring_bytes is a multiple of 64. The window is node->halo's. */
size_t fl_rows_ring_bytes(const fl_node *node, fl_span columns);
void fl_rows_ring_begin(fl_stage *stage);
/* To be called for every row of the tile: rows[−above] … rows[below], each at column stage->columns.first and valid halo.left
 * pixels before and halo.right after the tile's columns. */
const uint8_t *const *fl_rows_ring_advance(fl_stage *stage);

#endif
