#include "graphs.h"

void fuzz_make_scene(fuzz_bytes *bytes, fuzz_scene *out) {
  uint32_t wanted = 1 + fuzz_below(bytes, FUZZ_FRAMES_MAX);
  bool alike = !fuzz_one_in(bytes, 4);
  fuzz_bytes first = *bytes;
  for (out->count = 0; out->count < wanted; out->count++) {
    fuzz_frame *frame = &out->frames[out->count];
    fuzz_bytes again = first;
    if (!fuzz_make_frame(out->count && alike ? &again : bytes, frame)) break;
    frame->seed += out->count;
    fuzz_fill_frame(frame);
    out->handles[out->count] = frame->handle, out->shapes[out->count] = frame->shape;
  }
  if (out->count > 0) fuzz_make_graph(bytes, out->shapes, out->count, &out->graph);
}

void fuzz_end_scene(fuzz_scene *scene) {
  for (uint32_t f = 0; f < scene->count; f++) fuzz_end_frame(&scene->frames[f]);
}
