/* A frame: an image that owns its pixels, or a view of another frame's, behind a handle. Frames share pixels by counting references;
 * the pixels carry the lease: many readers or one writer, in one atomic word. */
#ifndef FL_FRAME_FRAME_H
#define FL_FRAME_FRAME_H

#include "frame/image.h"
#include "memory/handles.h"
#include "sync/atomic.h"

/* The memory behind one or more frames. */
typedef struct fl_pixels {
  fl_atomic lease;      /* 0: free; n: n readers; FL_LEASE_WRITER */
  fl_atomic references; /* frames and jobs that hold it */
  uint64_t bytes;
} fl_pixels;
#define FL_LEASE_WRITER 0xFFFFFFFFu
#define FL_PIXELS_HEADER 64u /* fl_pixels lives in front of the pixels, in the same block, the only ones of kind FL_MEMORY_FRAME */

typedef struct fl_frame {
  fl_image image;
  fl_pixels *pixels;
  uint32_t x, y; /* where in the pixels' whole image this frame lies: 0, 0 unless it is a view */
  bool view;
} fl_frame;

/* A new frame of tight rows. zeroed: fill it with 0 (transparent black); a job's output needs none of that.
 * Errors: FL_BAD_ARGUMENT for a size out of range, FL_OUT_OF_MEMORY; nothing else changes then. Owner: the handle. */
fl_status fl_frame_create(uint32_t width, uint32_t height, uint32_t format, bool zeroed, fl_handle *out, fl_report *report);
/* A rectangle of the same pixels; keeps them alive. Errors: FL_STALE_HANDLE, and those of fl_frame_image_crop. */
fl_status fl_frame_view(fl_handle parent, uint32_t x, uint32_t y, uint32_t width, uint32_t height, fl_handle *out, fl_report *report);
/* NULL for a stale or forged handle. */
fl_frame *fl_frame_find(fl_handle handle);
fl_status fl_frame_find_or_report(fl_handle handle, fl_frame **out, fl_report *report);
/* Ends the handle. The pixels go with the last frame, view or job that holds them. Errors: FL_STALE_HANDLE. */
fl_status fl_frame_destroy(fl_handle handle);

/* A job holds pixels while it runs, so that destroying the handle meanwhile is safe. */
void fl_frame_hold(fl_pixels *pixels);
void fl_frame_release(fl_pixels **pixels);

/* Leases: false when somebody else's lease is in the way. */
bool fl_frame_lease_read(fl_pixels *pixels);
bool fl_frame_lease_write(fl_pixels *pixels);
void fl_frame_return_read(fl_pixels *pixels);
void fl_frame_return_write(fl_pixels *pixels);

/* How two frames lie to each other in memory. */
typedef enum fl_overlap { FL_APART, FL_OVERLAPPING, FL_IDENTICAL } fl_overlap;
fl_overlap fl_frame_overlap(const fl_frame *a, const fl_frame *b);

#endif
